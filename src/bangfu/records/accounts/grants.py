"""Grants that follow from posts and pairs (授权的推算): written by actions, recomputed by verify.

A post over a place gives one grant there. A post in a helper unit gives one grant at every
place the unit is paired with, for the days both hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from bangfu.records.access.models import AccessGrant
from bangfu.records.accounts.models import RoleAssignment
from bangfu.records.organisations.models import HelperLink

__all__ = [
    "SOURCE",
    "GrantKey",
    "due_grants",
    "due_of_many",
    "held_grants",
    "key_of",
    "rewrite_grants",
]

#: How the source of such a grant begins; the number of the assignment follows.
SOURCE: Final = "accounts.roleassignment:"


@dataclass(frozen=True, slots=True, order=True)
class GrantKey:
    """What a grant says."""

    subject_id: int
    place_id: int
    role: str
    kind: str
    source: str
    starts_on: date
    ends_on: date
    #: 0 for a role that is one's own, so that keys can be sorted.
    lender_id: int

    def as_row(self) -> AccessGrant:
        """The row to write."""
        return AccessGrant(
            subject_id=self.subject_id,
            place_id=self.place_id,
            role=self.role,
            kind=self.kind,
            source=self.source,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            on_behalf_of_id=self.lender_id or None,
        )


def source_of(assignment: RoleAssignment) -> str:
    """How a grant names the post it follows from."""
    return f"{SOURCE}{assignment.pk}"


def key_of(grant: AccessGrant) -> GrantKey:
    """What a written grant says."""
    return GrantKey(
        grant.subject_id,
        grant.place_id,
        grant.role,
        grant.kind,
        grant.source,
        grant.starts_on,
        grant.ends_on,
        grant.on_behalf_of_id or 0,
    )


def due_grants(assignment: RoleAssignment) -> set[GrantKey]:
    """The grants an assignment must give."""
    return due_of_many([assignment])


def due_of_many(assignments: Iterable[RoleAssignment]) -> set[GrantKey]:
    """The grants that some assignments must give; the pairs are read once for all."""
    posts = list(assignments)
    units = {post.organisation_id for post in posts if post.organisation_id is not None}
    links: dict[int, list[HelperLink]] = {}
    for link in HelperLink.objects.filter(organisation_id__in=units):
        links.setdefault(link.organisation_id, []).append(link)
    due = {
        _key(post, post.place_id, post.starts_on, post.ends_on)
        for post in posts
        if post.place_id is not None
    }
    for post in posts:
        for link in links.get(post.organisation_id or 0, ()):
            starts_on = max(link.starts_on, post.starts_on)
            ends_on = min(link.ends_on, post.ends_on)
            if starts_on < ends_on:
                due.add(_key(post, link.place_id, starts_on, ends_on))
    return due


def held_grants(assignment: RoleAssignment) -> dict[GrantKey, int]:
    """The grants that stand for an assignment, with their rows."""
    found = AccessGrant.objects.filter(source=source_of(assignment))
    return {key_of(grant): grant.pk for grant in found}


def rewrite_grants(assignments: Iterable[RoleAssignment]) -> int:
    """Make the grants of these assignments what they must be; the number of rows that moved."""
    moved = 0
    for assignment in assignments:
        due, held = due_grants(assignment), held_grants(assignment)
        gone = [row for key, row in held.items() if key not in due]
        AccessGrant.objects.filter(pk__in=gone).delete()
        new = sorted(due - held.keys())
        AccessGrant.objects.bulk_create(key.as_row() for key in new)
        moved += len(gone) + len(new)
    return moved


def _key(assignment: RoleAssignment, place_id: int, starts_on: date, ends_on: date) -> GrantKey:
    return GrantKey(
        assignment.account_id,
        place_id,
        assignment.role,
        _kind(assignment),
        source_of(assignment),
        starts_on,
        ends_on,
        assignment.on_behalf_of_id or 0,
    )


def _kind(assignment: RoleAssignment) -> str:
    """Lent stays lent; otherwise what the role is over says where the grant comes from."""
    if assignment.on_behalf_of_id is not None or assignment.place_id is not None:
        return assignment.kind
    return AccessGrant.Kind.PAIRING.value
