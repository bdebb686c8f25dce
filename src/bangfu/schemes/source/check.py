"""Check the figures of a scheme against its original document, both ways (原文核对).

Every carried figure must stand in the sections of the clauses it rests on; every figure of the
covered span must be carried, or ignored with a reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bangfu.schemes.figures import Dated, Figure
from bangfu.schemes.load import Scheme
from bangfu.schemes.source.meaning import figure_in, literal_spans, printed_form_says
from bangfu.schemes.source.outline import sections
from bangfu.schemes.source.report import Finding, SourceReport
from bangfu.schemes.source.tables import row_findings
from bangfu.schemes.source.text import flow
from bangfu.schemes.source.uncarried import stale_ignored, uncarried_figures
from bangfu.vocabulary.text import Text

__all__ = ["check_source"]


@dataclass(frozen=True, slots=True)
class _Carried:
    """One figure of a scheme from one day on, and the text it should stand in.

    ``alone``: no other figure shares its printed forms, so that these are its own.
    """

    dated: Dated
    figure: Figure
    starts_on: date
    sections: tuple[str, ...]
    text: str
    alone: bool

    def finding(self, printed: str = "", reason: Text | None = None) -> Finding:
        return Finding(
            self.dated.path,
            self.dated.label,
            Text(self.figure.show("zh"), self.figure.show("en")),
            self.dated.clauses,
            self.sections,
            self.starts_on,
            printed,
            reason,
        )


def check_source(scheme: Scheme, text: str) -> SourceReport:
    """Look for every carried figure in the document, and for figures the scheme lacks.

    Parameters
    ----------
    scheme : Scheme
        Its clauses say in which sections each figure stands.
    text : str
        The document, as ``read_source`` gives it.

    Returns
    -------
    SourceReport

    Raises
    ------
    SchemeFault
        SRC-02 where a mark of the outline is not found: this is another document.

    Notes
    -----
    A figure is looked for if it rests on a clause and is neither derived, nor ours
    (``assumption``), nor from elsewhere (``citation``). A number of one that the format takes for
    granted (at least one) may be left unprinted. ``printed:`` forms take the place of the forms
    derived from the value: each must stand in the document, and one must read back to the value;
    where it cannot be read (words), the figure counts as ``literal``.
    """
    lines = sections(text, scheme.clauses_file.source)
    running = {section: flow(part) for section, part in lines.items()}
    found: list[Finding] = []
    literal: list[Finding] = []
    missing: list[Finding] = []
    for carried in _carried(scheme, running):
        finding = _look(carried)
        if finding.reason is None and _is_read_back(carried, finding):
            found.append(finding)
        elif carried.dated.implied:
            continue
        else:
            (literal if finding.reason is None else missing).append(finding)
    for finding in (*row_findings(scheme, lines), *_named_places(scheme, running)):
        (found if finding.reason is None else missing).append(finding)
    return SourceReport(
        found=tuple(found),
        literal=tuple(literal),
        missing=(*missing, *_absent_forms(scheme, running)),
        derived=tuple(_derived(scheme, running)),
        uncarried=tuple(uncarried_figures(scheme, running)),
        unused_ignored=stale_ignored(scheme, running),
    )


def _carried(scheme: Scheme, running: Mapping[str, str]) -> Iterator[_Carried]:
    looked_for = [dated for dated in scheme.figures.values() if _is_looked_for(dated)]
    sharing = Counter(
        (_entry(dated), dated.printed)
        for dated in looked_for
        for _, figure in dated.entries
        if figure is not None and not dated.implied
    )
    for dated in looked_for:
        where = _sections_of(scheme, dated.clauses, running)
        text = "\n".join(running[section] for section in where)
        alone = sharing[_entry(dated), dated.printed] <= 1
        for starts_on, figure in dated.entries:
            if figure is not None and not _is_code(figure):
                yield _Carried(dated, figure, starts_on, where, text, alone)


def _is_looked_for(dated: Dated) -> bool:
    ours = dated.assumption or dated.citation or dated.set_by_overlay
    return bool(dated.clauses) and dated.ref is None and not dated.derived and not ours


def _is_code(figure: Figure) -> bool:
    # An English id of ours, such as a rank, is not printed in the document.
    return figure.kind == "text" and str(figure.value).isascii()


def _entry(dated: Dated) -> str:
    # A value stands alone; the fields of an entry share what the entry says.
    return dated.path if dated.path.count(".") == 1 else dated.path.rsplit(".", 1)[0]


def _sections_of(
    scheme: Scheme, clauses: tuple[str, ...], running: Mapping[str, str]
) -> tuple[str, ...]:
    named = [scheme.clauses[clause].sections for clause in clauses if clause in scheme.clauses]
    return tuple(dict.fromkeys(s for part in named for s in part if s in running))


def _look(carried: _Carried) -> Finding:
    """The finding on one figure; with a reason where it is missing."""
    forms = [form for form in carried.dated.printed if any(literal_spans(form, carried.text))]
    # The two ends of a span may be printed apart.
    for form in (*forms, "至".join(forms)):
        if form and printed_form_says(form, carried.figure):
            return carried.finding(form)
    if not carried.alone or not carried.dated.printed or carried.dated.implied:
        printed = figure_in(carried.figure, carried.text)
        if printed is not None:
            return carried.finding(printed)
    for form in forms:
        if printed_form_says(form, carried.figure) is None:
            return carried.finding(form)
    if forms:
        reason = Text(
            f"所写的「{'、'.join(forms)}」不是这个数值", f"{', '.join(forms)} says another figure"
        )
    elif carried.dated.printed and carried.alone:
        reason = Text("没有找到所写的原文写法", "the printed form given is not found")
    else:
        reason = Text("没有找到这个数字", "the figure is not found")
    return carried.finding(reason=reason)


def _is_read_back(carried: _Carried, finding: Finding) -> bool:
    if finding.printed not in carried.dated.printed:
        return True
    return printed_form_says(finding.printed, carried.figure) is True


def _absent_forms(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Finding]:
    """Printed forms of entries with several figures that the document does not hold."""
    seen: set[tuple[str, str]] = set()
    for carried in _carried(scheme, running):
        if carried.alone:
            continue
        for form in carried.dated.printed:
            key = (_entry(carried.dated), form)
            if key in seen or any(literal_spans(form, carried.text)):
                continue
            seen.add(key)
            reason = Text("没有找到所写的原文写法", "the printed form given is not found")
            finding = carried.finding(reason=reason)
            yield replace(finding, path=key[0], shown=Text(form, form))


def _derived(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Finding]:
    for dated in scheme.figures.values():
        if not dated.derived:
            continue
        where = _sections_of(scheme, dated.clauses, running)
        for starts_on, figure in dated.entries:
            if figure is not None:
                yield _Carried(dated, figure, starts_on, where, "", True).finding()


def _named_places(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Finding]:
    """The places that the document is said to name."""
    for place in scheme.about.places:
        if not place.clauses:
            continue
        where = _sections_of(scheme, place.clauses, running)
        found = any(any(literal_spans(place.written, running[section])) for section in where)
        yield Finding(
            f"scheme.places.{place.written}",
            Text("文件点名的地方", "a place the document names:"),
            Text(place.written, place.written),
            place.clauses,
            where,
            printed=place.written if found else "",
            reason=None if found else Text("没有找到这个名称", "the name is not found"),
        )
