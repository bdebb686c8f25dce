"""From an ended scheme to the one after it (接续): what goes over, what does not, and why.

Places on the list, pairs and people in post go over with their dates; so do facts about places
and money left that finance has settled. Nothing is decided here: who belongs on the new list, and
whether the old scheme is accepted, is for the office.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from bangfu.programme.holders import post_words
from bangfu.programme.settled_money import BALANCES, settled_balances
from bangfu.programme.tables.declared import SYNTHETIC
from bangfu.programme.workspace import class_index
from bangfu.schemes.format import TargetClass, TargetList
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.money import amount_text, fen_to_text
from bangfu.vocabulary.text import Text

__all__ = ["FACTS", "Carried", "Succession", "carry_over"]

#: Tables that speak of places and units, not of a scheme; they go over as they are.
FACTS: Final = (
    *("places", "indicators", "units", "adjacency", "attributes", "edges", "travel"),
    *("service_points", "projects", "assets"),
)
#: Tables of people and helpers, with the column that names the post.
_HOLDERS: Final = {
    "pairings": ("kind", Text("结对关系", "pairs")),
    "staff": ("post", Text("选派人员", "people in post")),
    "leaders": ("role", Text("联系领导", "responsible leaders")),
}
_PERSONAL: Final = ("households", "persons")


@dataclass(frozen=True, slots=True)
class Carried:
    """One matter: rows that went over, rows that did not, and why not."""

    matter: Text
    carried: int
    left: int
    reason: Text


@dataclass
class Succession:
    """What goes over: the tables rewritten, the names of those taken as they are, the list."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    #: Rows in force that the successor has no place for, to be looked at by a person.
    open: dict[str, pl.DataFrame] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    matters: list[Carried] = field(default_factory=list)

    def note(self, matter: Text, carried: int, left: int, zh: str, en: str) -> None:
        """Add one line to the list of what went over."""
        self.matters.append(Carried(matter, carried, left, Text(zh, en)))


def carry_over(
    old: Scheme,
    tables: Mapping[str, pl.DataFrame],
    new: Scheme,
    *,
    classes: Mapping[str, str],
    on: date,
) -> Succession:
    """Work out what a successor takes over from a scheme.

    Parameters
    ----------
    old, new : Scheme
    tables : mapping of str to frame
        The programme folder of the old scheme, as read.
    classes : mapping of str to str
        Class of the old list to class of the new one, by id. A class that is left out does not
        go over.
    on : date
        The first day under the successor: ``entered_on`` of every place carried.

    Returns
    -------
    Succession

    Raises
    ------
    FaultsFound
        SUC-01 a class the old scheme has not, SUC-02 one the new has not, SUC-03 lists of
        places of different levels, SUC-04 no list to carry, SUC-05 a balance that cannot be read.

    Notes
    -----
    A pair or a posting in force on ``on`` goes over with the day on which it began, since terms
    run on. Whether a place still meets the new criteria is for a run of the successor to say.
    """
    _refuse_classes(old, new, classes)
    members = tables.get("list_members")
    if members is None or members.is_empty():
        message = Text("没有名单，无从接续。", "there is no list to carry over.")
        raise FaultsFound([Fault("SUC-04", "list_members", message)])
    result = Succession()
    kept = _list(result, old, members, classes, on)
    for name, (column, label) in _HOLDERS.items():
        if (table := tables.get(name)) is not None:
            _holders(result, (name, column, label), table, (kept, new, on))
    _money(result, tables, kept)
    result.unchanged = [name for name in FACTS if name in tables]
    facts = sum(tables[name].height for name in result.unchanged)
    label = Text("区划、指标、单位、项目、资产等", "places, figures, units, projects, assets")
    result.note(label, facts, 0, "照原表移交。", "taken over as they are.")
    _what_stays(result, old, new, tables)
    return result


