"""Check the figures of a scheme against its original document, both ways (原文核对).

Every carried figure must stand in the sections of the clauses it rests on; every figure of the
covered span must be carried, or ignored with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bangfu.schemes.figures import Figure
from bangfu.schemes.load import Scheme
from bangfu.schemes.source.look import Carried, absent_forms, carried_figures, look, sections_of
from bangfu.schemes.source.meaning import figure_in, literal_spans
from bangfu.schemes.source.outline import sections
from bangfu.schemes.source.report import Finding, SourceReport
from bangfu.schemes.source.tables import row_findings
from bangfu.schemes.source.text import flow
from bangfu.schemes.source.uncarried import stale_ignored, uncarried_figures
from bangfu.vocabulary.text import Text

__all__ = ["check_sections", "check_source"]


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
    return check_sections(scheme, sections(text, scheme.clauses_file.source))


def check_sections(scheme: Scheme, lines: Mapping[str, str]) -> SourceReport:
    """The check on a document that is cut into its sections already (see ``check_source``)."""
    running = {section: flow(part) for section, part in lines.items()}
    found: list[Finding] = []
    literal: list[Finding] = []
    missing: list[Finding] = []
    for carried in carried_figures(scheme, running):
        finding, in_words = look(carried)
        may_be_left_out = carried.dated.implied and not carried.dated.own_printed
        if finding.reason is None and not in_words:
            found.append(finding)
        elif not may_be_left_out:
            (literal if finding.reason is None else missing).append(finding)
    told = (*row_findings(scheme, lines), *_named_places(scheme, running), *_issue(scheme, running))
    for finding in told:
        (found if finding.reason is None else missing).append(finding)
    return SourceReport(
        found=tuple(found),
        literal=tuple(literal),
        missing=(*missing, *absent_forms(scheme, running)),
        derived=tuple(_derived(scheme, running)),
        uncarried=tuple(uncarried_figures(scheme, running)),
        unused_ignored=stale_ignored(scheme, running),
    )


def _derived(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Finding]:
    for dated in scheme.figures.values():
        if not dated.derived:
            continue
        where = sections_of(scheme, dated.clauses, running)
        for starts_on, figure in dated.entries:
            if figure is not None:
                yield Carried(dated, figure, starts_on, where, "", True).finding()


def _issue(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Finding]:
    """The number and the day of the document, which may stand anywhere in it."""
    about, text = scheme.about, "\n".join(running.values())
    if about.document_number is not None:
        number = about.document_number
        printed = number if any(literal_spans(number, text)) else ""
        yield _about(scheme, "document_number", Text("文号", "document number"), number, printed)
    if about.issued_on is not None:
        day = Figure("date", about.issued_on)
        printed = figure_in(day, text) or ""
        yield _about(scheme, "issued_on", Text("成文日期", "day of issue"), day.show(), printed)


def _about(scheme: Scheme, name: str, label: Text, shown: str, printed: str) -> Finding:
    reason = None if printed else Text("没有找到", "it is not found")
    return Finding(
        f"scheme.{name}",
        label,
        Text(shown, shown),
        scheme.about.metadata_clauses,
        (),
        printed=printed,
        reason=reason,
    )


def _named_places(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Finding]:
    """The places that the document is said to name."""
    for place in scheme.about.places:
        if not place.clauses:
            continue
        where = sections_of(scheme, place.clauses, running)
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
