"""The input tables a programme folder may hold (数据表目录), column by column.

Everything that reads, checks, prints or explains an input table starts from these declarations.
They know no policy: which indicators exist is said by the catalogue a scheme brings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bangfu.vocabulary.place import CODE_SYSTEMS, LEVELS
from bangfu.vocabulary.text import Text

__all__ = [
    "FILE_FORMATS",
    "SYNTHETIC",
    "TABLES",
    "Column",
    "ColumnType",
    "ElementInfo",
    "ElementKind",
    "TableDeclaration",
    "declaration_of",
]

#: ``code`` is an identifier kept as text; ``money`` whole fen; ``number`` a measure such as a
#: coordinate; ``tags`` several texts joined with ``;``.
ColumnType = Literal["code", "text", "int", "money", "bool", "date", "period", "number", "tags"]
ElementKind = Literal["int", "bool", "number"]

#: Extensions that are read, in the order in which messages list them.
FILE_FORMATS: Final = (".csv", ".xlsx", ".xls", ".parquet")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an input table.

    ``required``: the table is refused without it. ``filled``: no cell of it may be empty.
    ``also``: other heads under which the column is accepted, beside its name and Chinese label.
    ``values``: the only texts accepted. ``refers``: every code must stand in ``places``.
    """

    name: str
    type: ColumnType
    label: Text
    required: bool = False
    filled: bool = False
    also: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    refers: bool = False

    @property
    def heads(self) -> tuple[str, ...]:
        """Every head under which the column is accepted."""
        return (self.name, self.label.zh, *self.also)


#: The mark of a made-up row (合成样例); every table may bear it, and none need.
SYNTHETIC: Final = Column("synthetic", "bool", Text("合成样例", "synthetic"))


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """One input table: its columns, what identifies a row, whether a folder must hold it.

    ``free``: further columns belong to the table and are not reported as unknown; ``free_type``
    is what they hold.
    """

    name: str
    label: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False
    free: bool = False
    free_type: ColumnType = "text"

    def column(self, name: str) -> Column | None:
        """The declared column of that name, or None; the mark of a sample is one everywhere."""
        further = SYNTHETIC if name == SYNTHETIC.name else None
        return next((column for column in self.columns if column.name == name), further)


@dataclass(frozen=True, slots=True)
class ElementInfo:
    """What the reader must know of a data element (数据元, an indicator).

    ``names`` are the texts accepted in the column ``indicator`` (id and Chinese label).
    ``unit`` is the inside unit: ``fen`` for money, otherwise a text such as 人, 户, %, 亩.
    ``plausible_low`` and ``plausible_high`` bound what a median may be, in the inside unit; None
    leaves that side open.
    """

    id: str
    names: tuple[str, ...]
    unit: str
    kind: ElementKind = "int"
    plausible_low: int | None = None
    plausible_high: int | None = None
    level: str = ""

    @property
    def label(self) -> str:
        """The name people read: the first accepted name that is not the id."""
        return next((name for name in self.names if name != self.id), self.id)


def _column(name: str, kind: ColumnType, zh: str, en: str) -> Column:
    return Column(name, kind, Text(zh, en))


def _place(zh: str = "行政区划代码", en: str = "place code") -> Column:
    return Column(
        "place_code",
        "code",
        Text(zh, en),
        required=True,
        filled=True,
        also=("区划代码",),
        refers=True,
    )


def _needed(name: str, kind: ColumnType, zh: str, en: str) -> Column:
    return Column(name, kind, Text(zh, en), required=True, filled=True)


_STARTS = _column("starts_on", "date", "开始日期", "starts on")
_ENDS = _column("ends_on", "date", "结束日期", "ends on")

_PLACES = TableDeclaration(
    "places",
    Text("行政区划表", "places"),
    (
        Column(
            "code",
            "code",
            Text("代码", "code"),
            required=True,
            filled=True,
            also=("place_code", "行政区划代码", "区划代码"),
        ),
        _needed("name", "text", "名称", "name"),
        Column("level", "text", Text("层级", "level"), required=True, filled=True, values=LEVELS),
        Column("parent_code", "code", Text("上级代码", "code of the place above"), required=True),
        _column("kind", "text", "类型", "kind"),
        Column(
            "code_system",
            "text",
            Text("代码体系", "code system"),
            required=True,
            filled=True,
            values=CODE_SYSTEMS,
        ),
        _column("valid_from", "date", "生效日期", "valid from"),
        _column("valid_to", "date", "失效日期", "valid to"),
        Column("lon", "number", Text("经度", "longitude"), also=("lng", "longitude")),
        Column("lat", "number", Text("纬度", "latitude"), also=("latitude",)),
        _column("x_km", "number", "横坐标(千米)", "x in km"),
        _column("y_km", "number", "纵坐标(千米)", "y in km"),
        Column("county_code", "code", Text("填报县代码", "reporting county"), refers=True),
        _column("aliases", "tags", "别名", "aliases"),
        _column("tags", "tags", "标签", "tags"),
    ),
    key=("code",),
    required=True,
)

