"""Every address of the site, by every role: who gets in, who is told no, who finds nothing.

The walk is made from the addresses themselves, so that a new page is walked without being named
here; only where its address has a parameter does it need a row to stand on (`matrix.samples`).
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.records.figures.returns import DAY
from tests.web.matrix.samples import NOT_LISTS, SAMPLES, Sample
from tests.web.matrix.world import FORBIDDEN, SIDES, Actor, World

from bangfu.records.ground import clock
from bangfu.web.pages import Mark, mark_of

pytestmark = pytest.mark.django_db
ALLOWED = {200, 302, 405}
REFUSED_ROW = {404, 405}


def _walk(patterns: Any) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns)
        else:
            yield pattern


PAGES = {pattern.name: pattern for pattern in _walk(get_resolver().url_patterns)}


def _area(pattern: URLPattern) -> str:
    module = getattr(pattern.callback, "__module__", "")
    return ".".join(module.split(".")[:3])


AREAS: dict[str, list[str]] = defaultdict(list)
for _name, _pattern in PAGES.items():
    AREAS[_area(_pattern)].append(str(_name))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once, inside a transaction that is taken back."""
    with django_db_blocker.unblock(), clock.set_to(DAY), transaction.atomic():
        built = World()
        assert built.actors
        for build in SAMPLES.values():
            for side in SIDES:
                build(built, side)
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def browsers(world: World) -> list[tuple[Actor, Client]]:
    """Every actor, freshly signed in."""
    return [(actor, actor.browser()) for actor in world.actors]


def _mark(name: str) -> Mark:
    mark = mark_of(PAGES[name].callback)
    assert mark is not None, f"{name} says not who may open it"
    return mark


def _sample(world: World, name: str, side: str) -> Sample:
    build = SAMPLES.get(name)
    return build(world, side) if build else Sample()


def _content(answer: Any) -> str:
    """All the text of an answer, of a workbook too."""
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            data = b"\n".join(packed.read(name) for name in packed.namelist())
    return data.decode("utf-8", "replace")


