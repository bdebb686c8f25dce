"""Goals (目标): results of places and of the whole body, provisional and final."""

from bangfu.engine.goals.assess import (
    assess_growth,
    assess_judgement,
    assess_level,
    rate_text,
    required_growth,
)
from bangfu.engine.goals.bodies import assess_bodies
from bangfu.engine.goals.body import (
    assess_body_count,
    assess_body_growth,
    assess_body_share,
)
from bangfu.engine.goals.result import RESULT_COLUMNS, GoalResult, GoalStatus

__all__ = [
    "RESULT_COLUMNS",
    "GoalResult",
    "GoalStatus",
    "assess_bodies",
    "assess_body_count",
    "assess_body_growth",
    "assess_body_share",
    "assess_growth",
    "assess_judgement",
    "assess_level",
    "rate_text",
    "required_growth",
]
