"""Codes of one system (代码体系): the right form, one system in a folder, every code known.

The statistical code (nbs) and the civil-affairs code (mca) share digits and not meanings, so a
folder holds one of them. Knows the forms; it never translates one into the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from bangfu.programme.tables.declared import Column
from bangfu.programme.tables.findings import Findings, Says, quoted, rows_text
from bangfu.programme.tables.raw import RawSheet
from bangfu.vocabulary.place import CODE_SYSTEMS
from bangfu.vocabulary.text import Text

__all__ = [
    "SYSTEM_FORMS",
    "SYSTEM_NAMES",
    "code_system_of",
    "refuse_unknown_codes",
    "refuse_wrong_codes",
]

#: The form of a code in each system.
SYSTEM_FORMS: Final[Mapping[str, str]] = {"nbs": "^[0-9]{12}$", "mca": "^(?:[0-9]{6}|[0-9]{9})$"}
SYSTEM_NAMES: Final[Mapping[str, Text]] = {
    "nbs": Text("统计用区划代码（nbs，12 位）", "the statistical code (nbs, 12 digits)"),
    "mca": Text(
        "民政行政区划代码（mca，6 或 9 位）", "the civil-affairs code (mca, 6 or 9 digits)"
    ),
}
_CODES_NAMED: Final = 5


def code_system_of(places: pl.DataFrame, sheet: RawSheet, findings: Findings) -> str | None:
    """The one code system of the table of places; None where there is none or more than one."""
    counts = places.get_column("code_system").drop_nulls().value_counts(sort=True)
    systems = [name for name in counts.get_column("code_system") if name in CODE_SYSTEMS]
    if len(systems) > 1:
        told = [f"{name} {count:,}" for name, count in counts.iter_rows()]
        findings.fault(
            "TAB-21",
            sheet.where,
            Text(
                f"「code_system」混用两种代码体系（{'、'.join(told)} 行），"
                "同一串数字在两种体系中可能是不同的地方。",
                f"Two code systems are mixed ({', '.join(told)} rows); the same digits may name "
                "different places in them.",
            ),
            Text("请一个文件夹只用一种体系。", "Use one system in a folder."),
        )
        return None
    return systems[0] if systems else None


def refuse_wrong_codes(
    frame: pl.DataFrame, names: Iterable[str], system: str, sheet: RawSheet, findings: Findings
) -> None:
    """Note codes that do not have the form of the system declared."""
    for name in names:
        codes = frame.get_column(name)
        # A code in scientific notation has been told already.
        wrong = ~codes.str.contains(SYSTEM_FORMS[system]) & ~codes.str.contains("[eE]")
        if not wrong.any():
            continue
        bad = pl.DataFrame([frame.get_column("row"), codes.alias("given")]).filter(wrong)
        findings.cells("TAB-20", sheet.where, sheet.head.as_given(name), bad, _says_form(system))


def _looks_like(code: str, system: str) -> bool:
    lengths = {"nbs": (12,), "mca": (6, 9)}[system]
    return code.isdigit() and code.isascii() and len(code) in lengths


def _other(system: str) -> str:
    return next(name for name in CODE_SYSTEMS if name != system)


def _says_form(system: str) -> Says:
    other = _other(system)
    accepted = Text(
        f"本文件夹用{SYSTEM_NAMES[system].zh}", f"this folder uses {SYSTEM_NAMES[system].en}"
    )

    def says(given: str | None) -> tuple[Text, Text | None]:
        if given is not None and _looks_like(given, other):
            return accepted, Text(
                f"看位数像{SYSTEM_NAMES[other].zh}，两种代码不能互换，请填本体系的代码。",
                f"It looks like {SYSTEM_NAMES[other].en}; the two cannot be exchanged.",
            )
        return accepted, Text("请核对代码位数。", "Check the digits of the code.")

    return says


def refuse_unknown_codes(
    frame: pl.DataFrame,
    column: Column,
    known: pl.Series,
    sheet: RawSheet,
    *,
    system: str,
    findings: Findings,
) -> None:
    """Note the codes of a table that do not stand in places, each once with its rows.

    Parameters
    ----------
    frame : frame with the column and row UInt32
    column : Column
        A column that refers to places.
    known : (n_places,) String
        The codes of the table of places.
    system : str
        The code system of the folder: codes that look like the other are told apart.
    """
    codes = frame.get_column(column.name)
    distinct = codes.drop_nulls().unique()
    strange = distinct.filter(
        ~distinct.is_in(known.implode()) & ~distinct.str.contains("^[0-9.]+[eE]")
    ).to_list()
    if not strange:
        return
    other = [code for code in strange if _looks_like(code, _other(system))]
    rows = (
        frame.select(pl.col(column.name).alias("code"), "row")
        .filter(pl.col("code").is_in(strange))
        .group_by("code", maintain_order=True)
        .agg("row")
    )
    head = sheet.head.as_given(column.name)
    if other:
        of_other = rows.filter(pl.col("code").is_in(other))
        _tell_other_system(of_other, head, system, sheet, findings)
    for code, at in rows.filter(~pl.col("code").is_in(other)).iter_rows():
        where = rows_text(at)
        findings.fault(
            "TAB-22",
            sheet.where,
            Text(
                f"{where.zh}「{head}」填的是「{quoted(code)}」，places 表没有这个代码。",
                f'{where.en}: column "{head}" holds "{quoted(code)}", which is not in places.',
            ),
            Text(
                "请核对代码，或在 places 表补上这一行。",
                "Check the code, or add the place to the table places.",
            ),
        )


def _tell_other_system(
    rows: pl.DataFrame, head: str, system: str, sheet: RawSheet, findings: Findings
) -> None:
    all_rows = sorted(row for at in rows.get_column("row") for row in at)
    named = [quoted(code) for code in rows.get_column("code").head(_CODES_NAMED)]
    where = rows_text(all_rows)
    other = SYSTEM_NAMES[_other(system)]
    findings.fault(
        "TAB-21",
        sheet.where,
        Text(
            f"{where.zh}「{head}」有 {rows.height:,} 个代码不在 places 表，看位数像{other.zh}："
            f"{'、'.join(named)}。places 表用的是{SYSTEM_NAMES[system].zh}。",
            f'{where.en}: column "{head}" has {rows.height:,} codes that are not in places and '
            f"look like {other.en}: {', '.join(named)}. The table places uses "
            f"{SYSTEM_NAMES[system].en}.",
        ),
        Text(
            "两种代码同号不同地，不能直接对应；请换成 places 表的代码。",
            "The same digits name different places in the two; use the codes of places.",
        ),
    )
