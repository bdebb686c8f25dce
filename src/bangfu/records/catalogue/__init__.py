"""Adopted schemes, data elements and forms (方案、指标与报表)."""
