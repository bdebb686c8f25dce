"""Run expressions on tables (表达式的批量运行): polars in, polars out, DuckDB between.

Checks the tables first, so that what is wrong with them is said in the words of tables and never
by the database. Each run has a database of its own in memory, which opens no file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import duckdb
import polars as pl

from bangfu.schemes.expression.compile import OVERFLOW_MARK, compile_expressions
from bangfu.schemes.expression.layout import Layout, columns_needed, output_columns
from bangfu.schemes.expression.tree import Expression, Node, aggregates_in
from bangfu.schemes.expression.types import Kind, Scalar
from bangfu.vocabulary.errors import ExpressionError, Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["run_expressions"]

_DTYPES: Final[dict[Kind, Any]] = {"bool": pl.Boolean, "int": pl.Int64, "text": pl.String}
_KINDS: Final[dict[Kind, Text]] = {
    "bool": Text("是否（true/false）", "true/false"),
    "int": Text("整数", "whole numbers"),
    "text": Text("文本", "text"),
}
_NO_CONSTANTS: Final[Mapping[str, Scalar]] = {}
_OVERFLOW: Final = re.compile(re.escape(OVERFLOW_MARK) + r"\|(\d+)\|(.*)", re.DOTALL)


def run_expressions(
    expressions: Mapping[str, Expression],
    units: pl.DataFrame,
    *,
    members: pl.DataFrame | None = None,
    constants: Mapping[str, Scalar] = _NO_CONSTANTS,
    threads: int | None = None,
    memory_limit: str | None = None,
) -> pl.DataFrame:
    """Work out expressions for every row of a table.

    Parameters
    ----------
    expressions : mapping of str to Expression
        By the name of the column that shall hold the outcome.
    units : frame
        One row per unit: ``place_code`` str (the key), and of the columns that the expressions
        name: own elements, ``previous:<element>``, ``at:<level>:<element>``, ``tags`` str joined
        with ``;`` (empty: no tags). A column left out is unknown for all, as is a null. Other
        columns are not read.
    members : frame, optional
        One row per member: ``place_code`` str of the unit it belongs to, ``member_code`` str,
        and columns as in ``units``. A unit without rows has no members; rows of a unit that is
        not in ``units`` are left aside. Without the table all members are unknown.
    constants : mapping of str to Scalar
        The value of every constant the expressions name.
    threads : int, optional
        Threads of the database; its own choice if left out.
    memory_limit : str, optional
        Memory of the database, such as ``"400MB"``.

    Returns
    -------
    frame
        ``place_code`` and per expression a column of bool, int or str, null for unknown; for a
        number in which members are counted ``<name>_lo`` and ``<name>_hi``. One row per unit,
        in the order of ``units``.

    Raises
    ------
    FaultsFound
        EXP-COLUMN: a key is missing, empty or double, or a column is not of its kind.
    ExpressionError
        EXP-OVERFLOW naming a unit where a figure on the way does not fit 64 bits; EXP-CONSTANT;
        EXP-COLUMN where two outcomes would share a column.

    Examples
    --------
    >>> from bangfu.schemes.expression.parse import parse
    >>> from bangfu.schemes.expression.types import ElementType, Scope
    >>> rule = parse("户数 < 300", Scope({"户数": ElementType("int")}))
    >>> units = pl.DataFrame({"place_code": ["a", "b", "c"], "户数": [299, 300, None]})
    >>> run_expressions({"small": rule}, units)["small"].to_list()
    [True, False, None]
    """
    trees = [each.tree for each in expressions.values()]
    source = "；".join(each.source for each in expressions.values())
    prepared = {"units": _prepare(units, trees, source, table="units")}
    if members is not None:
        inside = [each.argument for tree in trees for each in aggregates_in(tree)]
        prepared["members"] = _prepare(members, inside, source, table="members")
    layout = Layout(
        units=_physical_names(prepared["units"]),
        members=_physical_names(prepared["members"]) if members is not None else None,
        constants=constants,
    )
    query = compile_expressions(expressions, layout)
    tables = {
        name: frame.rename(_physical_names(frame)).to_arrow() for name, frame in prepared.items()
    }
    settings = {"threads": threads, "memory_limit": memory_limit}
    outcome = _query(query, tables, settings, expressions)
    return _in_order(units, outcome, expressions)


def _physical_names(frame: pl.DataFrame) -> dict[str, str]:
    # DuckDB does not tell upper from lower case in the names of columns; a number is safe.
    return {column: f"c{index}" for index, column in enumerate(frame.columns)}


def _prepare(
    frame: pl.DataFrame, nodes: Iterable[Node], source: str, *, table: str
) -> pl.DataFrame:
    """The columns that are read, each in the type that its kind has; all faults at once."""
    keys = ("place_code",) if table == "units" else ("place_code", "member_code")
    needed = columns_needed(nodes, source)
    faults = [*_key_faults(frame, keys, table)]
    if not faults:
        kinds: dict[str, Kind] = {**needed}
        kinds.update((key, "text") for key in keys)
        faults = [*_kind_faults(frame, kinds, table)]
    if faults:
        raise FaultsFound(faults)
    return frame.select(
        pl.col(column).cast(_DTYPES[kind])
        for column, kind in kinds.items()
        if column in frame.columns
    )


def _key_faults(frame: pl.DataFrame, keys: tuple[str, ...], table: str) -> Iterable[Fault]:
    missing = [key for key in keys if key not in frame.columns]
    for key in missing:
        yield _fault(table, f"缺少列「{key}」。", f"the column {key!r} is missing.")
    if missing:
        return
    for key in keys:
        if frame[key].null_count():
            yield _fault(table, f"列「{key}」有空值。", f"the column {key!r} has empty cells.")
    double = frame.select(keys).filter(frame.select(keys).is_duplicated())
    if not double.is_empty():
        row = " / ".join(str(each) for each in double.row(0))
        yield _fault(table, f"「{row}」出现了不止一次。", f"{row!r} stands there more than once.")


def _kind_faults(frame: pl.DataFrame, kinds: Mapping[str, Kind], table: str) -> Iterable[Fault]:
    for column, kind in kinds.items():
        if column not in frame.columns or _is_of_kind(frame.schema[column], kind):
            continue
        found, wanted = frame.schema[column], _KINDS[kind]
        yield _fault(
            table,
            f"列「{column}」的类型是 {found}，应为{wanted.zh}。",
            f"the column {column!r} is of type {found}; {wanted.en} is expected.",
        )


def _is_of_kind(dtype: Any, kind: Kind) -> bool:
    if dtype == pl.Null:
        return True
    # A type that could hold more than 64 bits is left to its reader to narrow.
    if kind == "int":
        return dtype.is_integer() and dtype not in (pl.UInt64, pl.Int128, pl.UInt128)
    return bool(dtype == _DTYPES[kind])


def _fault(table: str, zh: str, en: str) -> Fault:
    return Fault("EXP-COLUMN", table, Text(zh, en))


def _query(
    query: str,
    tables: Mapping[str, Any],
    settings: Mapping[str, Any],
    expressions: Mapping[str, Expression],
) -> pl.DataFrame:
    chosen = {name: value for name, value in settings.items() if value is not None}
    with duckdb.connect(config={"enable_external_access": False, **chosen}) as connection:
        for name, table in tables.items():
            connection.register(name, table)
        try:
            outcome = pl.from_arrow(connection.sql(query).to_arrow_table())
        except duckdb.Error as fault:
            overflow = _overflow_behind(fault, expressions)
            if overflow is None:
                raise
            raise overflow from fault
    assert isinstance(outcome, pl.DataFrame)
    return outcome


def _overflow_behind(
    fault: duckdb.Error, expressions: Mapping[str, Expression]
) -> ExpressionError | None:
    """The overflow that an error of the database stands for, or None for any other error."""
    found = _OVERFLOW.search(str(fault))
    if found is None and not isinstance(
        fault, duckdb.OutOfRangeException | duckdb.ConversionException
    ):
        return None
    where = Text(f"单位「{found[2]}」：", f"unit {found[2]!r}: ") if found else Text("", "")
    sources = [each.source for each in expressions.values()]
    message = Text(
        f"{where.zh}计算中有数超出 64 位整数的范围，请核对数据和单位。",
        f"{where.en}a figure on the way does not fit a 64-bit whole number; check the figures "
        "and units.",
    )
    return ExpressionError(
        "EXP-OVERFLOW", sources[int(found[1])] if found else "；".join(sources), message
    )


def _in_order(
    units: pl.DataFrame, outcome: pl.DataFrame, expressions: Mapping[str, Expression]
) -> pl.DataFrame:
    typed = outcome.with_columns(
        pl.col(column).cast(_DTYPES[expression.type.kind])
        for name, expression in expressions.items()
        for column in output_columns(name, expression)
    )
    keys = units.select(pl.col("place_code").cast(pl.String))
    return keys.join(typed, on="place_code", how="left", maintain_order="left")
