"""Trials of a policy before it is decreed (政策测算): who and how much, and how firm a list is.

``trial`` runs a scheme as it is and with some figures changed and compares the two; ``stability``
varies weights and thresholds; ``borderline`` lists the places close to a threshold.
"""

from bangfu.programme.whatif.borderline import borderline_places, require_margin
from bangfu.programme.whatif.ground import Ground, lay_ground
from bangfu.programme.whatif.stability import (
    moves_by_threshold,
    require_change,
    stays_by_weight,
)
from bangfu.programme.whatif.trial import WhatIf, what_if

__all__ = [
    "Ground",
    "WhatIf",
    "borderline_places",
    "lay_ground",
    "moves_by_threshold",
    "require_change",
    "require_margin",
    "stays_by_weight",
    "what_if",
]
