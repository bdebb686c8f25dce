"""Which clauses the cases of a scheme exercise (算例覆盖的条款): every case run, rows looked up.

A clause is exercised by a case that holds, where a row, a headline or a check that the case
asserts names the clause. It says nothing about clauses that no case speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from bangfu.programme.case_claims import as_output, case_problems, matching_rows
from bangfu.programme.case_file import CaseFile, Total
from bangfu.programme.cases import case_codes, case_tables, read_cases
from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import BangfuError

__all__ = ["clauses_exercised", "exercised_by"]


def clauses_exercised(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """Run every case of a scheme and note which clauses each exercises.

    Parameters
    ----------
    scheme : Scheme

    Returns
    -------
    dict of str to tuple of str
        Names of the cases, by clause id. Cases that do not hold count for nothing.
    """
    found: dict[str, list[str]] = {}
    for case in read_cases(scheme.folder):
        for clause in exercised_by(scheme, case):
            found.setdefault(clause, []).append(case.name)
    return {clause: tuple(names) for clause, names in sorted(found.items())}


def exercised_by(scheme: Scheme, case: CaseFile) -> frozenset[str]:
    """The clauses that one case exercises; none where it does not hold.

    Notes
    -----
    A figure that the document does not give and that the case sets for itself proves how the
    entry works, not that the clause is carried out: clauses of such figures are left out.
    """
    codes = case_codes(case.input.places)
    try:
        result = run(scheme, case_tables(scheme, case, codes), case.on, case.set)
        if any(case_problems(result, case, codes)):
            return frozenset()
    except BangfuError:
        return frozenset()
    asserted = frozenset(_asserted(result, case, codes))
    return asserted - _made_up(scheme, case)


def _asserted(result: RunResult, case: CaseFile, codes: Mapping[str, str]) -> Iterator[str]:
    for name, expected in case.output.items():
        for row in expected:
            if name in ("totals", "counts"):
                total = Total.model_validate(row)
                yield from _clauses_in(result, total.table, as_output(total.where, codes))
            elif name == "headlines":
                yield from (c for h in result.headlines if h.id == row["id"] for c in h.clauses)
            elif name == "checks":
                yield from (c for k in result.checks if k.id == row["id"] for c in k.clauses)
            elif name != "skipped":
                yield from _clauses_in(result, name, as_output(row, codes))


def _clauses_in(result: RunResult, name: str, wanted: Mapping[str, object]) -> Iterator[str]:
    """The clauses of the rows that an assertion speaks of."""
    table = result.tables.get(name)
    if table is None or "clauses" not in table.columns:
        return
    cells = matching_rows(table, wanted)["clauses"]
    if isinstance(cells.dtype, pl.List):
        cells = cells.list.join(";")
    for cell in cells.drop_nulls().unique().to_list():
        yield from (clause for clause in cell.split(";") if clause)


def _made_up(scheme: Scheme, case: CaseFile) -> frozenset[str]:
    paths = [key.split("@", 1)[0] for key in case.set]
    given = [scheme.figures[path] for path in paths if path in scheme.figures]
    return frozenset(
        clause
        for dated in given
        if scheme.origin(dated.path).kind is None
        for clause in (*dated.clauses, *scheme.origin(dated.path).clauses)
    )
