"""Exports (导出): lists, figures and register rows as the office keeps them."""
