"""What a check against the original document comes to (原文核对结果)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["Finding", "SourceReport", "Uncarried"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One carried figure: where it should stand, and how it is printed there.

    ``printed`` is the form found, empty where none is. ``reason`` says why it is missing.
    """

    path: str
    label: Text
    shown: Text
    clauses: tuple[str, ...]
    sections: tuple[str, ...]
    starts_on: date | None = None
    printed: str = ""
    reason: Text | None = None

    def fault(self) -> Fault:
        """The finding as a fault: SRC-10, naming the figure, its clauses and their sections."""
        clauses, sections = "、".join(self.clauses), "、".join(self.sections)
        reason = self.reason or Text("没有找到这个数字", "the figure is not found")
        return Fault(
            "SRC-10",
            self.path,
            Text(
                f"「{self.label.zh}」{self.shown.zh}，条款 {clauses}（章节：{sections or '无'}）："
                f"{reason.zh}。",
                f"{self.label.en} {self.shown.en}, clause {', '.join(self.clauses)} (sections: "
                f"{', '.join(self.sections) or 'none'}): {reason.en}.",
            ),
        )


@dataclass(frozen=True, slots=True)
class Uncarried:
    """A figure of the document that the scheme neither carries nor ignores with a reason.

    ``clauses`` are those that stand in its section.
    """

    section: str
    printed: str
    around: str
    clauses: tuple[str, ...] = ()

    def fault(self) -> Fault:
        """The figure as a fault: SRC-20, naming its section and the clauses in it."""
        zh = f"本节条款：{'、'.join(self.clauses)}。" if self.clauses else ""
        en = f" Clauses of the section: {', '.join(self.clauses)}." if self.clauses else ""
        return Fault(
            "SRC-20",
            f"§{self.section}" if self.section else "§",
            Text(
                f"原文的「{self.printed}」（{self.around}）方案没有收入，也没有写明不收的理由。{zh}",
                f"{self.printed!r} ({self.around}) of the document is neither carried nor ignored "
                f"with a reason.{en}",
            ),
            Text(
                "请收为取值，或写入 clauses.yaml 的 ignored。",
                "Carry it as a value, or add it under ignored: in clauses.yaml.",
            ),
        )


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The whole check.

    ``found`` stand in their clauses; ``literal`` stand there in words that cannot be read back to
    the value; ``missing`` do not; ``derived`` follow from others and were recomputed on loading;
    ``uncarried`` are figures of the document that the scheme lacks; ``unused_ignored`` are words
    under ``ignored:`` that the document does not hold.
    """

    found: tuple[Finding, ...] = ()
    literal: tuple[Finding, ...] = ()
    missing: tuple[Finding, ...] = ()
    derived: tuple[Finding, ...] = ()
    uncarried: tuple[Uncarried, ...] = ()
    unused_ignored: tuple[str, ...] = ()

    def faults(self, *, strict: bool = False) -> tuple[Fault, ...]:
        """What makes the check fail: missing figures, and uncarried ones where ``strict``."""
        missing = tuple(finding.fault() for finding in self.missing)
        return missing + (self._uncarried() if strict else ())

    def notices(self, *, strict: bool = False) -> tuple[Fault, ...]:
        """What should be seen besides: SRC-20 uncarried, SRC-30 literal, SRC-31 stale."""
        return (
            *(() if strict else self._uncarried()),
            *(_literal(finding) for finding in self.literal),
            *(_stale(words) for words in self.unused_ignored),
        )

    def _uncarried(self) -> tuple[Fault, ...]:
        return tuple(each.fault() for each in self.uncarried)


def _literal(finding: Finding) -> Fault:
    return Fault(
        "SRC-30",
        finding.path,
        Text(
            f"「{finding.label.zh}」{finding.shown.zh}：原文写作「{finding.printed}」，请人工核对。",
            f"{finding.label.en} {finding.shown.en}: printed as {finding.printed!r}; to be "
            "compared by a person.",
        ),
    )


def _stale(words: str) -> Fault:
    return Fault(
        "SRC-31",
        "clauses.source.ignored",
        Text(f"原文没有「{words}」。", f"the document does not hold {words!r}."),
    )
