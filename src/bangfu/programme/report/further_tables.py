"""Tables of steps that only some schemes have (其他结果): clusters, lists that overlap, tiers.

One declaration per table: which columns are printed, under which head. Households are printed as
counts by county only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bangfu.programme.report.context import ROWS_SHOWN, ReportContext
from bangfu.programme.report.numbers import whole
from bangfu.programme.report.parts import (
    Cell,
    Column,
    ColumnKind,
    Row,
    Section,
    Table,
    Tone,
    text_row,
)
from bangfu.programme.report.words import NO_VALUE
from bangfu.vocabulary.clause import join_clauses
from bangfu.vocabulary.text import Text

__all__ = ["clusters_section", "lists_section", "tiers_section"]

_LEVELS: Final = {
    "township": Text("乡镇", "township"),
    "county": Text("县", "county"),
    "city": Text("设区市", "city"),
    "province": Text("省", "province"),
}
_SCOPES: Final = {
    "list": Text("单个名单", "one list"),
    "together": Text("合并计数", "counted together"),
}
_COUNTED: Final = {
    "places": Text("列入的地方", "places listed"),
    "classes": Text("文件所列名称", "names in the document"),
    "by_unit": Text("重叠的只计一次", "each place once"),
    "by_object": Text("按名单分别计", "list by list"),
}
_IN_TIER: Final = {
    "yes": Text("属于", "in the tier"),
    "no": Text("不属于各层", "in no tier"),
    "unknown": Text("待核实", "unknown"),
}
_YES_NO: Final = {True: Text("是", "yes"), False: Text("否", "no")}


@dataclass(frozen=True, slots=True)
class _Printed:
    """One column printed: its name in the table, its head, how it is set, words for its values."""

    name: str
    head: Text
    kind: ColumnKind = "text"
    words: Mapping[Any, Text] | None = None
    #: What stands where there is nothing: unknown, unless the row has no such figure.
    missing: Text = NO_VALUE


_NONE: Final = Text("—", "—")


_CLUSTERS: Final = (
    _Printed("cluster_code", Text("片区代码", "Cluster"), "code"),
    _Printed("name", Text("片区", "Name")),
    _Printed("hub_name", Text("重点村", "Hub village")),
    _Printed("members", Text("村数", "Villages"), "number"),
    _Printed("cross_town", Text("跨乡镇", "Across townships"), "text", _YES_NO),
    _Printed("cross_county", Text("跨县", "Across counties"), "text", _YES_NO),
    _Printed("management_level", Text("管理层级", "Managed by"), "text", _LEVELS),
)
_LISTS: Final = (
    _Printed("scope", Text("范围", "Scope"), "text", _SCOPES),
    _Printed("label", Text("名单", "List"), "wide"),
    _Printed("counts", Text("计数方法", "How counted"), "text", _COUNTED),
    _Printed("declared", Text("文件个数", "Declared"), "number", missing=_NONE),
    _Printed("named", Text("文件所列", "Named"), "number"),
    _Printed("counties", Text("涉及县数", "Counties"), "number"),
    _Printed("members", Text("已报名单", "Handed in"), "number"),
)
_OVERLAPS: Final = (
    _Printed("place_code", Text("编码", "Code"), "code"),
    _Printed("name", Text("名称", "Name")),
    _Printed("lists", Text("所在名单", "Lists"), "wide"),
    _Printed("objects", Text("名单所列名称", "As the lists name it"), "wide"),
)
_TIERS: Final = (
    _Printed("name", Text("县", "County")),
    _Printed("tier", Text("层次", "Tier"), "wide"),
    _Printed("verdict", Text("结论", "Verdict"), "text", _IN_TIER),
    _Printed("households", Text("户数", "Households"), "number"),
    _Printed("persons", Text("人数", "Persons"), "number"),
    _Printed("boundary", Text("恰在分界线", "On a line"), "number"),
)


def clusters_section(report: ReportContext) -> Section | None:
    """The clusters as they were handed in, with who manages each."""
    table = _table(report, "clusters", Text("片区一览", "The clusters"), _CLUSTERS)
    if table is None:
        return None
    return Section("clusters", report.step_title("clusters"), (table,))


def lists_section(report: ReportContext) -> Section | None:
    """Lists kept apart, what they come to together, and the places that stand in several."""
    counts = _table(report, "lists", Text("名单个数", "Lists counted"), _LISTS, _named_lists)
    twice = _table(
        report,
        "list_overlaps",
        Text("同在几个名单的单位", "Places in several lists"),
        _OVERLAPS,
        _named_lists,
    )
    blocks = tuple(block for block in (counts, twice) if block is not None)
    return Section("lists", report.step_title("lists"), blocks) if blocks else None


def tiers_section(report: ReportContext) -> Section | None:
    """Households by county and tier; worked out for reference, decided by people."""
    table = _table(
        report,
        "tier_counts",
        Text(
            "按县、层汇总（测算，供民政部门认定参考）",
            "By county and tier (worked out; civil affairs decide)",
        ),
        _TIERS,
        _named_tiers,
    )
    if table is None:
        return None
    return Section("assistance", report.step_title("assistance"), (table,))


_Told = Callable[[ReportContext, dict[str, Any]], dict[str, Any]]


def _as_it_stands(_: ReportContext, record: dict[str, Any]) -> dict[str, Any]:
    return record


def _named_lists(report: ReportContext, record: dict[str, Any]) -> dict[str, Any]:
    """A row with the lists by their labels, and with signs between names that people read."""
    labels = {found.id: report.say(found.label) for found in report.scheme.targeting.lists}
    together = report.scheme.targeting.together
    if together is not None:
        labels[together.id] = report.say(together.label)
    told = dict(record)
    if "lists" in record:
        told["lists"] = report.joined(labels.get(name, name) for name in record["lists"].split(";"))
        told["objects"] = report.joined(str(record.get("objects") or "").split(";"))
        return told
    told["label"] = labels.get(record["list"], record["label"])
    if record["scope"] == "together":
        # All together have no list of their own that could be handed in.
        told["members"] = "—"
    return told


def _named_tiers(report: ReportContext, record: dict[str, Any]) -> dict[str, Any]:
    """A row with its tier by label and the clauses it rests on; of no tier, those of all."""
    tiers = report.scheme.assistance.tiers
    own = [tier for tier in tiers if tier.tier == record["tier"]]
    cited = dict.fromkeys(clause for tier in own or tiers for clause in tier.clauses)
    label = report.say(own[0].label) if own else record["tier"]
    if label is None and record["verdict"] == "no":
        label = "—"
    name = record["name"] or report.word("县待核实", "county unknown")
    return {**record, "name": name, "tier": label, "clauses": join_clauses(tuple(cited))}


def _table(
    report: ReportContext,
    name: str,
    caption: Text,
    columns: tuple[_Printed, ...],
    told: _Told = _as_it_stands,
) -> Table | None:
    found = report.table(name)
    if found is None or found.is_empty():
        return None
    printed = [column for column in columns if column.name in found.columns]
    shown = found.head(ROWS_SHOWN)
    records = [told(report, record) for record in shown.iter_rows(named=True)]
    cited = "clauses" in records[0]
    rows = [_row(report, record, printed, cited=cited) for record in records]
    heads = [Column(report.say(column.head), column.kind) for column in printed]
    return Table(
        caption=report.say(caption),
        columns=(*heads, *([report.clause_column()] if cited else [])),
        rows=tuple(rows),
        remarks=report.and_more(found.height, shown.height, name),
        long=True,
    )


def _row(
    report: ReportContext, record: Mapping[str, Any], printed: list[_Printed], *, cited: bool
) -> Row:
    cells: list[Cell | str] = [_cell(report, record[column.name], column) for column in printed]
    if cited:
        cells.append(report.clause_cell(record["clauses"]))
    return text_row(cells)


def _cell(report: ReportContext, value: Any, column: _Printed) -> Cell:
    if value is None:
        tone: Tone = "warn" if column.missing is NO_VALUE else ""
        return Cell(report.say(column.missing), tone=tone)
    if column.words is not None and value in column.words:
        return Cell(report.say(column.words[value]))
    return Cell(whole(value) if isinstance(value, int) else str(value))
