"""Actions (操作): one verb, one transaction, one record in the log.

    @action("figures.approve")
    def approve(submission_id: int, *, seen_version: int, actor: Account) -> Submission:
        ...
        note(row, before={"state": before}, after={"state": row.state})

The outermost action opens the transaction; what is noted inside, by it and by the actions it
calls, is written as its last statements, where the lock of the chain is taken. An action that
notes nothing is an error: there is no silent change.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import models, transaction

from bangfu.records.audit.chain import PendingEntry, append
from bangfu.records.ground import clock

__all__ = [
    "ACTION_CODES",
    "Actor",
    "System",
    "acting_for",
    "action",
    "note",
    "principal",
    "request_named",
]

P = ParamSpec("P")
R = TypeVar("R")


#: Every action that was declared; each has its words in `records.audit.sentences`.
ACTION_CODES: set[str] = set()


class Actor(Protocol):
    """Who acts: an account, or the system itself."""

    @property
    def pk(self) -> Any:
        """The account's id; None for the system."""


@dataclass(frozen=True, slots=True)
class System:
    """The software itself, for what no person asked for (timers, set-up)."""

    pk: None = None


@dataclass
class _Collected:
    act: str
    actor_id: int | None
    entries: list[PendingEntry] = field(default_factory=list)


_current: ContextVar[_Collected | None] = ContextVar("current_action", default=None)
_principal: ContextVar[int | None] = ContextVar("principal", default=None)
_request: ContextVar[str] = ContextVar("request", default="")


def action(code: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the action ``code`` (``app.verb``); it takes ``actor`` by keyword."""

    ACTION_CODES.add(code)

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor: Any = kwargs.get("actor")
            if actor is None:
                raise TypeError(f"{code} needs actor=")
            outer = _current.get()
            if outer is not None:
                return _inside(outer, code, function, *args, **kwargs)
            with transaction.atomic():
                collected = _Collected(code, actor.pk)
                token = _current.set(collected)
                try:
                    result = function(*args, **kwargs)
                finally:
                    _current.reset(token)
                if not collected.entries:
                    raise RuntimeError(f"the action {code} noted nothing")
                append(
                    collected.entries,
                    actor_id=actor.pk,
                    on_behalf_of_id=_principal.get(),
                    at=clock.now(),
                    request_id=_request.get(),
                )
                return result

        run.action_code = code  # type: ignore[attr-defined]
        return run

    return decorate


def _inside(
    outer: _Collected, code: str, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """An action called by another one: its notes carry its own code."""
    held, outer.act = outer.act, code
    try:
        return function(*args, **kwargs)
    finally:
        outer.act = held


def note(
    row: models.Model | None = None,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    place_id: int | None = None,
    **facts: Any,
) -> None:
    """Put one entry on the list of the running action.

    ``before`` and ``after`` hold only what changed. No personal data belongs here.
    """
    collected = _current.get()
    if collected is None:
        raise RuntimeError("note() outside an action")
    data: dict[str, Any] = dict(facts)
    if before is not None:
        data["before"] = dict(before)
    if after is not None:
        data["after"] = dict(after)
    if place_id is None and row is not None:
        place_id = getattr(row, "place_id", None)
    collected.entries.append(
        PendingEntry(
            act=collected.act,
            record_type=row._meta.label_lower if row is not None else "",
            record_id=str(row.pk) if row is not None else "",
            place_id=place_id,
            data=data,
        )
    )


@contextmanager
def acting_for(principal_id: int | None) -> Iterator[None]:
    """Everything inside is done in the name of another account (代办); both names are logged."""
    token = _principal.set(principal_id)
    try:
        yield
    finally:
        _principal.reset(token)


def principal() -> int | None:
    """The account in whose name something is being done now; None for one's own."""
    return _principal.get()


@contextmanager
def request_named(request_id: str) -> Iterator[None]:
    """Everything inside belongs to one request."""
    token = _request.set(request_id)
    try:
        yield
    finally:
        _request.reset(token)
