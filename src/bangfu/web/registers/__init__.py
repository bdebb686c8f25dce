"""Pages of registers (台账): rows, coverage, return workbooks."""
