"""Changes that the check would not notice (看不出的改动): each figure is changed in turn.

The check against the document is worth what it would catch. Every figure is changed in the
scheme and every print of one in the document, one at a time; a change after which the check
still passes, or does not name the clause, is told. The remedy is words of the figure's own under
``printed``, long enough to stand once in the section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bangfu.schemes.figures import INTERVALS, Figure
from bangfu.schemes.format import PublishedTable, QuotaRow
from bangfu.schemes.load import Scheme
from bangfu.schemes.source.check import check_sections
from bangfu.schemes.source.look import carried_figures
from bangfu.schemes.source.meaning import literal_spans
from bangfu.schemes.source.numerals import NUMERALS, chinese_number
from bangfu.schemes.source.outline import sections
from bangfu.schemes.source.printed import Meaning, printed_figures
from bangfu.schemes.source.report import SourceReport
from bangfu.schemes.source.tables import row_key
from bangfu.schemes.source.text import flow
from bangfu.schemes.source.uncarried import clauses_in
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import parse_period
from bangfu.vocabulary.text import Text

__all__ = ["Unnoticed", "unnoticed_in_the_document", "unnoticed_in_the_scheme"]

#: A count in this range is a year, and is never taken for a number of things.
_YEARS: Final = range(1900, 2100)
_DIGITS: Final = "零一二三四五六七八九十"
_NUMBER: Final = re.compile(rf"\d+|[{NUMERALS}]+")
#: Words for intervals, and another one for each.
_OTHER_INTERVAL: Final = {"季度": "月", "半年": "一年", "每年": "每月", "年度": "季度"}


@dataclass(frozen=True, slots=True)
class Unnoticed:
    """A change that passes: where, of what, to what, and the clauses that should be named."""

    where: str
    old: str
    new: str
    clauses: tuple[str, ...]

    def fault(self) -> Fault:
        """The change as a notice: SRC-32."""
        named = "、".join(self.clauses)
        return Fault(
            "SRC-32",
            self.where,
            Text(
                f"「{self.old}」改为「{self.new}」，核对不会发现（条款 {named or '无'}）。",
                f"{self.old!r} changed to {self.new!r} would not be noticed (clause "
                f"{', '.join(self.clauses) or 'none'}).",
            ),
            Text(
                "请在 printed 下为该取值写明只出现一次的原文写法。",
                "Give the figure words of its own under printed, which stand there once.",
            ),
        )


def unnoticed_in_the_scheme(scheme: Scheme, text: str) -> Iterator[Unnoticed]:
    """Changes of one figure of the scheme that the check against the document lets pass.

    Each figure is changed by one of its unit, and to every other figure of its kind that its
    sections print; so is each number of a published table. The check itself should pass.
    """
    lines = sections(text, scheme.clauses_file.source)
    running = {section: flow(part) for section, part in lines.items()}
    for carried in list(carried_figures(scheme, running)):
        dated = carried.dated
        printed = {meaning for each in printed_figures(carried.text) for meaning in each.meanings}
        for other in _others(carried.figure, printed):
            entries = tuple(
                (day, other if (day, figure) == (carried.starts_on, carried.figure) else figure)
                for day, figure in dated.entries
            )
            wrong = replace(dated, entries=entries, implied=False)
            changed = replace(scheme, figures={**scheme.figures, dated.path: wrong})
            named = _clauses_named(check_sections(changed, lines))
            if not named & set(dated.clauses):
                old, new = carried.figure.show(), other.show()
                yield Unnoticed(dated.path, old, new, dated.clauses)
    yield from _unnoticed_cells(scheme, lines)
    yield from _unnoticed_days(scheme, lines)
    yield from _unnoticed_issue(scheme, lines)


def unnoticed_in_the_document(scheme: Scheme, text: str) -> Iterator[Unnoticed]:
    """Changes of one number in the covered span of the document that the check lets pass.

    Every number with a unit is changed that is not ignored with a reason, and every number or
    interval in words where the check takes it for the print of a figure. The check itself should
    pass.
    """
    lines = sections(text, scheme.clauses_file.source)
    words = _words_found(scheme, lines)
    for section, part in lines.items():
        here = set(clauses_in(scheme, section))
        for start, old, new in _changes(scheme, flow(part), words.get(section, set())):
            place = _place_in_lines(part, start)
            copy = part[:place] + new + part[place + len(old) :]
            report = check_sections(scheme, {**lines, section: copy})
            named = _clauses_named(report)
            if not (named & here if here else report.faults(strict=True)):
                around = flow(part)[max(start - 8, 0) : start + len(old) + 8]
                yield Unnoticed(f"§{section}", " ".join(around.split()), new, tuple(here))


def _clauses_named(report: SourceReport) -> set[str]:
    """The clauses that the faults of a check name, each with what was found wrong there."""
    missing = {clause for each in report.missing for clause in each.clauses}
    return missing | {clause for each in report.uncarried for clause in each.clauses}


def _others(figure: Figure, printed: set[Meaning]) -> Iterator[Figure]:
    """Figures that a figure might be changed to by mistake."""
    value = figure.value
    match figure.kind:
        case "money" | "count" | "pct":
            step = 1_000_000 if figure.kind == "money" else 1
            same_kind = {other for kind, other in printed if kind == figure.kind}
            same_kind = {other for other in same_kind if (other in _YEARS) == (value in _YEARS)}
            for other in sorted(same_kind | {value + step} - {value}):
                if other != value:
                    yield Figure(figure.kind, other)
        case "duration":
            same_unit = {o for kind, o in printed if kind == "duration" and o[1] == value[1]}
            for other in sorted(same_unit | {(value[0] + 1, value[1])}):
                if other != value:
                    yield Figure("duration", other)
        case "interval":
            yield from (Figure("interval", other) for other in INTERVALS if other != value)
        case "ratio":
            for key in value:
                yield Figure("ratio", {**value, key: value[key] + 1})
        case "date":
            next_month = (value.replace(day=1) + timedelta(days=32)).replace(day=1)
            for other in (value.replace(day=1, year=value.year + 1), next_month):
                yield Figure("date", other)
        case "span":
            yield Figure("span", parse_period(f"{value.year}/{value.ends_on.year + 1}"))
        case "names":
            yield Figure("names", (*value[:-1], f"{value[-1]}甲"))
        case _:
            yield Figure("text", f"{value}甲")


def _unnoticed_cells(scheme: Scheme, lines: Mapping[str, str]) -> Iterator[Unnoticed]:
    """Numbers of the published tables that could be one more without being noticed."""
    for at, quota in enumerate(scheme.pairing.quotas):
        for row, other, published in _tables_changed(quota.published):
            wrong = quota.model_copy(update={"published": published})
            quotas = (*scheme.pairing.quotas[:at], wrong, *scheme.pairing.quotas[at + 1 :])
            pairing = scheme.pairing.model_copy(update={"quotas": quotas})
            report = check_sections(replace(scheme, pairing=pairing), lines)
            if not _clauses_named(report) & set(quota.published.clauses):
                path = f"pairing.{quota.id}.published.{row_key(row)}"
                yield Unnoticed(path, str(row), str(other), quota.published.clauses)


def _unnoticed_days(scheme: Scheme, lines: Mapping[str, str]) -> Iterator[Unnoticed]:
    """Days of the year on which duties fall due that could be another day."""
    for at, duty in enumerate(scheme.duties.duties):
        if duty.due.month is None or duty.due.day is None:
            continue
        other = 27 if duty.due.day == 28 else 28
        due = duty.due.model_copy(update={"day": other})
        wrong = duty.model_copy(update={"due": due})
        duties = (*scheme.duties.duties[:at], wrong, *scheme.duties.duties[at + 1 :])
        file = scheme.duties.model_copy(update={"duties": duties})
        report = check_sections(replace(scheme, duties=file), lines)
        if not _clauses_named(report) & set(duty.clauses):
            old, new = f"{duty.due.month}-{duty.due.day}", f"{duty.due.month}-{other}"
            yield Unnoticed(f"duties.{duty.id}.due", old, new, duty.clauses)


def _unnoticed_issue(scheme: Scheme, lines: Mapping[str, str]) -> Iterator[Unnoticed]:
    """The number and the day of the document, where they could be others."""
    about = scheme.about
    changes: list[tuple[str, object, object]] = []
    if about.document_number is not None:
        changes.append(("document_number", about.document_number, f"{about.document_number}甲"))
    if about.issued_on is not None:
        changes.append(("issued_on", about.issued_on, about.issued_on + timedelta(days=1)))
    for name, old, new in changes:
        wrong = replace(scheme, about=about.model_copy(update={name: new}))
        missing = {finding.path for finding in check_sections(wrong, lines).missing}
        if f"scheme.{name}" not in missing:
            yield Unnoticed(f"scheme.{name}", str(old), str(new), about.metadata_clauses)


def _tables_changed(table: PublishedTable) -> Iterator[tuple[QuotaRow, QuotaRow, PublishedTable]]:
    for part in ("rows", "subtotals"):
        rows: tuple[QuotaRow, ...] = getattr(table, part)
        for at, row in enumerate(rows):
            for other in _rows_changed(row):
                changed = (*rows[:at], other, *rows[at + 1 :])
                yield row, other, table.model_copy(update={part: changed})
    for other in _rows_changed(table.totals):
        yield table.totals, other, table.model_copy(update={"totals": other})


def _rows_changed(row: QuotaRow) -> Iterator[QuotaRow]:
    for layer, number in row.numbers.items():
        yield row.model_copy(update={"numbers": {**row.numbers, layer: number + 1}})
    if row.total is not None and len(row.numbers) > 1:
        yield row.model_copy(update={"total": row.total + 1})


def _words_found(scheme: Scheme, lines: Mapping[str, str]) -> dict[str, set[str]]:
    """By section, what the check takes for the print of a figure."""
    words: dict[str, set[str]] = {}
    report = check_sections(scheme, lines)
    for finding in (*report.found, *report.literal):
        dated = scheme.figures.get(finding.path)
        if dated is None or (dated.implied and not dated.own_printed):
            continue
        for form in {finding.printed, *dated.printed_words}:
            for section in finding.sections:
                words.setdefault(section, set()).add(form)
    return words


def _changes(scheme: Scheme, text: str, words: set[str]) -> Iterator[tuple[int, str, str]]:
    """Where a running text can be changed: the place, what stands there, and what instead."""
    ignored = [
        span for each in scheme.clauses_file.source.ignored for span in literal_spans(each, text)
    ]
    spans = {
        (each.start, each.end) for each in printed_figures(text) if each.arabic and each.measured
    }
    spans = {
        (start, end)
        for start, end in spans
        if not any(start < to and begin < end for begin, to in ignored)
    }
    spans |= {span for form in words for span in literal_spans(form, text)}
    seen: set[int] = set()
    for start, end in sorted(spans):
        for place, old, new in _others_printed(text[start:end]):
            if start + place not in seen:
                seen.add(start + place)
                yield start + place, old, new


def _others_printed(form: str) -> Iterator[tuple[int, str, str]]:
    """Numbers and intervals in a printed form, each with another one; numbers in names are none."""
    for each in printed_figures(form):
        for match in _NUMBER.finditer(each.text):
            number = chinese_number(match[0])
            if match[0].isdigit():
                yield each.start + match.start(), match[0], str(int(match[0]) + 1)
            elif number is not None and number < len(_DIGITS) - 1:
                yield each.start + match.start(), match[0], _DIGITS[number + 1]
    for word, other in _OTHER_INTERVAL.items():
        if word in form:
            yield form.index(word), word, other


def _place_in_lines(part: str, place: int) -> int:
    """The place in the lines of a section of a place in its running text."""
    wanted = len("".join(flow(part)[:place].split()))
    passed = 0
    for at, character in enumerate(part):
        if not character.isspace():
            if passed == wanted:
                return at
            passed += 1
    return len(part)
