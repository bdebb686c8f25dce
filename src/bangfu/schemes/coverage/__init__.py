"""What carries each clause of a scheme, and whether a case exercises it (条款落实情况).

``carriers`` finds the entries that rest on a clause, ``record`` keeps what the cases of a scheme
were seen to exercise, ``status`` puts both together, ``forces`` says how each verb binds.
"""

from bangfu.schemes.coverage.carriers import Carrier, carriers_of, open_figures
from bangfu.schemes.coverage.forces import ForceRule, force_rules
from bangfu.schemes.coverage.record import read_record, write_record
from bangfu.schemes.coverage.status import STATUSES, ClauseCoverage, clause_coverage

__all__ = [
    "STATUSES",
    "Carrier",
    "ClauseCoverage",
    "ForceRule",
    "carriers_of",
    "clause_coverage",
    "force_rules",
    "open_figures",
    "read_record",
    "write_record",
]
