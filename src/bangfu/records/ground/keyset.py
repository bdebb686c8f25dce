"""Pages of rows by key, not by offset (按键翻页): the thousandth page costs what the first does.

The order must be total: the last key is unique. Counts are exact up to a limit, then "1,000+".
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["COUNT_LIMIT", "Page", "capped_count", "keyset_page"]

#: Beyond this a count costs more than it tells.
COUNT_LIMIT = 1000

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows, and the cursors of the pages beside them (None at either end)."""

    items: list[M]
    next_cursor: str | None
    previous_cursor: str | None
    count: int
    count_is_capped: bool

    @property
    def count_label(self) -> str:
        """The count as a person reads it: ``1,000+`` beyond the limit."""
        return f"{self.count:,}+" if self.count_is_capped else f"{self.count:,}"


def capped_count(rows: QuerySet[M], limit: int = COUNT_LIMIT) -> tuple[int, bool]:
    """The number of rows up to ``limit``, and whether there are more."""
    found = rows.order_by().values("pk")[: limit + 1].count()
    return min(found, limit), found > limit


def keyset_page(
    rows: QuerySet[M], *, order: Sequence[str], cursor: str = "", size: int = 50
) -> Page[M]:
    """One page of ``rows`` in ``order`` (field names, ``-name`` for downwards; the last unique).

    ``cursor`` is what an earlier page gave; a broken one is refused, never ignored.
    """
    count, capped = capped_count(rows)
    backwards, after = _read(cursor, len(order))
    found = rows
    if after is not None:
        try:
            found = found.filter(_beyond(order, after, backwards=backwards))
        except (ValueError, TypeError, ValidationError) as error:
            raise _broken() from error
    directions = [_turned(name) for name in order] if backwards else list(order)
    taken = list(found.order_by(*directions)[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if backwards:
        taken.reverse()
    has_next = more if not backwards else True
    has_previous = after is not None if not backwards else more
    return Page(
        items=taken,
        next_cursor=_write("n", taken[-1], order) if taken and has_next else None,
        previous_cursor=_write("p", taken[0], order) if taken and has_previous else None,
        count=count,
        count_is_capped=capped,
    )


def _beyond(order: Sequence[str], after: Sequence[Any], *, backwards: bool) -> Q:
    """Rows strictly beyond a key in lexicographic order."""
    names = [name.removeprefix("-") for name in order]
    beyond = Q()
    for index, name in enumerate(names):
        upwards = order[index].startswith("-") == backwards
        same = {names[held]: after[held] for held in range(index)}
        beyond |= Q(**same, **{f"{name}__{'gt' if upwards else 'lt'}": after[index]})
    return beyond


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _write(side: str, row: Model, order: Sequence[str]) -> str:
    values = [_value(row, name) for name in order]
    text = json.dumps([side, *values], ensure_ascii=False, separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value(row: Any, name: str) -> Any:
    for part in name.removeprefix("-").split("__"):
        row = getattr(row, part)
    return row


def _read(cursor: str, keys: int) -> tuple[bool, list[Any] | None]:
    if not cursor:
        return False, None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        side, *after = json.loads(base64.urlsafe_b64decode(padded.encode()))
    except (ValueError, TypeError) as error:
        raise _broken() from error
    if side not in ("n", "p") or len(after) != keys:
        raise _broken()
    if not all(_is_key(key) for key in after):
        raise _broken()
    return side == "p", after


def _is_key(key: Any) -> bool:
    if isinstance(key, str):
        return "\x00" not in key
    return isinstance(key, int) and abs(key) < 2**63


def _broken() -> Exception:
    return refuse(
        "PAG-01",
        Text("翻页标记不完整。", "The page mark is damaged."),
        remedy=Text("请从列表第一页重新翻。", "Start again from the first page of the list."),
    )
