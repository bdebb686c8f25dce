"""What somebody has to do (工作台事项): due, to review, to chase; read in a handful of queries.

The number of queries does not grow with places, returns or figures, and every count stops at a
limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, Min, Q

from bangfu.records.access.gate import active_grants
from bangfu.records.access.roles import roles_with
from bangfu.records.catalogue.models import Form
from bangfu.records.figures.models import Submission
from bangfu.records.figures.periods import due_on, last_ended
from bangfu.records.ground import clock
from bangfu.records.ground.ordered_text import subtree_range
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Place
from bangfu.vocabulary.period import Period

__all__ = ["Agenda", "Chase", "Due", "Waiting", "agenda_of", "posts_of"]

_State = Submission.State
#: Returns that have left the place.
_HANDED_IN: Final = (_State.CONFIRMING, _State.SUBMITTED, _State.APPROVED)
#: Places and lines shown; whoever has more posts finds the rest in the lists.
_MOST_POSTS: Final = 40
_MOST_LINES: Final = 30
#: A form is chased from so many days before its day.
_CHASE_BEFORE: Final = timedelta(days=7)
_ABOVE: Final = {
    "village": ("township", "zone"),
    "township": ("county", "zone"),
    "county": ("city",),
    "city": ("province",),
    "province": (),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One form somebody has to fill: for one place, or on a sheet for the places below one."""

    form: Form
    period: Period
    place: Place
    due_on: date
    is_sheet: bool
    missing: int
    state: str
    comment: str = ""
    submission_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Returns of one form that wait for somebody: to review, to confirm, or sent back."""

    form_id: int
    label_zh: str
    label_en: str
    period: str
    place_id: int
    place_name: str
    count: int
    #: The one return there is; None where there are several.
    submission_id: int | None


@dataclass(frozen=True, slots=True)
class Chase:
    """One form that places below are late with."""

    form: Form
    period: Period
    place: Place
    due_on: date
    missing: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """All that stands on a desk."""

    due: Sequence[Due] = ()
    to_review: Sequence[Waiting] = ()
    to_confirm: Sequence[Waiting] = ()
    returned: Sequence[Due] = ()
    drafts: Sequence[Submission] = ()
    chase: Sequence[Chase] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done."""
        return not any(
            (self.due, self.to_review, self.to_confirm, self.returned, self.drafts, self.chase)
        )


def posts_of(user: Any, verb: str) -> list[Place]:
    """The places over which an account holds a verb itself, upper ones first."""
    grants = active_grants(user).filter(role__in=roles_with(verb))
    rows = Place.objects.filter(pk__in=grants.values("place_id"))
    return list(rows.order_by("path")[:_MOST_POSTS])


def agenda_of(user: Any) -> Agenda:
    """Everything a person has to do today."""
    today = clock.today()
    forms = list(Form.objects.filter(is_open=True).select_related("area").order_by("pk"))
    periods = {form.pk: last_ended(form.period_kind, today) for form in forms}
    due = _due(posts_of(user, "figures.enter"), forms, periods)
    named = {line.submission_id for line in due}
    return Agenda(
        due=[line for line in due if line.state != _State.RETURNED][:_MOST_LINES],
        returned=[line for line in due if line.state == _State.RETURNED][:_MOST_LINES],
        to_review=_to_review(posts_of(user, "figures.approve")),
        to_confirm=_to_confirm(posts_of(user, "figures.confirm")),
        drafts=[row for row in _drafts(user) if row.pk not in named],
        chase=_chase(posts_of(user, "figures.approve"), forms, periods, today),
    )


def _due(posts: Sequence[Place], forms: Sequence[Form], periods: dict[int, Period]) -> list[Due]:
    """The own returns of one's places, and one sheet for the places just below each."""
    own = [(f, p) for p in posts for f in forms if f.level == p.level and _applies(f, p)]
    sheets = [(f, p) for p in posts for f in forms if p.level in _ABOVE[f.level]]
    held = _returns([p.pk for _, p in own], forms, periods)
    lines = [_own_line(f, p, periods[f.pk], held.get((f.pk, p.pk))) for f, p in own]
    counts = _missing_below(sheets, periods)
    lines += [
        Due(f, periods[f.pk], p, due_on(periods[f.pk], f.due_days), True, counts[f.pk, p.pk], "")
        for f, p in sheets
        if counts[f.pk, p.pk]
    ]
    open_lines = [line for line in lines if line.state not in _HANDED_IN]
    return sorted(open_lines, key=lambda line: (line.due_on, line.form.pk, line.place.path))


def _own_line(form: Form, place: Place, period: Period, held: Submission | None) -> Due:
    day = (held.due_on if held else None) or due_on(period, form.due_days)
    state = held.state if held else ""
    comment, pk = (held.comment, held.pk) if held else ("", None)
    return Due(form, period, place, day, False, 1, state, comment, pk)


def _applies(form: Form, place: Place) -> bool:
    return form.area is None or place.path.startswith(form.area.path)


def _returns(
    place_ids: Sequence[int], forms: Sequence[Form], periods: dict[int, Period]
) -> dict[tuple[int, int], Submission]:
    if not place_ids:
        return {}
    rows = Submission.objects.filter(_of_periods(forms, periods), place__in=place_ids)
    return {(row.form_id, row.place_id): row for row in rows}


