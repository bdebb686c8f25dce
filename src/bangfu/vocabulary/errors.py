"""What can go wrong, as a tree; every leaf carries facts, in both languages.

    BangfuError
    ├── FaultsFound      the input or the call is wrong: one or many Fault   -> exit 2
    │   └── SchemeFault  a scheme file is wrong
    ├── ExpressionError  an expression of a scheme is refused or overflows
    ├── ShareError       an amount cannot be shared as asked
    └── ComputationError a method was given what it cannot work on

A Fault is written for a clerk: where, what was given, what is accepted, what to do now.
No Fault holds a person's name or number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bangfu.vocabulary.text import Language, Text

__all__ = [
    "BangfuError",
    "ComputationError",
    "ExpressionError",
    "Fault",
    "FaultsFound",
    "SchemeFault",
    "ShareError",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing a person has to mend.

    ``code`` is short, for the telephone (``TAB-03``). ``where`` is the place as the person sees
    it: file, sheet, row number and column name. ``message`` says what was given and what is
    accepted; ``remedy`` says what to do now.
    """

    code: str
    where: str
    message: Text
    remedy: Text | None = None

    def sentence(self, language: Language) -> str:
        """The whole fault in one line.

        >>> Fault("TAB-03", "indicators.csv 第 17 行", Text("缺", "missing")).sentence("zh")
        'indicators.csv 第 17 行：缺（TAB-03）'
        """
        message = self.message.in_language(language)
        remedy = self.remedy.in_language(language) if self.remedy else ""
        if language == "zh":
            where = f"{self.where}：" if self.where else ""
            return f"{where}{message}{remedy}（{self.code}）"
        where = f"{self.where}: " if self.where else ""
        tail = f" {remedy}" if remedy else ""
        return f"{where}{message}{tail} ({self.code})"


class BangfuError(Exception):
    """Anything this software refuses to do, with the facts as attributes."""


class FaultsFound(BangfuError):
    """The input or the call is wrong; all faults are listed, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        if not self.faults:
            raise ValueError("FaultsFound needs at least one fault")
        super().__init__("\n".join(fault.sentence("zh") for fault in self.faults))


class SchemeFault(FaultsFound):
    """A scheme folder does not say what a scheme must say."""


class ExpressionError(BangfuError):
    """An expression is refused (code EXP-..): it is not in the language, or a value overflows."""

    def __init__(self, code: str, expression: str, message: Text) -> None:
        self.code = code
        self.expression = expression
        self.message = message
        super().__init__(f"{message.zh}（{code}）：{expression}")


class ShareError(BangfuError):
    """An amount cannot be shared as asked; ``facts`` holds the arguments that clash."""

    def __init__(self, message: str, **facts: Any) -> None:
        self.message = message
        self.facts = facts
        super().__init__(f"{message} ({', '.join(f'{k}={v!r}' for k, v in facts.items())})")


class ComputationError(BangfuError):
    """A method was given what it cannot work on; ``facts`` says what."""

    def __init__(self, message: str, **facts: Any) -> None:
        self.message = message
        self.facts = facts
        super().__init__(f"{message} ({', '.join(f'{k}={v!r}' for k, v in facts.items())})")
