"""Look for one carried figure in the text of its clauses (逐个核对)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bangfu.schemes.figures import Dated, Figure, Printed
from bangfu.schemes.load import Scheme
from bangfu.schemes.source.meaning import figure_in, literal_spans, printed_form_says
from bangfu.schemes.source.report import Finding
from bangfu.vocabulary.text import Text

__all__ = ["Carried", "absent_forms", "carried_figures", "look", "sections_of"]


@dataclass(frozen=True, slots=True)
class Carried:
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
        """What was found out about the figure; with a reason where it is missing."""
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


def carried_figures(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Carried]:
    """The figures that should stand in the document, each with the text of its sections.

    ``running`` is the running text by section.
    """
    looked_for = [dated for dated in scheme.figures.values() if _is_looked_for(dated)]
    sharing = Counter(
        (_entry(dated), dated.printed)
        for dated in looked_for
        for _, figure in dated.entries
        if figure is not None and not dated.implied
    )
    for dated in looked_for:
        where = sections_of(scheme, dated.clauses, running)
        text = "\n".join(running[section] for section in where)
        alone = sharing[_entry(dated), dated.printed] <= 1
        for starts_on, figure in dated.entries:
            if figure is not None and not _is_code(dated, figure):
                yield Carried(dated, figure, starts_on, where, text, alone)


def sections_of(
    scheme: Scheme, clauses: Iterable[str], running: Mapping[str, str]
) -> tuple[str, ...]:
    """The sections of the text in which some clauses stand."""
    named = [scheme.clauses[clause].sections for clause in clauses if clause in scheme.clauses]
    return tuple(dict.fromkeys(s for part in named for s in part if s in running))


def look(carried: Carried) -> tuple[Finding, bool]:
    """The finding on one figure, with a reason where it is missing; whether it is in words only.

    In words only is a form that stands in the document but cannot be read back to the figure.
    """
    if carried.dated.own_printed:
        return _look_for_own(carried)
    absent = _absent(carried.dated.printed, carried.text) if carried.alone else ()
    if absent:
        return carried.finding(reason=_not_found(absent)), False
    forms = [form for form in carried.dated.printed if any(literal_spans(form, carried.text))]
    # The two ends of a span may be printed apart.
    for form in (*forms, "至".join(forms)):
        if form and printed_form_says(form, carried.figure):
            return carried.finding(form), False
    if not carried.alone or not carried.dated.printed or carried.dated.implied:
        printed = figure_in(carried.figure, carried.text)
        if printed is not None:
            return carried.finding(printed), False
    for form in forms:
        if printed_form_says(form, carried.figure) is None:
            return carried.finding(form), True
    if forms:
        return carried.finding(reason=_other_figure(forms)), False
    return carried.finding(reason=Text("没有找到这个数字", "the figure is not found")), False


def absent_forms(scheme: Scheme, running: Mapping[str, str]) -> Iterator[Finding]:
    """Printed forms of entries with several figures that the document does not hold."""
    seen: set[tuple[str, str]] = set()
    for carried in carried_figures(scheme, running):
        if carried.alone:
            continue
        for form in _absent(carried.dated.printed, carried.text):
            key = (_entry(carried.dated), form)
            if key not in seen:
                seen.add(key)
                finding = carried.finding(reason=_not_found((form,)))
                yield replace(finding, path=key[0], shown=Text(form, form))


def _look_for_own(carried: Carried) -> tuple[Finding, bool]:
    """Every word given for the figure must stand there, and none may say another figure."""
    own = carried.dated.own_printed
    absent = _absent((each.words for each in own), carried.text)
    if absent:
        return carried.finding(reason=_not_found(absent)), False
    verdicts = [_says(each, carried.figure) for each in own]
    together = _says(Printed("至".join(each.words for each in own)), carried.figure)
    if True in verdicts and False not in verdicts:
        return carried.finding(own[verdicts.index(True)].words), False
    if together and len(own) > 1:
        return carried.finding(own[0].words), False
    if False in verdicts:
        others = [each.words for each, says in zip(own, verdicts, strict=True) if says is False]
        return carried.finding(reason=_other_figure(others)), False
    return carried.finding(own[0].words), True


def _says(printed: Printed, figure: Figure) -> bool | None:
    """Whether the words say the figure; None where that cannot be told from them."""
    if printed.says is None:
        return printed_form_says(printed.words, figure)
    if printed.says != figure:
        return False
    return printed_form_says(printed.words, printed.says)


def _absent(forms: Iterable[str], text: str) -> tuple[str, ...]:
    return tuple(form for form in forms if not any(literal_spans(form, text)))


def _not_found(forms: Iterable[str]) -> Text:
    listed = tuple(forms)
    return Text(
        f"没有找到所写的原文写法「{'、'.join(listed)}」",
        f"the printed form given, {', '.join(listed)}, is not found",
    )


def _other_figure(forms: Iterable[str]) -> Text:
    listed = tuple(forms)
    return Text(
        f"所写的「{'、'.join(listed)}」不是这个数值", f"{', '.join(listed)} says another figure"
    )


def _is_looked_for(dated: Dated) -> bool:
    if not dated.clauses or dated.ref is not None or dated.derived or dated.set_by_overlay:
        return False
    # What is assumed of an entry is not every figure of it: one with words of its own is printed.
    return bool(dated.own_printed) or not (dated.assumption or dated.citation)


def _is_code(dated: Dated, figure: Figure) -> bool:
    # An English id of ours, such as a rank, is printed only where its words are given.
    return figure.kind == "text" and str(figure.value).isascii() and not dated.own_printed


def _entry(dated: Dated) -> str:
    # A value stands alone; the fields of an entry share what the entry says.
    return dated.path if dated.path.count(".") == 1 else dated.path.rsplit(".", 1)[0]
