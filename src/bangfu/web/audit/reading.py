"""An entry of the log as a person reads it (日志的阅读): names are looked up when it is shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from bangfu.records.accounts.models import Account
from bangfu.records.audit.models import AuditEntry
from bangfu.records.places.models import Place
from bangfu.web.audit.sentences import label_of

__all__ = ["Change", "ReadEntry", "read_entries"]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an entry: before and after, or a fact."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """What a page shows of an entry."""

    row: AuditEntry
    at: datetime
    act: str
    actor: str
    on_behalf_of: str
    place: str
    changes: tuple[Change, ...]

    HEAD: ClassVar = (
        "sequence", "at", "act", "actor_id", "on_behalf_of_id", "record_type", "record_id",
        "place_id", "data", "request_id", "previous_hash", "hash",
    )  # fmt: skip

    @classmethod
    def plain(cls, row: AuditEntry) -> tuple[Any, ...]:
        """The entry as a line of a table, with what its hash covers."""
        return (
            row.sequence,
            row.at.isoformat(),
            row.act,
            row.actor_id,
            row.on_behalf_of_id,
            row.record_type,
            row.record_id,
            row.place_id,
            json.dumps(row.data, ensure_ascii=False, sort_keys=True),
            row.request_id,
            row.previous_hash,
            row.hash,
        )


def read_entries(rows: Sequence[AuditEntry], user: Any) -> list[ReadEntry]:
    """Entries with names; places outside the reader's area stay numbers."""
    accounts = {row.actor_id for row in rows} | {row.on_behalf_of_id for row in rows}
    names = dict(
        Account.objects.filter(pk__in=[key for key in accounts if key]).values_list(
            "pk", "display_name"
        )
    )
    places = dict(
        Place.objects.visible_to(user)
        .filter(pk__in=[row.place_id for row in rows if row.place_id])
        .values_list("pk", "name")
    )
    return [
        ReadEntry(
            row=row,
            at=row.at,
            act=label_of(row.act),
            actor=_name(names, row.actor_id),
            on_behalf_of=_name(names, row.on_behalf_of_id) if row.on_behalf_of_id else "",
            place=_name(places, row.place_id) if row.place_id else "",
            changes=tuple(_changes(row.data)),
        )
        for row in rows
    ]


def _name(names: dict[int, str], key: int | None) -> str:
    if key is None:
        return ""
    return names.get(key, f"#{key}")


def _changes(data: dict[str, Any]) -> list[Change]:
    before, after = data.get("before") or {}, data.get("after") or {}
    changes = [
        Change(name, _shown(before.get(name)), _shown(after.get(name)))
        for name in dict.fromkeys([*before, *after])
    ]
    changes += [
        Change(name, "", _shown(value))
        for name, value in data.items()
        if name not in ("before", "after")
    ]
    return changes


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}…"
