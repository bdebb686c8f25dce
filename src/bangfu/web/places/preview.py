"""What a change would touch (变更预览): the change is made, looked at, and taken back.

The very action that will run is tried in a transaction that never commits, so that what is shown
is what will happen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from bangfu.records.access.models import AccessGrant
from bangfu.records.access.roles import ROLES
from bangfu.records.accounts.models import RoleAssignment
from bangfu.records.figures.models import Observation, Submission
from bangfu.records.ground import clock
from bangfu.records.organisations.models import HelperLink
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Membership, Place
from bangfu.records.places.tree import TreeRow, tree_on, valid_on
from bangfu.records.registers.models import RegisterRow
from bangfu.vocabulary.text import Text

__all__ = ["Line", "Preview", "Touched", "preview_of"]

_SHOWN = 100
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One place before and after: its name, code and the place above."""

    before: str
    after: str
    level: str


@dataclass(frozen=True, slots=True)
class Touched:
    """So many rows of one sort, with what tells them apart."""

    label: str
    detail: str
    count: int


@dataclass
class Preview:
    """The tree before and after, and what hangs on the places that move."""

    on: date
    lines: list[Line] = field(default_factory=list)
    moved: int = 0
    figures: list[Touched] = field(default_factory=list)
    returns: list[Touched] = field(default_factory=list)
    registers: list[Touched] = field(default_factory=list)
    pairs: int = 0
    groups: int = 0
    posts: list[Touched] = field(default_factory=list)
    losing: list[tuple[Text, int]] = field(default_factory=list)
    gaining: list[tuple[Text, int]] = field(default_factory=list)


def preview_of(carry_out: Callable[[], Any], on: date) -> Preview:
    """Try a change and tell what it would do; refusals come through as they are."""
    with transaction.atomic():
        before = {row.place_id: row for row in tree_on(on)}
        carry_out()
        after = {row.place_id: row for row in tree_on(on)}
        transaction.set_rollback(True)
    moved = {
        place_id
        for place_id in before.keys() | after.keys()
        if before.get(place_id) != after.get(place_id)
        and _said(before.get(place_id)) != _said(after.get(place_id))
    }
    found = Preview(on, _lines(moved, before, after), len(moved))
    _count_rows(found, moved)
    _count_sight(found, moved, before, after)
    return found


def _said(row: TreeRow | None) -> Any:
    """What of a row matters to people; not since when it holds."""
    return row and (row.code_system, row.code, row.name, row.level, row.kind, row.path)


def _lines(
    moved: Collection[int], before: dict[int, TreeRow], after: dict[int, TreeRow]
) -> list[Line]:
    order = sorted(moved, key=lambda p: (before.get(p) or after[p]).path)
    return [
        Line(
            _told(before.get(place_id), before),
            _told(after.get(place_id), after),
            Level((before.get(place_id) or after[place_id]).level).label,
        )
        for place_id in order[:_SHOWN]
    ]


def _told(row: TreeRow | None, tree: dict[int, TreeRow]) -> str:
    if row is None:
        return ""
    above = tree.get(row.parent_id) if row.parent_id else None
    kind = f"·{row.kind}" if row.kind else ""
    return f"{above.name if above else ''}／{row.name}（{row.code}{kind}）"


def _count_rows(found: Preview, moved: Collection[int]) -> None:
    figures: Counter[tuple[str, str]] = Counter()
    returns: Counter[tuple[str, str]] = Counter()
    registers: Counter[tuple[str, str]] = Counter()
    posts: Counter[tuple[str, str]] = Counter()
    held = sorted(moved)
    for start in range(0, len(held), _CHUNK):
        ids = held[start : start + _CHUNK]
        _add(figures, Observation.objects.filter(place__in=ids), "submission__form__label_zh")
        waiting = Submission.objects.filter(place__in=ids).exclude(state=Submission.State.APPROVED)
        _add(returns, waiting, "form__label_zh")
        rows = RegisterRow.objects.filter(place__in=ids, is_removed=False)
        _add(registers, rows, "definition__register")
        held_posts = RoleAssignment.objects.filter(_now(), place__in=ids)
        for role, count in held_posts.values_list("role").annotate(n=Count("pk")):
            posts[ROLES[role].label.zh if role in ROLES else role, ""] += count
        found.pairs += HelperLink.objects.filter(_now(), place__in=ids).count()
        found.groups += Membership.objects.filter(_now(), place__in=ids, known_to=None).count()
    found.figures, found.returns = _sorted(figures), _sorted(returns)
    found.registers, found.posts = _sorted(registers), _sorted(posts)


def _add(counts: Counter[tuple[str, str]], rows: Any, label: str) -> None:
    grouped = rows.order_by().values_list(label, "period").annotate(n=Count("pk"))
    for name, period, count in grouped:
        counts[name or "", period] += count


def _sorted(counts: Counter[tuple[str, str]]) -> list[Touched]:
    return [Touched(label, detail, count) for (label, detail), count in sorted(counts.items())]


def _now() -> Q:
    return valid_on(clock.today(), starts="starts_on", ends="ends_on")


def _count_sight(
    found: Preview,
    moved: Collection[int],
    before: dict[int, TreeRow],
    after: dict[int, TreeRow],
) -> None:
    """Accounts, by role, that would see a moved place no longer, or newly."""
    losing: dict[str, set[int]] = {}
    gaining: dict[str, set[int]] = {}
    spans = [(_above(before.get(p)), _above(after.get(p))) for p in moved]
    left = {place for old, new in spans if new for place in old - new}
    joined = {place for old, new in spans for place in new - old}
    grants = AccessGrant.objects.filter(_now(), place__in=sorted(left | joined))
    for subject, role, place in grants.values_list("subject_id", "role", "place_id"):
        if place in left:
            losing.setdefault(role, set()).add(subject)
        if place in joined:
            gaining.setdefault(role, set()).add(subject)
    found.losing, found.gaining = _by_role(losing), _by_role(gaining)


def _above(row: TreeRow | None) -> set[int]:
    if row is None:
        return set()
    parts = [*row.path.strip("/").split("/"), *row.reporting_path.strip("/").split("/")]
    return {int(part) for part in parts}


def _by_role(accounts: dict[str, set[int]]) -> list[tuple[Text, int]]:
    return [
        (ROLES[role].label if role in ROLES else Text(role, role), len(subjects))
        for role, subjects in sorted(accounts.items())
    ]


def versions_of(places: Collection[Place]) -> dict[int, int]:
    """The versions of some places as they stand."""
    ids = [place.pk for place in places]
    return dict(Place.objects.filter(pk__in=ids).values_list("pk", "version"))
