"""How far a form has come in (报送进度): counted from columns, place by place below one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet

from bangfu.records.catalogue.models import Form
from bangfu.records.figures.models import Submission
from bangfu.records.figures.opening import places_of
from bangfu.records.ground import clock
from bangfu.records.ground.ordered_text import next_below, subtree_range
from bangfu.records.places.models import Place, ReportingLine
from bangfu.vocabulary.period import Period

__all__ = ["Progress", "coverage_of", "missing_places", "places_just_below"]

_State = Submission.State
#: Returns that have left the place.
HANDED_IN: Final = (_State.CONFIRMING, _State.SUBMITTED, _State.APPROVED)


@dataclass
class Progress:
    """How many returns are due below one place, and how far they are."""

    place: Place
    due: int = 0
    by_state: dict[str, int] = field(default_factory=dict)

    @property
    def handed_in(self) -> int:
        """Returns that have left their place."""
        return sum(self.by_state.get(state, 0) for state in HANDED_IN)

    @property
    def missing(self) -> int:
        """Places that still owe theirs."""
        return max(0, self.due - self.handed_in)

    @property
    def approved(self) -> int:
        """Returns that went all the way."""
        return self.by_state.get(_State.APPROVED, 0)

    @property
    def returned(self) -> int:
        """Returns sent back and not handed in again."""
        return self.by_state.get(_State.RETURNED, 0)

    @property
    def waiting(self) -> int:
        """Returns somebody has to confirm or review."""
        return self.handed_in - self.approved

    @property
    def drafted(self) -> int:
        """Returns begun and not handed in."""
        return self.by_state.get(_State.DRAFT, 0)


def coverage_of(form: Form, period: Period, area: Place) -> tuple[Progress, list[Progress]]:
    """The progress of a place as a whole and of each place just below it; one pass over both."""
    whole = Progress(area)
    lines = {str(place.pk): Progress(place) for place in places_just_below(area)}
    for child, state, number in _counts(form, period, area):
        for line in (whole, lines.get(child)):
            if line is not None:
                line.due += number
                if state is not None:
                    line.by_state[state] = line.by_state.get(state, 0) + number
    return whole, [line for line in lines.values() if line.due]


def missing_places(form: Form, period: Period, area: Place) -> QuerySet[Place]:
    """The places below one that have not handed in."""
    handed_in = Submission.objects.filter(
        form=form, period=period.text, place=OuterRef("pk"), state__in=HANDED_IN
    )
    return places_of(form, period, area).filter(~Exists(handed_in))


def places_just_below(area: Place) -> list[Place]:
    """The places that answer to one directly, by the reporting tree."""
    today = clock.today()
    zoned = ReportingLine.objects.filter(
        reports_to=area, starts_on__lte=today, ends_on__gt=today
    ).values("place")
    low, high = subtree_range(area.reporting_path)
    rows = Place.objects.filter(
        Q(parent=area, reporting_path__gte=low, reporting_path__lt=high) | Q(pk__in=zoned),
        ended_on__gt=today,
    )
    return list(rows.order_by("code", "pk"))


def _counts(form: Form, period: Period, area: Place) -> QuerySet[Place, Any]:
    """How many places are due, by the place just below the area and by the state of the return.

    The place below is a part of the reporting path, a text; it is empty for the area itself.
    """
    returned = FilteredRelation(
        "submissions", condition=Q(submissions__form=form, submissions__period=period.text)
    )
    child = next_below("reporting_path", area.reporting_path)
    rows = places_of(form, period, area).annotate(returned=returned, child=child).order_by()
    return rows.values_list("child", "returned__state").annotate(number=Count("pk"))
