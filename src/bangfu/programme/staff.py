"""Posts (名额与到位): which slots each listed place must have, and who is there on the day."""

from __future__ import annotations

import polars as pl

from bangfu.engine.staffing import SlotRule, slot_coverage
from bangfu.programme.holders import holders
from bangfu.programme.result import Headline
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import Slot
from bangfu.vocabulary.text import Text

__all__ = ["slots"]


def slots(work: Workspace) -> None:
    """Count required and present holders; add the table ``slots`` and its headlines."""
    rules = [slot for slot in work.scheme.staffing.slots if _at_least(work, slot) is not None]
    if not rules:
        return
    _declared_headline(work, rules)
    places = work.members_of(tuple({name for slot in rules for name in slot.classes}))
    if places.is_empty():
        work.skip(
            "slots",
            "list_members",
            Text("没有名单，不能逐个单位列名额。", "without a list no slots per place."),
        )
        return
    held = holders(work.tables)
    if held is None:
        work.skip(
            "slots",
            "staff、leaders、pairings",
            Text(
                "没有选派、包联、结对数据，到位情况待核实。",
                "no table of staff, leaders or pairings: presence is unknown.",
            ),
        )
    table = slot_coverage(
        places.select("place_code", "class"),
        [_rule(work, slot) for slot in rules],
        held,
        on=work.as_of,
    )
    named = places.select("place_code", "name")
    work.result.tables["slots"] = table.join(
        named, on="place_code", how="left", maintain_order="left"
    )
    _listed_headlines(work, rules, table)


def _at_least(work: Workspace, slot: Slot) -> int | None:
    return work.whole(f"staffing.{slot.id}.at_least")


def _rule(work: Workspace, slot: Slot) -> SlotRule:
    path = f"staffing.{slot.id}"
    low, high = work.whole(f"{path}.members_at_least"), work.whole(f"{path}.members_at_most")
    return SlotRule(
        slot.id,
        slot.classes,
        slot.posts,
        _at_least(work, slot) or 0,
        at_most=work.whole(f"{path}.at_most"),
        member_range=None if low is None else (low, high),
        clauses=slot.clauses,
    )


def _declared_headline(work: Workspace, rules: list[Slot]) -> None:
    """Slots in all, from the numbers of places the document declares."""
    total, unknown = 0, False
    for slot in rules:
        if not slot.counts_in_total:
            continue
        for name in slot.classes:
            size = work.declared_size(name)
            unknown = unknown or size is None
            total += (size or 0) * (_at_least(work, slot) or 0)
    clauses = tuple(dict.fromkeys(c for s in rules if s.counts_in_total for c in s.clauses))
    work.headline(
        Headline(
            "slots.declared",
            Text("应有名额（按文件个数）", "Slots required, by declared numbers"),
            None if unknown else total,
            "个",
            clauses,
            step="slots",
        )
    )


def _listed_headlines(work: Workspace, rules: list[Slot], table: pl.DataFrame) -> None:
    counted = [slot.id for slot in rules if slot.counts_in_total]
    clauses = tuple(dict.fromkeys(c for s in rules if s.counts_in_total for c in s.clauses))
    rows = table.filter(pl.col("slot").is_in(counted))
    required = int(rows["required"].sum())
    work.headline(
        Headline(
            "slots.required",
            Text("应有名额（按名单）", "Slots required, by the list"),
            required,
            "个",
            clauses,
            step="slots",
        )
    )
    known = rows["present"].null_count() == 0
    filled = int(rows.select(pl.min_horizontal("required", "present")).to_series().sum())
    work.headline(
        Headline(
            "slots.filled",
            Text("已到位名额", "Slots filled"),
            filled if known else None,
            "个",
            clauses,
            step="slots",
        )
    )
