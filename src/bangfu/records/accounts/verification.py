"""Checking every grant against its source (核对授权): used by ``bangfu verify``.

A grant must be exactly what its post gives: one too many is a right nobody decided, one missing
is a person locked out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bangfu.records.access.models import AccessGrant
from bangfu.records.accounts.grants import SOURCE, GrantKey, due_of_many, key_of
from bangfu.records.accounts.models import RoleAssignment
from bangfu.vocabulary.text import Text

__all__ = ["GrantFinding", "verify_grants"]

_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class GrantFinding:
    """One grant that is not what it must be."""

    #: extra, missing or unknown_source
    kind: str
    source: str
    account_id: int
    place_id: int
    reason: Text


_REASONS: Final = {
    "extra": Text("多出的授权：没有对应的任职", "a grant that no post gives"),
    "missing": Text("缺少的授权：任职没有生效", "a grant that a post must give is missing"),
    "unknown_source": Text("授权的来源不存在", "the source of the grant does not exist"),
}


def verify_grants() -> Iterator[GrantFinding]:
    """Every grant that differs from what its source gives; nothing when all is well.

    A grant that was changed shows twice: as one too many and as the one that is missing.
    """
    yield from _of_posts()
    yield from _without_post()


def _of_posts() -> Iterator[GrantFinding]:
    posts = RoleAssignment.objects.order_by("pk").iterator(chunk_size=_AT_ONCE)
    while chunk := list(islice(posts, _AT_ONCE)):
        due = due_of_many(chunk)
        sources = [f"{SOURCE}{post.pk}" for post in chunk]
        held = [key_of(grant) for grant in AccessGrant.objects.filter(source__in=sources)]
        yield from _findings("extra", sorted(set(held) - due))
        yield from _findings("missing", sorted(due - set(held)))


def _without_post() -> Iterator[GrantFinding]:
    """Grants whose source names no post at all."""
    known = set(RoleAssignment.objects.values_list("pk", flat=True))
    for grant in AccessGrant.objects.order_by("pk").iterator(chunk_size=_AT_ONCE):
        number = grant.source.removeprefix(SOURCE)
        named = grant.source.startswith(SOURCE) and number.isascii() and number.isdigit()
        if not named or int(number) not in known or str(int(number)) != number:
            yield from _findings("unknown_source", [key_of(grant)])


def _findings(kind: str, keys: Iterable[GrantKey]) -> Iterator[GrantFinding]:
    for key in keys:
        yield GrantFinding(kind, key.source, key.subject_id, key.place_id, _REASONS[kind])
