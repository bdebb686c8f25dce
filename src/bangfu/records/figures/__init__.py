"""Figures (数据): entered once, checked, approved level by level, never lost."""
