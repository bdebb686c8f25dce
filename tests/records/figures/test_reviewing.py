"""The way of a return up the levels."""

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records.factories import an_account, an_organisation
from tests.records.figures.returns import DAY, an_office, cells, filled

from bangfu.records.accounts.actions import give_role
from bangfu.records.accounts.lending import Loan, lend_role
from bangfu.records.accounts.models import RoleAssignment
from bangfu.records.attachments.actions import NewFile, attach
from bangfu.records.audit.actions import System, acting_for
from bangfu.records.audit.models import AuditEntry
from bangfu.records.catalogue.models import DataElement, Form, FormColumn
from bangfu.records.figures.actions import (
    Decision,
    SignOff,
    approve,
    confirm,
    dispute,
    open_submission,
    reopen,
    return_to_place,
    review_rows,
    save_values,
    submit,
    withdraw,
)
from bangfu.records.figures.models import Observation, ObservationChange, Submission
from bangfu.records.figures.since_approval import changes_since_approval
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.organisations.models import HelperLink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def handed_in(office, village="甲一村", actor=None):
    row = filled(office, village, actor=actor)
    return submit(row.pk, seen_version=row.version, actor=actor or office.clerk)


def approved(office):
    row = handed_in(office)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    return approve(row.pk, seen_version=row.version, actor=office.county)


def test_a_return_goes_from_the_village_through_the_town_to_the_county():
    office = an_office()
    row = handed_in(office)
    assert (row.state, row.at_level, row.at_place_id) == (
        "submitted", "township", office.tree["甲一镇"].pk,
    )  # fmt: skip
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    assert (row.state, row.at_level) == ("submitted", "county")
    row = approve(row.pk, seen_version=row.version, actor=office.county)
    assert (row.state, row.at_level, row.at_place_id) == ("approved", "", None)
    assert row.approved_version == row.version


def test_a_returned_return_is_corrected_and_approved():
    office = an_office()
    row = handed_in(office)
    row = return_to_place(row.pk, "户数有误", seen_version=row.version, actor=office.town)
    assert (row.state, row.comment) == ("returned", "户数有误")
    save_values(row, cells(households="321"), seen_version=row.version, actor=office.clerk)
    row.refresh_from_db()
    assert row.state == "returned"
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    row = approve(row.pk, seen_version=row.version, actor=office.county)
    figure = Observation.objects.get(place=row.place, element__element="households")
    assert (row.state, figure.value_int, figure.locked) == ("approved", 321, True)


def test_an_incomplete_return_is_not_handed_in_and_every_gap_is_listed():
    office = an_office()
    row = office.open(actor=office.clerk)
    with pytest.raises(Refused) as refused:
        submit(row.pk, seen_version=row.version, actor=office.clerk)
    assert [fault.code for fault in refused.value.faults] == ["DAT-20"] * 6


def test_nobody_reviews_out_of_turn():
    office = an_office()
    row = handed_in(office)
    other_town = an_account("other", "township_office", office.tree["甲二镇"])
    for account in (office.county, office.city, office.clerk, other_town):
        with pytest.raises(NotAllowed):
            approve(row.pk, seen_version=row.version, actor=account)


def test_who_entered_may_approve_in_a_town_and_it_is_recorded():
    office = an_office()
    row = handed_in(office, actor=office.town)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    assert row.steps.last().same_person
    assert AuditEntry.objects.filter(act="figures.approve", data__same_person=True).count() == 1


def test_who_entered_may_not_approve_in_a_county():
    office = an_office()
    row = handed_in(office, actor=office.county)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    with pytest.raises(NotAllowed) as refused:
        approve(row.pk, seen_version=row.version, actor=office.county)
    assert refused.value.faults[0].code == "DAT-45"
    second = an_account("second", "county_office", office.tree["甲县"])
    assert approve(row.pk, seen_version=row.version, actor=second).state == "approved"


def test_handing_in_twice_is_handing_in_once():
    office = an_office()
    row = filled(office)
    seen = row.version
    first = submit(row.pk, seen_version=seen, actor=office.clerk)
    second = submit(row.pk, seen_version=seen, actor=office.clerk)
    assert (first.version, first.steps.count()) == (second.version, second.steps.count())


def test_a_decision_on_an_old_version_is_refused():
    office = an_office()
    row = handed_in(office)
    with pytest.raises(Stale):
        return_to_place(row.pk, "不对", seen_version=row.version - 1, actor=office.town)


def test_a_return_is_withdrawn_until_somebody_reviewed_it():
    office = an_office()
    row = handed_in(office)
    row = withdraw(row.pk, seen_version=row.version, actor=office.clerk)
    assert row.state == "draft"
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    with pytest.raises(Refused) as refused:
        withdraw(row.pk, seen_version=row.version, actor=office.clerk)
    assert refused.value.faults[0].code == "DAT-40"


