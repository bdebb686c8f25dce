"""The table of tasks as a document (任务分工表 .docx): A4 landscape, heads repeated, page numbers.

Fonts are those official papers ask for, by name; each names the font to fall back on, so that
the paper looks alike where they are not installed. No font is shipped and no seal is drawn.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from bangfu.programme.papers.tasks import TaskTable

__all__ = ["tasks_docx"]

_TITLE: Final = "方正小标宋简体"
_HEAD: Final = "黑体"
_BODY: Final = "仿宋_GB2312"
_PAGE: Final = "宋体"
#: The font to take where one is not installed.
_FALLBACKS: Final = {_TITLE: "华文中宋", _BODY: "仿宋", _HEAD: "SimHei", _PAGE: "SimSun"}
#: Widths of the columns, in mm; together the text of a landscape page.
_WIDTHS: Final = (10, 26, 58, 16, 24, 28, 50, 30, 25)
_MEANING_WIDTHS: Final = (24, 84, 55, 52, 52)
#: Every part of the file bears this date, so that the same table gives the same bytes.
_ZIP_DATE: Final = (1980, 1, 1, 0, 0, 0)


def tasks_docx(table: TaskTable) -> bytes:
    """Write a table of tasks as a .docx file.

    Parameters
    ----------
    table : TaskTable

    Returns
    -------
    bytes
        The same bytes for the same table.
    """
    document = Document()
    _set_page(document)
    _set_properties(document, table.title, table.made_on)
    _name_fallbacks(document)
    _line(document, table.title, _TITLE, 22, centred=True)
    _line(document, table.subtitle, _BODY, 10.5, centred=True)
    for note in table.notes:
        _line(document, note, _BODY, 10.5)
    rows = [(str(n), *row.cells()) for n, row in enumerate(table.rows, start=1)]
    _table(document, table.heads, rows, _WIDTHS)
    zh = table.language == "zh"
    signature = "审核：            制表：            联系电话：            日期："
    if not zh:
        signature = "Reviewed by:            Made by:            Telephone:            Date:"
    _line(document, signature, _BODY, 10.5)
    _line(document, "附：用语与约束力" if zh else "Annex: verbs and how they bind", _HEAD, 12)
    _table(document, table.meaning_heads, table.meanings, _MEANING_WIDTHS)
    return _same_bytes(document)


def _set_page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin, section.bottom_margin = Mm(20), Mm(18)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", _PAGE, 14)
    run = _run(footer, "", _PAGE, 14)
    for kind, text in (("begin", None), (None, " PAGE "), ("end", None)):
        if text is not None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), str(kind))
        run._r.append(element)
    _run(footer, " —", _PAGE, 14)


def _set_properties(document: DocumentObject, title: str, made_on: date) -> None:
    properties = document.core_properties
    stamp = datetime(made_on.year, made_on.month, made_on.day)
    properties.title, properties.author = title, "Bangfu 帮扶"
    properties.created = properties.modified = stamp
    properties.comments = properties.last_modified_by = ""
    properties.revision = 1


def _name_fallbacks(document: DocumentObject) -> None:
    """Name for each font the one to take its place, in the table of fonts of the file."""
    for part in document.part.package.iter_parts():
        if str(part.partname) != "/word/fontTable.xml":
            continue
        fonts = parse_xml(part.blob)
        for name, instead in _FALLBACKS.items():
            fonts.append(
                parse_xml(
                    f'<w:font {nsdecls("w")} w:name="{name}"><w:altName w:val="{instead}"/>'
                    '<w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
                )
            )
        part._blob = serialize_part_xml(fonts)


def _line(
    document: DocumentObject, text: str, font: str, size: float, *, centred: bool = False
) -> None:
    paragraph = document.add_paragraph()
    _close_up(paragraph)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, font, size)


def _close_up(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.space_after = Pt(2)


def _run(paragraph: Paragraph, text: str, font: str, size: float) -> Any:
    run = paragraph.add_run(_printable(text))
    run.font.name, run.font.size = font, Pt(size)
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _table(
    document: DocumentObject,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int],
) -> None:
    table = document.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for place, (cells, texts) in enumerate(zip(table.rows, (heads, *rows), strict=True)):
        _mark(cells._tr, head=place == 0)
        for cell, text, width in zip(cells.cells, texts, widths, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            _close_up(paragraph)
            if place == 0:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(paragraph, text, _HEAD if place == 0 else _BODY, 9)
    _narrow_cells(table)


def _mark(row: Any, *, head: bool) -> None:
    """A row is not broken over pages; the first one stands at the top of each."""
    properties = row.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def _narrow_cells(table: Table) -> None:
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="60" w:type="dxa"/>'
        '<w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
    )
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    # The schema wants margins before the look of the table.
    if look is not None:
        look.addprevious(margins)
    else:
        properties.append(margins)


def _printable(text: str) -> str:
    """Text without the control characters that XML does not allow."""
    return "".join(c for c in text if c in "\t\n" or ord(c) >= 32)


def _same_bytes(document: DocumentObject) -> bytes:
    """The file with its parts in order and without the hour at which it was written."""
    written, steady = BytesIO(), BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(steady, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(name))
    return steady.getvalue()
