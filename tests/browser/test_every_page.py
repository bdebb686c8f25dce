"""Every page of the site, as those who may open it see it: axe, the policy and the ruler agree.

The pages are those of the access matrix, so that a new page is looked at without being named here.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.browser.conftest import Visitor
from tests.records.factories import PASSWORD
from tests.web.matrix.samples import SAMPLES
from tests.web.matrix.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Who looks at the pages, the one after the other; the first who may open one does.
LOOKERS = ("county_office", "scheme_manager", "system_administrator", "audit_administrator")


def patterns(resolver: Any) -> list[URLPattern]:
    """All addresses with a name."""
    found: list[URLPattern] = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found += patterns(pattern)
        elif pattern.name:
            found.append(pattern)
    return found


def addresses(world: World) -> dict[str, str]:
    """Each page with a row of 甲县 to stand on."""
    found = {}
    for pattern in patterns(get_resolver()):
        build = SAMPLES.get(pattern.name)
        sample = build(world, "甲") if build else None
        address = reverse(pattern.name, kwargs=sample.kwargs if sample else {})
        query = "&".join(
            f"{key}={value}" for key, value in (sample.query if sample else {}).items()
        )
        found[pattern.name] = f"{address}?{query}" if query else address
    return found


def is_page(person: Visitor, address: str) -> bool:
    """Whether this person gets a page of HTML here, and not a file, a part or a refusal."""
    answer = person.page.request.get(person.site + address, max_redirects=0)
    kind = answer.headers.get("content-type", "")
    return (
        answer.status == 200
        and kind.startswith("text/html")
        and "attachment" not in answer.headers.get("content-disposition", "")
        and "<html" in answer.text()
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("zh", "narrow"),
        ("en", "wide"),
        pytest.param("zh", "wide", marks=pytest.mark.heavy),
        pytest.param("en", "narrow", marks=pytest.mark.heavy),
    ],
)
def test_every_page_reads_well(visitor, settings, language, width):
    settings.SECOND_FACTOR = "off"
    world = World()
    waiting = addresses(world)
    people = {actor.role: actor.account for actor in world.actors}
    unseen = dict(waiting)
    for role in LOOKERS:
        person = visitor(language, width)
        person.sign_in(people[role].sign_in_name, PASSWORD)
        for name, address in list(unseen.items()):
            if is_page(person, address):
                person.open(address)
                del unseen[name]
    assert len(waiting) - len(unseen) > 50