def _counts() -> dict[str, int]:
    """How many rows of everything there are; sessions come and go by themselves."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.app_label != "sessions"
    }


def _nothing_in(wrong: list[Any], advice: str = "") -> None:
    """Fail with every line: which page, which role, what it answered."""
    if wrong:
        pytest.fail("\n".join([advice, *(str(line) for line in wrong)]), pytrace=False)


def _is_list(answer: Any) -> bool:
    """Whether a page shows a page of rows."""
    context = answer.context or {}
    return any(hasattr(context.get("page"), name) for name in ("next_cursor", "next_url"))


def _is_anothers(actor: Actor, sample: Sample) -> bool:
    if sample.owner is None or sample.owner.pk == actor.account.pk:
        return False
    return actor.role not in sample.roles


def test_every_page_has_a_name_of_its_own_and_a_mark() -> None:
    names = [pattern.name for pattern in _walk(get_resolver().url_patterns)]
    assert sorted(names) == sorted(set(names))
    assert [name for name, page in PAGES.items() if mark_of(page.callback) is None] == []


def test_every_page_with_a_parameter_has_a_row_to_stand_on() -> None:
    missing = [
        name for name, page in PAGES.items() if page.pattern.converters and name not in SAMPLES
    ]
    assert missing == [], "add an entry to tests/web/matrix/samples.py: (world, side) -> Sample"


def test_no_entry_stands_for_a_page_that_is_gone() -> None:
    known = set(PAGES)
    assert (sorted(NOT_LISTS - known), sorted(set(SAMPLES) - known)) == ([], [])


@pytest.mark.parametrize("area", sorted(AREAS))
def test_nobody_gets_in_without_signing_in(world: World, area: str) -> None:
    wrong = []
    for name in AREAS[area]:
        address = reverse(name, kwargs=_sample(world, name, "甲").kwargs)
        for method in ("get", "post"):
            answer = getattr(Client(raise_request_exception=False), method)(address)
            if _mark(name).public:
                if answer.status_code >= 500:
                    wrong.append((name, method, answer.status_code))
            elif (answer.status_code, answer.get("Location", "").split("?")[0]) != (
                302,
                "/sign-in/",
            ):
                wrong.append((name, method, answer.status_code))
    _nothing_in(wrong)


@pytest.mark.parametrize("area", sorted(AREAS))
def test_reading_follows_rights_and_areas_and_tells_nothing_of_others(
    world: World, browsers: Any, area: str
) -> None:
    wrong = []
    for name in AREAS[area]:
        for side in SIDES:
            sample = _sample(world, name, side)
            if side == "乙" and not sample.kwargs:
                continue
            address = reverse(name, kwargs=sample.kwargs)
            for actor, client in browsers:
                answer = client.get(address, sample.query)
                expected = _expected_read(actor, _mark(name), sample)
                if answer.status_code not in expected:
                    wrong.append((name, side, actor.role, answer.status_code))
                wrong += _leaks(actor, name, side, answer)
    _nothing_in(wrong)


def _expected_read(actor: Actor, mark: Mark, sample: Sample) -> set[int]:
    if mark.public:
        return {200, 302, 401, 404, 405}
    if mark.verbs and not actor.verbs.intersection(mark.verbs):
        return {403}
    if _is_anothers(actor, sample) or not actor.covers(sample.at):
        return REFUSED_ROW | sample.refuses
    return ALLOWED | sample.also


def _leaks(actor: Actor, name: str, side: str, answer: Any) -> list[Any]:
    if not actor.knows_one_county:
        return []
    text = _content(answer)
    return [(name, side, actor.role, "LEAK", word) for word in FORBIDDEN if word in text]


@pytest.mark.parametrize("area", sorted(AREAS))
def test_writing_without_the_right_or_elsewhere_writes_nothing(
    world: World, browsers: Any, area: str
) -> None:
    wrong = []
    for name in AREAS[area]:
        mark = _mark(name)
        if mark.public:
            continue
        for side in SIDES:
            sample = _sample(world, name, side)
            if side == "乙" and not sample.kwargs:
                continue
            address = reverse(name, kwargs=sample.kwargs)
            before = _counts()
            for actor, client in browsers:
                denied = bool(mark.verbs) and not actor.verbs.intersection(mark.verbs)
                outside = _is_anothers(actor, sample) or not actor.covers(sample.at)
                if not denied and not outside:
                    continue
                answer = client.post(address)
                if answer.status_code not in (
                    {403} if denied else {403, *REFUSED_ROW, *sample.refuses}
                ):
                    wrong.append((name, side, actor.role, answer.status_code))
            if _counts() != before:
                wrong.append((name, side, "WROTE"))
    _nothing_in(wrong)


@pytest.mark.parametrize("area", sorted(AREAS))
def test_a_broken_form_with_the_right_is_never_a_fault_of_ours(
    world: World, browsers: Any, area: str
) -> None:
    wrong = []
    for name in AREAS[area]:
        address = reverse(name, kwargs=_sample(world, name, "甲").kwargs)
        for actor, client in browsers:
            for form in ({}, {"version": "x", "on": "32.13.2026", "code": "\x00", "file": "'"}):
                with transaction.atomic():
                    answer = client.post(address, form)
                    if answer.status_code >= 500:
                        wrong.append((name, actor.role, sorted(form), answer.status_code))
                    transaction.set_rollback(True)
            if name in ("sign_out", "change_password"):
                client.force_login(actor.account)
    _nothing_in(wrong)


@pytest.mark.parametrize("area", sorted(AREAS))
def test_an_unknown_filter_is_refused_on_every_list(world: World, browsers: Any, area: str) -> None:
    """Every page of rows, and every page whose address names no row, unless it is a mere form."""
    wrong = []
    for name in AREAS[area]:
        sample = _sample(world, name, "甲")
        if name in NOT_LISTS or _mark(name).public:
            continue
        address = reverse(name, kwargs=sample.kwargs)
        answers = ((client, client.get(address, sample.query)) for _, client in browsers)
        client, answer = next(
            ((one, found) for one, found in answers if found.status_code == 200), (None, None)
        )
        if client is None or (sample.kwargs and not _is_list(answer)):
            continue
        refused = client.get(address, {**sample.query, "surprise": "1"})
        if refused.status_code != 400:
            wrong.append((name, refused.status_code))
    _nothing_in(wrong, "read_filters on the page, or its name in matrix.samples.NOT_LISTS")


def test_searching_for_another_county_finds_nothing(browsers: Any) -> None:
    """Lists that search by words must not tell by their count or their suggestions either."""
    wrong = []
    for name, pattern in PAGES.items():
        mark = _mark(str(name))
        if pattern.pattern.converters or mark.public:
            continue
        for actor, client in browsers:
            if actor.knows_one_county:
                answer = client.get(reverse(name), {"q": "乙"})
                wrong += _leaks(actor, str(name), "q", answer)
    _nothing_in(wrong)