_INDICATORS = TableDeclaration(
    "indicators",
    Text("指标数据表", "indicators"),
    (
        _place(),
        Column(
            "indicator",
            "text",
            Text("指标", "indicator"),
            required=True,
            filled=True,
            also=("指标名称",),
        ),
        _needed("period", "period", "期间", "period"),
        Column("value", "number", Text("数值", "value"), required=True, also=("指标值",)),
        Column("unit", "text", Text("计量单位", "unit"), also=("单位",)),
        Column(
            "status",
            "text",
            Text("数据状态", "status"),
            also=("状态",),
            values=("provisional", "final"),
        ),
        Column("source", "text", Text("数据来源", "source"), also=("来源",)),
    ),
    key=("place_code", "indicator", "period"),
)

_OTHERS = (
    TableDeclaration(
        "list_members",
        Text("名单", "list members"),
        (
            _place(),
            _needed("class", "text", "类别", "class"),
            _column("entered_on", "date", "纳入日期", "entered on"),
            _column("exited_on", "date", "退出日期", "exited on"),
        ),
        key=("place_code", "class", "entered_on"),
    ),
    TableDeclaration(
        "published_quotas",
        Text("公布的任务数", "published quotas"),
        (
            Column("helper_code", "code", Text("帮扶方代码", "helper code"), required=True),
            Column("recipient_code", "code", Text("受帮扶方代码", "recipient code"), required=True),
            _needed("layer", "text", "层次", "layer"),
            _needed("value", "int", "任务数", "value"),
        ),
        key=("helper_code", "recipient_code", "layer"),
    ),
    TableDeclaration(
        "units",
        Text("帮扶单位", "helper units"),
        (
            _needed("unit_code", "code", "单位代码", "unit code"),
            _needed("name", "text", "单位名称", "name"),
            _column("kind", "text", "单位类型", "kind"),
            Column("place_code", "code", Text("行政区划代码", "place code"), refers=True),
            _column("layer", "text", "层次", "layer"),
        ),
        key=("unit_code",),
    ),
    TableDeclaration(
        "leaders",
        Text("联系领导", "responsible leaders"),
        (
            _place(),
            Column("role", "text", Text("职责", "role"), required=True),
            _column("rank", "text", "职级", "rank"),
            _STARTS,
            _ENDS,
        ),
    ),
    TableDeclaration(
        "staff",
        Text("选派人员", "staff"),
        (
            _place(),
            _needed("post", "text", "岗位", "post"),
            _column("unit_code", "code", "单位代码", "unit code"),
            _column("rank", "text", "职级", "rank"),
            _column("party_status", "text", "政治面貌", "party status"),
            _column("on_establishment", "bool", "在编", "on establishment"),
            Column(
                "concurrent_posts",
                "text",
                Text("兼任职务", "concurrent posts"),
                also=("挂任职务", "兼任"),
            ),
            _STARTS,
            _ENDS,
        ),
    ),
    TableDeclaration(
        "pairings",
        Text("结对关系", "pairings"),
        (
            _place(),
            _needed("helper", "text", "帮扶方", "helper"),
            _column("kind", "text", "结对类型", "kind"),
            _column("members", "int", "成员人数", "number of members"),
            _STARTS,
            _ENDS,
        ),
        key=("place_code", "helper", "kind", "starts_on"),
    ),
    TableDeclaration(
        "clusters",
        Text("片区", "village clusters"),
        (
            Column("cluster_code", "code", Text("片区代码", "cluster code"), True, True),
            _place(),
            Column(
                "role",
                "text",
                Text("角色", "role"),
                True,
                also=("村别",),
                values=("hub", "member", "重点村", "周边村"),
            ),
            Column("started_on", "date", Text("开工日期", "started on"), also=("启动日期",)),
            Column("built_on", "date", Text("建成日期", "built on")),
            _column("name", "text", "片区名称", "name of the cluster"),
        ),
        key=("cluster_code", "place_code"),
    ),
    TableDeclaration(
        "cluster_leaders",
        Text("片区包联领导", "responsible leaders of clusters"),
        (
            Column("cluster_code", "code", Text("片区代码", "cluster code"), True, True),
            Column("role", "text", Text("职责", "role"), required=True),
            _column("rank", "text", "职级", "rank"),
            _STARTS,
            _ENDS,
        ),
    ),
    TableDeclaration(
        "adjacency",
        Text("相邻关系", "adjacency"),
        (
            Column("a_code", "code", Text("甲代码", "code of one"), True, True, refers=True),
            Column("b_code", "code", Text("乙代码", "code of the other"), True, True, refers=True),
        ),
        key=("a_code", "b_code"),
    ),
    TableDeclaration(
        "attributes",
        Text("属性数值", "attributes"),
        (_place(),),
        key=("place_code",),
        free=True,
        free_type="number",
    ),
    TableDeclaration(
        "edges",
        Text("道路路段", "road edges"),
        (
            _needed("from_node", "code", "起点", "from node"),
            _needed("to_node", "code", "终点", "to node"),
            Column("km", "number", Text("里程(千米)", "length in km"), True, True),
            _column("class", "text", "等级", "class"),
        ),
    ),
    TableDeclaration(
        "locks",
        Text("组团约束", "cluster locks"),
        (
            _place(),
            Column("hub_code", "code", Text("重点村代码", "hub code"), True, True, refers=True),
            Column(
                "lock",
                "text",
                Text("约束", "lock"),
                True,
                True,
                also=("kind", "rule", "must_or_cannot", "must|cannot"),
                values=("must", "cannot"),
            ),
        ),
        key=("place_code", "hub_code"),
    ),
    TableDeclaration(
        "frozen",
        Text("已定组团", "an earlier clusters.csv"),
        (_place(), Column("hub_code", "code", Text("重点村代码", "hub code"), refers=True)),
        key=("place_code",),
        free=True,
    ),
    TableDeclaration(
        "travel",
        Text("通行时间", "travel"),
        (
            _needed("from_code", "code", "起点代码", "from code"),
            _needed("to_code", "code", "终点代码", "to code"),
            _column("travel_min", "number", "通行分钟", "travel minutes"),
            _column("km", "number", "里程(千米)", "length in km"),
        ),
        free=True,
    ),
    TableDeclaration(
        "service_points",
        Text("服务点", "service points"),
        (
            Column("place_code", "code", Text("行政区划代码", "place code"), refers=True),
            _column("name", "text", "名称", "name"),
            _column("kind", "text", "类型", "kind"),
            _column("lon", "number", "经度", "longitude"),
            _column("lat", "number", "纬度", "latitude"),
            _column("x_km", "number", "横坐标(千米)", "x in km"),
            _column("y_km", "number", "纵坐标(千米)", "y in km"),
        ),
        free=True,
    ),
    TableDeclaration("households", Text("农户", "households"), (_place(),), free=True),
    TableDeclaration("persons", Text("人员", "persons"), (_place(),), free=True),
    TableDeclaration("projects", Text("项目", "projects"), (_place(),), free=True),
    TableDeclaration("assets", Text("资产", "assets"), (_place(),), free=True),
)

#: Every declared table by name; registers are declared by ``declaration_of``.
TABLES: Final[Mapping[str, TableDeclaration]] = {
    table.name: table for table in (_PLACES, _INDICATORS, *_OTHERS)
}


def declaration_of(name: str) -> TableDeclaration | None:
    """The declaration of a table, or None where the folder may not hold it.

    Parameters
    ----------
    name : str
        A table name, or ``registers/<name>`` for a register (台账).

    Examples
    --------
    >>> declaration_of("places").key
    ('code',)
    >>> declaration_of("registers/industry").free
    True
    >>> declaration_of("notes") is None
    True
    """
    if name.startswith("registers/"):
        label = name.removeprefix("registers/")
        period = _column("period", "period", "期间", "period")
        return TableDeclaration(
            name, Text(f"台账 {label}", f"register {label}"), (_place(), period), free=True
        )
    return TABLES.get(name)