def test_rows_of_a_sheet_are_approved_and_returned_one_by_one():
    office = an_office()
    give_role(
        office.clerk, "village_clerk", office.tree["甲二村"],
        starts_on=DAY.replace(year=2020), actor=System(),
    )  # fmt: skip
    one, two = handed_in(office), handed_in(office, "甲二村")
    review_rows(
        [
            Decision(one.pk, one.version, "approve"),
            Decision(two.pk, two.version, "return", "收入偏高"),
        ],
        actor=office.town,
    )
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.at_level, two.state, two.comment) == ("county", "returned", "收入偏高")


def test_reopening_keeps_both_versions():
    office = an_office()
    row = approved(office)
    with pytest.raises(NotAllowed):
        reopen(row.pk, "核实后有变", seen_version=row.version, actor=office.town)
    row = reopen(row.pk, "核实后有变", seen_version=row.version, actor=office.county)
    assert (row.state, row.is_changed_since_approval) == ("returned", True)
    save_values(row, cells(households="330"), seen_version=row.version, actor=office.clerk)
    figure = Observation.objects.get(place=row.place, element__element="households")
    values = figure.changes.order_by("version").values_list("version", "value_int")
    assert list(values) == [(1, 320), (2, 330)]


def test_the_level_above_the_approving_one_may_reopen():
    office = an_office()
    row = approved(office)
    assert reopen(row.pk, "核查", seen_version=row.version, actor=office.city).state == "returned"


