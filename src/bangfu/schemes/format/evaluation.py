"""``evaluation.yaml`` and ``exit.yaml``: the yearly result, and leaving the list (考核、退出)."""

from __future__ import annotations

from typing import Literal

from bangfu.schemes.format.common import Cited, FigureText, Model
from bangfu.schemes.format.values import Value

__all__ = ["EvaluationFile", "EvaluationPart", "ExitFile", "ExitRule"]


class EvaluationPart(Cited):
    """One part of the score: the share of these goals met, or an element on a scale.

    ``weight`` null: the document gives none; the evaluation is not computed until it is set.
    """

    goals: tuple[str, ...] = ()
    element: str | None = None
    zero_at: FigureText = None
    full_at: FigureText = None
    weight: FigureText = None


class EvaluationFile(Model):
    """``evaluation.yaml``. ``every`` is the cycle; ``publication`` who sees the ranks."""

    values: tuple[Value, ...] = ()
    target_list: str | None = None
    parts: tuple[EvaluationPart, ...] = ()
    publication: Literal["internal", "public"] = "internal"


class ExitRule(Cited):
    """When leaving the list is proposed, and how long the support stays."""

    target_list: str
    goals: tuple[str, ...] = ()
    retention: FigureText = None


class ExitFile(Model):
    """``exit.yaml``."""

    values: tuple[Value, ...] = ()
    rules: tuple[ExitRule, ...] = ()
