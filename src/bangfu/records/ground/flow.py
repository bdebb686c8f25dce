"""A flow as a table a cadre can read (流程): who may take which step from which state.

No status is written anywhere else than with the answer of `Flow.after`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["Flow", "Step"]


@dataclass(frozen=True, slots=True)
class Step:
    """One verb: from which states, to which state, by which roles."""

    verb: str
    before: frozenset[str]
    after: str
    roles: frozenset[str]

    @classmethod
    def of(cls, verb: str, before: Iterable[str], after: str, roles: Iterable[str]) -> Step:
        """A step from plain sets."""
        return cls(verb, frozenset(before), after, frozenset(roles))


class Flow:
    """All steps of one kind of record."""

    def __init__(self, name: Text, steps: Iterable[Step], states: Iterable[str]) -> None:
        self.name = name
        self.steps = tuple(steps)
        self.states = tuple(states)
        unknown = {
            state
            for step in self.steps
            for state in (*step.before, step.after)
            if state not in self.states
        }
        if unknown:
            raise ValueError(f"states nobody declared: {sorted(unknown)}")

    def verbs(self, state: str, roles: Iterable[str]) -> tuple[str, ...]:
        """What somebody with these roles may do from this state."""
        held = set(roles)
        return tuple(step.verb for step in self.steps if state in step.before and held & step.roles)

    def after(self, verb: str, state: str, *, roles: Iterable[str]) -> str:
        """The state that follows, or a refusal that says why not."""
        named = [step for step in self.steps if step.verb == verb]
        if not named:
            raise ValueError(f"no step is called {verb!r}")
        possible = [step for step in named if state in step.before]
        if not possible:
            raise Refused([self._not_from(verb, state)])
        held = set(roles)
        for step in possible:
            if held & step.roles:
                return step.after
        raise NotAllowed([self._not_by(verb)])

    def _not_from(self, verb: str, state: str) -> Fault:
        return Fault(
            "FLW-01",
            "",
            Text(
                f"{self.name.zh}处于「{state}」状态，不能执行「{verb}」。",
                f"{self.name.en} is in state {state}; {verb} is not possible from there.",
            ),
            Text(
                "请刷新页面，查看现在可做的步骤。", "Reload the page to see what can be done now."
            ),
        )

    def _not_by(self, verb: str) -> Fault:
        return Fault(
            "FLW-02",
            "",
            Text(
                f"您的角色不能对{self.name.zh}执行「{verb}」。",
                f"Your role may not do {verb} on {self.name.en}.",
            ),
            Text("请联系本级管理员。", "Ask the administrator of your level."),
        )
