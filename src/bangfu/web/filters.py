"""Filters of lists and exports (筛选): an unknown one is refused, never ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = ["Accept", "choice", "number", "period", "read_filters", "text"]

#: Turns the text of a filter into a value, or raises ValueError with what is accepted.
Accept = Callable[[str], Any]

#: What every list accepts beside its own filters.
_ALWAYS = frozenset({"cursor", "lang"})


def choice(values: Mapping[str, Any] | list[str]) -> Accept:
    """One of some values."""
    known = list(values)

    def accept(given: str) -> str:
        if given not in known:
            raise ValueError(" | ".join(known))
        return given

    return accept


def number(given: str) -> int:
    """The id of a record."""
    if not re.fullmatch(r"[0-9]{1,18}", given):
        raise ValueError("0-9")
    return int(given)


def period(given: str) -> str:
    """A period: 2024, 2024Q1, 2024-03."""
    try:
        return parse_period(given).text
    except ValueError as error:
        raise ValueError("2024 | 2024H1 | 2024Q1 | 2024-03") from error


def text(given: str) -> str:
    """Free words, without control characters, 80 at most."""
    if len(given) > 80 or any(ord(letter) < 32 for letter in given):
        raise ValueError("≤ 80")
    return given.strip()


def read_filters(given: QueryDict, accepted: Mapping[str, Accept]) -> dict[str, Any]:
    """The filters of a request as values; empty ones are left out; all faults at once."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name in given:
        if name in _ALWAYS:
            continue
        accept = accepted.get(name)
        if accept is None or len(given.getlist(name)) > 1:
            faults.append(_unknown(name, accepted))
            continue
        raw = str(given[name]).strip()
        if not raw:
            continue
        try:
            values[name] = accept(raw)
        except ValueError as error:
            faults.append(_wrong(name, str(error)))
    if faults:
        raise FaultsFound(faults)
    return values


def _unknown(name: str, accepted: Mapping[str, Accept]) -> Fault:
    shown, known = name[:40], "、".join(accepted) or "—"
    return Fault(
        "FIL-01",
        shown,
        Text(
            f"没有这个筛选条件，或给了多次。可用：{known}。",
            f"There is no such filter, or it is given twice. Accepted: {', '.join(accepted)}.",
        ),
    )


def _wrong(name: str, accepted: str) -> Fault:
    return Fault(
        "FIL-02",
        name,
        Text(f"取值不在可用范围：{accepted}。", f"The value is not one of: {accepted}."),
    )
