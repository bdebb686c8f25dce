"""Which row a line of a returned file is (行的对应): its hidden key and its printed code must agree.

A clerk who sorts only the columns in sight leaves the hidden keys behind. Where the codes of the
file are a mere re-ordering of those given out, the code leads; otherwise the line is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bangfu.records.returns.reading import CODE, ReadReturn, ReturnedRow
from bangfu.records.returns.sheets import ReturnRow
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["seated"]


def seated(
    read: ReadReturn, rows: Sequence[ReturnRow]
) -> tuple[dict[int, ReturnedRow], list[Fault]]:
    """The lines by the number of the row they belong to, and a fault for each that fits none."""
    by_n = {row.n: row for row in rows}
    known = {n: line for n, line in read.rows.items() if n in by_n}
    faults = [_unknown(line) for n, line in read.rows.items() if n not in by_n]
    codes = {n: line.cells.get(CODE, by_n[n].code) for n, line in known.items()}
    astray = {n for n in known if codes[n] != by_n[n].code}
    if not astray:
        return known, faults
    by_code = _unique_codes(rows)
    is_sorted = Counter(codes.values()) == Counter(by_n[n].code for n in known)
    if is_sorted and all(code in by_code for code in codes.values()):
        return {by_code[codes[n]]: line for n, line in known.items()}, faults
    kept = {n: line for n, line in known.items() if n not in astray}
    return kept, [*faults, *(_astray(known[n], by_n[n]) for n in sorted(astray))]


def _unique_codes(rows: Sequence[ReturnRow]) -> Mapping[str, int]:
    times = Counter(row.code for row in rows)
    return {row.code: row.n for row in rows if times[row.code] == 1}


def _astray(line: ReturnedRow, row: ReturnRow) -> Fault:
    return Fault(
        "RET-14",
        f"「{line.sheet}」第 {line.line} 行",
        Text(
            f"这一行的代码与下载时的「{row.name}」对不上，可能只排序了部分列，没有采用。",
            "The code of the line is not the one it was given out with; it was not taken.",
        ),
        Text(
            "请恢复原来的顺序，或重新下载后粘贴填报内容。",
            "Restore the order, or download the workbook again and paste your values.",
        ),
    )


def _unknown(line: ReturnedRow) -> Fault:
    return Fault(
        "RET-07",
        f"「{line.sheet}」第 {line.line} 行",
        Text("这一行不是回传表原有的行，没有采用。", "The line is not one of the workbook."),
        Text("请填在表内的空白行。", "Use the blank rows of the workbook."),
    )
