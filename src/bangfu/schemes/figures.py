"""Figures of a scheme (取值): how they are written, what they are inside, how they are dated.

A figure is known by its path (``funding.standard_per_town``). Null means that the document says
nothing: it is shown as 文件未明确、待定 and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

from bangfu.vocabulary.errors import Fault, SchemeFault
from bangfu.vocabulary.money import amount_text, fen_from_text
from bangfu.vocabulary.period import Period, parse_period
from bangfu.vocabulary.text import Text

__all__ = [
    "NOT_STATED",
    "Dated",
    "Figure",
    "FigureKind",
    "Printed",
    "figure_text",
    "read_figure",
]

FigureKind = Literal[
    "money", "count", "pct", "ratio", "interval", "duration", "date", "span", "names", "text"
]

NOT_STATED: Final = Text("文件未明确、待定", "not stated in the document")

INTERVALS: Final = ("month", "quarter", "half", "year", "once")
_INTERVAL_TEXT: Final = {
    "month": Text("每月", "monthly"),
    "quarter": Text("每季度", "quarterly"),
    "half": Text("每半年", "half-yearly"),
    "year": Text("每年", "yearly"),
    "once": Text("一次", "once"),
}
_PCT: Final = re.compile(r"^([+-]?\d+(?:\.\d+)?)\s*[%％]$")
_DURATION: Final = re.compile(r"^(\d+)\s*(年|个月|日|分钟)$")
_DURATION_EN: Final = {"年": "years", "个月": "months", "日": "days", "分钟": "minutes"}
_SPAN: Final = re.compile(r"^\d{4}/\d{4}$")
_RATIO: Final = re.compile(r"^\w+=\d+(,\w+=\d+)+$")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as it is inside: fen, a whole number, a fraction of a hundred, a ratio..."""

    kind: FigureKind
    value: Any

    def show(self, language: Literal["zh", "en"] = "zh") -> str:
        """The figure for people."""
        return figure_text(self, language)


