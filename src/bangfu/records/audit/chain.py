"""The chain of the log (日志链): each entry's SM3 hash covers the one before it.

SM3 is the national hash (GB/T 32905-2016). Changing, removing or inserting an entry breaks every
hash after it; `first_break` names the first entry that does not fit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes

from bangfu.records.audit.models import AuditEntry, ChainHead
from bangfu.vocabulary.text import Text

__all__ = ["GENESIS", "Break", "PendingEntry", "append", "entry_hash", "first_break", "sm3_hex"]

#: What stands before the first entry.
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An entry that waits for the end of its transaction."""

    act: str
    record_type: str = ""
    record_id: str = ""
    place_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not fit, and why."""

    sequence: int
    reason: Text


def sm3_hex(data: bytes) -> str:
    """The SM3 hash of bytes, as 64 hexadecimal digits."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()


def entry_hash(entry: AuditEntry) -> str:
    """The hash an entry must carry, over everything it says and the hash before it."""
    content = {
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "on_behalf_of_id": entry.on_behalf_of_id,
        "act": entry.act,
        "record_type": entry.record_type,
        "record_id": entry.record_id,
        "place_id": entry.place_id,
        "data": entry.data,
        "request_id": entry.request_id,
        "previous_hash": entry.previous_hash,
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sm3_hex(text.encode())


def append(
    pending: Iterable[PendingEntry],
    *,
    actor_id: int | None,
    on_behalf_of_id: int | None,
    at: datetime,
    request_id: str = "",
) -> list[AuditEntry]:
    """Write entries at the end of the chain; the head stays locked until the transaction ends.

    Call it last in a transaction: whoever comes next waits for the lock.
    """
    head = ChainHead.objects.select_for_update().get(pk=1)
    written = []
    for item in pending:
        entry = AuditEntry(
            sequence=head.sequence + 1,
            at=at,
            actor_id=actor_id,
            on_behalf_of_id=on_behalf_of_id,
            act=item.act,
            record_type=item.record_type,
            record_id=item.record_id,
            place_id=item.place_id,
            # What is hashed is what the database gives back: plain JSON values.
            data=json.loads(json.dumps(item.data, ensure_ascii=False, default=str)),
            request_id=request_id,
            previous_hash=head.hash,
        )
        entry.hash = entry_hash(entry)
        head.sequence, head.hash = entry.sequence, entry.hash
        written.append(entry)
    AuditEntry.objects.bulk_create(written)
    ChainHead.objects.filter(pk=1).update(sequence=head.sequence, hash=head.hash)
    return written


def first_break() -> Break | None:
    """The first entry that does not fit the chain, or None if all fit."""
    previous, expected = GENESIS, 1
    for entry in AuditEntry.objects.order_by("sequence").iterator(chunk_size=2000):
        if entry.sequence != expected:
            return Break(expected, Text("缺少这一条", "this entry is missing"))
        if entry.previous_hash != previous:
            return Break(entry.sequence, Text("与上一条不衔接", "does not follow the one before"))
        if entry.hash != entry_hash(entry):
            return Break(entry.sequence, Text("内容与校验值不符", "content and hash differ"))
        previous, expected = entry.hash, expected + 1
    head = ChainHead.objects.get(pk=1)
    if (head.sequence, head.hash) != (expected - 1, previous):
        return Break(expected, Text("末尾的条目缺失", "entries at the end are missing"))
    return None
