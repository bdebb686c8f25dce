"""The sections of a document (章节), by the marks a scheme gives."""

from __future__ import annotations

from bangfu.schemes.format import SourceDocument
from bangfu.schemes.source.text import normalise
from bangfu.vocabulary.errors import Fault, SchemeFault
from bangfu.vocabulary.text import Text

__all__ = ["PREAMBLE", "sections"]

#: What the span holds before its first section.
PREAMBLE = ""


def sections(text: str, source: SourceDocument) -> dict[str, str]:
    """The text of each section of the span that the scheme covers.

    Parameters
    ----------
    text : str
        The document, as ``read_source`` gives it.
    source : SourceDocument
        The span (``ends`` is the first mark that no longer belongs to it) and the outline.

    Returns
    -------
    dict of str to str
        By section id, in the order of the outline; a section ends where the next one starts.
        What stands before the first one is under the empty id, if anything does.

    Raises
    ------
    SchemeFault
        SRC-02 naming the mark that is not found after the one before it.

    Notes
    -----
    Each mark is looked for after the one before, first at the start of a line, then anywhere.
    """
    span = _span(text, source)
    starts: list[tuple[str, int]] = []
    position = 0
    for mark in source.outline:
        wanted = normalise(mark.starts)
        found = _find(span, wanted, position)
        if found < 0:
            after = starts[-1][0] if starts else ""
            raise _not_found(f"clauses.source.outline.{mark.section}", mark.starts, after)
        starts.append((mark.section, found))
        position = found + len(wanted)
    if not starts:
        return {PREAMBLE: span}
    ends = [start for _, start in starts[1:]] + [len(span)]
    found_sections = {
        section: span[start:end] for (section, start), end in zip(starts, ends, strict=True)
    }
    before = span[: starts[0][1]]
    return {PREAMBLE: before, **found_sections} if before.strip() else found_sections


def _span(text: str, source: SourceDocument) -> str:
    start = 0
    if source.starts is not None:
        wanted = normalise(source.starts)
        start = -len(wanted)
        for _ in range(source.starts_occurrence):
            start = text.find(wanted, start + len(wanted))
            if start < 0:
                raise _not_found("clauses.source.starts", source.starts, "")
    end = len(text)
    if source.ends is not None:
        begun = start + len(normalise(source.starts or ""))
        end = text.find(normalise(source.ends), begun)
        if end < 0:
            raise _not_found("clauses.source.ends", source.ends, "")
    return text[start:end]


def _find(span: str, wanted: str, position: int) -> int:
    if position == 0 and span.startswith(wanted):
        return 0
    at_line_start = span.find("\n" + wanted, max(position - 1, 0))
    return at_line_start + 1 if at_line_start >= 0 else span.find(wanted, position)


def _not_found(where: str, mark: str, after: str) -> SchemeFault:
    zh = f"，应在章节「{after}」之后" if after else ""
    en = f" after the section {after!r}" if after else ""
    return SchemeFault(
        [
            Fault(
                "SRC-02",
                where,
                Text(
                    f"原文中没有找到标记「{mark}」{zh}。",
                    f"the mark {mark!r} is not found in the document{en}.",
                ),
                Text("请核对是否给错了文件。", "Check that this is the document."),
            )
        ]
    )