def _refuse_classes(old: Scheme, new: Scheme, classes: Mapping[str, str]) -> None:
    known_old, known_new = class_index(old), class_index(new)
    faults: list[Fault] = []
    for ours, theirs in classes.items():
        if ours not in known_old:
            faults.append(_unknown("SUC-01", ours, old, known_old))
        if theirs not in known_new:
            faults.append(_unknown("SUC-02", theirs, new, known_new))
        if ours in known_old and theirs in known_new:
            levels = known_old[ours][0].universe.level, known_new[theirs][0].universe.level
            if levels[0] != levels[1]:
                message = Text(
                    f"原名单的对象是 {levels[0]}，新名单是 {levels[1]}，不能接续。",
                    f"the old list holds places of level {levels[0]}, the new one {levels[1]}.",
                )
                faults.append(Fault("SUC-03", f"{ours}={theirs}", message))
    if faults:
        raise FaultsFound(faults)


def _unknown(
    code: str, word: str, scheme: Scheme, known: Mapping[str, tuple[TargetList, TargetClass]]
) -> Fault:
    listed = "、".join(f"{name}（{found.label.zh}）" for name, (_, found) in known.items())
    message = Text(
        f"方案 {scheme.id} 没有「{word}」这一类。", f"{scheme.id} has no class {word!r}."
    )
    plain = ", ".join(known)
    return Fault(code, word, message, Text(f"可用：{listed}。", f"Accepted: {plain}."))


def _list(
    result: Succession,
    old: Scheme,
    members: pl.DataFrame,
    classes: Mapping[str, str],
    on: date,
) -> pl.DataFrame:
    """The new list; places that left, and classes without a successor, stay behind."""
    words = dict(_class_words(old))
    rows = members.with_columns(pl.col("class").replace(words))
    here = (pl.col("exited_on").is_null() | (pl.col("exited_on") > on)) & (
        pl.col("entered_on").is_null() | (pl.col("entered_on") <= on)
    )
    active = rows.filter(here).unique("place_code", keep="last", maintain_order=True)
    mapped = active.filter(pl.col("class").is_in(list(classes)))
    kept = mapped.select(
        "place_code",
        pl.col("class").replace(dict(classes)),
        pl.lit(on).alias("entered_on"),
        pl.lit(None, dtype=pl.Date).alias("exited_on"),
        # The mark of made-up rows stays on them.
        *(name for name in (SYNTHETIC.name,) if name in mapped.columns),
    )
    result.tables["list_members"] = kept
    label = Text("名单", "list")
    result.note(
        label, kept.height, 0, "按类别对应纳入新名单，待主管部门认定。", "for the office to decide."
    )
    for class_id, number in (
        active.filter(~pl.col("class").is_in(list(classes))).group_by("class").len().iter_rows()
    ):
        zh, en = f"类别「{class_id}」没有指定新类别。", f"no new class was named for {class_id!r}."
        result.note(label, 0, number, zh, en)
    left = rows.filter(pl.col("exited_on").is_not_null() & (pl.col("exited_on") <= on))
    if not left.is_empty():
        result.note(
            Text("已退出的地方", "places that had left"),
            0,
            left.height,
            "不进入新名单；原方案的政策保留期照原方案计算。",
            "not on the new list; support kept after exit runs on under the old scheme.",
        )
    return kept


def _class_words(scheme: Scheme) -> Iterator[tuple[str, str]]:
    for class_id, (_, found) in class_index(scheme).items():
        for word in (class_id, found.label.zh, found.label.en, *found.aliases):
            yield word, class_id


