"""Clauses that are computed (可计算条款), and what the cases show of each.

A clause is computed where an entry decides something by a figure or a day that the document
gives. Lists an office hands in, tables copied from an annex, places named and ledgers are not
computed: no place can stand on the edge of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from bangfu.programme.case_file import CaseFile, Shows, Total
from bangfu.programme.cases import read_cases
from bangfu.schemes.coverage.carriers import carriers_of
from bangfu.schemes.format import (
    ClusterCount,
    ClusterCoverage,
    ClusterGrowth,
    ClusterLeader,
    Criterion,
    Duty,
    EvaluationPart,
    ExitRule,
    FundLine,
    Goal,
    HouseholdLine,
    PersonRule,
    Slot,
    Tier,
)
from bangfu.schemes.load import Scheme

__all__ = ["computed_clauses", "shown_by_cases"]

#: Entries that decide by a figure or a day. What is open or judged by a person is left out.
_DECIDING: Final = (
    Criterion,
    Goal,
    Duty,
    Slot,
    PersonRule,
    FundLine,
    Tier,
    HouseholdLine,
    ExitRule,
    EvaluationPart,
    ClusterCount,
    ClusterCoverage,
    ClusterGrowth,
    ClusterLeader,
)
#: Columns by which an assertion names an entry, and the step the entry stands in.
_IDS: Final = {
    "duty_id": "duties",
    "goal_id": "goals",
    "slot": "staffing",
    "rule": "staffing",
    "line": "funding",
}


def computed_clauses(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """The clauses of a scheme that are computed, with the paths of the entries that decide."""
    found = {
        clause: tuple(
            each.path
            for each in carriers
            if each.nature == "computes" and not each.open and isinstance(each.node, _DECIDING)
        )
        for clause, carriers in carriers_of(scheme).items()
    }
    return {clause: paths for clause, paths in found.items() if paths}


def shown_by_cases(
    scheme: Scheme, tests: Mapping[str, Iterable[str]]
) -> dict[str, frozenset[Shows]]:
    """What the cases show of each computed clause: its plain run, its edge, a missing figure.

    Parameters
    ----------
    scheme : Scheme
    tests : mapping of str to iterable of str
        Names of the cases that exercise a clause, by clause id.

    Returns
    -------
    dict of str to frozenset of str
        For every computed clause. A case that claims that an entry makes no row at all shows
        what is missing, of the clauses of that entry.
    """
    computed = computed_clauses(scheme)
    shown: dict[str, set[Shows]] = {clause: set() for clause in computed}
    for case in read_cases(scheme.folder):
        exercised = {clause for clause in computed if case.name in tests.get(clause, ())}
        for clause in exercised:
            shown[clause].update(case.shows)
        if "missing" in case.shows:
            absent = set(_absent_entries(case))
            for clause in computed:
                if absent & set(computed[clause]):
                    shown[clause].add("missing")
    return {clause: frozenset(kinds) for clause, kinds in shown.items()}


def _absent_entries(case: CaseFile) -> Iterator[str]:
    """Paths of entries of which a case claims that they make no row."""
    for row in case.output.get("counts", ()):
        total = Total.model_validate(row)
        if total.equals != 0:
            continue
        for column, step in _IDS.items():
            if column in total.where:
                yield f"{step}.{total.where[column]}"
