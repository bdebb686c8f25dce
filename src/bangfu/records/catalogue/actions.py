"""What the office sets on forms and data elements (报表与指标设置)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from django.db import models

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.catalogue.models import DataElement, Form, FormColumn, ReportingRule
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.place import LEVELS
from bangfu.vocabulary.text import Text

__all__ = [
    "ColumnSettings",
    "ElementSettings",
    "FormSettings",
    "change_columns",
    "change_element",
    "change_form",
    "set_numbering",
]

_RELEASES: Final = ("flash", "expected", "annual", "verified")
_CALENDAR = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|\+[0-9]{1,3}")
_LEGAL_CLASSES: Final = ("statutory", "departmental", "administrative", "estimate")
_MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True)
class FormSettings:
    """What the office says about a form: its statutory head, days and reviews."""

    number: str = ""
    made_by: str = ""
    approval_number: str = ""
    valid_until: date | None = None
    due_days: int = 15
    review_levels: tuple[str, ...] = ()
    helper_confirms: bool = False
    release: str = "annual"


@dataclass(frozen=True, slots=True)
class ColumnSettings:
    """What the office says about one column of a form."""

    column_id: int
    position: int
    unit: str
    required: bool
    reason_beyond_pct: int | None


@dataclass(frozen=True, slots=True)
class ElementSettings:
    """What the office says about a data element."""

    owner: str
    legal_class: str
    definition_zh: str
    definition_en: str
    plausible_low: int | None
    plausible_high: int | None
    release_calendar: Mapping[str, str]


@action("catalogue.change_form")
def change_form(form_id: int, wanted: FormSettings, *, seen_version: int, actor: Any) -> Form:
    """Set the head, days and reviews of a form (设置报表)."""
    require(actor, "catalogue.change")
    form = Form.objects.select_for_update().get(pk=form_id)
    values = {**asdict(wanted), "review_levels": list(wanted.review_levels)}
    form.refuse_if_stale(seen_version, values)
    _refuse_all(_form_faults(form, wanted))
    before, after = _set(form, values)
    form.save_next_version()
    note(form, before=before, after=after)
    return form


@action("catalogue.change_columns")
def change_columns(
    form_id: int, wanted: Sequence[ColumnSettings], *, seen_version: int, actor: Any
) -> Form:
    """Set order, units, what is required and where a reason is asked (设置栏目)."""
    require(actor, "catalogue.change")
    form = Form.objects.select_for_update().get(pk=form_id)
    form.refuse_if_stale(seen_version)
    columns = {c.pk: c for c in form.columns.select_related("element")}
    _refuse_all(_column_faults(columns, wanted))
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for settings in wanted:
        column = columns[settings.column_id]
        values = {k: v for k, v in asdict(settings).items() if k != "column_id"}
        was, now = _set(column, values)
        if now:
            before[column.element.element], after[column.element.element] = was, now
            column.save()
    form.save_next_version()
    note(form, before=before, after=after)
    return form


@action("catalogue.change_element")
def change_element(
    element_id: int, wanted: ElementSettings, *, seen_version: int, actor: Any
) -> DataElement:
    """Set who owns an element, how it is defined and when it is released (设置指标)."""
    require(actor, "catalogue.change")
    row = DataElement.objects.select_for_update().get(pk=element_id)
    values = {**asdict(wanted), "release_calendar": dict(wanted.release_calendar)}
    row.refuse_if_stale(seen_version, values)
    _refuse_all(_element_faults(wanted))
    before, after = _set(row, values)
    row.save_next_version()
    note(row, before=before, after=after)
    return row


@action("catalogue.set_numbering")
def set_numbering(must_be_numbered: bool, *, seen_version: int, actor: Any) -> ReportingRule:
    """Say whether a form without a number may go down (无表号的报表可否下发)."""
    require(actor, "catalogue.change")
    rule, _ = ReportingRule.objects.select_for_update().get_or_create(pk=1)
    rule.refuse_if_stale(seen_version, {"forms_must_be_numbered": must_be_numbered})
    before = rule.forms_must_be_numbered
    rule.forms_must_be_numbered = must_be_numbered
    rule.save_next_version()
    note(rule, before={"must_be_numbered": before}, after={"must_be_numbered": must_be_numbered})
    return rule


def _set(row: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Write values on a row; what changed, before and after, as it may be logged."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, value in values.items():
        held = getattr(row, name)
        if held != value:
            before[name], after[name] = _loggable(held), _loggable(value)
            setattr(row, name, value)
    return before, after


def _loggable(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _refuse_all(faults: list[Fault]) -> None:
    if faults:
        raise Refused(faults)


def _form_faults(form: Form, wanted: FormSettings) -> list[Fault]:
    faults = []
    above = LEVELS[: LEVELS.index(form.level) + 1]
    order = [LEVELS.index(level) for level in wanted.review_levels if level in LEVELS]
    known = all(level in above for level in wanted.review_levels)
    if not wanted.review_levels or not known or order != sorted(set(order), reverse=True):
        faults.append(
            _fault(
                "CAT-03",
                "审核层级应从下到上逐级填写，至少一级。",
                "Reviewing levels go upwards, one at least.",
            )
        )
    if not 0 <= wanted.due_days <= _MOST_DAYS:
        faults.append(
            _fault("CAT-04", f"报送期限应为 0 至 {_MOST_DAYS} 天。", "Days: from 0 to 366.")
        )
    if wanted.release != form.release and form.submissions.exists():
        faults.append(
            _fault(
                "CAT-12",
                "已有地方填报，不能再改数据版次；请另设一张报表。",
                "Places have filled it; its release cannot change. Set up another form.",
            )
        )
    if wanted.release not in _RELEASES:
        faults.append(_fault("CAT-05", "没有这个数据版次。", "There is no such release."))
    return faults


def _column_faults(
    columns: Mapping[int, FormColumn], wanted: Sequence[ColumnSettings]
) -> list[Fault]:
    faults = []
    for settings in wanted:
        column = columns.get(settings.column_id)
        if column is None:
            raise refuse("CAT-06", Text("报表中没有这一栏。", "The form has no such column."))
        accepted = _units_of(column.element)
        if settings.unit not in accepted:
            faults.append(
                _fault(
                    "CAT-07",
                    f"「{column.element.label_zh}」的单位可用：{'、'.join(accepted)}。",
                    f"Units of {column.element.label_en}: {', '.join(accepted)}.",
                )
            )
        limit = settings.reason_beyond_pct
        if limit is not None and not 0 <= limit <= 10_000:
            faults.append(
                _fault("CAT-08", "变动界限应为 0 至 10000（%）。", "The limit is 0 to 10000 %.")
            )
    return faults


def _units_of(element: DataElement) -> tuple[str, ...]:
    if element.kind == DataElement.Kind.MONEY:
        return ("元", "万元", "亿元", "分")
    if element.unit in ("", "%"):
        return (element.unit,)
    return (element.unit, f"万{element.unit}")


def _element_faults(wanted: ElementSettings) -> list[Fault]:
    faults = []
    if wanted.legal_class not in _LEGAL_CLASSES:
        faults.append(_fault("CAT-09", "没有这种数据性质。", "There is no such legal class."))
    low, high = wanted.plausible_low, wanted.plausible_high
    if low is not None and high is not None and low > high:
        faults.append(
            _fault("CAT-10", "合理下限不能大于合理上限。", "The lower bound exceeds the upper.")
        )
    for release, day in wanted.release_calendar.items():
        if release not in _RELEASES or not _CALENDAR.fullmatch(day):
            faults.append(
                _fault(
                    "CAT-11",
                    "发布日应写作「01-15」（次年月日）或「+20」（期末后天数）。",
                    "A release day is 01-15 (month and day of the next year) or +20 (days after).",
                )
            )
    return faults


def _fault(code: str, zh: str, en: str) -> Fault:
    return Fault(code, "", Text(zh, en))
