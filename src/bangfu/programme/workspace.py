"""What every step of a run works on: the scheme on a day, the tables, the tree of places.

A step reads from here and adds to the result; figures of the scheme are looked up through
``figure`` so that the result can list all that were used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from bangfu.programme.geography import names_by_code, places_on
from bangfu.programme.measurements import Measurements
from bangfu.programme.result import Check, Headline, Notice, RunResult, Skipped
from bangfu.programme.tables.complete import with_declared_columns
from bangfu.schemes.figures import Figure
from bangfu.schemes.format import TargetClass, TargetList
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["LISTED_SCHEMA", "Workspace", "class_index"]

#: One row per place on a list: the shape of ``Workspace.listed``.
LISTED_SCHEMA = {
    "place_code": pl.String,
    "name": pl.String,
    "level": pl.String,
    "list": pl.String,
    "class": pl.String,
    "city_code": pl.String,
    "county_code": pl.String,
    "township_code": pl.String,
    "entered_on": pl.Date,
    "exited_on": pl.Date,
    # The day from which the policies no longer hold for a place that left the list.
    "support_ends_on": pl.Date,
}


@dataclass
class Workspace:
    """The state of one run."""

    scheme: Scheme
    tables: Mapping[str, pl.DataFrame]
    as_of: date
    result: RunResult
    places: pl.DataFrame = field(init=False)
    names: dict[str, str] = field(init=False)
    measurements: Measurements = field(init=False)
    #: Places on the lists, filled by the designation step.
    listed: pl.DataFrame = field(init=False)
    #: Whether the lists are the office's own; otherwise they are candidates of this run.
    decided: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.tables = {
            name: with_declared_columns(name, table) for name, table in self.tables.items()
        }
        places = self.tables.get("places")
        if places is None:
            empty = pl.DataFrame(schema={"code": pl.String, "name": pl.String, "level": pl.String})
            places = empty
        self.places = places_on(places, self.as_of)
        self.names = {**self.scheme.pairing.places, **names_by_code(places)}
        self.measurements = Measurements(self.tables.get("indicators"), self.scheme.catalogue)
        self.listed = pl.DataFrame(schema=LISTED_SCHEMA)

    def figure(self, path: str, on: date | None = None) -> Figure | None:
        """A figure of the scheme on a day (the day of the run), noted as used."""
        figure = self.scheme.figure(path, on or self.as_of)
        if on is None or path not in self.result.figures:
            self.result.figures[path] = figure
        return figure

    def whole(self, path: str, on: date | None = None) -> int | None:
        """A count or an amount in fen; None where the document says nothing."""
        figure = self.figure(path, on)
        if figure is None:
            return None
        if figure.kind not in ("count", "money"):
            raise FaultsFound(
                [
                    Fault(
                        "FIG-03",
                        path,
                        Text(
                            f"这里需要个数或金额，取值是 {figure.show()}。",
                            f"a count or an amount is needed; the figure is {figure.show('en')}.",
                        ),
                    )
                ]
            )
        return int(figure.value)

    def name_of(self, code: str | None) -> str:
        """The name of a place, or its code where the name is not known."""
        return "" if code is None else self.names.get(code, code)

    def check(
        self,
        check_id: str,
        ok: bool,
        message: Text,
        *,
        clauses: tuple[str, ...] = (),
        failing: str = "failed",
    ) -> None:
        """Note a check; ``failing`` is the outcome when it is not ok."""
        outcome = "passed" if ok else failing
        self.result.checks.append(Check(check_id, outcome, message, clauses))

    def headline(self, item: Headline) -> None:
        """Note a headline figure."""
        self.result.headlines.append(item)

    def skip(self, step: str, needs: str, reason: Text) -> None:
        """Note a step, or part of one, that could not run."""
        self.result.skipped.append(Skipped(step, needs, reason))

    def notice(self, step: str, message: Text) -> None:
        """Note something the reader should know."""
        self.result.notices.append(Notice(step, message))

    def declared_size(self, class_id: str) -> int | None:
        """The number of places the document declares for a class."""
        target_list, _ = class_index(self.scheme)[class_id]
        return self.whole(f"targeting.{target_list.id}.{class_id}.size")

    def members_of(self, classes: tuple[str, ...]) -> pl.DataFrame:
        """The listed places of these classes that are still on their list on the day."""
        still = pl.col("exited_on").is_null() | (pl.col("exited_on") > self.as_of)
        return self.listed.filter(pl.col("class").is_in(list(classes)) & still)


def class_index(scheme: Scheme) -> dict[str, tuple[TargetList, TargetClass]]:
    """Every class of every list, by id."""
    return {
        target_class.id: (target_list, target_class)
        for target_list in scheme.targeting.lists
        for target_class in target_list.classes
    }
