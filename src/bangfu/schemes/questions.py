"""Questions every policy can be asked (共同问题), answered from the scheme: for comparing policies.

For whom, how many, what money from whom, which posts, how often, by when what, and what remains
after leaving. Where a document says nothing the answer says so; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bangfu.schemes.figures import NOT_STATED, Figure, figure_text
from bangfu.schemes.format import Duty, FundLine, Goal, Slot
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Text

__all__ = ["Answer", "Question", "shared_questions"]

_LEVELS: Final = {
    "province": Text("省", "province"),
    "city": Text("市", "city"),
    "county": Text("县", "county"),
    "township": Text("乡镇", "township"),
    "village": Text("村", "village"),
}
_METHODS: Final = {
    "list": Text("按主管部门名单", "by the office's list"),
    "criteria": Text("按条件认定", "by criteria"),
    "ranking": Text("计分排序", "by points and rank"),
}
_OPS: Final = {
    ">=": Text("不低于", "at least"),
    ">": Text("高于", "above"),
    "<=": Text("不超过", "at most"),
    "<": Text("低于", "below"),
}
#: Measures over a series of years, in words.
_COMPARED: Final = {
    "growth_above": Text("增幅高于对照", "grows faster than what it is compared with"),
    "share_not_below": Text("占比不低于上年", "keeps its share of the year before"),
    "fall_within": Text("保持稳定", "stays stable"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of an answer and the clauses it rests on."""

    text: Text
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers; where nothing is stated the one answer says so."""

    id: str
    text: Text
    answers: tuple[Answer, ...]


def shared_questions(scheme: Scheme) -> tuple[Question, ...]:
    """What a scheme answers to the questions all policies share.

    Returns
    -------
    tuple of Question
        The same questions, in the same order, for every scheme.

    Examples
    --------
    >>> from bangfu.schemes.load import load_scheme
    >>> asked = {question.id: question for question in shared_questions(load_scheme("gd-2021"))}
    >>> asked["evaluation"].answers[0].text.zh
    '评估周期：每年'
    >>> asked["retention"].answers[0].text.zh
    '文件未明确、待定'
    """
    return tuple(
        Question(question_id, text, tuple(answer(scheme)) or (Answer(NOT_STATED),))
        for question_id, (text, answer) in _QUESTIONS.items()
    )


def _objects(scheme: Scheme) -> Iterator[Answer]:
    for each in scheme.targeting.lists:
        level, method = _LEVELS[each.universe.level], _METHODS[each.method]
        yield Answer(
            Text(
                f"{each.label.zh}（{level.zh}，{method.zh}）",
                f"{each.label.en} ({level.en}, {method.en})",
            ),
            each.clauses,
        )


def _classes(scheme: Scheme) -> Iterator[Answer]:
    for each in scheme.targeting.lists:
        for one in each.classes:
            yield _stated(scheme, f"targeting.{each.id}.{one.id}.size", one.label.text, one.clauses)


def _sizes(scheme: Scheme) -> Iterator[Answer]:
    for each in scheme.targeting.lists:
        yield _stated(scheme, f"targeting.{each.id}.size", each.label.text, each.clauses)


def _money(scheme: Scheme) -> Iterator[Answer]:
    for line in scheme.funding.lines:
        amount = _course(scheme, f"funding.{line.id}.unit_amount")
        payer = _payers(scheme, line)
        yield Answer(
            Text(
                f"{line.label.zh}：每单位 {amount.zh}，{payer.zh}",
                f"{line.label.en}: {amount.en} per unit, {payer.en}",
            ),
            line.clauses,
        )


def _payers(scheme: Scheme, line: FundLine) -> Text:
    names = {payer.id: payer.label.text for payer in scheme.funding.payers}
    if line.payer is not None:
        name = names.get(line.payer, Text(line.payer, line.payer))
        return Text(f"由{name.zh}承担", f"borne by {name.en}")
    figure = _first(scheme, f"funding.{line.id}.ratio")
    if figure is None:
        return Text(f"分担比例{NOT_STATED.zh}", f"shares {NOT_STATED.en}")
    payers = [names.get(payer, Text(payer, payer)) for payer in figure.value]
    return Text(
        f"{'、'.join(name.zh for name in payers)}按 {figure_text(figure)} 分担",
        f"shared {figure_text(figure)} by {', '.join(name.en for name in payers)}",
    )


def _slots(scheme: Scheme) -> Iterator[Answer]:
    classes = _class_names(scheme)
    for slot in scheme.staffing.slots:
        number = _range(scheme, slot)
        names = [classes[name] for name in slot.classes if name in classes]
        per_zh, per_en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
        yield Answer(
            Text(
                f"{slot.label.zh}：每个{per_zh} {number.zh}",
                f"{slot.label.en}: {number.en} per {per_en}",
            ),
            slot.clauses,
        )


def _range(scheme: Scheme, slot: Slot) -> Text:
    low = _first(scheme, f"staffing.{slot.id}.at_least")
    high = _first(scheme, f"staffing.{slot.id}.at_most")
    if low is None:
        return NOT_STATED
    if high is None:
        return Text(f"至少 {figure_text(low)}", f"at least {figure_text(low)}")
    if high.value == low.value:
        return Text(figure_text(low), figure_text(low))
    return Text(
        f"{figure_text(low)} 至 {figure_text(high)}", f"{figure_text(low)} to {figure_text(high)}"
    )


def _intervals(scheme: Scheme) -> Iterator[Answer]:
    for duty in scheme.duties.duties:
        yield _duty(scheme, duty)


def _duty(scheme: Scheme, duty: Duty) -> Answer:
    every = _course(scheme, f"duties.{duty.id}.every")
    least = _first(scheme, f"duties.{duty.id}.at_least")
    interval = _first(scheme, f"duties.{duty.id}.every")
    recurs = interval is not None and interval.value != "once"
    times = figure_text(least) if least is not None and recurs else ""
    actor, label = duty.actor.label, duty.label
    return Answer(
        Text(
            f"{actor.zh}，{label.zh}：{every.zh}" + (f" {times} 次" if times else ""),
            f"{actor.en}, {label.en}: " + (f"{times} x " if times else "") + every.en,
        ),
        duty.clauses,
    )


def _goals(scheme: Scheme) -> Iterator[Answer]:
    for goal in scheme.goals.goals:
        year = _course(scheme, f"goals.{goal.id}.year")
        test = _test(scheme, goal)
        yield Answer(
            Text(
                f"{goal.label.zh}（{year.zh}）：{test.zh}",
                f"{goal.label.en} ({year.en}): {test.en}",
            ),
            goal.clauses,
        )


def _test(scheme: Scheme, goal: Goal) -> Text:
    """What the goal asks for, in words."""
    if goal.measure == "judgement":
        return Text("没有数值，由人评定", "no figure; people judge")
    element = scheme.catalogue.get(goal.element or "")
    named = element.label.text if element else Text("", "")
    if goal.measure in ("level", "growth") and goal.op is not None:
        figure = _course(scheme, f"goals.{goal.id}.threshold")
        grows = goal.measure == "growth"
        return Text(
            f"{named.zh}{'增幅' if grows else ''}{_OPS[goal.op].zh} {figure.zh}",
            f"{named.en}{' growth' if grows else ''} {_OPS[goal.op].en} {figure.en}",
        )
    if goal.measure in _COMPARED:
        how = _COMPARED[goal.measure]
        return Text(f"{named.zh}{how.zh}", f"{named.en} {how.en}")
    words = goal.condition or ""
    if goal.op is not None and goal.measure.startswith("body_"):
        zh, en = f"{words} 的个数或比例{_OPS[goal.op].zh}上年", _OPS[goal.op].en
        return Text(zh, f"number or share with {words} {en} that of the year before")
    return Text(words, words) if words else NOT_STATED


def _evaluation(scheme: Scheme) -> Iterator[Answer]:
    """Cycles: intervals among the values of the evaluation, and duties on clauses about it."""
    for value in scheme.evaluation.values:
        path = f"evaluation.{value.id}"
        if scheme.origin(path).kind == "interval":
            yield _stated(scheme, path, value.label.text, value.clauses)
    about = {c.id for c in scheme.clauses.values() if c.mechanism == "evaluation"}
    for duty in scheme.duties.duties:
        if about & set(duty.clauses):
            yield _duty(scheme, duty)


def _retention(scheme: Scheme) -> Iterator[Answer]:
    for rule in scheme.exit.rules:
        yield _stated(scheme, f"exit.{rule.id}.retention", rule.label.text, rule.clauses)


def _class_names(scheme: Scheme) -> dict[str, Text]:
    return {one.id: one.label.text for each in scheme.targeting.lists for one in each.classes}


def _stated(scheme: Scheme, path: str, label: Text, clauses: tuple[str, ...]) -> Answer:
    figure = _course(scheme, path)
    return Answer(Text(f"{label.zh}：{figure.zh}", f"{label.en}: {figure.en}"), clauses)


def _course(scheme: Scheme, path: str) -> Text:
    """A figure over time in words: later figures with the day from which they hold."""
    entries = scheme.origin(path).entries
    if not entries:
        return NOT_STATED
    zh, en = figure_text(entries[0][1]), figure_text(entries[0][1], "en")
    for day, figure in entries[1:]:
        zh += f"；{day.isoformat()}起 {figure_text(figure)}"
        en += f"; from {day.isoformat()} {figure_text(figure, 'en')}"
    return Text(zh, en)


def _first(scheme: Scheme, path: str) -> Figure | None:
    entries = scheme.origin(path).entries
    return entries[0][1] if entries else None


_QUESTIONS: Final[dict[str, tuple[Text, Callable[[Scheme], Iterator[Answer]]]]] = {
    "objects": (Text("帮扶对象与认定办法", "For whom, and how they are found"), _objects),
    "sizes": (Text("对象个数", "How many"), _sizes),
    "classes": (Text("分类与个数", "Classes and numbers"), _classes),
    "money": (Text("资金标准与分担", "Money per unit and who pays"), _money),
    "slots": (Text("力量与名额", "Posts per place"), _slots),
    "intervals": (Text("走访等履职间隔", "How often visits and other duties come"), _intervals),
    "goals": (Text("目标与数值", "Goals and thresholds"), _goals),
    "evaluation": (Text("考核周期", "Cycle of evaluation"), _evaluation),
    "retention": (Text("退出后的保留年限", "How long support stays after leaving"), _retention),
}
