"""Figures of a document that a scheme lacks (方案未收入的数字)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from bangfu.schemes.load import Scheme
from bangfu.schemes.source.meaning import literal_spans, meaning_of
from bangfu.schemes.source.printed import Meaning, PrintedFigure, printed_figures
from bangfu.schemes.source.report import Uncarried

__all__ = ["clauses_in", "stale_ignored", "uncarried_figures"]

#: Characters shown on either side of a figure, so that its place can be found.
_AROUND = 8
#: A smaller count is too common to be taken for the repetition of one carried elsewhere.
_DISTINCT = 10


def uncarried_figures(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Uncarried]:
    """Figures in digits with a unit that nothing carries and nothing ignores.

    Notes
    -----
    A figure counts as carried where a figure of the scheme with that meaning rests on a clause of
    the section; a large or marked one also where the same print is carried in another section.
    Several prints of one small number in one section are not told apart.
    """
    by_section = _meanings_by_section(scheme, running)
    everywhere = _of_the_scheme(scheme)
    ends_on = scheme.about.period.ends_on
    last_day: Meaning = ("date", ends_on - timedelta(days=1))
    printed = {section: list(_significant(text)) for section, text in running.items()}
    carried = {
        each.text
        for section, figures in printed.items()
        for each in figures
        if each.meanings & by_section.get(section, set()) and _is_distinct(each)
    }
    for section, figures in printed.items():
        text = running[section]
        known = by_section.get(section, set()) | everywhere
        left = [
            each
            for each in figures
            if not (each.meanings & known or _says_the_end(each, last_day, ("date", ends_on)))
            and each.text not in carried
        ]
        accounted = list(_spans(scheme, section, text)) if left else []
        for each in left:
            if not _overlaps(each, accounted):
                around = " ".join(text[max(each.start - _AROUND, 0) : each.end + _AROUND].split())
                yield Uncarried(section, each.text, around, clauses_in(scheme, section))


def clauses_in(scheme: Scheme, section: str) -> tuple[str, ...]:
    """The clauses that stand in a section, in the order of the scheme."""
    return tuple(id for id, clause in scheme.clauses.items() if section in clause.sections)


def stale_ignored(scheme: Scheme, running: Mapping[str, str]) -> tuple[str, ...]:
    """Words under ``ignored:`` that the covered span does not hold."""
    return tuple(
        words
        for words in scheme.clauses_file.source.ignored
        if not any(any(literal_spans(words, text)) for text in running.values())
    )


def _significant(text: str) -> Iterator[PrintedFigure]:
    return (each for each in printed_figures(text) if each.arabic and each.measured)


def _is_distinct(each: PrintedFigure) -> bool:
    return any(kind != "count" or value >= _DISTINCT for kind, value in each.meanings)


def _says_the_end(each: PrintedFigure, last_day: Meaning, ends_on: Meaning) -> bool:
    # A bare year means its first and last day too, which alone are no end of a scheme.
    return each.meanings == {last_day} or {last_day, ends_on} <= each.meanings


def _meanings_by_section(scheme: Scheme, running: Mapping[str, str]) -> dict[str, set[Meaning]]:
    """What the figures that rest on the clauses of each section mean."""
    meanings: dict[str, set[Meaning]] = {section: set() for section in running}

    def note(clauses: tuple[str, ...], meaning: Meaning | None) -> None:
        for clause in clauses:
            for section in scheme.clauses[clause].sections if clause in scheme.clauses else ():
                if meaning is not None and section in meanings:
                    meanings[section].add(meaning)

    for path, dated in scheme.figures.items():
        for _, figure in scheme.origin(path).entries:
            if figure is not None:
                note(dated.clauses, meaning_of(figure))
    for quota in scheme.pairing.quotas:
        published = quota.published
        for row in (*published.rows, *published.subtotals, published.totals):
            for number in (*row.numbers.values(), row.total):
                note(published.clauses, None if number is None else ("count", number))
    for duty in scheme.duties.duties:
        if duty.due.rule == "day_of_year":
            note(duty.clauses, ("month_day", (duty.due.month, duty.due.day)))
    return meanings


def _of_the_scheme(scheme: Scheme) -> set[Meaning]:
    """Dates of the document itself, which may stand anywhere."""
    period = scheme.about.period
    meanings: set[Meaning] = {
        ("date", period.starts_on),
        ("span", (period.starts_on.year, (period.ends_on - timedelta(days=1)).year)),
    }
    if scheme.about.issued_on is not None:
        meanings.add(("date", scheme.about.issued_on))
    for each in printed_figures(scheme.clauses_file.source.published_on or ""):
        meanings |= each.meanings
    return meanings


def _spans(scheme: Scheme, section: str, text: str) -> Iterator[tuple[int, int]]:
    """Where ignored words, printed forms and names that are carried stand."""
    for words in scheme.clauses_file.source.ignored:
        yield from literal_spans(words, text)
    for dated in scheme.figures.values():
        here = any(
            section in scheme.clauses[clause].sections
            for clause in dated.clauses
            if clause in scheme.clauses
        )
        if not here:
            continue
        for form in dated.printed_words:
            yield from literal_spans(form, text)
        for _, figure in dated.entries:
            if figure is not None and figure.kind in ("names", "text"):
                names = figure.value if figure.kind == "names" else (figure.value,)
                for name in names:
                    yield from literal_spans(name, text)


def _overlaps(each: PrintedFigure, spans: list[tuple[int, int]]) -> bool:
    return any(start < each.end and each.start < end for start, end in spans)
