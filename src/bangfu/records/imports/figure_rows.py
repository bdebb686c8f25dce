"""A sheet of figures as one line per figure (数据长表), every cell still text.

Lines keep their row and column on the sheet: by them a figure is found again, whatever it says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from bangfu.programme.tables.grids import Grid
from bangfu.records.imports.layout import FiguresLayout, period_of

__all__ = ["COLUMNS", "figure_rows"]

#: What a line holds; ``names`` are the parts of the place's name from the upper to the lower.
COLUMNS: Final = (
    "sheet", "row_no", "column_no", "code", "names", "element", "period", "unit", "text", "source",
)  # fmt: skip
_BLANKS: Final = " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u202f\u2060\u3000\ufeff"
_TOTALS: Final = ["合计", "总计", "小计", "总 计", "合 计", "小 计", "全县", "全市", "全镇"]
_COLUMN_LETTERS: Final = ["甲", "乙", "丙"]


def figure_rows(
    grid: Grid, layout: FiguresLayout, options: Mapping[str, Any]
) -> tuple[pl.DataFrame, int]:
    """The lines of a sheet in its order, and how many rows were left out as totals or numbering.

    Empty figures of a wide sheet are no lines: an empty cell says nothing and keeps what is held.
    """
    body = grid.frame.filter(pl.col("row") > layout.head_rows)
    body = body.with_columns(pl.col(pl.String).str.strip_chars(_BLANKS))
    body = body.with_columns(_place_code(layout), _place_names(layout))
    is_total = pl.any_horizontal(
        pl.col("names").list.eval(pl.element().is_in(_TOTALS)).list.any().fill_null(False),
        pl.col("code").fill_null("").is_in([*_TOTALS, *_COLUMN_LETTERS]),
        (pl.col("names").list.len() == 1)
        & pl.col("names").list.first().fill_null("").is_in(_COLUMN_LETTERS),
    )
    kept = body.filter(~is_total)
    lines = _long(grid, kept, layout) if layout.is_long else _wide(grid, kept, layout)
    default = period_of(str(options.get("period", "")))
    lines = lines.with_columns(
        period=pl.col("period").fill_null(default), sheet=pl.lit(grid.sheet), source="source"
    )
    lines = lines.with_columns(period=_as_period(lines.get_column("period")))
    return lines.select(COLUMNS), body.height - kept.height


def _place_code(layout: FiguresLayout) -> pl.Expr:
    if layout.code is None:
        return pl.lit("", pl.String).alias("code")
    text = pl.col(f"c{layout.code}").fill_null("").str.replace("^['‘’`]", "")
    return text.str.replace(r"^([0-9]+)\.0$", "$1").alias("code")


def _place_names(layout: FiguresLayout) -> pl.Expr:
    if not layout.names:
        return pl.lit([], pl.List(pl.String)).alias("names")
    parts = pl.concat_list([pl.col(f"c{index}") for index in layout.names])
    return parts.list.drop_nulls().alias("names")


def _cell(index: int | None) -> pl.Expr:
    return pl.lit(None, pl.String) if index is None else pl.col(f"c{index}")


def _long(grid: Grid, body: pl.DataFrame, layout: FiguresLayout) -> pl.DataFrame:
    assert layout.value is not None
    return body.select(
        "code",
        "names",
        row_no=pl.col("row").cast(pl.Int64),
        column_no=pl.lit(grid.first_column + layout.value + 1, pl.Int64),
        element=_cell(layout.indicator).fill_null(""),
        period=_cell(layout.period),
        unit=_cell(layout.unit).fill_null(""),
        text=_cell(layout.value).fill_null(""),
        source=_cell(layout.source).fill_null("").str.head(120),
    )


def _wide(grid: Grid, body: pl.DataFrame, layout: FiguresLayout) -> pl.DataFrame:
    columns = [
        body.select(
            "code",
            "names",
            row_no=pl.col("row").cast(pl.Int64),
            column_no=pl.lit(grid.first_column + column.index + 1, pl.Int64),
            element=pl.lit(column.element),
            period=pl.coalesce(_cell(layout.period), pl.lit(column.period or None, pl.String)),
            unit=pl.lit(column.unit),
            text=pl.col(f"c{column.index}").fill_null(""),
            source=pl.lit(""),
        ).filter(pl.col("text") != "")
        for column in layout.values
    ]
    return pl.concat(columns).sort("row_no", "column_no", maintain_order=True)


def _as_period(given: pl.Series) -> pl.Series:
    """Periods as they are kept; what is none stays as written, to be told."""
    texts = given.unique().drop_nulls().to_list()
    read = {text: period_of(text) or text for text in texts}
    return given.replace_strict(read, default=given, return_dtype=pl.String) if read else given
