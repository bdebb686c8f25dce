"""Kernels that every step of the engine may use (数值方法): shares, growth, ranks, flows.

Exact integers; no policy, no place, no clock.
"""

from bangfu.engine.numeric.apportion import apportion_with_bounds, largest_remainder
from bangfu.engine.numeric.columns import integer_column, require_columns, require_unique
from bangfu.engine.numeric.growth import (
    Comparison,
    annual_average_meets,
    annual_average_meets_column,
    growth_meets,
    growth_meets_column,
    growth_pct_text,
    growth_pct_text_column,
)
from bangfu.engine.numeric.ranking import First, rank_intervals
from bangfu.engine.numeric.transport import (
    Blockage,
    feasible_flow,
    fillable_cells,
    nearest_flow,
)

__all__ = [
    "Blockage",
    "Comparison",
    "First",
    "annual_average_meets",
    "annual_average_meets_column",
    "apportion_with_bounds",
    "feasible_flow",
    "fillable_cells",
    "growth_meets",
    "growth_meets_column",
    "growth_pct_text",
    "growth_pct_text_column",
    "integer_column",
    "largest_remainder",
    "nearest_flow",
    "rank_intervals",
    "require_columns",
    "require_unique",
]
