"""The document of a place as .docx (一村一档 Word 文件): A4, official fonts by name, no seal drawn."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from bangfu.records.exports.place_file import PlaceFile, Section

__all__ = ["place_docx"]

#: Fonts official papers ask for; named, not shipped, so that an office's own ones are used.
_TITLE: Final = "方正小标宋简体"
_HEAD: Final = "黑体"
_BODY: Final = "仿宋_GB2312"
_CELL: Final = "宋体"
_PAGE_MM: Final = (210, 297)
_TEXT_MM: Final = 156


def place_docx(file: PlaceFile, *, code: str, made_on: date, stamp: str) -> bytes:
    """Write the document; ``code`` leads to the entry of the log."""
    document = Document()
    _set_page(document, code)
    made = datetime(made_on.year, made_on.month, made_on.day)
    properties = document.core_properties
    properties.title, properties.author = _printable(file.title), "Bangfu 帮扶"
    properties.created = properties.modified = made
    if stamp:
        _line(document, stamp, _HEAD, 12)
    _line(document, file.title, _TITLE, 22, centred=True)
    _line(document, file.subtitle, _BODY, 14, centred=True)
    _rows(document, (), tuple((name, value) for name, value in file.facts), widths=(40, 116))
    for section in file.sections:
        _section(document, section)
    _line(document, "", _BODY, 10)
    _line(document, "填表人：　　　　　　审核人：　　　　　　日期：　　　年　　月　　日", _BODY, 12)
    _line(document, f"版本号 {code}　打印日期 {made_on.isoformat()}", _CELL, 9)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_page(document: DocumentObject, code: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(_PAGE_MM[0]), Mm(_PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(30), Mm(25)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", _CELL, 14)
    run = _run(footer, "", _CELL, 14)
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.set(qn("xml:space"), "preserve")
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)
    _run(footer, " —", _CELL, 14)


def _section(document: DocumentObject, section: Section) -> None:
    is_part = section.title.startswith("（")
    _line(document, section.title, _BODY if is_part else _HEAD, 14 if is_part else 16)
    if section.rows:
        _rows(document, section.heads, section.rows)
    if section.note and (not section.rows or not section.note.startswith("还没有")):
        _line(document, section.note, _BODY, 12)


def _rows(
    document: DocumentObject,
    heads: tuple[str, ...],
    rows: tuple[tuple[str, ...], ...],
    widths: tuple[int, ...] = (),
) -> None:
    count = len(heads) or len(rows[0])
    widths = widths or _spread(count)
    table = document.add_table(rows=1 if heads else 0, cols=count)
    table.style = "Table Grid"
    table.autofit = False
    if heads:
        for place, head in enumerate(heads):
            _cell(table, 0, place, head, _HEAD)
        _repeat(table)
    for row in rows:
        table.add_row()
        for place, text in enumerate(row):
            _cell(table, len(table.rows) - 1, place, text, _CELL)
    for place, width in enumerate(widths):
        table.columns[place].width = Mm(width)
        for cell in table.columns[place].cells:
            cell.width = Mm(width)


def _spread(count: int) -> tuple[int, ...]:
    """The first column wider than the others."""
    rest = _TEXT_MM // (count + 1)
    return (_TEXT_MM - rest * (count - 1), *(rest for _ in range(count - 1)))


def _repeat(table: Table) -> None:
    """The head stands again on every page."""
    properties = table.rows[0]._tr.get_or_add_trPr()
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    properties.append(head)


def _cell(table: Table, row: int, place: int, text: str, font: str) -> None:
    paragraph = table.cell(row, place).paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    _run(paragraph, _printable(text), font, 10.5)


def _line(
    document: DocumentObject, text: str, font: str, size: float, *, centred: bool = False
) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, _printable(text), font, size)


def _run(paragraph: Paragraph, text: str, font: str, size: float) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _printable(text: str) -> str:
    """Without the control characters that no document may hold."""
    return "".join(letter for letter in text if letter in "\n\t" or ord(letter) >= 32)
