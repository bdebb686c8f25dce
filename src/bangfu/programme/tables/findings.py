"""What reading a folder brings to light (读表发现的问题与说明): faults to mend, notices to know.

Faults are gathered per file and capped in the list, never in the count. Nothing here knows a
table's content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = [
    "FAULTS_PER_FILE",
    "Findings",
    "Notice",
    "Says",
    "always",
    "cell_text",
    "quoted",
    "rows_text",
]

#: From a given text: what is accepted (without a full stop), and what to do now.
Says = Callable[[str | None], tuple[Text, Text | None]]

#: Faults listed for one file; the total is always told.
FAULTS_PER_FILE: Final = 200
#: Rows named in one sentence.
_ROWS_NAMED: Final = 5
_LONGEST_QUOTE: Final = 40
#: A resident identity number, 18 or 15 places: never repeated in a message.
_IDENTITY = re.compile(r"(?<!\d)(\d{6})\d{8,11}[\dXx](?![\dXx])")
_NOT_PRINTABLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader did or left alone, for people to know: nothing to mend.

    ``count`` is the number of cells, rows or columns concerned.
    """

    code: str
    where: str
    message: Text
    count: int = 1


@dataclass(slots=True)
class Findings:
    """Collects faults and notices while tables are read.

    >>> findings = Findings()
    >>> findings.fault("TAB-01", "", Text("没有 places 表", "no table places"))
    >>> findings.raise_if_any()
    Traceback (most recent call last):
        ...
    bangfu.vocabulary.errors.FaultsFound: 没有 places 表（TAB-01）
    """

    notices: list[Notice] = field(default_factory=list)
    _faults: dict[str, dict[str, list[Fault]]] = field(default_factory=dict)
    _totals: dict[str, dict[str, int]] = field(default_factory=dict)

    def fault(self, code: str, where: str, message: Text, remedy: Text | None = None) -> None:
        """Note one fault, for one cell or for all rows that share it."""
        listed = self._faults.setdefault(where, {}).setdefault(code, [])
        if len(listed) < FAULTS_PER_FILE:
            listed.append(Fault(code, where, message, remedy))
        totals = self._totals.setdefault(where, {})
        totals[code] = totals.get(code, 0) + 1

    def unlisted(self, code: str, where: str, count: int) -> None:
        """Count faults that are beyond the list."""
        totals = self._totals.setdefault(where, {})
        totals[code] = totals.get(code, 0) + count

    def notice(self, code: str, where: str, message: Text, count: int = 1) -> None:
        """Note something that was done or left alone."""
        self.notices.append(Notice(code, where, message, count))

    def cells(self, code: str, where: str, column: str, bad: pl.DataFrame, says: Says) -> None:
        """One fault for each row of ``bad``.

        Parameters
        ----------
        bad : frame with columns row, given
            The faulty cells, ``row`` as on the sheet and ``given`` the text that stands there.
        says : callable
            From the given text, what the column accepts and what to do now.
        """
        for row, given in bad.select("row", "given").head(FAULTS_PER_FILE).iter_rows():
            accepted, remedy = says(given)
            self.fault(code, where, cell_text(row, column, given, accepted), remedy)
        if bad.height > FAULTS_PER_FILE:
            self.unlisted(code, where, bad.height - FAULTS_PER_FILE)

    @property
    def any_fault(self) -> bool:
        """Whether there is anything to mend."""
        return bool(self._faults)

    @property
    def total(self) -> int:
        """How many faults there are, listed or not."""
        return sum(sum(counts.values()) for counts in self._totals.values())

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything noted that has to be mended, file by file, as far as it is listed."""
        return tuple(self._listed())

    def raise_if_any(self) -> None:
        """Raise FaultsFound with everything noted, file by file, if there is anything."""
        if self.any_fault:
            raise FaultsFound(self._listed())

    def _listed(self) -> Iterable[Fault]:
        for where, by_code in self._faults.items():
            shares = _fair_shares([len(faults) for faults in by_code.values()], FAULTS_PER_FILE)
            for faults, share in zip(by_code.values(), shares, strict=True):
                yield from faults[:share]
            total = sum(self._totals[where].values())
            if total > sum(shares):
                counts = self._totals[where]
                yield _summary(where, counts, sum(shares))


def _fair_shares(wanted: Sequence[int], available: int) -> list[int]:
    """How many of each kind to list, so that one kind does not hide the others.

    >>> _fair_shares([5, 200, 200], 200)
    [5, 97, 98]
    """
    shares = [0] * len(wanted)
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    for place, index in enumerate(order):
        shares[index] = min(wanted[index], available // (len(order) - place))
        available -= shares[index]
    return shares


def _summary(where: str, counts: dict[str, int], listed: int) -> Fault:
    total = sum(counts.values())
    by_code = ", ".join(f"{code} {count:,}" for code, count in counts.items())
    return Fault(
        "TAB-99",
        where,
        Text(
            f"本表共有 {total:,} 处需要修改（{by_code}），以上列出 {listed:,} 处。",
            f"{total:,} places of this table need mending ({by_code}); {listed:,} are listed.",
        ),
    )


def always(accepted: Text, remedy: Text | None = None) -> Says:
    """The same words for every cell."""
    return lambda _: (accepted, remedy)


def quoted(given: str | None) -> str:
    """A given text as it may be repeated in a message: short, printable, no identity number.

    >>> quoted("32.5万"), quoted("33010219900101123X")
    ('32.5万', '330102************')
    """
    if given is None:
        return ""
    text = _IDENTITY.sub(lambda match: match[1] + "*" * (len(match[0]) - 6), given)
    text = _NOT_PRINTABLE.sub("□", text)
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


def cell_text(row: int, column: str, given: str | None, accepted: Text) -> Text:
    """The sentence on one cell: row and column as on the sheet, what is given, what is accepted.

    >>> cell_text(17, "value", "32.5万", Text("只填数字", "only a number is accepted")).zh
    '第 17 行「value」填的是「32.5万」。只填数字。'
    """
    if given is None:
        zh, en = f"第 {row} 行「{column}」是空的。", f'Row {row}, column "{column}" is empty. '
    else:
        text = quoted(given)
        zh = f"第 {row} 行「{column}」填的是「{text}」。"
        en = f'Row {row}, column "{column}" holds "{text}". '
    return Text(f"{zh}{accepted.zh}。", f"{en}{accepted.en[:1].upper()}{accepted.en[1:]}.")


def rows_text(rows: Sequence[int]) -> Text:
    """Row numbers in words, the first few and how many there are.

    >>> rows_text([4, 9]).zh
    '第 4、9 行'
    """
    named = [str(row) for row in rows[:_ROWS_NAMED]]
    if len(rows) <= _ROWS_NAMED:
        return Text(f"第 {'、'.join(named)} 行", f"rows {', '.join(named)}")
    return Text(
        f"第 {'、'.join(named)} 行等 {len(rows):,} 行",
        f"rows {', '.join(named)} and others ({len(rows):,} in all)",
    )
