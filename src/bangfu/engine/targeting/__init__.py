"""Screening and designation (筛选认定): verdicts, scores, lists of a given size, classes, quotas.

Verdicts are three-valued throughout: what is not known stays unknown until it cannot matter.
"""

from bangfu.engine.targeting.classes import ClassRule, Hit, classify
from bangfu.engine.targeting.quotas import (
    Reconciliation,
    WrongCell,
    check_published,
    rule_split,
)
from bangfu.engine.targeting.scoring import FULL_POINTS, Component, point_scores, stability
from bangfu.engine.targeting.selection import (
    borderline,
    combine_verdicts,
    require_verdicts,
    select_by_size,
    verdict_text,
)

__all__ = [
    "FULL_POINTS",
    "ClassRule",
    "Component",
    "Hit",
    "Reconciliation",
    "WrongCell",
    "borderline",
    "check_published",
    "classify",
    "combine_verdicts",
    "point_scores",
    "require_verdicts",
    "rule_split",
    "select_by_size",
    "stability",
    "verdict_text",
]
