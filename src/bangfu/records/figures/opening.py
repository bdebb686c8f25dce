"""Opening a return (开始填报): which places fill a form, and for which periods."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.catalogue.models import Form, ReportingRule
from bangfu.records.figures.models import Submission
from bangfu.records.figures.periods import due_on
from bangfu.records.ground import clock
from bangfu.records.ground.ordered_text import starts_with, subtree_range
from bangfu.records.ground.refusals import Refused
from bangfu.records.places.models import Place
from bangfu.records.places.tree import is_only_top
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.period import Period, parse_period
from bangfu.vocabulary.text import Text

__all__ = ["may_be_refused", "open_submission", "places_of"]


def places_of(form: Form, period: Period, under: Place | None = None) -> QuerySet[Place]:
    """The places that fill a form for a period, at or below one place by the reporting tree.

    A place that ended within the period or before owes nothing for it.
    """
    rows = Place.objects.filter(level=form.level, ended_on__gt=period.last_day)
    area = form.area
    if under is not None and not is_only_top(under):
        low, high = subtree_range(under.reporting_path)
        rows = rows.filter(reporting_path__gte=low, reporting_path__lt=high)
    if area is None or is_only_top(area):
        return rows
    if under is not None:
        # Not as a range: that of the form is the wider one and would be read in its stead.
        return rows.filter(starts_with("path", area.path))
    low, high = subtree_range(area.path)
    return rows.filter(path__gte=low, path__lt=high)


def may_be_refused(form: Form) -> bool:
    """Whether the places may refuse to fill a form, because it bears no number (无表号)."""
    return not form.is_numbered and ReportingRule.current().forms_must_be_numbered


def open_submission(form: Form, place: Place, period: str, *, actor: Any) -> Submission:
    """The return of a place for a period, made if there is none (开始填报).

    Asking twice, or two people at once, gives the same one.
    """
    require(actor, "figures.enter", place)
    held = Submission.objects.filter(form=form, place=place, period=period).first()
    if held is None:
        held = _open(form, place, period, actor=actor)
    held.form, held.place = form, place
    return held


@action("figures.open")
def _open(form: Form, place: Place, period: str, *, actor: Any) -> Submission:
    faults = _why_not(form, place, period)
    if faults:
        raise Refused(faults)
    day = due_on(parse_period(period), form.due_days)
    row, _ = Submission.objects.get_or_create(
        form=form, place=place, period=period, defaults={"due_on": day}
    )
    note(row, after={"form": form.form, "period": period})
    return row


def _why_not(form: Form, place: Place, period: str) -> list[Fault]:
    faults = []
    if not form.is_open:
        faults.append(_fault("DAT-30", "这张报表已停用。", "The form is closed."))
    if may_be_refused(form):
        faults.append(_no_number())
    if form.valid_until is not None and form.valid_until < clock.today():
        faults.append(
            _fault(
                "DAT-31",
                f"这张报表的有效期已于 {form.valid_until} 届满。",
                f"The form was valid until {form.valid_until}.",
            )
        )
    found = _period(form, period)
    if isinstance(found, Fault):
        return [*faults, found]
    if not places_of(form, found).filter(pk=place.pk).exists():
        faults.append(
            _fault(
                "DAT-34",
                f"{place.name}不在这张报表的填报范围。",
                f"{place.name} does not fill this form.",
            )
        )
    return faults


def _period(form: Form, text: str) -> Period | Fault:
    try:
        period = parse_period(text)
    except ValueError:
        period = None
    if period is None or period.kind != form.period_kind:
        return _fault(
            "DAT-32", f"这张报表没有「{text[:20]}」这一期。", "No such period of the form."
        )
    if period.starts_on > clock.today():
        return _fault("DAT-33", f"{text} 还没有开始。", f"{text} has not begun.")
    return period


def _no_number() -> Fault:
    return Fault(
        "DAT-35",
        "",
        Text(
            "这张报表没有表号，按规定可以拒绝填报。",
            "The form bears no number and may be refused.",
        ),
        Text("请下发单位补办审批手续后再下发。", "The office has to have it approved first."),
    )


def _fault(code: str, zh: str, en: str) -> Fault:
    return Fault(code, "", Text(zh, en))
