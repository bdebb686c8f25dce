"""Registers (台账): whether every place has the rows it must have."""

from bangfu.engine.registers.coverage import (
    coverage_totals,
    element_coverage,
    register_coverage,
)

__all__ = ["coverage_totals", "element_coverage", "register_coverage"]