def test_an_approved_figure_cannot_be_changed_by_any_means():
    office = an_office()
    row = approved(office)
    with pytest.raises(Refused):
        save_values(row, cells(households="1"), seen_version=row.version, actor=office.clerk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.filter(place=row.place, locked=True).update(value_int=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Observation.objects.filter(place=row.place, locked=True).update(value_int=1, locked=False)
    figure = Observation.objects.get(place=row.place, element__element="households")
    assert figure.value_int == 320


def test_every_value_has_its_change_row():
    office = an_office()
    approved(office)
    for figure in Observation.objects.all():
        last = ObservationChange.objects.filter(observation=figure).latest("version")
        assert (last.version, last.value_int) == (figure.version, figure.value_int)
    assert Submission.objects.count() == 1


def with_helper(office):
    """A helper unit paired with 甲一村, and a form its account confirms."""
    office.form.helper_confirms = True
    office.form.save()
    unit = an_organisation("U1", "示例单位", office.tree["示例市"])
    HelperLink.objects.create(
        place=office.tree["甲一村"], organisation=unit, starts_on=DAY.replace(year=2025)
    )
    return an_account("helper", "helper_unit", unit)


def test_the_helper_unit_confirms_before_the_first_review():
    office = an_office()
    helper = with_helper(office)
    row = handed_in(office)
    assert (row.state, row.at_level) == ("confirming", "")
    with pytest.raises(NotAllowed):
        confirm(row.pk, seen_version=row.version, actor=office.town)
    row = confirm(row.pk, seen_version=row.version, actor=helper)
    assert (row.state, row.at_level) == ("submitted", "township")


def test_the_helper_unit_may_disagree_with_a_reason():
    office = an_office()
    helper = with_helper(office)
    row = handed_in(office)
    with pytest.raises(Refused):
        dispute(row.pk, "  ", seen_version=row.version, actor=helper)
    row = dispute(row.pk, "与本单位台账不符", seen_version=row.version, actor=helper)
    assert (row.state, row.comment) == ("returned", "与本单位台账不符")


def test_a_place_without_helper_goes_straight_to_review():
    office = an_office()
    office.form.helper_confirms = True
    office.form.save()
    assert handed_in(office).state == "submitted"


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def test_a_decision_on_paper_names_the_signer_and_keeps_the_scan():
    office = an_office()
    row = handed_in(office)
    scan = attach(row, row.place, NewFile("签批件.pdf", PDF, "sign_off"), actor=office.town)
    paper = SignOff("示例签批人", scan.pk)
    row = approve(row.pk, seen_version=row.version, actor=office.town, sign_off=paper)
    step = row.steps.last()
    assert (step.signed_by, step.scan_id, step.verb) == ("示例签批人", scan.pk, "pass_up")
    entry = AuditEntry.objects.filter(act="figures.approve").latest("sequence")
    assert entry.data["on_paper"]
    assert "示例签批人" not in str(entry.data)


def test_a_scan_of_another_return_is_no_signature():
    office = an_office()
    row = handed_in(office)
    other = filled(office, "甲二村", actor=office.town)
    scan = attach(other, other.place, NewFile("签批件.pdf", PDF, "sign_off"), actor=office.town)
    for paper in (SignOff("示例签批人", scan.pk), SignOff("", scan.pk), SignOff("某", 0)):
        with pytest.raises(Refused) as refused:
            approve(row.pk, seen_version=row.version, actor=office.town, sign_off=paper)
        assert refused.value.faults[0].code == "DAT-42"


def test_paper_does_not_lift_the_separation_of_duties():
    office = an_office()
    row = handed_in(office, actor=office.county)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    scan = attach(row, row.place, NewFile("签批件.pdf", PDF, "sign_off"), actor=office.county)
    with pytest.raises(NotAllowed):
        approve(
            row.pk, seen_version=row.version, actor=office.county,
            sign_off=SignOff("示例签批人", scan.pk),
        )  # fmt: skip


def a_liaison_of(account):
    """Somebody of the same place who may act in an account's name."""
    held = RoleAssignment.objects.get(account=account)
    liaison = an_account("liaison", "", held.place)
    loan = Loan(liaison, "liaison", DAY, DAY.replace(month=6))
    lend_role(held, loan, actor=account)
    return liaison


def test_a_liaison_acts_in_the_name_of_another_and_both_are_logged():
    office = an_office()
    row = handed_in(office)
    liaison = a_liaison_of(office.town)
    with pytest.raises(NotAllowed):
        approve(row.pk, seen_version=row.version, actor=liaison)
    with acting_for(office.town.pk):
        approve(row.pk, seen_version=row.version, actor=liaison)
    entry = AuditEntry.objects.filter(act="figures.approve").latest("sequence")
    assert (entry.actor_id, entry.on_behalf_of_id) == (liaison.pk, office.town.pk)
    step = row.steps.last()
    assert (step.by_id, step.on_behalf_of_id) == (liaison.pk, office.town.pk)


def test_a_liaison_of_who_entered_counts_as_the_same_person():
    office = an_office()
    row = handed_in(office, actor=office.county)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    liaison = a_liaison_of(office.county)
    with acting_for(office.county.pk), pytest.raises(NotAllowed) as refused:
        approve(row.pk, seen_version=row.version, actor=liaison)
    assert refused.value.faults[0].code == "DAT-45"


def test_figures_another_approved_return_stands_on_stay_locked():
    office = an_office()
    row = approved(office)
    other = Form.objects.create(
        scheme="other", form="other.village.year", label_zh="另表", label_en="other",
        level="village", period_kind="year", review_levels=["township"],
    )  # fmt: skip
    household = DataElement.objects.get(element="households")
    FormColumn.objects.create(form=other, element=household, position=1, unit="户")
    second = open_submission(other, office.tree["甲一村"], "2025", actor=office.clerk)
    second = submit(second.pk, seen_version=second.version, actor=office.clerk)
    second = approve(second.pk, seen_version=second.version, actor=office.town)
    reopen(row.pk, "核实", seen_version=row.version, actor=office.county)
    locked = Observation.objects.filter(locked=True).values_list("element__element", flat=True)
    assert list(locked) == ["households"]


def test_what_was_approved_stands_beside_what_stands_now():
    office = an_office()
    row = approved(office)
    with clock.set_to(DAY.replace(month=2)):
        row = reopen(row.pk, "核实后有变", seen_version=row.version, actor=office.county)
        save_values(row, cells(households="330"), seen_version=row.version, actor=office.clerk)
        row.refresh_from_db()
        found = changes_since_approval(row)
    assert [(c.column.element.element, c.approved.value_int, c.now.value_int) for c in found] == [
        ("households", 320, 330)
    ]


@given(st.lists(st.sampled_from(["save", "submit", "approve", "return", "reopen"]), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_people_do_an_approved_value_stays_while_it_is_approved(verbs):
    with transaction.atomic():
        office = an_office()
        row = filled(office)
        for number, verb in enumerate(verbs):
            row.refresh_from_db()
            held = list(
                Observation.objects.order_by("pk").values_list("pk", "value_int", "version")
            )
            was_approved = row.state == "approved"
            try:
                with transaction.atomic():
                    step(office, row, verb, number)
            except Refused:
                pass
            row.refresh_from_db()
            if was_approved and row.state == "approved":
                now = Observation.objects.order_by("pk").values_list("pk", "value_int", "version")
                assert list(now) == held
            locked = Observation.objects.filter(locked=True).count()
            assert locked == (6 if row.state == "approved" else 0)
        transaction.set_rollback(True)


def step(office, row, verb, number):
    """One act of whoever would do it."""
    seen = row.version
    reviewer = office.town if row.at_level == "township" else office.county
    if verb == "save":
        save_values(row, cells(households=str(300 + number)), seen_version=seen, actor=office.clerk)
    elif verb == "submit":
        submit(row.pk, seen_version=seen, actor=office.clerk)
    elif verb == "approve":
        approve(row.pk, seen_version=seen, actor=reviewer)
    elif verb == "return":
        return_to_place(row.pk, "请核对", seen_version=seen, actor=reviewer)
    else:
        reopen(row.pk, "请核对", seen_version=seen, actor=office.county)
