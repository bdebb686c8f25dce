"""References inside a scheme (引用): lists, classes, goals, payers, elements, readings, ids.

Whatever an entry names must be declared somewhere; each fault lists what could have been meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from bangfu.schemes.checks.walk import entries, fault, listed
from bangfu.schemes.format import (
    Cited,
    ClusterCount,
    ClusterCoverage,
    ClusterGrowth,
    FundLine,
    Goal,
    Monitored,
    Tier,
    Together,
)
from bangfu.schemes.format.clusters import COUNT_READINGS, COVERAGE_READINGS, GROWTH_READINGS
from bangfu.schemes.format.goals import ABOVE_READINGS
from bangfu.schemes.format.targeting import TOGETHER_READINGS, TargetList
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault

__all__ = ["reference_faults", "unused_readings"]

#: The options of a reading that each kind of goal on clusters answers.
_OF_CLUSTERS = (
    (ClusterCount, COUNT_READINGS),
    (ClusterGrowth, GROWTH_READINGS),
    (ClusterCoverage, COVERAGE_READINGS),
)


def reference_faults(scheme: Scheme) -> Iterator[Fault]:
    """CHK-10 to CHK-19, by what is named and not declared; CHK-16 an id used twice."""
    yield from _class_faults(scheme)
    yield from _list_faults(scheme)
    yield from _goal_faults(scheme)
    yield from _payer_faults(scheme)
    yield from _element_faults(scheme)
    yield from _reading_faults(scheme)
    yield from _id_faults(scheme)
    yield from _duty_faults(scheme)
    yield from _person_faults(scheme)


def unused_readings(scheme: Scheme) -> Iterator[Fault]:
    """CHK-52: a reading that is said to move a result, and that no entry names."""
    named = {reading for _, reading, _ in _readings_named(scheme)}
    for reading in scheme.readings.values():
        if reading.effect == "computed" and reading.id not in named:
            yield fault(
                "CHK-52",
                f"readings.{reading.id}",
                "写明影响结果，但没有内容按它选择。",
                "is said to move a result, but no entry chooses by it.",
            )


def _missing(
    code: str, path: str, named: Iterable[str], declared: Iterable[str], what: tuple[str, str]
) -> Iterator[Fault]:
    known = set(declared)
    accepted = listed(known) if len(known) <= 20 else None
    for name in named:
        if name not in known:
            zh = f"可用：{accepted.zh}。" if accepted else ""
            en = f" Accepted: {accepted.en}." if accepted else ""
            yield fault(
                code,
                path,
                f"没有这个{what[0]}：「{name}」。{zh}",
                f"there is no {what[1]} {name!r}.{en}",
            )


def _class_faults(scheme: Scheme) -> Iterator[Fault]:
    classes = _classes(scheme)
    times = Counter(each.id for lst in scheme.targeting.lists for each in lst.classes)
    for name in sorted(name for name, number in times.items() if number > 1):
        yield fault(
            "CHK-16",
            "targeting.lists",
            f"类别「{name}」在几个名单里重名。",
            f"the class {name} stands in several lists.",
        )
    for path, node in entries(scheme):
        if isinstance(node, TargetList):
            continue
        named = () if isinstance(node, Goal) else getattr(node, "classes", ())
        single = getattr(node, "target_class", None)
        used = (*named, *((single,) if single else ()))
        yield from _missing("CHK-10", path, used, classes, ("类别", "class"))
    for goal in scheme.goals.goals:
        own = {each.id for lst in scheme.targeting.lists for each in lst.classes
               if lst.id == goal.target_list}  # fmt: skip
        yield from _missing(
            "CHK-10", f"goals.{goal.id}", goal.classes, own or classes, ("类别", "class")
        )


def _classes(scheme: Scheme) -> set[str]:
    return {each.id for target_list in scheme.targeting.lists for each in target_list.classes}


def _list_faults(scheme: Scheme) -> Iterator[Fault]:
    lists = [target_list.id for target_list in scheme.targeting.lists]
    for path, node in entries(scheme):
        named = getattr(node, "target_list", None)
        if named is not None:
            yield from _missing("CHK-11", path, [named], lists, ("名单", "list"))
    if scheme.targeting.together is not None:
        named = scheme.targeting.together.lists
        yield from _missing("CHK-11", "targeting.together", named, lists, ("名单", "list"))
    for target_list in scheme.targeting.lists:
        rest = [each.id for each in target_list.classes if each.otherwise]
        if len(rest) > 1:
            yield fault(
                "CHK-11",
                f"targeting.{target_list.id}",
                f"「其余」只能归入一个类别，写了 {len(rest)} 个：{'、'.join(rest)}。",
                f"only one class takes the others; given: {', '.join(rest)}.",
            )


def _goal_faults(scheme: Scheme) -> Iterator[Fault]:
    goals = [goal.id for goal in scheme.goals.goals]
    what = ("目标", "goal")
    for part in scheme.evaluation.parts:
        path = f"evaluation.{part.id}"
        yield from _missing("CHK-12", path, part.goals, goals, what)
        # A part with neither is scored by people.
        if part.goals and part.element:
            zh, en = "目标和指标只取其一。", "takes goals or an element, not both."
            yield fault("CHK-12", path, zh, en)
    for rule in scheme.exit.rules:
        yield from _missing("CHK-12", f"exit.{rule.id}", rule.goals, goals, what)


def _payer_faults(scheme: Scheme) -> Iterator[Fault]:
    payers = [payer.id for payer in scheme.funding.payers]
    for line in scheme.funding.lines:
        path = f"funding.{line.id}"
        if line.payer is not None:
            yield from _missing("CHK-13", path, [line.payer], payers, ("出资方", "payer"))
        yield from _ratio_keys(scheme, f"{path}.ratio", payers, ("出资方", "payer"))
        if line.share_base is not None:
            base, counted = line.share_base, set(line.classes)
            yield from _missing("CHK-13", path, [base.payer], payers, ("出资方", "payer"))
            for classes in base.options.values():
                yield from _missing("CHK-10", path, classes, counted, ("类别", "class"))
    for quota in scheme.pairing.quotas:
        layers = [layer.id for layer in quota.layers]
        path = f"pairing.{quota.id}.rule.ratio"
        if quota.rule is not None:
            yield from _ratio_keys(scheme, path, layers, ("列", "layer"), whole=True)


def _ratio_keys(
    scheme: Scheme, path: str, declared: list[str], what: tuple[str, str], *, whole: bool = False
) -> Iterator[Fault]:
    for _, figure in scheme.origin(path).entries:
        if figure is None or figure.kind != "ratio":
            continue
        yield from _missing("CHK-13", path, figure.value, declared, what)
        lacking = [name for name in declared if name not in figure.value]
        if whole and lacking:
            yield fault(
                "CHK-13",
                path,
                f"比例缺：{'、'.join(lacking)}。",
                f"the ratio lacks {', '.join(lacking)}.",
            )


def _element_faults(scheme: Scheme) -> Iterator[Fault]:
    what = ("数据项（catalogue.yaml 的 id）", "data element (id of catalogue.yaml)")
    for path, node in entries(scheme):
        for name in ("element", "per_element", "weighted_by"):
            element = getattr(node, name, None)
            if element is not None:
                yield from _missing("CHK-14", path, [element], scheme.catalogue, what)
    for goal in scheme.goals.goals:
        path, by_reading = f"goals.{goal.id}", goal.element_by_reading
        yield from _missing("CHK-14", path, by_reading.values(), scheme.catalogue, what)
        further = [name for name in (goal.panel_element, goal.weight_element) if name]
        yield from _missing("CHK-14", path, further, scheme.catalogue, what)


def _readings_named(scheme: Scheme) -> Iterator[tuple[str, str, tuple[str, ...] | None]]:
    """(path, reading, options that must be answered)."""
    for path, node in entries(scheme):
        if isinstance(node, Goal) and node.reading and node.element_by_reading:
            yield path, node.reading, tuple(node.element_by_reading)
        elif isinstance(node, Goal) and node.reading and node.op_by_reading:
            yield path, node.reading, tuple(node.op_by_reading)
        elif isinstance(node, Goal) and node.reading and node.measure == "growth_above":
            yield path, node.reading, ABOVE_READINGS
        elif isinstance(node, Together) and node.reading:
            yield path, node.reading, TOGETHER_READINGS
        elif isinstance(node, Tier | Monitored) and node.reading and len(node.when) > 1:
            yield path, node.reading, tuple(node.when)
        elif isinstance(node, FundLine) and node.reading and node.share_base:
            yield path, node.reading, tuple(node.share_base.options)
        elif isinstance(node, Cited) and node.reading:
            answered = (options for kind, options in _OF_CLUSTERS if isinstance(node, kind))
            yield path, node.reading, next(answered, None)
    for target_list in scheme.targeting.lists:
        screening = target_list.screening
        if screening is not None and screening.reading:
            path = f"targeting.{target_list.id}.screening"
            yield path, screening.reading, tuple(screening.combine)


def _reading_faults(scheme: Scheme) -> Iterator[Fault]:
    for path, name, answered in _readings_named(scheme):
        yield from _missing("CHK-15", path, [name], scheme.readings, ("执行口径", "reading"))
        if answered is None or name not in scheme.readings:
            continue
        reading = scheme.readings[name]
        if reading.effect != "computed" or set(reading.options) != set(answered):
            options, given = listed(set(reading.options)), listed(answered)
            yield fault(
                "CHK-15",
                path,
                f"口径 {name} 应影响结果，选项（{options.zh}）应与这里逐一对应（{given.zh}）。",
                f"the reading {name} must be a computed one and its options ({options.en}) those "
                f"that are answered here ({given.en}).",
            )


def _id_faults(scheme: Scheme) -> Iterator[Fault]:
    """Ids of one entry's parts are unique, whatever lists they stand in."""
    for path, node in entries(scheme):
        if path == "clauses":
            continue
        ids = [
            part.id
            for name in type(node).model_fields
            for part in (getattr(node, name) if isinstance(getattr(node, name), tuple) else ())
            if hasattr(part, "id")
        ]
        for name, times in Counter(ids).items():
            if times > 1:
                zh, en = f"编号「{name}」用了 {times} 次。", f"the id {name} is used {times} times."
                yield fault("CHK-16", path, zh, en)


