"""Versions of what computes (版本): this software, Python, and the parts that move a result."""

from __future__ import annotations

import platform
from importlib.metadata import version

__all__ = ["software_versions"]

_PARTS = ("duckdb", "ibis-framework", "polars", "pyarrow", "pydantic", "sqlglot")


def software_versions() -> dict[str, str]:
    """Name and version of each part, this software first."""
    return {
        "bangfu": version("bangfu"),
        "python": platform.python_version(),
        **{part: version(part) for part in _PARTS},
    }
