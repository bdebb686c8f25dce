"""Where exported rows come from (导出数据): places, figures of a form, rows of a register.

Rows come only through the gate, and some hundred places at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from bangfu.records.catalogue.models import Form, FormColumn
from bangfu.records.exports.place_order import PlacedLine, chunks_of, placed_lines
from bangfu.records.exports.tables import ExportColumn, ExportRow, ExportTable, Head, Kind
from bangfu.records.figures.models import Observation, Submission
from bangfu.records.figures.opening import places_of
from bangfu.records.places.choices import Level
from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.records.registers.shape import ShapeField, shape_of
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = ["figures_table", "places_table", "register_table"]

_PLACE_HEADS: tuple[ExportColumn, ...] = (
    ExportColumn("county", Text("县（市、区）", "County")),
    ExportColumn("township", Text("乡镇（街道）", "Township")),
    ExportColumn("place_code", Text("代码", "Code"), "code"),
    ExportColumn("place_name", Text("名称", "Name")),
)
_FIELD_KINDS: Mapping[str, Kind] = {
    "text": "text",
    "choice": "text",
    "code": "code",
    "int": "count",
    "number": "number",
    "money": "money",
    "bool": "bool",
    "date": "date",
}
_ELEMENT_KINDS: Mapping[str, Kind] = {
    "money": "money",
    "int": "count",
    "number": "number",
    "bool": "bool",
    "text": "text",
}
#: Only what is published by law may leave without the stamp.
_PUBLIC_CLASSES = frozenset({"statutory"})
_PER_CENT = frozenset({"%", "‰", "分"})


def places_table(
    places: QuerySet[Place], *, area: str, filters: Mapping[str, str], words: str = ""
) -> ExportTable:
    """A list of places; ``places`` comes through the gate already."""
    levels = {value: str(label) for value, label in Level.choices}
    columns = (
        *_PLACE_HEADS,
        ExportColumn("level", Text("层级", "Level")),
        ExportColumn("kind", Text("类别", "Kind")),
    )

    def rows() -> Iterator[ExportRow]:
        for line in placed_lines(places):
            more = {"level": levels.get(line.level, line.level), "kind": line.kind}
            yield ExportRow({**line.values, **more}, line.county, line.township)

    return ExportTable(
        kind="places",
        subject="",
        title=Text("行政区划名单", "List of places"),
        area=area,
        period="",
        columns=columns,
        rows=rows(),
        filter_words=words,
        filters=filters,
    )


def register_table(
    definition: RegisterDefinition,
    rows: QuerySet[RegisterRow],
    *,
    area: str,
    filters: Mapping[str, str],
    words: str = "",
) -> ExportTable:
    """Rows of a register; ``rows`` comes through the gate and the filters already."""
    shape = shape_of(definition.content)
    columns = (
        *_PLACE_HEADS,
        ExportColumn("period", Text("期别", "Period"), "code"),
        *(_field_column(field) for field in shape.fields),
        ExportColumn("complete", Text("必填齐全", "Complete"), "bool"),
    )

    def lines() -> Iterator[ExportRow]:
        places = Place.objects.filter(pk__in=rows.order_by().values("place_id"))
        for chunk in chunks_of(placed_lines(places)):
            held = _rows_of(rows, chunk)
            for line in chunk:
                for row in held.get(line.place_id, ()):
                    more = {"period": row.period, "complete": row.complete}
                    values = {**line.values, **row.values, **more}
                    yield ExportRow(values, line.county, line.township)

    return ExportTable(
        kind="register",
        subject=f"{definition.scheme}/{definition.register}",
        title=definition.label,
        area=area,
        period=filters.get("period", ""),
        columns=columns,
        rows=lines(),
        head=Head(made_by=definition.owner),
        is_internal=True,
        filter_words=words,
        filters=filters,
    )


def figures_table(
    form: Form,
    period: str,
    *,
    user: Any,
    under: Place | None = None,
    area: str = "",
    only_approved: bool = False,
) -> ExportTable:
    """The figures of a form for a period: one line per place that fills it, also if it is empty."""
    columns = list(form.columns.filter(is_open=True).select_related("element"))
    places = places_of(form, parse_period(period), under).filter(
        pk__in=Place.objects.open_to(user, "exports.run").values("pk")
    )
    heads = (
        *_PLACE_HEADS,
        *(_element_column(column) for column in columns),
        ExportColumn("state", Text("报送状态", "State")),
    )

    def lines() -> Iterator[ExportRow]:
        for chunk in chunks_of(placed_lines(places)):
            yield from _figure_lines(form, period, columns, chunk, user, only_approved)

    filters = {"period": period, "place": str(under.pk) if under else ""}
    filters["approved"] = "yes" if only_approved else ""
    return ExportTable(
        kind="figures",
        subject=form.form,
        title=Text(form.label_zh, form.label_en),
        area=area,
        period=period,
        columns=heads,
        rows=lines(),
        head=Head(form.number, form.made_by, form.approval_number, form.valid_until, is_form=True),
        is_internal=any(c.element.legal_class not in _PUBLIC_CLASSES for c in columns),
        filter_words="只含已审核数据" if only_approved else "",
        filters={name: value for name, value in filters.items() if value},
    )


def _field_column(field: ShapeField) -> ExportColumn:
    summed = field.kind in ("int", "money", "number") and field.unit not in _PER_CENT
    unit = "" if field.kind == "money" else field.unit
    return ExportColumn(field.id, field.label, _FIELD_KINDS[field.kind], unit, summed)


def _element_column(column: FormColumn) -> ExportColumn:
    element = column.element
    kind = _ELEMENT_KINDS[element.kind]
    unit = "" if kind == "money" else column.unit or element.unit
    title = Text(element.label_zh, element.label_en)
    return ExportColumn(element.element, title, kind, unit, element.adds_up)


def _rows_of(
    rows: QuerySet[RegisterRow], chunk: Sequence[PlacedLine]
) -> dict[int, list[RegisterRow]]:
    held: dict[int, list[RegisterRow]] = defaultdict(list)
    inside = rows.filter(place_id__in=[line.place_id for line in chunk])
    for row in inside.order_by("place_id", "period", "pk"):
        held[row.place_id].append(row)
    return held


def _figure_lines(
    form: Form,
    period: str,
    columns: Sequence[FormColumn],
    chunk: Sequence[PlacedLine],
    user: Any,
    only_approved: bool,
) -> Iterator[ExportRow]:
    ids = [line.place_id for line in chunk]
    elements = {column.element_id: column.element for column in columns}
    states = dict(
        Submission.objects.open_to(user, "figures.read")
        .filter(form=form, period=period, place__in=ids)
        .values_list("place_id", "state")
    )
    figures: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in _observations(form, period, ids, elements, user):
        figures[row.place_id][elements[row.element_id].element] = _figure(row, elements)
    labels = {value: str(label) for value, label in Submission.State.choices}
    for line in chunk:
        state = states.get(line.place_id, "")
        shown = figures.get(line.place_id, {})
        if only_approved and state != Submission.State.APPROVED:
            shown = {}
        values = {**line.values, **shown, "state": labels.get(state, "未填报")}
        yield ExportRow(values, line.county, line.township)


def _observations(
    form: Form, period: str, ids: Sequence[int], elements: Iterable[int], user: Any
) -> QuerySet[Observation]:
    return Observation.objects.open_to(user, "figures.read").filter(
        place__in=ids,
        element__in=list(elements),
        period=period,
        release=form.release,
        collective__isnull=True,
    )


def _figure(row: Observation, elements: Mapping[int, Any]) -> Any:
    if row.not_applicable:
        return "不涉及"
    kind = elements[row.element_id].kind
    if kind == "text":
        return row.value_text or None
    if kind == "bool":
        return None if row.value_int is None else bool(row.value_int)
    return row.value_int if row.value_int is not None else row.value_number
