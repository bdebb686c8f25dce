"""Bangfu 帮扶: paired rural assistance as a policy in data, run on tables, every figure with its clause."""

__version__ = "0.1.0"
