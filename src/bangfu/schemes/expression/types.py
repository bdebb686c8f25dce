"""What an expression is about (表达式的类型、范围与实例): types, scopes, cases, intervals.

Knows no syntax and no table; it says which names may stand in an expression and which values
they may take. None is 待核实 (unknown) everywhere.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from bangfu.vocabulary.errors import Fault, SchemeFault
from bangfu.vocabulary.text import Text

__all__ = [
    "ANCESTOR_LEVELS",
    "INT64_MAX",
    "INT64_MIN",
    "RESERVED_NAMES",
    "Case",
    "ConstantType",
    "ElementType",
    "Interval",
    "Kind",
    "Scalar",
    "Scope",
    "Value",
    "ValueType",
    "fits_int64",
    "normal_form",
]

Kind = Literal["bool", "int", "text"]

#: A value as it is given: yes/no, whole number, text, or None for 待核实 (unknown).
Scalar: TypeAlias = bool | int | str | None

INT64_MAX: Final = 2**63 - 1
INT64_MIN: Final = -(2**63)

#: Levels above a village, on which ``at`` may look up an element.
ANCESTOR_LEVELS: Final = frozenset({"province", "city", "county", "township"})
#: Columns of the tables an expression runs on; no element may bear their names.
RESERVED_NAMES: Final = frozenset({"place_code", "member_code", "tags"})


def fits_int64(number: int) -> bool:
    """Whether a whole number fits the 64 bits in which all figures are kept.

    >>> fits_int64(2**63 - 1), fits_int64(2**63)
    (True, False)
    """
    return INT64_MIN <= number <= INT64_MAX


def normal_form(name: str) -> str:
    """The form in which Python reads an identifier (NFKC); names are compared in it.

    >>> normal_form("ＧＤＰ增速")
    'GDP增速'
    """
    return unicodedata.normalize("NFKC", name)


class Interval(NamedTuple):
    """A whole number known only to lie between two ends, both included."""

    lo: int
    hi: int


#: What an expression comes to.
Value: TypeAlias = bool | int | Interval | str | None


@dataclass(frozen=True, slots=True)
class ValueType:
    """The kind of a value and, for numbers, the unit it is counted in (``fen``, ``person``).

    ``in_parts``: counted in ten-thousandths of the unit, as a percentage of a number is.
    """

    kind: Kind
    unit: str | None = None
    in_parts: bool = False

    def __post_init__(self) -> None:
        if self.unit is not None and self.kind != "int":
            raise ValueError(f"only an int has a unit; given: {self.kind} in {self.unit!r}")


ElementType: TypeAlias = ValueType
ConstantType: TypeAlias = ValueType


@dataclass(frozen=True, slots=True)
class Scope:
    """The names an expression may use.

    Parameters
    ----------
    elements : mapping of str to ElementType
        Data elements of the unit that is judged. ``previous`` and ``at`` look up these too.
    constants : mapping of str to ConstantType
        Parameters of the scheme, such as a threshold; the same for all units and members.
    member : Scope, optional
        Names inside ``count``, ``sum``, ``min``, ``max`` and ``all``. The constants of the unit
        hold there too. Without it the unit has no members.
    levels : frozenset of str
        Levels that ``at`` may name.

    Raises
    ------
    SchemeFault
        EXP-SCOPE where a name would have two meanings or is reserved; all faults at once.
    """

    elements: Mapping[str, ElementType]
    constants: Mapping[str, ConstantType] = field(default_factory=dict)
    member: Scope | None = None
    levels: frozenset[str] = ANCESTOR_LEVELS

    def __post_init__(self) -> None:
        faults = [*_name_faults((*self.elements, *self.constants))]
        if self.member is not None:
            faults += _member_faults(self)
        if faults:
            raise SchemeFault(faults)

    def for_members(self) -> Scope | None:
        """The names inside a member function: the members' own, and all constants."""
        if self.member is None:
            return None
        constants = {**self.constants, **self.member.constants}
        return Scope(self.member.elements, constants, None, self.member.levels)


def _name_faults(names: Iterable[str]) -> Iterator[Fault]:
    names = list(names)
    for name in sorted(RESERVED_NAMES.intersection(names)):
        yield _fault(name, "是表中的固定列名，请另取名称", "is a fixed column; choose another name")
    for form, times in Counter(normal_form(name) for name in names).items():
        if times > 1:
            yield _fault(form, "有两个含义，请改名", "has two meanings; rename one")


def _member_faults(scope: Scope) -> Iterator[Fault]:
    assert scope.member is not None
    member = scope.member
    if member.member is not None:
        yield _fault("member", "成员不能再有成员", "members cannot have members")
    shared = {name for name in scope.constants if name in member.constants}
    for name in sorted(shared):
        if scope.constants[name] != member.constants[name]:
            yield _fault(name, "作为参数有两种类型", "is a constant of two types")
    others = [name for name in scope.constants if name not in shared]
    yield from _name_faults([*others, *member.elements])


def _fault(name: str, zh: str, en: str) -> Fault:
    return Fault("EXP-SCOPE", "", Text(f"名称「{name}」{zh}。", f"The name {name!r} {en}."))


@dataclass(frozen=True, slots=True)
class Case:
    """One unit with everything an expression may ask of it.

    Parameters
    ----------
    values : mapping of str to Scalar
        Own elements. A name left out is unknown, as is None.
    previous : mapping of str to Scalar
        The same elements one year earlier.
    ancestors : mapping of str to mapping
        For each level the elements of the unit's ancestor there.
    tags : frozenset of str, optional
        Tags of the unit; None where they are unknown.
    members : sequence of Case, optional
        Its members; None where the list of members itself is unknown.
    constants : mapping of str to Scalar
        Parameters; every one that an expression names must be here. Members use the same ones.
    """

    values: Mapping[str, Scalar] = field(default_factory=dict)
    previous: Mapping[str, Scalar] = field(default_factory=dict)
    ancestors: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)
    tags: frozenset[str] | None = None
    members: Sequence[Case] | None = ()
    constants: Mapping[str, Scalar] = field(default_factory=dict)
