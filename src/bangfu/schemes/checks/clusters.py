"""Clusters (片区组团): elements of the right kind, thresholds in per cent, a period in order."""

from __future__ import annotations

from collections.abc import Iterator

from bangfu.schemes.checks.walk import fault
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault

__all__ = ["cluster_faults"]


def cluster_faults(scheme: Scheme) -> Iterator[Fault]:
    """CHK-25 an element of the wrong kind, CHK-26 no per cent, CHK-27 a period out of order."""
    yield from _element_kinds(scheme)
    yield from _thresholds(scheme)
    yield from _period(scheme)


def _element_kinds(scheme: Scheme) -> Iterator[Fault]:
    file = scheme.clusters
    wanted: list[tuple[str, str, tuple[str, ...]]] = []
    if file.growth is not None:
        wanted.append(("clusters.growth.element", file.growth.element, ("money", "int")))
    for goal in file.coverage:
        path = f"clusters.{goal.id}"
        wanted.append((f"{path}.element", goal.element, ("bool",)))
        if goal.weighted_by is not None:
            wanted.append((f"{path}.weighted_by", goal.weighted_by, ("int",)))
    for path, name, kinds in wanted:
        # An element that is not declared is a fault of its own (CHK-14).
        element = scheme.catalogue.get(name)
        if element is not None and element.kind not in kinds:
            yield fault(
                "CHK-25",
                path,
                f"这里的数据项应为 {'、'.join(kinds)}，「{element.name}」是 {element.kind}。",
                f"takes an element of kind {' or '.join(kinds)}; {name} is {element.kind}.",
            )


def _thresholds(scheme: Scheme) -> Iterator[Fault]:
    growth = ["clusters.growth.threshold"] if scheme.clusters.growth is not None else []
    for path in [*growth, *(f"clusters.{goal.id}.threshold" for goal in scheme.clusters.coverage)]:
        kind = scheme.origin(path).kind
        if kind not in ("pct", None):
            zh, en = f"这里应为百分比，写的是 {kind}。", f"takes a percentage; given: {kind}."
            yield fault("CHK-26", path, zh, en)


def _period(scheme: Scheme) -> Iterator[Fault]:
    if scheme.clusters.building is None:
        return
    ends = []
    for name in ("shortest", "longest"):
        path = f"clusters.building.{name}"
        for _, figure in scheme.origin(path).entries[:1]:
            if figure is None or figure.kind != "duration":
                continue
            if figure.value[1] != "年":
                zh = f"建设周期以年为单位，写的是 {figure.show()}。"
                en = f"a building period is in years; given: {figure.show('en')}."
                yield fault("CHK-27", path, zh, en)
            ends.append(figure.value)
    if len(ends) == 2 and ends[0][1] == ends[1][1] and ends[0][0] > ends[1][0]:
        zh, en = "最短年限大于最长年限。", "the shortest period is longer than the longest."
        yield fault("CHK-27", "clusters.building", zh, en)