def _duty_faults(scheme: Scheme) -> Iterator[Fault]:
    for duty in scheme.duties.duties:
        path = f"duties.{duty.id}"
        if duty.about == "places" and not duty.classes:
            zh, en = "应写明对哪些类别履职。", "must name the classes it is about."
            yield fault("CHK-17", path, zh, en)
        if duty.about == "jurisdiction" and not duty.jurisdiction_level:
            zh, en = "应写明按哪一级行政区。", "must name the level of its jurisdictions."
            yield fault("CHK-17", path, zh, en)
        due = duty.due
        if due.rule == "day_of_year" and not (
            1 <= (due.month or 12) <= 12 and 1 <= (due.day or 31) <= 31
        ):
            yield fault("CHK-17", path, "截止日期应有月、日。", "its due day must be a date.")


def _person_faults(scheme: Scheme) -> Iterator[Fault]:
    layers = {layer.id for quota in scheme.pairing.quotas for layer in quota.layers}
    for rule in scheme.staffing.person_rules:
        path = f"staffing.{rule.id}"
        if layers:
            yield from _missing("CHK-18", path, rule.layers, layers, ("列", "layer"))
        if rule.kind != "rank_at_least":
            continue
        for _, figure in scheme.origin(f"{path}.limit").entries:
            if figure is not None:
                ranks = scheme.staffing.ranks
                yield from _missing("CHK-18", path, [str(figure.value)], ranks, ("职级", "rank"))