def _of_periods(forms: Iterable[Form], periods: dict[int, Period]) -> Q:
    by_period: dict[str, list[int]] = {}
    for form in forms:
        by_period.setdefault(periods[form.pk].text, []).append(form.pk)
    condition = Q(pk__in=[])
    for period, ids in by_period.items():
        condition |= Q(period=period, form__in=ids)
    return condition


def _missing_below(
    wanted: Sequence[tuple[Form, Place]], periods: dict[int, Period]
) -> dict[tuple[int, int], int]:
    """How many places below each place still owe each form; two queries for all of them."""
    if not wanted:
        return {}
    posts = {place.pk: place for _, place in wanted}
    forms = {form.pk: form for form, _ in wanted}
    owing = _places_below(posts.values(), forms.values(), periods)
    done = _handed_in_below(posts.values(), forms.values(), periods)
    counts = {}
    for form, place in wanted:
        area = form.area.path if form.area else ""
        due = owing.get((place.pk, form.level, area), 0)
        counts[form.pk, place.pk] = max(0, due - done.get((place.pk, form.pk), 0))
    return counts


def _places_below(
    posts: Iterable[Place], forms: Iterable[Form], periods: dict[int, Period]
) -> dict[tuple[int, str, str], int]:
    asked = list(forms)
    first = min(periods[form.pk].last_day for form in asked)
    aggregates: dict[str, Count] = {}
    names: dict[str, tuple[int, str, str]] = {}
    for post in posts:
        for form in asked:
            key = (post.pk, form.level, form.area.path if form.area else "")
            if key in names.values():
                continue
            name = f"n{len(names)}"
            names[name] = key
            condition = _within(post) & Q(level=form.level)
            if form.area is not None:
                low, high = subtree_range(form.area.path)
                condition &= Q(path__gte=low, path__lt=high)
            aggregates[name] = Count("pk", filter=condition)
    levels = {form.level for form in asked}
    reach = Q(pk__in=[])
    for post in posts:
        reach |= _within(post)
    rows = Place.objects.filter(reach, level__in=levels, ended_on__gt=first)
    found = rows.aggregate(**aggregates)
    return {names[name]: number for name, number in found.items()}


def _handed_in_below(
    posts: Iterable[Place], forms: Iterable[Form], periods: dict[int, Period]
) -> dict[tuple[int, int], int]:
    held = list(posts)
    reach = Q(pk__in=[])
    for post in held:
        reach |= _within(post, "place__")
    rows = Submission.objects.filter(reach, _of_periods(forms, periods), state__in=_HANDED_IN)
    numbers = {f"n{post.pk}": Count("pk", filter=_within(post, "place__")) for post in held}
    counts: dict[tuple[int, int], int] = {}
    lines: Any = rows.values("form_id").annotate(**numbers)
    for line in lines:
        for post in held:
            counts[post.pk, line["form_id"]] = line[f"n{post.pk}"]
    return counts


def _within(post: Place, by: str = "") -> Q:
    low, high = subtree_range(post.reporting_path)
    return Q(**{f"{by}reporting_path__gte": low, f"{by}reporting_path__lt": high})


def _to_review(posts: Sequence[Place]) -> list[Waiting]:
    rows = Submission.objects.filter(
        state=_State.SUBMITTED, at_place__in=[post.pk for post in posts]
    )
    return _grouped(rows, "at_place")


def _to_confirm(posts: Sequence[Place]) -> list[Waiting]:
    rows = Submission.objects.filter(state=_State.CONFIRMING, place__in=[post.pk for post in posts])
    return _grouped(rows, "place")


def _grouped(rows: Any, place: str) -> list[Waiting]:
    found = (
        rows.values(
            "form_id", "form__label_zh", "form__label_en", "period",
            f"{place}_id", f"{place}__name",
        )
        .annotate(number=Count("pk"), first=Min("pk"))
        .order_by("period", "form_id", f"{place}_id")[:_MOST_LINES]
    )  # fmt: skip
    return [
        Waiting(
            line["form_id"],
            line["form__label_zh"],
            line["form__label_en"],
            line["period"],
            line[f"{place}_id"],
            line[f"{place}__name"],
            line["number"],
            line["first"] if line["number"] == 1 else None,
        )
        for line in found
    ]


def _drafts(user: Any) -> list[Submission]:
    rows = Submission.objects.filter(saved_by=user.pk, state=_State.DRAFT)
    return list(rows.select_related("form", "place").order_by("due_on", "pk")[:10])


def _chase(
    posts: Sequence[Place], forms: Sequence[Form], periods: dict[int, Period], today: date
) -> list[Chase]:
    """Forms of the levels below whose day has come or is near."""
    order = [level for level in Level.values if level != Level.ZONE]
    wanted = [
        (form, post)
        for post in posts
        for form in forms
        if _rank(order, post.level) < order.index(form.level)
        and today >= due_on(periods[form.pk], form.due_days) - _CHASE_BEFORE
    ]
    counts = _missing_below(wanted, periods)
    lines = [
        Chase(form, periods[form.pk], post, due_on(periods[form.pk], form.due_days), number)
        for form, post in wanted
        if (number := counts[form.pk, post.pk])
    ]
    return sorted(lines, key=lambda line: (line.due_on, line.form.pk))[:_MOST_LINES]


def _rank(order: Sequence[str], level: str) -> int:
    return order.index(Level.COUNTY if level == Level.ZONE else level)
