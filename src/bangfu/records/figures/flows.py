"""The way of a return (报送流程): who may take which step from which state."""

from __future__ import annotations

from typing import Final

from bangfu.records.access.roles import roles_with
from bangfu.records.figures.models import Submission
from bangfu.records.ground.flow import Flow, Step
from bangfu.vocabulary.text import Text

__all__ = ["FLOW", "VERBS"]

_DRAFT = Submission.State.DRAFT.value
_CONFIRMING = Submission.State.CONFIRMING.value
_SUBMITTED = Submission.State.SUBMITTED.value
_RETURNED = Submission.State.RETURNED.value
_APPROVED = Submission.State.APPROVED.value

_ENTER = roles_with("figures.enter")
_CONFIRM = roles_with("figures.confirm")
_APPROVE = roles_with("figures.approve")
_REOPEN = roles_with("figures.reopen")

#: What each step is called on pages.
VERBS: Final = {
    "save": Text("保存", "save"),
    "submit": Text("报送", "hand in"),
    "ask_helper": Text("报送（先请帮扶单位确认）", "hand in (the helper unit confirms first)"),
    "withdraw": Text("撤回", "withdraw"),
    "confirm": Text("确认", "confirm"),
    "dispute": Text("提出异议", "dispute"),
    "pass_up": Text("审核通过，报上一级", "approve and pass up"),
    "approve": Text("审核通过", "approve"),
    "return": Text("退回", "return"),
    "reopen": Text("重新打开", "re-open"),
}

FLOW: Final = Flow(
    Text("报表", "the return"),
    [
        Step.of("save", {_DRAFT}, _DRAFT, _ENTER),
        Step.of("save", {_RETURNED}, _RETURNED, _ENTER),
        Step.of("submit", {_DRAFT, _RETURNED}, _SUBMITTED, _ENTER),
        Step.of("ask_helper", {_DRAFT, _RETURNED}, _CONFIRMING, _ENTER),
        Step.of("withdraw", {_CONFIRMING, _SUBMITTED}, _DRAFT, _ENTER),
        Step.of("confirm", {_CONFIRMING}, _SUBMITTED, _CONFIRM),
        Step.of("dispute", {_CONFIRMING}, _RETURNED, _CONFIRM),
        Step.of("pass_up", {_SUBMITTED}, _SUBMITTED, _APPROVE),
        Step.of("approve", {_SUBMITTED}, _APPROVED, _APPROVE),
        Step.of("return", {_SUBMITTED}, _RETURNED, _APPROVE),
        Step.of("reopen", {_APPROVED}, _RETURNED, _REOPEN),
    ],
    Submission.State.values,
)
