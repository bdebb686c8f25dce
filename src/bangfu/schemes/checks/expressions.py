"""Expressions (表达式): each one parses with the names it may use and comes to a yes or no."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bangfu.schemes.checks.walk import fault
from bangfu.schemes.expression import Scope, parse
from bangfu.schemes.expression.shares import is_lift
from bangfu.schemes.expression.tree import Aggregate, Among, IntLiteral, Node, Scale, walk
from bangfu.schemes.format import TargetList
from bangfu.schemes.household_scope import household_scope, monitored_scope
from bangfu.schemes.load import Scheme
from bangfu.schemes.scope import scope_for, verdict_scope
from bangfu.vocabulary.errors import ExpressionError, Fault, SchemeFault

__all__ = ["expression_faults", "figures_in_expressions"]

#: Numbers that say nothing of their own: none, one, and the powers of ten of a unit.
_NEUTRAL = frozenset({0, 1, *(10**power for power in range(1, 9))})


@dataclass(frozen=True, slots=True)
class _Written:
    """An expression as it stands in a file, and the names it may use."""

    path: str
    source: str
    scope: Scope


def expression_faults(scheme: Scheme) -> Iterator[Fault]:
    """CHK-30 an expression is refused, CHK-31 it comes to no yes or no; SCP faults of names."""
    try:
        written = list(_expressions(scheme))
    except SchemeFault as error:
        yield from error.faults
        return
    for each in written:
        try:
            tree = parse(each.source, each.scope).tree
        except ExpressionError as error:
            yield fault(
                "CHK-30",
                each.path,
                f"表达式「{each.source}」{error.message.zh}（{error.code}）",
                f"the expression {each.source!r}: {error.message.en} ({error.code})",
            )
            continue
        if tree.type.kind != "bool":
            yield fault(
                "CHK-31",
                each.path,
                f"表达式「{each.source}」应得出是或否。",
                f"the expression {each.source!r} must come to yes or no.",
            )


def figures_in_expressions(scheme: Scheme) -> Iterator[Fault]:
    """CHK-53: a figure written into an expression, where no what-if and no clause reaches it."""
    try:
        written = list(_expressions(scheme))
    except SchemeFault:
        return
    for each in written:
        try:
            tree = parse(each.source, each.scope).tree
        except ExpressionError:
            continue
        hidden = sorted({number for number in _numbers(tree) if abs(number) not in _NEUTRAL})
        if hidden:
            shown = ", ".join(str(number) for number in hidden)
            yield fault(
                "CHK-53",
                each.path,
                f"表达式里写了数字 {shown}；若是文件的取值，请改为有名称的取值。",
                f"the expression holds the figures {shown}; a figure of the document should be a "
                "value with a name.",
            )


def _numbers(tree: Node) -> Iterator[int]:
    """The numbers written out in a tree, those that speak of members included."""
    for node in walk(tree):
        match node:
            case IntLiteral():
                yield node.value
            case Scale() if not is_lift(node):
                yield node.factor
            case Among():
                yield from (number for number in node.options if isinstance(number, int))
            case Aggregate():
                yield from _numbers(node.argument)
            case _:
                continue


def _expressions(scheme: Scheme) -> Iterator[_Written]:
    alone = scope_for(scheme, members=False)
    with_members = scope_for(scheme, members=True)
    for target_list in scheme.targeting.lists:
        yield from _of_list(target_list, alone, with_members)
    for goal in scheme.goals.goals:
        path = f"goals.{goal.id}"
        yield _Written(f"{path}.member_include", goal.member_include, alone)
        if goal.condition is not None:
            yield _Written(f"{path}.condition", goal.condition, alone)
    yield from _of_households(scheme)


def _of_households(scheme: Scheme) -> Iterator[_Written]:
    scope = household_scope(scheme.assistance)
    for tier in scheme.assistance.tiers:
        for option, source in tier.when.items():
            yield _Written(f"assistance.{tier.id}.when.{option}", source, scope)
        if tier.boundary is not None:
            yield _Written(f"assistance.{tier.id}.boundary", tier.boundary, scope)
    for note in scheme.assistance.notes:
        yield _Written(f"assistance.{note.id}.when", note.when, scope)
    if scheme.assistance.monitored is not None:
        named = monitored_scope(scheme.assistance)
        for option, source in scheme.assistance.monitored.when.items():
            yield _Written(f"assistance.monitored.when.{option}", source, named)


def _of_list(target_list: TargetList, alone: Scope, with_members: Scope) -> Iterator[_Written]:
    path = f"targeting.{target_list.id}"
    yield _Written(f"{path}.universe.include", target_list.universe.include, alone)
    for outside in target_list.universe.out_of_scope:
        yield _Written(f"{path}.universe.out_of_scope", outside.when, alone)
    if target_list.eligible is not None:
        yield _Written(f"{path}.eligible", target_list.eligible.when, alone)
    for row in target_list.decision.rows if target_list.decision else ():
        yield _Written(f"{path}.decision.{row.gives}", row.when, alone)
    for criterion in target_list.criteria:
        scope = alone if criterion.member_level is None else with_members
        own = f"{path}.{criterion.id}"
        yield _Written(f"{own}.expression", criterion.expression, scope)
        yield _Written(f"{own}.member_include", criterion.member_include, alone)
    if target_list.screening is not None:
        verdicts = verdict_scope(target_list)
        for option, source in target_list.screening.combine.items():
            yield _Written(f"{path}.screening.combine.{option}", source, verdicts)
        if target_list.screening.watch is not None:
            yield _Written(f"{path}.screening.watch", target_list.screening.watch, verdicts)
