"""Figures and labels (取值与名称): the right kind in each field, both languages, sound codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bangfu.schemes.checks.walk import entries, fault
from bangfu.schemes.figures import Dated
from bangfu.schemes.format import Bilingual, Membership, NamedPlace
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.place import code_fault

__all__ = ["code_faults", "figure_faults", "label_faults"]

_SCALE = frozenset({"money", "count", "pct"})
#: Kinds of figure that a field takes; a field that is not here takes any.
_KINDS: Final[dict[str, frozenset[str]]] = {
    "size": frozenset({"count"}),
    "select": frozenset({"count"}),
    "total": frozenset({"count"}),
    "grand_total": frozenset({"count"}),
    "year": frozenset({"count"}),
    "base_year": frozenset({"count"}),
    "at_least": frozenset({"count"}),
    "at_most": frozenset({"count"}),
    "members_at_least": frozenset({"count"}),
    "members_at_most": frozenset({"count"}),
    "unit_amount": frozenset({"money"}),
    "top_up_from": frozenset({"money"}),
    "ratio": frozenset({"ratio"}),
    "years": frozenset({"span"}),
    "every": frozenset({"interval"}),
    "months": frozenset({"count"}),
    "multiple": frozenset({"count"}),
    "retention": frozenset({"duration"}),
    "starts_on": frozenset({"date"}),
    "ends_on": frozenset({"date"}),
    "number": frozenset({"count"}),
    "years_before": frozenset({"count"}),
    "shortest": frozenset({"duration"}),
    "longest": frozenset({"duration"}),
    "travel_time": frozenset({"duration"}),
    "pass_share": frozenset({"pct"}),
    "meets_every": frozenset({"interval"}),
    "threshold": _SCALE,
    "zero_at": _SCALE,
    "full_at": _SCALE,
}
#: What a number or share of places is compared with.
_OF_BODIES: Final[dict[str, frozenset[str]]] = {
    "body_count": frozenset({"count"}),
    "body_share": frozenset({"pct"}),
}
_HAN: Final = re.compile(r"[一-鿿㐀-䶿]")


def figure_faults(scheme: Scheme) -> Iterator[Fault]:
    """CHK-40 a figure of the wrong kind, CHK-41 one below zero, CHK-42 one that begins too late."""
    bodies = {
        f"goals.{goal.id}.threshold": _OF_BODIES[goal.measure]
        for goal in scheme.goals.goals
        if goal.measure in _OF_BODIES
    }
    for path, dated in scheme.figures.items():
        origin = scheme.origin(path)
        allowed = _KINDS.get(path.rsplit(".", 1)[-1]) if _is_field(scheme, path) else None
        allowed = bodies.get(path, allowed)
        if allowed is not None and origin.kind is not None and origin.kind not in allowed:
            yield fault(
                "CHK-40",
                path,
                f"这里应为 {'、'.join(sorted(allowed))}，写的是 {origin.kind}。",
                f"takes {', '.join(sorted(allowed))}; given: {origin.kind}.",
            )
        if dated.ref is None:
            yield from _entry_faults(scheme, dated)


def _is_field(scheme: Scheme, path: str) -> bool:
    # A value of a file has two words, step and id; its id may be any word.
    return path.count(".") > 1 or path == "pairing.grand_total"


def _entry_faults(scheme: Scheme, dated: Dated) -> Iterator[Fault]:
    for _, figure in dated.entries:
        if figure is not None and figure.kind in ("money", "count") and figure.value < 0:
            zh, en = f"取值 {figure.show()} 小于零。", f"the figure {figure.show('en')} is below 0."
            yield fault("CHK-41", dated.path, zh, en)
    starts_on = scheme.about.period.starts_on
    if dated.by_year_of_figures or dated.derived or not dated.entries:
        return
    if dated.entries[0][0] > starts_on:
        yield fault(
            "CHK-42",
            dated.path,
            f"最早的取值自 {dated.entries[0][0].isoformat()} 起，方案自 {starts_on.isoformat()} "
            "起；其间没有规定的，请写 null。",
            f"begins on {dated.entries[0][0].isoformat()}, the scheme on {starts_on.isoformat()}; "
            "write null where the document says nothing.",
        )


def label_faults(scheme: Scheme) -> Iterator[Fault]:
    """CHK-43: a Chinese text without Chinese, an English text that is Chinese for the most part.

    An official term may stand in an English sentence; it must not make up a fifth of it.
    """
    for path, node in entries(scheme):
        if not isinstance(node, Bilingual):
            continue
        if not _HAN.search(node.zh):
            yield fault(
                "CHK-43",
                path,
                f"中文栏没有汉字：「{node.zh}」。",
                f"the Chinese text holds no Chinese: {node.zh!r}.",
            )
        if len(_HAN.findall(node.en)) * 5 > len(node.en):
            yield fault(
                "CHK-43",
                path,
                f"英文栏写的是汉字：「{node.en}」。",
                f"the English text is Chinese: {node.en!r}.",
            )


def code_faults(scheme: Scheme) -> Iterator[Fault]:
    """CHK-44: a place code that is not one of its system."""
    for path, code, system in _codes(scheme):
        reason = code_fault(code, system)
        if reason is not None:
            zh = f"区划代码「{code}」不合 {system} 的写法（统计用 12 位，民政用 6 或 9 位）。"
            yield fault("CHK-44", path, zh, f"{code!r}: {reason}.")


def _codes(scheme: Scheme) -> Iterator[tuple[str, str, str]]:
    yield "scheme.province_code", scheme.about.province_code, "nbs"
    for code in scheme.pairing.places:
        yield "pairing.places", code, "nbs"
    for target_list in scheme.targeting.lists:
        path = f"targeting.{target_list.id}"
        for code in target_list.allowed_within:
            yield f"{path}.allowed_within", code, "nbs"
        for code in target_list.codes:
            yield f"{path}.codes", code, "nbs"
        for target_class in target_list.classes:
            for code in target_class.lies_in:
                yield f"{path}.{target_class.id}.lies_in", code, "nbs"
        for known in target_list.universe.known_differences:
            yield f"{path}.universe.known_differences", known.place_code, "nbs"
    for duty in scheme.duties.duties:
        for code in duty.jurisdiction_codes:
            yield f"duties.{duty.id}.jurisdiction_codes", code, "nbs"
    for path, node in entries(scheme):
        if isinstance(node, NamedPlace) and node.code is not None:
            yield path, node.code, node.code_system or "nbs"
        if isinstance(node, Membership):
            for codes in node.values.values():
                for code in codes:
                    yield path, code, node.code_system