def _holders(
    result: Succession,
    which: tuple[str, str, Text],
    table: pl.DataFrame,
    into: tuple[pl.DataFrame, Scheme, date],
) -> None:
    """Pairs or people in force at places carried, of kinds the successor knows."""
    (name, column, label), (kept, new, on) = which, into
    at_kept = pl.col("place_code").is_in(kept["place_code"].to_list())
    current = (pl.col("starts_on").is_null() | (pl.col("starts_on") <= on)) & (
        pl.col("ends_on").is_null() | (pl.col("ends_on") > on)
    )
    wanted = {post for slot in new.staffing.slots for post in slot.posts}
    known = pl.col(column).replace(post_words()).is_in(list(wanted)).fill_null(False)
    rows = table.with_columns(at_kept.alias("_here"), current.alias("_now"), known.alias("_known"))
    taken = rows.filter(pl.col("_here") & pl.col("_now") & pl.col("_known"))
    result.tables[name] = taken.drop("_here", "_now", "_known", "row", strict=False)
    result.note(label, taken.height, 0, "保留原起止日期。", "with the dates they had.")
    elsewhere = rows.filter(~pl.col("_here")).height
    over = rows.filter(pl.col("_here") & ~pl.col("_now")).height
    strange = rows.filter(pl.col("_here") & pl.col("_now") & ~pl.col("_known"))
    if not strange.is_empty():
        result.open[name] = strange.drop("_here", "_now", "_known", "row", strict=False)
    for number, zh, en in (
        (elsewhere, "所在地方没有接续。", "their place does not go over."),
        (over, "到接续日已结束或尚未开始。", "ended before, or not begun by, that day."),
        (
            strange.height,
            "新方案没有这类岗位或帮扶力量，列入 notes。",
            "the successor has no such post; see notes.",
        ),
    ):
        if number:
            result.note(label, 0, number, zh, en)


def _money(result: Succession, tables: Mapping[str, pl.DataFrame], kept: pl.DataFrame) -> None:
    label = Text("结余资金", "money left")
    balances = tables.get(BALANCES)
    if balances is None:
        result.note(
            label,
            0,
            0,
            f"没有 {BALANCES} 表：结余以财政核定为准，应筹数和拨付数推算不出结余。",
            f"there is no {BALANCES}: what is left is settled by finance and cannot be worked out.",
        )
        return
    settled = settled_balances(balances)
    here = settled["place_code"].is_in(kept["place_code"].to_list())
    result.tables[BALANCES] = settled.filter(here)
    fen = int(settled.filter(here)["balance_fen"].sum())
    result.note(
        label,
        int(here.sum()),
        int((~here).sum()),
        f"随地方移交，共 {fen_to_text(fen)}；能否继续使用由财政部门定。",
        f"go with their places, {amount_text(fen, 'en')}; finance decides whether they may be used.",
    )


def _what_stays(
    result: Succession, old: Scheme, new: Scheme, tables: Mapping[str, pl.DataFrame]
) -> None:
    ledgers = [name for name in tables if name.startswith("registers/") and name != BALANCES]
    if ledgers:
        rows = sum(tables[name].height for name in ledgers)
        zh, en = (
            "新方案的台账另有格式，留存备查。",
            "the successor has its own; kept for the record.",
        )
        label = Text(f"台账 {len(ledgers)} 种", f"{len(ledgers)} registers")
        result.note(label, 0, rows, zh, en)
    for name in _PERSONAL:
        if name in tables:
            result.note(
                Text("农户和人员", "households and persons"),
                0,
                tables[name].height,
                "含个人信息，须另行批准移交。",
                "personal data: handing it over needs its own approval.",
            )
    goals = len(old.goals.goals)
    if goals:
        zh, en = "目标不同，结果留在原方案。", "other goals; the results stay with the old scheme."
        result.note(Text("目标和考核结果", "goals and evaluations"), 0, goals, zh, en)
    result.note(
        Text("总结验收", "final acceptance"),
        0,
        1,
        f"由主管部门对 {old.id} 另行组织，本清单不作结论。",
        f"held by the office in charge of {old.id}; nothing is concluded here.",
    )
    if new.about.period.starts_on >= old.about.period.ends_on:
        return
    result.note(
        Text("两个方案的期间", "periods of both schemes"),
        0,
        0,
        f"{old.id} 与 {new.id} 的期间有重叠，重叠期内按哪个方案办理由主管部门定。",
        f"{old.id} and {new.id} overlap; which one governs meanwhile is for the office to say.",
    )
