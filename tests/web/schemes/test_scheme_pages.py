"""Pages of schemes, forms and data elements."""

import io
import json
import zipfile

import pytest
from django.test import Client
from tests.records.factories import a_tree, an_account

from bangfu.records.audit.actions import System
from bangfu.records.catalogue.adopting import adopt_scheme
from bangfu.records.catalogue.models import DataElement, Form, FormColumn, ReportingRule
from bangfu.schemes.identity import content_hash
from bangfu.schemes.load import load_scheme

pytestmark = pytest.mark.django_db
VILLAGES = "zj-2025-villages"


@pytest.fixture
def office():
    """The province's office that keeps the catalogue, its client, and a county's client."""
    tree = a_tree()
    adopt_scheme(VILLAGES, actor=System())
    manager = Client()
    manager.force_login(an_account("manager", "scheme_manager", tree["示例省"]))
    county = Client()
    county.force_login(an_account("county", "county_office", tree["甲县"]))
    return manager, county


def text_of(answer):
    return answer.content.decode()


def form_of(period="year"):
    return Form.objects.get(form=f"{VILLAGES}.village.{period}")


def test_nobody_signs_in_first_and_who_keeps_the_logs_sees_nothing_here():
    tree = a_tree()
    assert Client().get("/schemes/").status_code == 302
    keeper = Client()
    keeper.force_login(an_account("keeper", "audit_administrator", tree["示例省"]))
    for address in ("/schemes/", "/schemes/elements/", "/schemes/adopt/?scheme=gd-2021"):
        assert keeper.get(address).status_code == 403


def test_a_scheme_is_adopted_after_its_changes_were_seen(office):
    manager, _ = office
    page = text_of(manager.get("/schemes/adopt/?scheme=gd-2021"))
    assert "新增报表" in page
    assert not Form.objects.filter(scheme="gd-2021").exists()
    assert manager.post("/schemes/adopt/", {"scheme": "gd-2021"}).status_code == 302
    assert Form.objects.filter(scheme="gd-2021").exists()
    assert "这个版本正在使用" in text_of(manager.get("/schemes/adopt/?scheme=gd-2021"))


@pytest.mark.parametrize("name", ["nonsense", "../../etc", "/etc/passwd", ""])
def test_only_a_known_scheme_is_adopted(office, name):
    manager, _ = office
    assert manager.post("/schemes/adopt/", {"scheme": name}).status_code == 400
    assert manager.get("/schemes/adopt/", {"scheme": name}).status_code == 400


def test_a_county_looks_and_does_not_change(office):
    _, county = office
    form = form_of()
    assert county.get(f"/schemes/forms/{form.pk}/").status_code == 200
    assert county.post(f"/schemes/forms/{form.pk}/", {"version": 1}).status_code == 403
    assert county.post(f"/schemes/forms/{form.pk}/columns/", {"version": 1}).status_code == 403
    assert county.post("/schemes/adopt/", {"scheme": "gd-2021"}).status_code == 403
    assert county.post("/schemes/rules/", {"version": 1}).status_code == 403
    element = DataElement.objects.first()
    assert county.post(f"/schemes/elements/{element.pk}/", {"version": 1}).status_code == 403


def test_what_is_exported_is_the_scheme(office, tmp_path):
    manager, _ = office
    held = load_scheme(VILLAGES).content_hash
    exported = manager.get(f"/schemes/of/{VILLAGES}/scheme.json").content
    assert content_hash(json.loads(exported)) == held
    archive = manager.get(f"/schemes/of/{VILLAGES}/scheme.zip").content
    zipfile.ZipFile(io.BytesIO(archive)).extractall(tmp_path)
    assert load_scheme(tmp_path / VILLAGES).content_hash == held


def head(form, **changes):
    return {
        "version": form.version, "number": "浙农帮1表", "made_by": "示例制定机关",
        "approval_number": "示例〔2026〕1号", "valid_until": "2027-12-31", "due_days": "20",
        "review_levels": ["county", "township"], "release": "annual", **changes,
    }  # fmt: skip


def test_the_office_sets_the_statutory_head(office):
    manager, _ = office
    form = form_of()
    assert manager.post(f"/schemes/forms/{form.pk}/", head(form)).status_code == 302
    form.refresh_from_db()
    assert (form.number, str(form.valid_until), form.due_days, form.review_levels) == (
        "浙农帮1表", "2027-12-31", 20, ["township", "county"],
    )  # fmt: skip
    assert manager.post(f"/schemes/forms/{form.pk}/", head(form, version=1)).status_code == 412
    assert manager.post(f"/schemes/forms/{form.pk}/", head(form, due_days="x")).status_code == 422


def test_the_office_sets_columns(office):
    manager, _ = office
    form = form_of("quarter")
    column = form.columns.get()
    fields = {
        "version": form.version, f"position-{column.pk}": "2", f"unit-{column.pk}": "元",
        f"limit-{column.pk}": "",
    }  # fmt: skip
    manager.post(f"/schemes/forms/{form.pk}/columns/", fields)
    column = FormColumn.objects.get(pk=column.pk)
    assert (column.position, column.unit, column.required, column.reason_beyond_pct) == (
        2, "元", False, None,
    )  # fmt: skip


def test_the_office_sets_an_element_in_the_unit_people_know(office):
    manager, _ = office
    row = DataElement.objects.get(element="collective_operating_income_fen")
    fields = {
        "version": row.version, "owner": "示例来源", "legal_class": "administrative",
        "definition_zh": "示例口径", "definition_en": "", "low": "1", "high": "3,000",
        "day_annual": "03-15",
    }  # fmt: skip
    assert manager.post(f"/schemes/elements/{row.pk}/", fields).status_code == 302
    row.refresh_from_db()
    assert (row.owner, row.plausible_low, row.plausible_high, row.release_calendar) == (
        "示例来源", 1_000_000, 3_000_000_000, {"annual": "03-15"},
    )  # fmt: skip
    wrong = {**fields, "version": row.version, "high": "很多"}
    assert manager.post(f"/schemes/elements/{row.pk}/", wrong).status_code == 409


def test_the_rule_on_numbers_is_switched(office):
    manager, _ = office
    fields = {"version": 1, "forms_must_be_numbered": "1"}
    assert manager.post("/schemes/rules/", fields).status_code == 302
    assert ReportingRule.current().forms_must_be_numbered


def test_a_clause_shows_the_forms_it_feeds(office):
    manager, _ = office
    page = text_of(manager.get(f"/schemes/of/{VILLAGES}/"))
    assert 'id="ZJ-V-01"' in page
    assert "village.year" in page