@dataclass(frozen=True, slots=True)
class Printed:
    """Words that print one figure; ``says`` is what they are said to say, where that is told."""

    words: str
    says: Figure | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A figure over time, with what it rests on.

    ``entries`` are (first day, figure or None), in order. ``ref`` is the path of the figure this
    one stands for, if it only points. ``printed`` are words shared by the figures of an entry,
    ``own_printed`` those of this figure alone.
    """

    path: str
    label: Text
    entries: tuple[tuple[date, Figure | None], ...] = ()
    ref: str | None = None
    clauses: tuple[str, ...] = ()
    assumption: Text | None = None
    citation: Text | None = None
    printed: tuple[str, ...] = ()
    own_printed: tuple[Printed, ...] = ()
    name: str | None = None
    per: str | None = None
    derived: bool = False
    #: A yearly series, taken for the year of the figures it is compared with.
    by_year_of_figures: bool = False
    #: The format's own default (at least one), which a document rarely prints.
    implied: bool = False
    set_by_overlay: bool = field(default=False)

    def on(self, day: date) -> Figure | None:
        """The figure in force on a day; None where the document says nothing.

        A day before the first entry is an error: a missing figure is never filled in.
        """
        current: Figure | None = None
        known = False
        for starts_on, figure in self.entries:
            if starts_on <= day:
                current, known = figure, True
        if not known:
            first = self.entries[0][0].isoformat() if self.entries else "—"
            raise SchemeFault(
                [
                    Fault(
                        "FIG-02",
                        self.path,
                        Text(
                            f"{day.isoformat()} 当天没有取值，最早的取值自 {first} 起。",
                            f"no figure on {day.isoformat()}; the first one starts on {first}.",
                        ),
                        Text(
                            "请补充该日取值，或调整截至日期。", "Add a figure or change the date."
                        ),
                    )
                ]
            )
        return current

    @property
    def printed_words(self) -> tuple[str, ...]:
        """All words of the document that the scheme gives for the figure."""
        return (*(own.words for own in self.own_printed), *self.printed)

    def for_year(self, year: int) -> Figure | None:
        """The entry of a yearly series for a year; None where that year has none."""
        return next((figure for day, figure in self.entries if day.year == year), None)

    @property
    def kind(self) -> FigureKind | None:
        """The kind of its entries, or None where all of them are null."""
        kinds = {figure.kind for _, figure in self.entries if figure is not None}
        return next(iter(kinds)) if kinds else None

    def with_entry(self, figure: Figure | None, starts_on: date | None) -> Dated:
        """The figure changed from a day on, or throughout where no day is given."""
        if starts_on is None:
            first = self.entries[0][0] if self.entries else date.min
            entries: tuple[tuple[date, Figure | None], ...] = ((first, figure),)
        else:
            kept = tuple(entry for entry in self.entries if entry[0] != starts_on)
            entries = tuple(sorted((*kept, (starts_on, figure)), key=lambda entry: entry[0]))
        return replace(self, entries=entries, ref=None, set_by_overlay=True)


def read_figure(raw: Any) -> Figure | None:
    """Turn a figure as written into what it is inside; ValueError where it cannot be read.

    >>> read_figure("2000万元")
    Figure(kind='money', value=2000000000)
    >>> read_figure("8%")
    Figure(kind='pct', value=Fraction(8, 1))
    >>> read_figure(76)
    Figure(kind='count', value=76)
    """
    if raw is None:
        return None
    if isinstance(raw, bool):
        raise ValueError("true and false are no figures")
    if isinstance(raw, int):
        return Figure("count", raw)
    if isinstance(raw, date):
        return Figure("date", raw)
    if isinstance(raw, list | tuple):
        return Figure("names", tuple(str(name) for name in raw))
    if isinstance(raw, Mapping):
        return _read_ratio(raw)
    if not isinstance(raw, str):
        raise ValueError(f"not a figure: {raw!r}; numbers with a fraction are written as text")
    return _read_text(raw.strip())


def _read_text(text: str) -> Figure | None:
    if text in ("null", ""):
        return None
    if text in INTERVALS:
        return Figure("interval", text)
    if match := _PCT.match(text):
        return Figure("pct", Fraction(match[1]))
    if match := _DURATION.match(text):
        return Figure("duration", (int(match[1]), match[2]))
    if re.fullmatch(r"[+-]?\d+", text):
        return Figure("count", int(text))
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return Figure("date", date.fromisoformat(text))
    if _SPAN.match(text):
        return Figure("span", parse_period(text))
    if _RATIO.match(text):
        return _read_ratio({k: int(v) for k, v in (part.split("=") for part in text.split(","))})
    if re.search(r"(分|元)$", text) and text[0] in "+-0123456789０１２３４５６７８９":
        return Figure("money", fen_from_text(text))
    return Figure("text", text)


def _read_ratio(raw: Mapping[Any, Any]) -> Figure:
    ratio = {str(key): weight for key, weight in raw.items()}
    if any(isinstance(w, bool) or not isinstance(w, int) or w < 1 for w in ratio.values()):
        raise ValueError(f"a ratio has whole weights of at least 1: {dict(raw)!r}")
    return Figure("ratio", ratio)


def figure_text(figure: Figure | None, language: Literal["zh", "en"] = "zh") -> str:
    """A figure for people; None reads 'not stated'.

    >>> figure_text(Figure("ratio", {"province": 6, "city": 3, "county": 1}))
    '6:3:1'
    >>> figure_text(None)
    '文件未明确、待定'
    """
    if figure is None:
        return NOT_STATED.in_language(language)
    value = figure.value
    match figure.kind:
        case "money":
            return amount_text(value, language)
        case "count":
            return f"{value:,}" if abs(value) >= 10_000 else str(value)
        case "pct":
            return f"{_decimal(value)}%"
        case "ratio":
            return ":".join(str(weight) for weight in value.values())
        case "interval":
            return _INTERVAL_TEXT[value].in_language(language)
        case "duration":
            return (
                f"{value[0]}{value[1]}"
                if language == "zh"
                else (f"{value[0]} {_DURATION_EN[value[1]]}")
            )
        case "names":
            return "、".join(value) if language == "zh" else ", ".join(value)
        case "date":
            return str(value.isoformat())
        case "span":
            return _span_text(value)
        case _:
            return str(value)


def _span_text(span: Period) -> str:
    return f"{span.year}-{span.last_day.year}"


def _decimal(value: Fraction) -> str:
    # A rate as written has finitely many decimals, so that this division is exact.
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
