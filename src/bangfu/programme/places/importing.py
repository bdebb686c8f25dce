"""Code lists into the table of places (区划代码导入): one layout out of the many in circulation.

Takes names and codes as they stand in the list; it corrects nothing and knows no policy.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from bangfu.programme.places.code_systems import refuse_mixed_systems
from bangfu.programme.places.editions import (
    CODE_LIST,
    LAYOUTS,
    LayoutName,
    edition_columns,
    is_edition,
    layout_of,
)
from bangfu.programme.places.kinds import township_kind, upper_kind, village_kind
from bangfu.programme.tables.cells import DTYPES, tidied
from bangfu.programme.tables.csv_files import read_csv_sheet
from bangfu.programme.tables.declared import TABLES
from bangfu.programme.tables.findings import Findings, always
from bangfu.programme.tables.parquet_files import read_parquet_sheet
from bangfu.programme.tables.raw import RawSheet
from bangfu.programme.tables.systems import SYSTEM_FORMS
from bangfu.programme.tables.workbooks import read_every_sheet
from bangfu.vocabulary.place import LEVELS
from bangfu.vocabulary.text import Text

__all__ = ["PLACES_COLUMNS", "import_places"]

#: The columns of the table of places, in the order they are written.
PLACES_COLUMNS: Final = (
    "code", "name", "level", "parent_code", "kind", "code_system", "valid_from", "valid_to",
    "lon", "lat", "county_code", "aliases", "tags",
)  # fmt: skip
#: Columns people add to a table of places by hand; kept when a list is imported over it.
_BY_HAND: Final = ("valid_from", "valid_to", "lon", "lat", "county_code", "aliases", "tags")
#: Significant digits of a code at each level above the village.
_DIGITS: Final = {"province": 2, "city": 4, "county": 6, "township": 9}


def import_places(
    file: Path,
    *,
    edition: str,
    into: pl.DataFrame | None = None,
    within: Sequence[str] = (),
) -> pl.DataFrame:
    """Bring a code list into the layout of the table of places.

    Parameters
    ----------
    file : Path
        CSV, XLSX, XLS or Parquet, also compressed as ``.gz``, in one of the layouts of
        ``places.editions.LAYOUTS``.
    edition : str
        The edition of the list: a year or the day of the list. In a list with a name per edition
        it chooses the column.
    into : frame, optional
        A table of places that already holds other levels; the result holds both. A place in
        both takes the name of the list and keeps what was added by hand.
    within : sequence of str
        Beginnings of the codes wanted (``33`` for one province); none means all.

    Returns
    -------
    frame with columns code, name, level, parent_code, kind, code_system String, valid_from,
    valid_to Date, lon, lat Float64, county_code, aliases, tags String; one row per place, upper
    levels first, by code

    Raises
    ------
    FaultsFound
        If the layout is unknown, the edition is not in the list, codes are malformed, repeated
        or of two systems.

    Notes
    -----
    ``parent_code`` is the nearest place above that the result holds, null where it holds none: a
    list of villages alone has no parents until the upper levels are there (``into``). A code
    that a list shows at two levels (a city without counties) is taken at the upper one.
    """
    findings = Findings()
    if not is_edition(edition):
        _refuse_edition(edition, findings)
    places = [_places_of(sheet, edition, findings) for sheet in _sheets_of(Path(file), findings)]
    findings.raise_if_any()
    found = [frame for frame in places if frame is not None]
    listed = _one_list(pl.concat(found), file.name, findings)
    findings.raise_if_any()
    if within:
        listed = listed.filter(pl.any_horizontal(pl.col("code").str.starts_with(w) for w in within))
    if listed.is_empty():
        _refuse_empty(file.name, findings)
        findings.raise_if_any()
    if into is not None:
        refuse_mixed_systems({"into": into, file.name: listed})
        listed = _merged(listed, into)
    return _in_layout(_with_parents(listed))


def _sheets_of(file: Path, findings: Findings) -> list[RawSheet]:
    where = file.name
    try:
        data = file.read_bytes()
        if file.suffix.lower() == ".gz":
            data = gzip.decompress(data)
            file = file.with_suffix("")
    except (OSError, EOFError, zlib.error) as error:
        findings.fault(
            "PLA-01",
            where,
            Text(f"文件打不开（{error}）。", f"Cannot be opened ({error})."),
            Text("请核对路径，或重新下载。", "Check the path, or fetch the file again."),
        )
        return []
    suffix = file.suffix.lower()
    if suffix in (".xlsx", ".xls"):
        return read_every_sheet(data, CODE_LIST, where=where, findings=findings)
    reader = {".csv": read_csv_sheet, ".parquet": read_parquet_sheet}.get(suffix)
    if reader is None:
        findings.fault(
            "PLA-01",
            where,
            Text(f"不读取 {suffix} 格式。", f"Files of format {suffix} are not read."),
            Text(
                "可用 csv、xlsx、xls、parquet，也可压缩为 gz。",
                "Accepted: csv, xlsx, xls, parquet, also as gz.",
            ),
        )
        return []
    sheet = reader(data, CODE_LIST, where=where, findings=findings)
    return [] if sheet is None else [sheet]


def _refuse_edition(edition: str, findings: Findings) -> None:
    findings.fault(
        "PLA-03",
        "",
        Text(
            f"版本「{edition}」写法不对，写作 2021 或 2026-04-27。",
            f'The edition "{edition}" is written 2021 or 2026-04-27.',
        ),
        Text("请用名录的年版或截止日期。", "Use the year or the cut-off day of the list."),
    )


def _refuse_empty(where: str, findings: Findings) -> None:
    findings.fault(
        "PLA-05",
        where,
        Text("没有符合条件的区划。", "The list holds no place that is wanted."),
        Text("请核对文件、版本和代码前缀。", "Check the file, the edition and the codes wanted."),
    )


def _places_of(sheet: RawSheet, edition: str, findings: Findings) -> pl.DataFrame | None:
    """Code, name and row of every place a sheet lists."""
    sheet = tidied(sheet, findings)
    layout = layout_of(sheet.frame.columns)
    if layout is None:
        known = "；".join(f"{one.holds.zh}（{'、'.join(one.heads)}）" for one in LAYOUTS)
        known_en = "; ".join(f"{one.holds.en} ({', '.join(one.heads)})" for one in LAYOUTS)
        findings.fault(
            "PLA-02",
            sheet.where,
            Text(
                f"认不出这张代码表的版式，表头是：{'、'.join(sheet.head.given)}。",
                f"The layout of the list is not known; its head: {', '.join(sheet.head.given)}.",
            ),
            Text(f"可用的版式：{known}。", f"Accepted layouts: {known_en}."),
        )
        return None
    listed = _listed(sheet, layout.name, edition, findings)
    return None if listed is None else listed.select("code", "name", "row")


def _listed(
    sheet: RawSheet, layout: LayoutName, edition: str, findings: Findings
) -> pl.DataFrame | None:
    frame = sheet.frame
    if layout == "five_levels":
        return _five_levels(frame)
    if layout == "editions":
        columns = edition_columns(frame.columns)
        if edition not in columns:
            findings.fault(
                "PLA-03",
                sheet.where,
                Text(f"表中没有 {edition} 年版。", f"The list has no edition {edition}."),
                Text(f"可用的版本：{'、'.join(columns)}。", f"Editions: {', '.join(columns)}."),
            )
            return None
        named = frame.select("row", code="town_code", name=columns[edition])
        # A code without a name did not exist in that edition.
        return named.filter(pl.col("name").is_not_null())
    if layout == "paths":
        return frame.select("code", "row", name=_last_of_path("path"))
    for code, name in (("village_code", "village_name"), ("town_code", "town_name")):
        if code in frame.columns and "code" not in frame.columns:
            return frame.select("row", code=code, name=name)
    return frame.select("code", "row", name=_last_of_path("name"))


def _last_of_path(column: str) -> pl.Expr:
    return pl.col(column).str.split(",").list.last().replace("", None)


def _five_levels(frame: pl.DataFrame) -> pl.DataFrame:
    with_province = frame.with_columns(
        province_code=pl.col("city_code").str.slice(0, 2).str.pad_end(12, "0")
    )
    levels = [
        with_province.select("row", code=f"{level}_code", name=f"{level}_name").unique(
            ["code", "name"], keep="first", maintain_order=True
        )
        for level in ("province", "city", "county", "town", "village")
    ]
    upper = pl.concat(levels[:-1]).unique("code", keep="first", maintain_order=True)
    return pl.concat([upper, levels[-1]])


def _one_list(listed: pl.DataFrame, where: str, findings: Findings) -> pl.DataFrame:
    """Check codes and names, tell the system, and add level and kind."""
    empty = pl.any_horizontal(pl.col("code", "name").is_null())
    says = always(Text("代码和名称都要有", "code and name are both needed"))
    bad = listed.filter(empty).select("row", given="code")
    findings.cells("PLA-06", where, "code", bad, says)
    listed = listed.filter(~empty)
    is_nbs = listed.get_column("code").str.contains(SYSTEM_FORMS["nbs"])
    is_mca = listed.get_column("code").str.contains(SYSTEM_FORMS["mca"])
    says = always(
        Text(
            "代码应为 12 位（统计用区划代码）或 6、9 位（民政行政区划代码）",
            "codes have 12 digits (nbs), or 6 or 9 (mca)",
        )
    )
    bad = listed.filter(~is_nbs & ~is_mca).select("row", given="code")
    findings.cells("PLA-06", where, "code", bad, says)
    systems = [name for name, mask in (("nbs", is_nbs), ("mca", is_mca)) if mask.any()]
    if len(systems) != 1:
        if systems:
            refuse_mixed_systems({where: pl.DataFrame({"code_system": systems})})
        return listed
    if listed.get_column("code").is_duplicated().any():
        listed = listed.unique(["code", "name"], keep="first", maintain_order=True)
    twice = listed.filter(pl.col("code").is_duplicated()).select("row", given="code")
    says = always(Text("这个代码在表中有不同的名称", "the list gives this code different names"))
    findings.cells("PLA-07", where, "code", twice, says)
    return _described(listed.select("code", "name"), systems[0])


def _described(listed: pl.DataFrame, system: str) -> pl.DataFrame:
    full = pl.col("code").str.pad_end(12, "0")
    by_digits = pl.lit("village")
    # From the lowest level up, so that the uppermost that fits is the one that stays.
    for name in ("township", "county", "city", "province"):
        tail = "0" * (12 - _DIGITS[name])
        by_digits = pl.when(full.str.ends_with(tail)).then(pl.lit(name)).otherwise(by_digits)
    # Nine digits of civil affairs always speak of a township, even 000 at the end.
    nine = pl.when(pl.col("code").str.len_bytes() == 9).then(pl.lit("township"))
    described = listed.with_columns(level=pl.coalesce(nine, by_digits), code_system=pl.lit(system))
    return described.with_columns(
        kind=pl.when(pl.col("level") == "village")
        .then(village_kind(pl.col("code")))
        .when(pl.col("level") == "township")
        .then(township_kind(pl.col("code"), pl.col("name"), is_nbs=system == "nbs"))
        .otherwise(upper_kind(pl.col("name")))
    )


def _merged(listed: pl.DataFrame, into: pl.DataFrame) -> pl.DataFrame:
    """The list laid over an earlier table of places, keeping what was added by hand."""
    by_hand = [name for name in into.columns if name not in listed.columns and name != "row"]
    kept = listed.join(into.select("code", *by_hand), on="code", how="left")
    others = into.join(listed, on="code", how="anti").drop("row", strict=False)
    return pl.concat([kept, others], how="diagonal_relaxed")


def _with_parents(listed: pl.DataFrame) -> pl.DataFrame:
    """Point each place to the nearest one above it that is there."""
    upper = listed.filter(pl.col("level") != "village")
    known = upper.get_column("code").implode()
    full_length = listed.get_column("code").str.len_bytes().max() == 12
    candidates: list[pl.Expr] = []
    for level in ("township", "county", "city", "province"):
        digits = _DIGITS[level]
        length = 12 if full_length else (9 if level == "township" else 6)
        above = pl.col("code").str.slice(0, digits).str.pad_end(length, "0")
        is_above = above.is_in(known) & (above != pl.col("code"))
        candidates.append(pl.when(is_above).then(above))
    return listed.with_columns(parent_code=pl.coalesce(candidates))


def _in_layout(listed: pl.DataFrame) -> pl.DataFrame:
    declared = {column.name: DTYPES[column.type] for column in TABLES["places"].columns}
    missing = [
        pl.lit(None, dtype=declared[name]).alias(name)
        for name in PLACES_COLUMNS
        if name not in listed.columns
    ]
    further = [name for name in listed.columns if name not in PLACES_COLUMNS]
    rank = {level: place for place, level in enumerate(LEVELS)}
    return (
        listed.with_columns(missing)
        .sort(pl.col("level").replace_strict(rank, return_dtype=pl.Int8), "code")
        .select(*PLACES_COLUMNS, *further)
    )
