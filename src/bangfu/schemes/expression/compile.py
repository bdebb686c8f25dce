"""Compile expressions to one SELECT for DuckDB (表达式的批量执行).

Builds Ibis expressions from the typed tree; Ibis quotes every name and literal. Must agree with
the row interpreter always. Opens no database and reads no table.

SQL engines skip NULL in aggregates and may drop or reorder arithmetic. So members that are
unknown are counted beside each aggregate, arithmetic is done in 128 bits, and every figure on the
way is checked against 64 bits by a condition of its own that raises an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import ibis

from bangfu.schemes.expression.interpret import check_constants
from bangfu.schemes.expression.interval_columns import WIDE, Column
from bangfu.schemes.expression.layout import Layout, column_error, columns_needed, output_columns
from bangfu.schemes.expression.rows import MADE, SQL_TYPES, Rows, Table
from bangfu.schemes.expression.tree import Aggregate, Expression, aggregates_in, has_interval
from bangfu.schemes.expression.types import Kind

__all__ = ["OVERFLOW_MARK", "compile_expressions"]

#: Begins the message of the error that the SQL raises; then the expression's index, the place.
OVERFLOW_MARK: Final = "EXP-OVERFLOW"

_OWNER: Final = f"{MADE}owner"
_PYTHON_TYPES: Final[dict[Kind, type]] = {"bool": bool, "int": int, "text": str}
#: DuckDB's ``error``, which stops the query with a message, once for each type it stands for.
_STOP: Final[dict[Kind, Any]] = {
    kind: ibis.udf.scalar.builtin(name="error", signature=((str,), python_type))(lambda text: None)
    for kind, python_type in _PYTHON_TYPES.items()
}


def compile_expressions(expressions: Mapping[str, Expression], layout: Layout) -> str:
    """DuckDB's SQL for a table with one row per unit and the outcome of every expression.

    Parameters
    ----------
    expressions : mapping of str to Expression
        By the name of the column that shall hold the outcome.
    layout : Layout

    Returns
    -------
    str
        A SELECT giving ``place_code`` and, per expression, the columns of ``output_columns``:
        a yes/no is a boolean, NULL for unknown. No order of rows is promised.

    Raises
    ------
    ExpressionError
        EXP-COLUMN where the units have no key or two outcomes would share a column;
        EXP-CONSTANT where a constant is missing or of another kind; EXP-OVERFLOW where one does
        not fit 64 bits.

    Notes
    -----
    The SQL itself stops with an error that begins ``EXP-OVERFLOW`` where a figure on the way
    does not fit 64 bits. Members whose ``place_code`` is no unit's are left aside.
    """
    _refuse_clashes(expressions)
    for expression in expressions.values():
        check_constants(expression, layout.constants)
    rows = _units_with_members(expressions, layout)
    rows.bind(each.tree for each in expressions.values())
    outcome = {"place_code": rows.table[layout.units["place_code"]]}
    for index, (name, expression) in enumerate(expressions.items()):
        outcome |= _guarded_columns(rows, name, expression, index)
    return str(ibis.to_sql(rows.table.select(**outcome), dialect="duckdb"))


def _refuse_clashes(expressions: Mapping[str, Expression]) -> None:
    # DuckDB does not tell upper from lower case in the names of columns.
    taken = {"place_code"}
    for name, expression in expressions.items():
        for column in output_columns(name, expression):
            if column.casefold() in taken:
                raise column_error(
                    expression.source,
                    column,
                    "会重复出现在结果中",
                    "would stand twice in the result",
                )
            taken.add(column.casefold())


def _units_with_members(expressions: Mapping[str, Expression], layout: Layout) -> Rows:
    """The rows of units, joined with what the expressions ask of their members."""
    trees = [each.tree for each in expressions.values()]
    source = "；".join(each.source for each in expressions.values())
    table = _declare(layout.units_table, layout.units, columns_needed(trees, source), source)
    aggregates = list(dict.fromkeys(each for tree in trees for each in aggregates_in(tree)))
    if not aggregates or layout.members is None:
        return Rows(table, layout.units, layout.constants)
    needed = columns_needed([each.argument for each in aggregates], source)
    members = _declare(layout.members_table, layout.members, needed, source)
    member_rows = Rows(members, layout.members, layout.constants)
    over = _members_by_owner(member_rows, aggregates)
    joined = table.left_join(over, table[layout.units["place_code"]] == over[_OWNER])
    found = {column: over[column] for column in over.columns if column != _OWNER}
    own = {column: table[column] for column in table.columns}
    return Rows(joined.select(**own, **found), layout.units, layout.constants, aggregates)


def _declare(
    table: str, columns: Mapping[str, str], needed: Mapping[str, Kind], source: str
) -> Table:
    if "place_code" not in columns:
        raise column_error(
            source, "place_code", f"在表「{table}」中缺失", f"is missing in {table!r}"
        )
    _refuse_column_names(columns.values(), source)
    kinds: dict[str, Kind] = {"place_code": "text", **needed}
    schema = {columns[name]: SQL_TYPES[kinds[name]] for name in kinds if name in columns}
    return ibis.table(schema, name=table)


def _refuse_column_names(names: Iterable[str], source: str) -> None:
    taken: set[str] = set()
    for name in names:
        if name.startswith(MADE):
            raise column_error(source, name, "不能以两个下划线开头", "starts with two underscores")
        if name.casefold() in taken:
            raise column_error(
                source, name, "与另一列只有大小写之别或同名", "differs from another at most in case"
            )
        taken.add(name.casefold())


def _members_by_owner(rows: Rows, aggregates: list[Aggregate]) -> Table:
    """One row per owner: for each aggregate what is needed to tell its value and its overflow."""
    rows.bind(each.argument for each in aggregates)
    columns = {_OWNER: rows.table[rows.columns["place_code"]]}
    for index, aggregate in enumerate(aggregates):
        rows.start()
        if aggregate.argument.type.kind == "bool":
            columns[f"{MADE}value{index}"] = rows.truth(aggregate.argument)
        else:
            columns[f"{MADE}value{index}"] = rows.number(aggregate.argument).lo.cast(WIDE)
        columns[f"{MADE}over{index}"] = rows.overflow()
    prepared = rows.table.select(**columns)
    measures = {f"{MADE}members": prepared.count()}
    for index, aggregate in enumerate(aggregates):
        measures |= _measures(prepared, index, aggregate)
    return prepared.group_by(_OWNER).aggregate(**measures)


def _measures(prepared: Table, index: int, aggregate: Aggregate) -> dict[str, Column]:
    value = prepared[f"{MADE}value{index}"]
    measures = {
        f"{MADE}over{index}": prepared[f"{MADE}over{index}"].any(),
        f"{MADE}unknown{index}": prepared.count(where=value.isnull()),
    }
    match aggregate.function:
        case "count" | "all":
            measures[f"{MADE}yes{index}"] = prepared.count(where=value)
        case "sum":
            measures[f"{MADE}figure{index}"] = value.sum().cast(WIDE)
        case "min":
            measures[f"{MADE}figure{index}"] = value.min()
        case "max":
            measures[f"{MADE}figure{index}"] = value.max()
    return measures


def _guarded_columns(
    rows: Rows, name: str, expression: Expression, index: int
) -> dict[str, Column]:
    """The outcome of one expression; a row with an overflow on the way stops the query."""
    tree = expression.tree
    rows.start()
    if tree.type.kind == "int":
        number = rows.number(tree)
        ends = number if has_interval(tree) else number[:1]
        found = [end.cast("int64") for end in ends]
    else:
        found = [rows.truth(tree) if tree.type.kind == "bool" else rows.text(tree)]
    place = rows.table[rows.columns["place_code"]]
    if rows.checks:
        # Only CASE leaves the error alone in rows that need none; AND works out both sides.
        stop = _STOP[tree.type.kind](
            ibis.literal(f"{OVERFLOW_MARK}|{index}|") + place.fill_null("")
        )
        found = [ibis.ifelse(rows.overflow(), stop, each) for each in found]
    return dict(zip(output_columns(name, expression), found, strict=True))
