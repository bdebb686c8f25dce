"""Money (资金): sharing, standards, allotment by factors, tables with two margins.

Whole fen in, whole fen out; nothing is lost or invented on the way.
"""

from bangfu.engine.funding.allotment import AllotmentResult, Explanation, HoldHarmless, allot
from bangfu.engine.funding.margins import proportional_table, round_to_margins, two_margin_table
from bangfu.engine.funding.sharing import split_by_ratio, split_rows_by_ratio
from bangfu.engine.funding.standards import raise_pool, top_up

__all__ = [
    "AllotmentResult",
    "Explanation",
    "HoldHarmless",
    "allot",
    "proportional_table",
    "raise_pool",
    "round_to_margins",
    "split_by_ratio",
    "split_rows_by_ratio",
    "top_up",
    "two_margin_table",
]
