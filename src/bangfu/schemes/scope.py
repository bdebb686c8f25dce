"""The names an expression of a scheme may use (表达式的名称): elements, attributes, named values.

Built from the catalogue and from the values that bear a name. Numbers are whole: amounts in fen,
rates in hundredths of a per cent, areas in hundredths of a mu. Knows no table.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Final

from bangfu.schemes.expression.types import Scope, ValueType
from bangfu.schemes.figures import Dated, Figure
from bangfu.schemes.format import TargetList
from bangfu.schemes.format.catalogue import DataElement
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault, SchemeFault
from bangfu.vocabulary.text import Text

__all__ = [
    "ATTRIBUTE_NAMES",
    "constants_on",
    "element_of_name",
    "figure_value",
    "scope_for",
    "unit_of_element",
    "verdict_scope",
]

#: Attributes of a place, all of them texts.
ATTRIBUTE_NAMES: Final = ("类型", "名称", "编码", "县代码", "市代码")

#: What a named value of each kind is inside an expression.
_CONSTANT_TYPES: Final[dict[str, ValueType]] = {
    "money": ValueType("int", "fen"),
    "count": ValueType("int"),
    "pct": ValueType("int", "0.01%"),
    "text": ValueType("text"),
}


def scope_for(scheme: Scheme, *, members: bool) -> Scope:
    """The scope in which the expressions of a scheme are read.

    Parameters
    ----------
    scheme : Scheme
        Its catalogue gives the elements, its values with a ``name`` the constants.
    members : bool
        Whether the places that are judged have members, over which count(), sum(), min(), max()
        and all() run; members have the same elements.

    Raises
    ------
    SchemeFault
        SCP-01 for a named value of a kind that no expression can use (a ratio, an interval);
        SCP-02 for a name that two values bear; EXP-SCOPE where a name has two meanings.

    Notes
    -----
    A named value for which the document gives no figure at any date is a whole number without a
    unit, so that it may be set for a trial.
    """
    elements = {name: ValueType("text") for name in ATTRIBUTE_NAMES}
    for element in scheme.catalogue.values():
        elements[element.name] = _element_type(element)
    constants: dict[str, ValueType] = {}
    faults: list[Fault] = []
    for dated in _named(scheme):
        name, kind = str(dated.name), dated.kind
        if name in constants:
            faults.append(_fault("SCP-02", dated, "名称用了两次。", "the name is used twice."))
        if kind is not None and kind not in _CONSTANT_TYPES:
            faults.append(
                _fault(
                    "SCP-01",
                    dated,
                    "这类取值不能用于表达式；可用的有金额、整数、百分比和文本。",
                    "an expression cannot use a figure of this kind; it takes amounts, whole "
                    "numbers, percentages and texts.",
                )
            )
        constants[name] = _CONSTANT_TYPES.get(kind or "count", ValueType("int"))
    if faults:
        raise SchemeFault(faults)
    return Scope(elements, constants, member=Scope(elements) if members else None)


def verdict_scope(target_list: TargetList) -> Scope:
    """The scope of the expressions that combine criteria: each criterion is a yes/no."""
    return Scope({criterion.id: ValueType("bool") for criterion in target_list.criteria})


def constants_on(
    scheme: Scheme, day: date, *, figures_year: int | None = None
) -> dict[str, int | str | None]:
    """What the named values are on a day; None where the document says nothing.

    A yearly series is taken for ``figures_year``, the year of the figures that it is compared
    with: the year before ``day`` where none is given.

    Raises
    ------
    SchemeFault
        FIG-02 for a value that has not begun on that day.
    """
    year = day.year - 1 if figures_year is None else figures_year
    return {
        str(dated.name): figure_value(
            dated.for_year(year) if dated.by_year_of_figures else dated.on(day)
        )
        for dated in _named(scheme)
    }


def figure_value(figure: Figure | None) -> int | str | None:
    """A figure as expressions and tables hold it: whole fen, a count, hundredths of a per cent.

    Raises
    ------
    ValueError
        For a rate finer than a hundredth of a per cent, and for figures of other kinds.

    >>> figure_value(Figure("pct", Fraction(17, 2)))
    850
    """
    if figure is None:
        return None
    if figure.kind in ("money", "count"):
        return int(figure.value)
    if figure.kind == "text":
        return str(figure.value)
    if figure.kind == "pct":
        hundredths = Fraction(figure.value) * 100
        if hundredths.denominator == 1:
            return int(hundredths)
        raise ValueError(f"{figure.show('en')} is finer than a hundredth of a per cent")
    raise ValueError(f"a figure of kind {figure.kind} is not one number: {figure.show('en')}")


def element_of_name(scheme: Scheme, name: str) -> DataElement:
    """The data element of the catalogue that bears a name.

    Raises
    ------
    KeyError
        Where no element bears it; attributes of a place are not elements.
    """
    for element in scheme.catalogue.values():
        if element.name == name:
            return element
    raise KeyError(name)


def unit_of_element(element: DataElement) -> str | None:
    """The unit in which an element enters an expression; None for a plain count."""
    return _element_type(element).unit


def _element_type(element: DataElement) -> ValueType:
    match element.kind:
        case "money":
            return ValueType("int", "fen")
        case "int":
            return ValueType("int")
        case "number":
            return ValueType("int", f"0.01{element.unit}")
        case kind:
            return ValueType(kind)


def _named(scheme: Scheme) -> Iterator[Dated]:
    for dated in scheme.figures.values():
        if dated.name is not None:
            yield dated


def _fault(code: str, dated: Dated, zh: str, en: str) -> Fault:
    return Fault(code, f"{dated.path}（{dated.name}）", Text(zh, en))
