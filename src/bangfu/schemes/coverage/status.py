"""How far each clause is carried out (条款落实状态): works, partly, unset or not built.

``works`` is said only where a case of the scheme was seen to exercise the clause. Nothing is
run here; what the cases exercise is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from bangfu.schemes.coverage.carriers import Carrier, carriers_of
from bangfu.schemes.format import Register
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.clause import Force
from bangfu.vocabulary.text import Text

__all__ = ["STATUSES", "ClauseCoverage", "Status", "clause_coverage"]

Status = Literal["works", "partly", "unset", "not_built"]

#: The states of a clause with the words offices read, best first.
STATUSES: Final[dict[Status, Text]] = {
    "works": Text("已实现并有算例验证", "works, exercised by a case"),
    "partly": Text("部分实现", "partly carried"),
    "unset": Text("文件未明确、待定", "the document gives no figure"),
    "not_built": Text("未实现", "not built"),
}


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """One clause: whom it binds and how, what carries it, which cases exercise it."""

    id: str
    scheme: str
    force: Force
    bound: tuple[str, ...]
    mechanism: str
    label: Text
    status: Status
    carriers: tuple[Carrier, ...]
    tests: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """The clause as one object of ``bangfu scheme clauses --json``."""
        return {
            "id": self.id,
            "scheme": self.scheme,
            "force": self.force,
            "bound": list(self.bound),
            "mechanism": self.mechanism,
            "label": self.label.zh,
            "label_en": self.label.en,
            "status": self.status,
            "carried_by": [carrier.path for carrier in self.carriers],
            "tests": list(self.tests),
        }


def clause_coverage(
    scheme: Scheme, tests: Mapping[str, Sequence[str]]
) -> tuple[ClauseCoverage, ...]:
    """The state of every clause of a scheme, in the order of ``clauses.yaml``.

    Parameters
    ----------
    scheme : Scheme
    tests : mapping of str to sequence of str
        Names of the cases that exercise a clause, by clause id.

    Returns
    -------
    tuple of ClauseCoverage
        ``carriers`` leaves out what only tells something (readings, notes on posts).

    Notes
    -----
    - ``works``: an entry takes part in a result, a case asserts a row of it, and neither a
      missing figure nor a judgement by a person is left.
    - ``partly``: something takes part, but no case asserts it, or a part of it is open.
    - ``unset``: only figures that the document does not give.
    - ``not_built``: nothing takes part; at most labels, or figures that nothing works with.
    """
    found = carriers_of(scheme)
    covered = []
    for clause in scheme.clauses_file.clauses:
        carrying = tuple(c for c in found[clause.id] if c.nature != "label")
        names = tuple(dict.fromkeys(tests.get(clause.id, ())))
        covered.append(
            ClauseCoverage(
                clause.id,
                scheme.id,
                clause.force,
                clause.bound,
                clause.mechanism,
                clause.label.text,
                _status(carrying, tested=bool(names)),
                carrying,
                names,
            )
        )
    return tuple(covered)


def _status(carriers: Sequence[Carrier], *, tested: bool) -> Status:
    opened = any(carrier.open for carrier in carriers)
    judged = any(carrier.nature == "judged" for carrier in carriers)
    computing = any(_takes_part(carrier) for carrier in carriers)
    if computing and tested and not opened and not judged:
        return "works"
    if computing or judged:
        return "partly"
    return "unset" if opened else "not_built"


def _takes_part(carrier: Carrier) -> bool:
    # A register is kept also where the document asks for no number of rows.
    waits = carrier.open and not isinstance(carrier.node, Register)
    return carrier.nature == "computes" and not waits
