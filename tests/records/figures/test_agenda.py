"""What stands on a desk: what is due, what waits, who is late."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.records.factories import a_place, an_account, an_organisation
from tests.records.figures.returns import DAY, an_office, filled

from bangfu.records.accounts.actions import give_role
from bangfu.records.audit.actions import System
from bangfu.records.catalogue.models import Form
from bangfu.records.figures.actions import approve, return_to_place, submit
from bangfu.records.figures.agenda import agenda_of
from bangfu.records.figures.coverage import coverage_of, missing_places
from bangfu.records.ground import clock
from bangfu.records.organisations.models import HelperLink
from bangfu.records.places.models import ReportingLine
from bangfu.vocabulary.period import parse_period

pytestmark = pytest.mark.django_db
LATE = DAY.replace(month=3)


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def lines(found):
    return [(line.place.name, line.form.period_kind, line.is_sheet) for line in found]


def test_a_clerk_has_the_own_returns_by_their_day():
    office = an_office()
    agenda = agenda_of(office.clerk)
    assert lines(agenda.due) == [("甲一村", "quarter", False), ("甲一村", "year", False)]
    assert (agenda.to_review, agenda.chase) == ([], [])


def test_a_town_has_one_sheet_for_all_its_villages():
    office = an_office()
    due = agenda_of(office.town).due
    assert [(line.place.name, line.missing) for line in due if line.is_sheet] == [
        ("甲一镇", 2), ("甲一镇", 2),
    ]  # fmt: skip


def test_handed_in_leaves_the_clerk_and_reaches_the_reviewer():
    office = an_office()
    row = filled(office)
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    assert lines(agenda_of(office.clerk).due) == [("甲一村", "quarter", False)]
    (waiting,) = agenda_of(office.town).to_review
    assert (waiting.count, waiting.submission_id) == (1, row.pk)
    assert agenda_of(office.county).to_review == []
    approve(row.pk, seen_version=row.version, actor=office.town)
    assert [line.place_name for line in agenda_of(office.county).to_review] == ["甲县"]


def test_a_draft_stands_on_the_desk_once():
    office = an_office()
    row = filled(office)
    assert agenda_of(office.clerk).drafts == []
    assert [line.submission_id for line in agenda_of(office.clerk).due] == [None, row.pk]
    other = filled(office, "甲二村", actor=office.town)
    assert [draft.pk for draft in agenda_of(office.town).drafts] == [other.pk]


def test_what_was_sent_back_stands_first_with_the_opinion():
    office = an_office()
    row = filled(office)
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    return_to_place(row.pk, "户数有误", seen_version=row.version, actor=office.town)
    (back,) = agenda_of(office.clerk).returned
    assert (back.place.name, back.comment) == ("甲一村", "户数有误")


def test_the_helper_unit_is_asked_to_confirm_only_what_it_helps():
    office = an_office()
    Form.objects.update(helper_confirms=True)
    office.form.refresh_from_db()
    unit = an_organisation("U1", "示例单位", office.tree["示例市"])
    HelperLink.objects.create(
        place=office.tree["甲一村"], organisation=unit, starts_on=DAY.replace(year=2025)
    )
    helper = an_account("helper", "helper_unit", unit)
    row = filled(office)
    submit(row.pk, seen_version=row.version, actor=office.clerk)
    assert [line.submission_id for line in agenda_of(helper).to_confirm] == [row.pk]
    assert agenda_of(office.town).to_review == []


def test_the_late_are_chased_by_who_reviews_them():
    office = an_office()
    with clock.set_to(LATE):
        agenda = agenda_of(office.county)
    year = [line for line in agenda.chase if line.form.period_kind == "year"]
    assert [(line.place.name, line.missing) for line in year] == [("甲县", 3)]


def test_nobody_has_nothing():
    office = an_office()
    assert agenda_of(an_account("nobody")).is_empty
    assert office.form.is_open


def test_the_number_of_queries_does_not_grow():
    office = an_office()

    def queries(user):
        with CaptureQueriesContext(connection) as seen:
            agenda_of(user)
        return len(seen)

    before = {name: queries(getattr(office, name)) for name in ("clerk", "town", "county", "city")}
    for number in range(20):
        place = a_place(
            f"新村{number}", f"3301111012{number + 10}", "village", office.tree["甲一镇"]
        )
        give_role(
            office.clerk, "village_clerk", place, starts_on=DAY.replace(year=2020), actor=System()
        )
        office.tree[place.name] = place
        row = filled(office, place.name)
        submit(row.pk, seen_version=row.version, actor=office.clerk)
    after = {name: queries(getattr(office, name)) for name in before}
    assert after == before
    assert max(after.values()) <= 16


def test_coverage_counts_every_place_once():
    office = an_office()
    row = filled(office)
    submit(row.pk, seen_version=row.version, actor=office.clerk)
    office.open("甲二村", actor=office.town)
    period = parse_period("2025")
    whole, below = coverage_of(office.form, period, office.tree["甲县"])
    assert (whole.due, whole.handed_in, whole.drafted, whole.missing) == (3, 1, 1, 2)
    assert {line.place.name: (line.due, line.missing) for line in below} == {
        "甲一镇": (2, 1), "甲二镇": (1, 1),
    }  # fmt: skip
    missing = missing_places(office.form, period, office.tree["甲县"]).order_by("code")
    assert [place.name for place in missing] == ["甲二村", "甲三村"]


def test_a_zone_is_counted_and_reviews_where_its_places_report():
    office = an_office()
    zone = a_place("示例新区", "330191000000", "zone", office.tree["示例市"])
    town = office.tree["甲一镇"]
    ReportingLine.objects.create(place=town, reports_to=zone, starts_on=DAY.replace(year=2020))
    for place in (town, office.tree["甲一村"], office.tree["甲二村"]):
        place.reporting_path = place.path.replace(f"/{office.tree['甲县'].pk}/", f"/{zone.pk}/")
        place.save()
    office.tree["甲一村"].refresh_from_db()
    whole, below = coverage_of(office.form, parse_period("2025"), zone)
    assert (whole.due, [line.place.name for line in below]) == (2, ["甲一镇"])
    row = filled(office)
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    assert (row.at_level, row.at_place_id) == ("county", zone.pk)
    reviewer = an_account("zone", "county_office", zone)
    assert approve(row.pk, seen_version=row.version, actor=reviewer).state == "approved"


def test_a_place_that_ended_owes_nothing_for_later_periods():
    office = an_office()
    village = office.tree["甲二村"]
    village.ended_on = DAY.replace(year=2025, month=6)
    village.save()
    whole, _ = coverage_of(office.form, parse_period("2025"), office.tree["甲一镇"])
    assert whole.due == 1
    earlier, _ = coverage_of(office.form, parse_period("2024"), office.tree["甲一镇"])
    assert earlier.due == 2
