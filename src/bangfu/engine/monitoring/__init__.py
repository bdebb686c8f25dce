"""Monitoring (监测): households against the local line, tiers of assistance."""

from bangfu.engine.monitoring.tiers import (
    assign_tiers,
    household_lines,
    line_on,
    ratio_pct_text,
)

__all__ = ["assign_tiers", "household_lines", "line_on", "ratio_pct_text"]
