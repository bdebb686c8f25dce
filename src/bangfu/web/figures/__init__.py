"""Pages of figures (数据填报): forms, entry, review, coverage."""
