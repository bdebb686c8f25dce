"""Check a scheme beyond its form (方案校验): clauses, references, expressions, tables, labels.

Faults stop a scheme; notices tell what its author should look at. Whether the figures stand in
the original document is another matter, see ``source``.
"""

from __future__ import annotations

from bangfu.schemes.checks.clauses import clause_faults, uncarried_clauses
from bangfu.schemes.checks.clusters import cluster_faults
from bangfu.schemes.checks.expressions import expression_faults, figures_in_expressions
from bangfu.schemes.checks.figures import code_faults, figure_faults, label_faults
from bangfu.schemes.checks.quotas import quota_faults
from bangfu.schemes.checks.references import reference_faults, unused_readings
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault

__all__ = ["check_scheme", "scheme_notices"]


def check_scheme(scheme: Scheme) -> tuple[Fault, ...]:
    """Everything that is wrong with a scheme that loads; empty where nothing is.

    Parameters
    ----------
    scheme : Scheme
        As loaded, or with an overlay.

    Returns
    -------
    tuple of Fault
        Both languages; ``where`` is the path of the entry. CHK-01 to 03 clauses, 10 to 18
        references, 20 to 22 published tables, 25 to 27 clusters, 30 and 31 expressions, 40 to 44
        figures, labels and codes.
    """
    return (
        *clause_faults(scheme),
        *reference_faults(scheme),
        *quota_faults(scheme),
        *cluster_faults(scheme),
        *expression_faults(scheme),
        *figure_faults(scheme),
        *label_faults(scheme),
        *code_faults(scheme),
    )


def scheme_notices(scheme: Scheme) -> tuple[Fault, ...]:
    """What is not wrong but should be seen.

    Returns
    -------
    tuple of Fault
        CHK-51 clauses that nothing rests on, CHK-52 readings that are said to move a result and
        that nothing chooses by, CHK-53 figures written into an expression.
    """
    return (
        *uncarried_clauses(scheme),
        *unused_readings(scheme),
        *figures_in_expressions(scheme),
    )
