"""The forms a scheme needs (应设报表): per level and kind of period, from what its rules use.

Pure: nothing is read or written here. The order of columns is that of the catalogue, where
figures of one matter stand together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bangfu.programme.sample.needs import elements_needed
from bangfu.schemes.format.catalogue import DataElement
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.money import FEN_PER_UNIT, fen_from_text
from bangfu.vocabulary.text import Text

__all__ = ["PERIOD_KINDS", "PlannedColumn", "PlannedForm", "planned_forms", "usual_unit"]

#: Kinds of period a form may have, in words.
PERIOD_KINDS: Final = {
    "year": Text("年报", "yearly"),
    "half": Text("半年报", "half-yearly"),
    "quarter": Text("季报", "quarterly"),
    "month": Text("月报", "monthly"),
}
_LEVEL_WORDS: Final = {
    "province": Text("省", "province"),
    "city": Text("市", "city"),
    "county": Text("县", "county"),
    "township": Text("乡镇", "township"),
    "village": Text("村", "village"),
}
#: Who looks at a form of a level, from below; the office may change it.
_REVIEWED_BY: Final = {
    "village": ("township", "county"),
    "township": ("county",),
    "county": ("city",),
    "city": ("province",),
    "province": ("province",),
}
_DUE_DAYS: Final = {"year": 45, "half": 20, "quarter": 15, "month": 10}
#: From this plausible upper bound on, an amount is asked in 万元.
_LARGE_FEN: Final = 1_000 * FEN_PER_UNIT["万元"]


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """One element of a planned form, and the unit it is asked in."""

    element: str
    unit: str


@dataclass(frozen=True, slots=True)
class PlannedForm:
    """A form as the scheme needs it; what the office adds (numbers, dates) is not here."""

    code: str
    scheme: str
    label: Text
    level: str
    period_kind: str
    release: str
    review_levels: tuple[str, ...]
    due_days: int
    columns: tuple[PlannedColumn, ...]


def planned_forms(scheme: Scheme) -> tuple[PlannedForm, ...]:
    """All forms a scheme needs: of each level the year first, then shorter periods."""
    forms: list[PlannedForm] = []
    for level, asked in elements_needed(scheme).items():
        elements = [scheme.catalogue[e] for e in asked if level in scheme.catalogue[e].levels]
        for kind in PERIOD_KINDS:
            due = [e for e in elements if kind == "year" or kind in e.also_every]
            if due:
                forms.append(_form(scheme, level, kind, due))
    return tuple(forms)


def usual_unit(element: DataElement) -> str:
    """The unit clerks know: 万元 for large amounts, 元 for incomes per head.

    >>> from bangfu.schemes.load import load_catalogue
    >>> usual_unit(load_catalogue()["collective_operating_income_fen"])
    '万元'
    >>> usual_unit(load_catalogue()["disposable_income_per_resident_fen"])
    '元'
    """
    if element.kind != "money":
        return element.unit
    high = fen_from_text(element.plausible[1]) if element.plausible else _LARGE_FEN
    return "万元" if high >= _LARGE_FEN else "元"


def _form(scheme: Scheme, level: str, kind: str, elements: list[DataElement]) -> PlannedForm:
    title, words, period = scheme.about.title, _LEVEL_WORDS[level], PERIOD_KINDS[kind]
    return PlannedForm(
        code=f"{scheme.id}.{level}.{kind}",
        scheme=scheme.id,
        label=Text(
            f"{title.zh}：{words.zh}级{period.zh}", f"{title.en}: {words.en}, {period.en} return"
        ),
        level=level,
        period_kind=kind,
        release="annual" if kind == "year" else "flash",
        review_levels=_REVIEWED_BY[level],
        due_days=_DUE_DAYS[kind],
        columns=tuple(PlannedColumn(e.id, usual_unit(e)) for e in elements),
    )
