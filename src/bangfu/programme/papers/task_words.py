"""When a task is due and what carries it, in words (频次时限、承载事项), from the entries behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from bangfu.schemes.coverage import Carrier, ClauseCoverage
from bangfu.schemes.figures import NOT_STATED, Figure, figure_text
from bangfu.schemes.format import Duty, ExitRule, FundLine, Goal, Register, Value
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Language, Text

__all__ = ["carried_words", "time_words"]

#: What an entry of each file is called in an office.
_KINDS: Final = {
    "targeting": Text("名单认定", "list"),
    "pairing": Text("任务数", "quota"),
    "staffing": Text("选派", "post"),
    "duties": Text("履职", "duty"),
    "funding": Text("资金", "money"),
    "goals": Text("目标", "goal"),
    "registers": Text("台账", "register"),
    "evaluation": Text("考核", "evaluation"),
    "exit": Text("退出", "exit"),
    "clusters": Text("片区", "clusters"),
    "assistance": Text("帮扶", "assistance"),
    "scheme": Text("方案", "scheme"),
}
_EVERY: Final = {
    "year": Text("台账每年报送", "register: yearly"),
    "half": Text("台账每半年报送", "register: half-yearly"),
    "quarter": Text("台账每季度报送", "register: quarterly"),
    "month": Text("台账每月报送", "register: monthly"),
    "event": Text("台账随发生登记", "register: as it happens"),
}
#: More entries than this are counted, not named.
_NAMED: Final = 4


def carried_words(clause: ClauseCoverage, language: Language) -> str:
    """The entries that carry a clause, by kind; empty where none does."""
    by_kind: dict[str, list[str]] = {}
    named = [c for c in clause.carriers if not isinstance(c.node, Value) and not _is_place(c)]
    for carrier in named:
        step = carrier.path.split(".", 1)[0]
        kind = _KINDS[step].in_language(language) if step in _KINDS else step
        label = carrier.label.in_language(language)
        # Parts without a label of their own belong to the entry above them.
        if label != carrier.path and label not in by_kind.setdefault(kind, []):
            by_kind[kind].append(label)
    between, colon = ("；", "：") if language == "zh" else ("; ", ": ")
    return between.join(
        f"{kind}{colon}{_listed(labels, language)}" for kind, labels in by_kind.items() if labels
    )


def _is_place(carrier: Carrier) -> bool:
    return carrier.path.startswith("scheme.")


def _listed(labels: list[str], language: Language) -> str:
    shown = ("、" if language == "zh" else ", ").join(labels[:_NAMED])
    more = len(labels) - _NAMED
    if more <= 0:
        return shown
    return f"{shown}等{len(labels)}项" if language == "zh" else f"{shown} and {more} more"


def time_words(scheme: Scheme, clause: ClauseCoverage, on: date, language: Language) -> str:
    """How often a task comes back and when it is due; 'not stated' where the document is silent.

    Parameters
    ----------
    scheme : Scheme
    clause : ClauseCoverage
    on : date
        The day of which figures are taken, kept inside the period of the scheme.
    language : {'zh', 'en'}

    Returns
    -------
    str
    """
    period = scheme.about.period
    day = min(max(on, period.starts_on), period.ends_on - timedelta(days=1))
    found = dict.fromkeys(
        words.in_language(language)
        for carrier in clause.carriers
        for words in _times(scheme, carrier, day)
    )
    told = list(found)
    if all(isinstance(c.node, Register) for c in clause.carriers if any(_times(scheme, c, day))):
        # How often a register is handed in is set by the scheme, not by the document.
        told.insert(0, NOT_STATED.in_language(language))
    return ("；" if language == "zh" else "; ").join(told)


def _times(scheme: Scheme, carrier: Carrier, on: date) -> Iterator[Text]:
    node, path = carrier.node, carrier.path
    match node:
        case Duty():
            yield _interval(scheme, node, path, on)
        case Goal():
            year = scheme.figure(f"{path}.year", on)
            if year is not None:
                yield Text(f"{year.value}年", f"{year.value}")
        case FundLine():
            years = scheme.figure(f"{path}.years", on)
            if years is not None:
                yield Text(f"{figure_text(years)}年", figure_text(years, "en"))
        case Register():
            yield _EVERY[node.every]
        case ExitRule():
            kept = scheme.figure(f"{path}.retention", on)
            if kept is not None:
                yield Text(
                    f"退出后政策保留{figure_text(kept)}",
                    f"policies kept for {figure_text(kept, 'en')}",
                )
        case Value() if scheme.figures[path].kind in ("date", "interval"):
            yield _both(scheme.figure(path, on))
        case _:
            return


def _interval(scheme: Scheme, duty: Duty, path: str, on: date) -> Text:
    every = scheme.figure(f"{path}.every", on)
    if every is None:
        return NOT_STATED
    times = scheme.figure(f"{path}.at_least", on)
    words = _both(every)
    if times is not None and every.value != "once":
        words = Text(f"{words.zh}{times.value}次", f"{words.en}, {times.value} time(s)")
    due = duty.due
    if due.rule == "end_of_period":
        return Text(f"{words.zh}，期末前", f"{words.en}, by the end of the period")
    if due.rule == "day_of_year":
        month, last = due.month or 12, due.day or 31
        return Text(f"{words.zh}，{month}月{last}日前", f"{words.en}, by {month:02d}-{last:02d}")
    return words


def _both(figure: Figure | None) -> Text:
    return Text(figure_text(figure, "zh"), figure_text(figure, "en"))
