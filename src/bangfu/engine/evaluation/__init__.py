"""Evaluation (考核评价): scores, ranks with ties and unknowns, and the frozen input's digest."""

from bangfu.engine.evaluation.score import digest, evaluate

__all__ = ["digest", "evaluate"]
