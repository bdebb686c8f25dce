"""Conditions of a scheme judged on tables (条件判定): yes, no or unknown for every place.

Lays out what each expression asks for (own figures, last year's, those of the place above, those
of the members) and hands it to the expression language; decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from bangfu.programme.geography import ANCESTOR_COLUMNS
from bangfu.programme.workspace import Workspace
from bangfu.schemes.expression import Expression, Names, parse, run_expressions
from bangfu.schemes.scope import element_of_name, figure_value, scope_for
from bangfu.vocabulary.place import Level

__all__ = ["ATTRIBUTES", "Judge", "with_membership_tags"]

#: Attributes of a place as expressions name them, and their columns.
ATTRIBUTES = {
    "类型": "kind",
    "名称": "name",
    "编码": "code",
    "县代码": "county_of",
    "市代码": "city_of",
}


@dataclass(frozen=True)
class Judge:
    """Judges expressions on the figures of one year.

    ``member_level`` and ``member_include`` say who the members of a place are.
    """

    work: Workspace
    year: int
    member_level: Level | None = None
    member_include: str = "True"

    def judge(self, places: pl.DataFrame, expressions: Mapping[str, str]) -> pl.DataFrame:
        """Judge expressions on places (rows of ``Workspace.places``).

        Returns
        -------
        frame
            ``place_code`` and a column per expression, in the order of ``places``: Boolean with
            null = unknown for a condition, Int64 for a number (``_lo``, ``_hi`` for a count).
        """
        scope = scope_for(self.work.scheme, members=self.member_level is not None)
        parsed = {name: parse(source, scope) for name, source in expressions.items()}
        names = Names.of(*(expression.tree for expression in parsed.values()))
        units = self._rows(places, names)
        members = self._members(places, names) if names.members else None
        return run_expressions(parsed, units, members=members, constants=self._constants(parsed))

    def statuses(self, places: pl.DataFrame, expressions: Mapping[str, str]) -> pl.Series:
        """Whether every own figure the expressions use is final, place by place."""
        scope = scope_for(self.work.scheme, members=self.member_level is not None)
        trees = [parse(source, scope).tree for source in expressions.values()]
        own = [self._element(name) for name in Names.of(*trees).own if name not in ATTRIBUTES]
        codes = places.select(pl.col("code").alias("place_code"))
        if not own:
            return pl.Series("final", [True] * codes.height)
        final = codes.join(
            self.work.measurements.final(self.year, own),
            on="place_code",
            how="left",
            maintain_order="left",
        )
        return final.select(
            pl.all_horizontal(pl.col(name).fill_null(False) for name in own).alias("final")
        ).to_series()

    def _rows(self, places: pl.DataFrame, names: Names) -> pl.DataFrame:
        """One row per place with every column the names ask for."""
        rows = places.select(
            pl.col("code").alias("place_code"),
            *(
                pl.col(column).alias(word)
                for word, column in ATTRIBUTES.items()
                if word in names.own
            ),
            *([pl.col("tags")] if names.uses_tags else []),
            *(
                pl.col(ANCESTOR_COLUMNS[level]).alias(f"__{level}")  # type: ignore[index]
                for level in {level for level, _ in names.ancestors}
            ),
        )
        rows = self._joined(rows, names.own, self.year, "place_code", "{}")
        rows = self._joined(rows, names.previous, self.year - 1, "place_code", "previous:{}")
        for level in sorted({level for level, _ in names.ancestors}):
            wanted = [name for at, name in names.ancestors if at == level]
            rows = self._joined(rows, wanted, self.year, f"__{level}", f"at:{level}:{{}}")
        return rows.select(pl.exclude(r"^__.*$"))

    def _joined(
        self, rows: pl.DataFrame, names: Iterable[str], year: int, key: str, pattern: str
    ) -> pl.DataFrame:
        wanted = {self._element(name): name for name in names if name not in ATTRIBUTES}
        if not wanted:
            return rows
        values = self.work.measurements.wide(year, wanted).rename(
            {element: pattern.format(name) for element, name in wanted.items()}
        )
        return rows.join(
            values, left_on=key, right_on="place_code", how="left", maintain_order="left"
        )

    def _members(self, places: pl.DataFrame, names: Names) -> pl.DataFrame | None:
        """The members of all places; None where the table holds no place of their level."""
        if self.member_level is None or names.members is None:
            return None
        below = members_of(self.work, self.member_level, self.member_include)
        if below.is_empty():
            return None
        # All places of a run stand on one level, that of their list.
        owner = pl.col(ANCESTOR_COLUMNS[places["level"][0]]) if places.height else pl.lit(None)
        rows = self._rows(below, names.members).rename({"place_code": "member_code"})
        owned = below.select(pl.col("code").alias("member_code"), owner.alias("place_code"))
        return rows.join(owned, on="member_code", how="left", maintain_order="left").filter(
            pl.col("place_code").is_not_null()
        )

    def _constants(self, parsed: Mapping[str, Expression]) -> dict[str, int | str | None]:
        """The named values the expressions use, on the day of the run or for the figures' year."""
        wanted = {name for expression in parsed.values() for name in expression.names.constants}
        constants: dict[str, int | str | None] = {}
        for path, dated in self.work.scheme.figures.items():
            if dated.name not in wanted:
                continue
            if dated.by_year_of_figures:
                figure = dated.for_year(self.year)
                self.work.result.figures[path] = figure
            else:
                figure = self.work.figure(path)
            constants[dated.name] = figure_value(figure)
        return constants

    def _element(self, name: str) -> str:
        return element_of_name(self.work.scheme, name).id


def members_of(work: Workspace, level: Level, include: str) -> pl.DataFrame:
    """Places of a level that fulfil a condition on their attributes (or may fulfil it)."""
    places = work.places.filter(pl.col("level") == level)
    if include == "True" or places.is_empty():
        return places
    verdict = Judge(work, work.as_of.year).judge(places, {"include": include})["include"]
    return places.filter(verdict.fill_null(True))


def with_membership_tags(work: Workspace) -> pl.DataFrame:
    """The places with the dated memberships of the scheme added to their tags."""
    places = work.places
    for membership in work.scheme.about.memberships:
        codes: list[str] = []
        for starts_on, members in sorted(membership.values.items()):
            if starts_on <= work.as_of:
                codes = list(members)
        inside = (
            pl.col("code")
            if membership.level == "village"
            else pl.col(ANCESTOR_COLUMNS[membership.level])
        ).is_in(codes)
        joined = pl.concat_str(
            [pl.col("tags").fill_null(""), pl.lit(membership.name)], separator=";"
        ).str.strip_chars(";")
        places = places.with_columns(
            pl.when(inside).then(joined).otherwise(pl.col("tags").fill_null("")).alias("tags")
        )
    if not work.scheme.about.memberships:
        places = places.with_columns(pl.col("tags").fill_null(""))
    return places
