"""Figures of places laid out for computing (指标宽表): one row per place, one column per element.

Money is in fen, counts are whole, elements of kind ``number`` are in hundredths of their unit;
what is missing stays null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from bangfu.schemes.format.catalogue import DataElement

__all__ = ["Measurements"]


class Measurements:
    """The table ``indicators``, looked up by year and element."""

    def __init__(
        self, indicators: pl.DataFrame | None, catalogue: Mapping[str, DataElement]
    ) -> None:
        self._catalogue = catalogue
        self._table = None if indicators is None else _whole_values(indicators, catalogue)
        self._by_year: dict[int, pl.DataFrame] = {}

    @property
    def given(self) -> bool:
        """Whether a table of figures was handed in at all."""
        return self._table is not None

    def years(self) -> list[int]:
        """The years for which there is any yearly figure, in order."""
        if self._table is None:
            return []
        found = self._table["year"].unique().drop_nulls()
        return sorted(int(year) for year in found)

    def wide(self, year: int, elements: Iterable[str]) -> pl.DataFrame:
        """Values of a year: ``place_code`` and a column per element (Int64 or Boolean, null = unknown).

        Every element asked for has its column, also where no place reported it.
        """
        return self._pivot(year, elements, "inside")

    def final(self, year: int, elements: Iterable[str]) -> pl.DataFrame:
        """Whether each value of a year is final: ``place_code`` and a Boolean column per element."""
        return self._pivot(year, elements, "is_final")

    def _pivot(self, year: int, elements: Iterable[str], column: str) -> pl.DataFrame:
        wanted = list(dict.fromkeys(elements))
        if self._table is None:
            return self._completed(
                pl.DataFrame({"place_code": []}, {"place_code": pl.String}), wanted, column
            )
        if year not in self._by_year:
            self._by_year[year] = self._table.filter(pl.col("year") == year)
        rows = self._by_year[year].filter(pl.col("indicator").is_in(wanted))
        present = [name for name in wanted if (rows["indicator"] == name).any()]
        wide = (
            rows.pivot("indicator", index="place_code", values=column)
            if present
            else (rows.select("place_code").unique())
        )
        return self._completed(wide, wanted, column)

    def _completed(self, wide: pl.DataFrame, wanted: list[str], column: str) -> pl.DataFrame:
        kind = pl.Int64 if column == "inside" else pl.Boolean
        missing = [
            pl.lit(None, dtype=kind).alias(name) for name in wanted if name not in wide.columns
        ]
        wide = wide.with_columns(missing).select("place_code", *wanted)
        if column != "inside":
            return wide
        booleans = [name for name in wanted if self._catalogue[name].kind == "bool"]
        return wide.with_columns(pl.col(name).cast(pl.Boolean) for name in booleans)


def _whole_values(indicators: pl.DataFrame, catalogue: Mapping[str, DataElement]) -> pl.DataFrame:
    """Yearly rows with one whole number each; ``number`` elements in hundredths, exactly."""
    numbers = [element.id for element in catalogue.values() if element.kind == "number"]
    is_number = pl.col("indicator").is_in(numbers)
    decimal = (
        pl.col("value_decimal")
        if "value_decimal" in indicators.columns
        else pl.lit(None, dtype=pl.String)
    )
    hundredths = (decimal.cast(pl.Decimal(38, 2), strict=False) * 100).cast(pl.Int64, strict=False)
    inside = pl.when(is_number).then(hundredths).otherwise(pl.col("value"))
    status = pl.col("status") if "status" in indicators.columns else pl.lit("final")
    return indicators.filter(pl.col("period").str.len_chars() == 4).select(
        "place_code",
        "indicator",
        pl.col("period").cast(pl.Int32, strict=False).alias("year"),
        inside.alias("inside"),
        (status.fill_null("provisional") == "final").alias("is_final"),
    )
