"""The pages of returns: who opens them, and what happens on them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.records.factories import an_account, an_organisation
from tests.records.figures.returns import DAY, FIGURES, VILLAGE_YEAR, YEAR, an_office, filled
from tests.web.area_gate import AreaGate

from bangfu.records.audit.actions import System
from bangfu.records.catalogue.actions import set_numbering
from bangfu.records.catalogue.adopting import adopt_scheme
from bangfu.records.catalogue.models import DataElement, Form
from bangfu.records.figures.actions import (
    CellInput,
    approve,
    open_submission,
    save_values,
    submit,
)
from bangfu.records.figures.models import Observation, Submission
from bangfu.records.ground import clock
from bangfu.records.organisations.models import HelperLink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day():
    with clock.set_to(DAY):
        yield


def a_return(tree):
    """A saved return of 甲一村."""
    adopt_scheme("zj-2025-villages", actor=System())
    form = Form.objects.get(form=VILLAGE_YEAR)
    row = open_submission(form, tree["甲一村"], YEAR, actor=System())
    save_values(row, {"households": CellInput("320")}, seen_version=1, actor=System())
    return row


class TestEntryPage(AreaGate):
    def address(self, tree):
        return f"/figures/{a_return(tree).form_id}/{YEAR}/{tree['甲一村'].pk}/"


class TestSheetPage(AreaGate):
    def address(self, tree):
        return f"/figures/{a_return(tree).form_id}/{YEAR}/{tree['甲一镇'].pk}/sheet/"


class TestCoveragePage(AreaGate):
    def address(self, tree):
        return f"/figures/{a_return(tree).form_id}/{YEAR}/{tree['甲一镇'].pk}/coverage/"


class TestReturnPage(AreaGate):
    def address(self, tree):
        return f"/figures/returns/{a_return(tree).pk}/"


class TestHistoryPage(AreaGate):
    def address(self, tree):
        a_return(tree)
        return f"/figures/history/{Observation.objects.get().pk}/"


def as_(account):
    client = Client()
    client.force_login(account)
    return client


def entry_address(office, village="甲一村"):
    return f"/figures/{office.form.pk}/{YEAR}/{office.tree[village].pk}/"


def written(version=0, verb="save", **changes):
    fields = {f"v-{code}": text for code, text in {**FIGURES, **changes}.items()}
    return {**fields, "version": str(version), "verb": verb}


def text_of(answer):
    return answer.content.decode()


def test_a_return_is_filled_handed_in_returned_corrected_and_approved():
    office = an_office()
    clerk, town, county = as_(office.clerk), as_(office.town), as_(office.county)
    address = entry_address(office)
    assert "本期只填 6 项" in text_of(clerk.get(address))
    assert clerk.post(address, written(verb="submit")).status_code == 302
    row = Submission.objects.get()
    page = f"/figures/returns/{row.pk}/"
    assert town.get(page).status_code == 200
    town.post(f"{page}act/", {"version": row.version, "verb": "return", "comment": "请核对户数"})
    assert "请核对户数" in text_of(clerk.get(address))
    row.refresh_from_db()
    clerk.post(address, written(row.version, "submit", households="321"))
    for client in (town, county):
        row.refresh_from_db()
        answer = client.post(f"{page}act/", {"version": row.version, "verb": "approve"})
        assert answer.status_code == 302
    row.refresh_from_db()
    figure = Observation.objects.get(element__element="households")
    assert (row.state, figure.value_int, figure.locked) == ("approved", 321, True)


def test_looking_makes_nothing():
    office = an_office()
    as_(office.clerk).get(entry_address(office))
    assert Submission.objects.count() == 0


def test_what_is_wrong_stands_as_it_was_written_and_the_rest_is_kept():
    office = an_office()
    answer = as_(office.clerk).post(entry_address(office), written(households="3百"))
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'value="3百"' in page
    assert "DAT-01" in page
    assert Observation.objects.count() == 5


def test_what_is_missing_is_listed_when_it_is_handed_in_and_the_draft_is_kept():
    office = an_office()
    answer = as_(office.clerk).post(
        entry_address(office), written(verb="submit", households="", low_income_households="")
    )
    assert answer.status_code == 409
    assert text_of(answer).count("DAT-20") == 2
    assert Observation.objects.count() == 4


def test_hostile_text_is_shown_as_text():
    office = an_office()
    attack = '"><script>alert(1)</script>'
    page = text_of(as_(office.clerk).post(entry_address(office), written(households=attack)))
    assert "<script>alert" not in page


def test_two_editors_choose_cell_by_cell():
    office = an_office()
    row = filled(office)
    address = entry_address(office)
    seen = row.version
    base = {f"b-{code}": text for code, text in FIGURES.items()}
    as_(office.town).post(address, {**written(seen, households="340"), **base})
    clerk = as_(office.clerk)
    mine = {**written(seen, households="330", low_income_households="15"), **base}
    answer = clerk.post(address, mine)
    assert answer.status_code == 412
    page = text_of(answer)
    assert "他人已改为「340」，您打开时是「320」。" in page
    assert 'value="330"' in page
    row.refresh_from_db()
    again = {**mine, "version": row.version, "b-households": "340"}
    clerk.post(address, {**again, "pick-households": "mine"})
    held = Observation.objects.get(element__element="households")
    assert held.value_int == 330
    assert Observation.objects.get(element__element="low_income_households").value_int == 15


def test_keeping_theirs_keeps_theirs():
    office = an_office()
    row = filled(office)
    fields = {**written(row.version, households="330"), "pick-households": "theirs"}
    as_(office.clerk).post(entry_address(office), fields)
    assert Observation.objects.get(element__element="households").value_int == 320


def test_pressing_twice_hands_in_once():
    office = an_office()
    clerk, fields = as_(office.clerk), written(verb="submit")
    clerk.post(entry_address(office), fields)
    answer = clerk.post(entry_address(office), fields, follow=True)
    assert "这张报表已经报送，这次没有再改动。" in text_of(answer)
    assert (Submission.objects.count(), Submission.objects.get().steps.count()) == (1, 1)


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "9" * 30, "１"])
def test_a_page_without_its_version_is_refused(version):
    office = an_office()
    fields = {**written(), "version": version}
    answer = as_(office.clerk).post(entry_address(office), fields)
    assert answer.status_code == 409


def test_a_neighbour_sees_its_town_but_may_not_write_for_others():
    office = an_office()
    leader = an_account("leader", "leader", office.tree["甲县"])
    assert as_(leader).post(entry_address(office), written()).status_code == 403
    other = an_account("other", "village_clerk", office.tree["甲二村"])
    assert as_(other).post(entry_address(office), written()).status_code == 404
    assert Observation.objects.count() == 0


def sheet_fields(office, **more):
    fields = {"verb": "save"}
    for village in ("甲一村", "甲二村"):
        pk = office.tree[village].pk
        fields[f"version-{pk}"] = "0"
        fields |= {f"v-{code}-{pk}": text for code, text in FIGURES.items()}
    return {**fields, **more}


def sheet_address(office, area="甲一镇"):
    return f"/figures/{office.form.pk}/{YEAR}/{office.tree[area].pk}/sheet/"


def test_a_town_fills_its_villages_on_one_sheet_and_hands_them_in():
    office = an_office()
    client = as_(office.town)
    assert (
        client.post(sheet_address(office), sheet_fields(office, verb="submit")).status_code == 302
    )
    assert (
        list(Submission.objects.values_list("state", "at_level")) == [("submitted", "township")] * 2
    )
    assert Observation.objects.count() == 12


def test_a_village_nobody_wrote_for_gets_no_return():
    office = an_office()
    fields = sheet_fields(office)
    second = office.tree["甲二村"].pk
    fields |= {f"v-{code}-{second}": "" for code in FIGURES}
    as_(office.town).post(sheet_address(office), fields)
    assert [row.place.name for row in Submission.objects.all()] == ["甲一村"]


def test_rows_of_the_sheet_are_approved_and_returned():
    office = an_office()
    client = as_(office.town)
    client.post(sheet_address(office), sheet_fields(office, verb="submit"))
    one, two = Submission.objects.order_by("place__code")
    fields = {
        "verb": "review",
        f"version-{one.place_id}": one.version,
        f"version-{two.place_id}": two.version,
        f"decide-{one.place_id}": "approve",
        f"decide-{two.place_id}": "return",
        f"comment-{two.place_id}": "请核对",
    }
    assert client.post(sheet_address(office), fields).status_code == 302
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.at_level, two.state, two.comment) == ("county", "returned", "请核对")


def test_a_sheet_names_the_row_that_makes_the_difference():
    office = an_office()
    client = as_(office.town)
    client.post(sheet_address(office), sheet_fields(office))
    element = DataElement.objects.get(element="households")
    Observation.objects.create(
        element=element, place=office.tree["甲一镇"], period=YEAR, value_int=320,
        entered_at=clock.now(),
    )  # fmt: skip
    page = text_of(client.get(sheet_address(office)))
    assert "请先核对甲一村：本行数值正好等于差额，可能重复计入" in page


def test_a_sheet_is_read_in_as_many_queries_however_many_rows():
    office = an_office()

    def queries():
        with CaptureQueriesContext(connection) as seen:
            as_(office.town).get(sheet_address(office))
        return len(seen)

    before = queries()
    filled(office, "甲一村", actor=office.town)
    filled(office, "甲二村", actor=office.town)
    assert queries() - before <= 2


def test_missing_villages_stand_in_a_text_for_the_group():
    office = an_office()
    form = office.form.pk
    page = text_of(
        as_(office.county).get(f"/figures/{form}/{YEAR}/{office.tree['甲县'].pk}/coverage/")
    )
    assert "还有 3 个未报：甲一村、甲二村、甲三村。" in page
    assert "请于 2026-02-14 前报送" in page


def test_a_paper_decision_is_uploaded_with_its_signer():
    office = an_office()
    row = filled(office)
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    scan = SimpleUploadedFile("签批件.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    fields = {"version": row.version, "verb": "approve", "signed_by": "示例签批人", "scan": scan}
    town = as_(office.town)
    assert town.post(f"/figures/returns/{row.pk}/act/", fields).status_code == 302
    assert "线下签批：示例签批人" in text_of(town.get(f"/figures/returns/{row.pk}/"))


def test_half_a_paper_decision_is_refused():
    office = an_office()
    row = filled(office)
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    fields = {"version": row.version, "verb": "approve", "signed_by": "示例签批人"}
    answer = as_(office.town).post(f"/figures/returns/{row.pk}/act/", fields)
    row.refresh_from_db()
    assert (answer.status_code, row.at_level) == (409, "township")


def test_figures_before_their_release_are_seen_by_who_works_on_them_alone():
    office = an_office()
    row = filled(office)
    day = {"annual": "03-01"}
    DataElement.objects.filter(element="households").update(release_calendar=day)
    leader = an_account("leader", "leader", office.tree["甲县"])
    page = f"/figures/returns/{row.pk}/"
    figure = Observation.objects.get(element__element="households")
    history = f"/figures/history/{figure.pk}/"
    assert "320" in text_of(as_(office.town).get(page))
    assert "320" not in text_of(as_(leader).get(page))
    assert as_(leader).get(history).status_code == 404
    with clock.set_to(DAY.replace(month=3)):
        assert "320" in text_of(as_(leader).get(page))
        assert as_(leader).get(history).status_code == 200


def test_the_helper_unit_sees_and_confirms_but_does_not_enter():
    office = an_office()
    office.form.helper_confirms = True
    office.form.save()
    unit = an_organisation("U1", "示例单位", office.tree["示例市"])
    HelperLink.objects.create(
        place=office.tree["甲一村"], organisation=unit, starts_on=DAY.replace(year=2025)
    )
    helper = as_(an_account("helper", "helper_unit", unit))
    row = filled(office)
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    page = f"/figures/returns/{row.pk}/"
    assert "帮扶单位确认" in text_of(helper.get(page))
    assert helper.post(entry_address(office), written()).status_code == 403
    helper.post(f"{page}act/", {"version": row.version, "verb": "confirm"})
    row.refresh_from_db()
    assert (row.state, row.at_level) == ("submitted", "township")


def test_a_form_without_number_is_marked_and_may_be_refused_when_the_rule_says_so():
    office = an_office()
    clerk = as_(office.clerk)
    assert "无表号" in text_of(clerk.get(entry_address(office)))
    set_numbering(True, seen_version=1, actor=System())
    assert "可以拒绝填报" in text_of(clerk.get(entry_address(office)))
    answer = clerk.post(entry_address(office), written())
    assert (answer.status_code, "DAT-35" in text_of(answer)) == (409, True)


def test_an_approved_return_is_shown_read_only():
    office = an_office()
    row = filled(office)
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    row = approve(row.pk, seen_version=row.version, actor=office.town)
    row = approve(row.pk, seen_version=row.version, actor=office.county)
    answer = as_(office.clerk).get(entry_address(office))
    assert (answer.status_code, answer["Location"]) == (302, f"/figures/returns/{row.pk}/")
    answer = as_(office.town).post(entry_address(office), written(row.version, households="1"))
    assert answer.status_code == 409


@pytest.mark.parametrize("account", ["clerk", "town", "county", "city"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(account, language):
    office = an_office()
    client = as_(getattr(office, account))
    client.cookies["django_language"] = language
    as_(office.clerk).post(entry_address(office), written())
    figure = Observation.objects.first()
    form, tree = office.form, office.tree
    top = {"clerk": "甲一村", "town": "甲一镇", "county": "甲县", "city": "示例市"}[account]
    addresses = [
        "/", "/figures/", "/schemes/", "/schemes/elements/", f"/schemes/forms/{form.pk}/",
        f"/schemes/elements/{figure.element_id}/", "/schemes/of/zj-2025-villages/",
        "/schemes/of/zj-2025-villages/scheme.json", entry_address(office),
        f"/figures/{form.pk}/{YEAR}/{tree[top].pk}/sheet/",
        f"/figures/{form.pk}/{YEAR}/{tree[top].pk}/coverage/",
        f"/figures/history/{figure.pk}/", f"/figures/returns/{figure.submission_id}/",
    ]  # fmt: skip
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
        addresses, 200
    )


@pytest.mark.parametrize(
    "tail", ["2025Q1/1/", "nonsense/1/", "2025/999999/", "2025/1/sheet/x/", "2025-13/1/coverage/"]
)
def test_an_address_that_means_nothing_is_not_found(tail):
    office = an_office()
    assert as_(office.county).get(f"/figures/{office.form.pk}/{tail}").status_code == 404


def test_the_timeline_speaks_the_language_of_the_page():
    office = an_office()
    row = filled(office)
    row = submit(row.pk, seen_version=row.version, actor=office.clerk)
    page = text_of(as_(office.town).get(f"/figures/returns/{row.pk}/"))
    assert "Text(" not in page
    assert "报送" in page


def test_two_dates_stand_beside_a_late_entry():
    office = an_office()
    fields = {**written(), "occurred_on": "2025-11-30"}
    as_(office.clerk).post(entry_address(office), fields)
    figure = Observation.objects.first()
    assert (str(figure.occurred_on), figure.entered_at) == ("2025-11-30", clock.now())
    for wrong in ("2024-12-31", "2030-01-01", "soon"):
        fields = {**written(2, households="9"), "occurred_on": wrong}
        answer = as_(office.clerk).post(entry_address(office), fields)
        assert (answer.status_code, "DAT-52" in text_of(answer)) == (409, True)


def test_the_file_of_a_place_shows_its_figures_with_their_origin():
    office = an_office()
    filled(office)
    figure = Observation.objects.get(element__element="collective_operating_income_fen")
    page = text_of(as_(office.county).get(f"/places/{office.tree['甲一村'].pk}/"))
    assert f'href="/figures/history/{figure.pk}/">32.5</a>' in page
    day = {"annual": "03-01"}
    DataElement.objects.filter(pk=figure.element_id).update(release_calendar=day)
    leader = an_account("leader", "leader", office.tree["甲县"])
    page = text_of(as_(leader).get(f"/places/{office.tree['甲一村'].pk}/"))
    assert (f"/figures/history/{figure.pk}/" in page, "2026-03-01 发布" in page) == (False, True)
