"""The way of an import (导入流程): uploaded, read, checked, previewed, merged."""

from __future__ import annotations

from typing import Final

from bangfu.records.access.roles import roles_with
from bangfu.records.ground.flow import Flow, Step
from bangfu.records.imports.choices import BatchState as S
from bangfu.vocabulary.text import Text

__all__ = ["FLOW", "SYSTEM"]

#: The worker's own steps.
SYSTEM: Final = frozenset({"system"})
_PEOPLE: Final = roles_with("imports.run")
_OPEN: Final = (S.UPLOADED, S.READ, S.CHECKED, S.PREVIEWED, S.MERGING)

FLOW: Final = Flow(
    Text("导入批次", "the import"),
    (
        Step.of("read", (S.UPLOADED, S.READ, S.CHECKED), S.READ, SYSTEM),
        Step.of("check", (S.READ,), S.CHECKED, SYSTEM),
        Step.of("preview", (S.CHECKED,), S.PREVIEWED, SYSTEM),
        Step.of("reread", (S.PREVIEWED, S.FAILED), S.UPLOADED, _PEOPLE),
        Step.of("merge", (S.PREVIEWED,), S.MERGING, _PEOPLE),
        Step.of("finish", (S.MERGING,), S.MERGED, SYSTEM),
        Step.of("cancel", _OPEN, S.CANCELLED, SYSTEM),
        Step.of("discard", (S.PREVIEWED, S.FAILED), S.CANCELLED, _PEOPLE),
        Step.of("fail", _OPEN, S.FAILED, SYSTEM),
    ),
    S.values,
)
