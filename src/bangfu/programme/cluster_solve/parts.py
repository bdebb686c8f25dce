"""The parts that only the solver needs (求解组件): refused with what to install where absent.

They are an extra of the package, so that an office that forms no clusters need not carry them.
"""

from __future__ import annotations

import importlib.util
from typing import Final

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["SOLVER_PARTS", "require_solver"]

SOLVER_PARTS: Final = ("numpy", "numba", "highspy", "scipy")


def require_solver() -> None:
    """Refuse, with what to install, where a part of the solver is absent."""
    absent = [name for name in SOLVER_PARTS if importlib.util.find_spec(name) is None]
    if not absent:
        return
    message = Text(
        f"片区组团还需要组件：{'、'.join(absent)}。",
        f"Village clusters also need: {', '.join(absent)}.",
    )
    remedy = Text(
        "请运行 pip install 'bangfu[clusters]' 后重试。",
        "Run pip install 'bangfu[clusters]' and try again.",
    )
    raise FaultsFound([Fault("CLU-10", "", message, remedy)])
