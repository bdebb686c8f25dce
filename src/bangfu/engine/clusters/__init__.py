"""Village clusters (片区组团): a hub with contiguous neighbours, bounded in size, alike.

``solve`` needs numba and highspy; the problem and the evaluator need neither.
"""

from bangfu.engine.clusters.evaluate import Breach, Evaluation, Parts, evaluate
from bangfu.engine.clusters.problem import (
    Cluster,
    ClusterProblem,
    CountyBound,
    Prices,
    Rules,
    standardised,
)

__all__ = [
    "Breach",
    "Cluster",
    "ClusterProblem",
    "CountyBound",
    "Evaluation",
    "Parts",
    "Prices",
    "Rules",
    "evaluate",
    "standardised",
]
