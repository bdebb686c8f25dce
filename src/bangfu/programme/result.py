"""What a run comes to (运行结果): tables, headline figures, checks, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from bangfu.schemes.figures import Figure
from bangfu.vocabulary.text import Text

__all__ = ["Check", "Headline", "Notice", "RunResult", "Skipped"]


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline figure: a number with its unit, its label and the clauses behind it.

    ``value`` is whole: fen for money, else a count; None where it cannot be said.
    """

    id: str
    label: Text
    value: int | None
    unit: str
    clauses: tuple[str, ...] = ()
    basis: Text | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """Something that ought to agree; ``failed`` makes the exit code 1, ``warning`` does not."""

    id: str
    outcome: str  # passed | warning | failed
    message: Text
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A step, or a part of one, that could not run, and what it would need."""

    step: str
    needs: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader of the result should know."""

    step: str
    message: Text


@dataclass
class RunResult:
    """All a run gives back. ``tables`` are keyed by output file name without extension."""

    scheme_id: str
    scheme_hash: str
    as_of: date
    overlay: Mapping[str, str]
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    headlines: list[Headline] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    #: Figures of the scheme that were used, by path, as they stood on the day.
    figures: dict[str, Figure | None] = field(default_factory=dict)
    #: Whether the tables were invented for trying out, by their own mark.
    synthetic: bool = False

    @property
    def failed(self) -> bool:
        """Whether a check failed."""
        return any(check.outcome == "failed" for check in self.checks)

    def headline(self, headline_id: str) -> int | None:
        """The value of one headline figure; KeyError names the ids there are."""
        for headline in self.headlines:
            if headline.id == headline_id:
                return headline.value
        raise KeyError(f"{headline_id}; there are {', '.join(h.id for h in self.headlines)}")
