"""A scheme adopted here is the scheme of its folder; adopting another version loses nothing."""

import hashlib
import io
import shutil
import zipfile

import pytest
from tests.records.factories import a_tree, an_account

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.catalogue.actions import (
    ColumnSettings,
    ElementSettings,
    FormSettings,
    change_columns,
    change_element,
    change_form,
    set_numbering,
)
from bangfu.records.catalogue.adopting import adopt_scheme, changes_by, current_schemes
from bangfu.records.catalogue.content import as_archive, as_json, loaded
from bangfu.records.catalogue.feeding import elements_by_clause
from bangfu.records.catalogue.models import (
    AdoptedScheme,
    DataElement,
    Form,
    FormColumn,
    ReportingRule,
)
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import load_scheme

pytestmark = pytest.mark.django_db
VILLAGES = "zj-2025-villages"


@pytest.mark.parametrize("scheme", sorted(scheme_folders({})))
def test_the_row_has_the_json_and_the_hash_of_the_folder(scheme):
    adopted = adopt_scheme(scheme, actor=System())
    adopted.refresh_from_db()
    folder = load_scheme(scheme)
    assert adopted.content_hash == folder.content_hash
    assert hashlib.sha256(as_json(adopted).encode()).hexdigest() == folder.content_hash
    assert loaded(adopted).content_hash == folder.content_hash


def test_the_exported_folder_loads_to_the_same_hash(tmp_path):
    adopted = adopt_scheme("gd-2021", actor=System())
    with zipfile.ZipFile(io.BytesIO(as_archive(adopted))) as archive:
        archive.extractall(tmp_path)
    assert load_scheme(tmp_path / "gd-2021").content_hash == adopted.content_hash
    assert as_archive(adopted) == as_archive(AdoptedScheme.objects.get())


def test_forms_ask_what_the_rules_use_at_each_level():
    tree = a_tree()
    adopt_scheme(VILLAGES, actor=System())
    year = Form.objects.get(form=f"{VILLAGES}.village.year")
    assert (year.level, year.period_kind, year.review_levels, year.area_id) == (
        "village", "year", ["township", "county"], tree["示例省"].pk,
    )  # fmt: skip
    asked = list(year.columns.values_list("element__element", "unit"))
    assert asked[:2] == [
        ("collective_operating_income_fen", "万元"),
        ("farmer_income_per_capita_fen", "元"),
    ]
    quarter = Form.objects.get(form=f"{VILLAGES}.village.quarter")
    assert quarter.release == "flash"
    assert [c.element.element for c in quarter.columns.select_related("element")] == [
        "collective_operating_income_fen"
    ]


def test_adopting_the_same_version_again_changes_nothing():
    adopt_scheme(VILLAGES, actor=System())
    before = list(Form.objects.values()), list(FormColumn.objects.values())
    again = adopt_scheme(VILLAGES, actor=System())
    assert (list(Form.objects.values()), list(FormColumn.objects.values())) == before
    assert (again.changes, AdoptedScheme.objects.count()) == ([], 1)


@pytest.fixture
def changed(tmp_path):
    """A copy of the village scheme, to be changed."""
    folder = tmp_path / VILLAGES
    shutil.copytree(scheme_folders({})[VILLAGES], folder)
    return folder


def drop_funding(folder):
    """Leave the scheme without money, which is counted by elements of its own."""
    (folder / "funding.yaml").unlink()


def test_a_changed_scheme_closes_columns_and_loses_nothing(changed, monkeypatch):
    adopt_scheme(VILLAGES, actor=System())
    monkeypatch.setattr("bangfu.records.catalogue.adopting.check_scheme", lambda scheme: ())
    drop_funding(changed)
    expected = changes_by(load_scheme(changed))
    adopted = adopt_scheme(changed, actor=System())
    assert adopted.changes == expected
    assert {line["change"] for line in expected} == {"column_closed"}
    closed = FormColumn.objects.filter(is_open=False).values_list("element__element", flat=True)
    assert set(closed) == {line["element"] for line in expected}
    assert AdoptedScheme.objects.filter(replaced_at__isnull=False).count() == 1
    assert current_schemes()[VILLAGES].pk == adopted.pk
    adopt_scheme(VILLAGES, actor=System())
    assert not FormColumn.objects.filter(is_open=False).exists()
    assert AdoptedScheme.objects.count() == 2


def test_what_the_office_set_stays_when_the_scheme_changes(changed, monkeypatch):
    adopt_scheme(VILLAGES, actor=System())
    monkeypatch.setattr("bangfu.records.catalogue.adopting.check_scheme", lambda scheme: ())
    form = Form.objects.get(form=f"{VILLAGES}.village.year")
    settings = FormSettings(number="浙农帮1表", due_days=20, review_levels=("township",))
    change_form(form.pk, settings, seen_version=form.version, actor=System())
    drop_funding(changed)
    adopt_scheme(changed, actor=System())
    form.refresh_from_db()
    assert (form.number, form.due_days, form.review_levels) == ("浙农帮1表", 20, ["township"])


def test_a_unit_with_figures_is_never_changed():
    adopt_scheme(VILLAGES, actor=System())
    DataElement.objects.filter(element="households").update(unit="口")
    with pytest.raises(Refused) as refused:
        adopt_scheme(VILLAGES, actor=System())
    assert refused.value.faults[0].code == "CAT-02"


def test_only_who_may_change_the_catalogue_adopts():
    tree = a_tree()
    for role, place in (("county_office", "甲县"), ("village_clerk", "甲一村")):
        with pytest.raises(NotAllowed):
            adopt_scheme(VILLAGES, actor=an_account(role, role, tree[place]))
    manager = an_account("manager", "scheme_manager", tree["示例省"])
    assert adopt_scheme(VILLAGES, actor=manager).scheme == VILLAGES
    assert AuditEntry.objects.filter(act="catalogue.adopt_scheme").count() == 1


def test_clauses_lead_to_the_elements_they_work_with():
    adopted = adopt_scheme(VILLAGES, actor=System())
    used = elements_by_clause(loaded(adopted))
    assert "collective_operating_income_fen" in used["ZJ-V-01"]
    named = {element for elements in used.values() for element in elements}
    assert named <= set(loaded(adopted).catalogue)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        (FormSettings(review_levels=()), "CAT-03"),
        (FormSettings(review_levels=("county", "township")), "CAT-03"),
        (FormSettings(review_levels=("galaxy",)), "CAT-03"),
        (FormSettings(review_levels=("county",), due_days=400), "CAT-04"),
        (FormSettings(review_levels=("county",), release="rumour"), "CAT-05"),
    ],
)
def test_settings_of_a_form_that_make_no_sense_are_refused(settings, code):
    adopt_scheme(VILLAGES, actor=System())
    form = Form.objects.get(form=f"{VILLAGES}.village.year")
    with pytest.raises(Refused) as refused:
        change_form(form.pk, settings, seen_version=form.version, actor=System())
    assert [fault.code for fault in refused.value.faults] == [code]


def test_two_editors_of_a_form_the_second_is_refused():
    adopt_scheme(VILLAGES, actor=System())
    form = Form.objects.get(form=f"{VILLAGES}.village.year")
    seen = form.version
    first = FormSettings(number="1", review_levels=("county",))
    change_form(form.pk, first, seen_version=seen, actor=System())
    second = FormSettings(number="2", review_levels=("county",))
    with pytest.raises(Stale) as stale:
        change_form(form.pk, second, seen_version=seen, actor=System())
    assert stale.value.difference["number"] == ("2", "1")


def test_columns_keep_to_the_units_of_their_element():
    adopt_scheme(VILLAGES, actor=System())
    form = Form.objects.get(form=f"{VILLAGES}.village.quarter")
    column = form.columns.get()
    good = ColumnSettings(column.pk, 3, "元", False, None)
    form = change_columns(form.pk, [good], seen_version=form.version, actor=System())
    column.refresh_from_db()
    assert (column.position, column.unit, column.required) == (3, "元", False)
    bad = ColumnSettings(column.pk, 3, "亩", False, 99_999)
    with pytest.raises(Refused) as refused:
        change_columns(form.pk, [bad], seen_version=form.version, actor=System())
    assert [fault.code for fault in refused.value.faults] == ["CAT-07", "CAT-08"]


def test_an_element_takes_release_days_of_two_kinds_and_no_other():
    adopt_scheme(VILLAGES, actor=System())
    row = DataElement.objects.get(element="households")

    def settings(**calendar):
        return ElementSettings("统计部门", "statutory", "", "", 1, 20_000, calendar)

    days = settings(flash="+20", annual="02-28")
    row = change_element(row.pk, days, seen_version=row.version, actor=System())
    assert row.release_calendar == {"flash": "+20", "annual": "02-28"}
    for wrong in ({"annual": "13-01"}, {"annual": "soon"}, {"rumour": "01-15"}):
        with pytest.raises(Refused):
            change_element(row.pk, settings(**wrong), seen_version=row.version, actor=System())


def test_the_rule_on_numbers_is_one_row():
    assert not ReportingRule.current().forms_must_be_numbered
    set_numbering(True, seen_version=1, actor=System())
    assert ReportingRule.current().forms_must_be_numbered
    assert ReportingRule.objects.count() == 1


def test_the_release_of_a_form_that_was_filled_does_not_change():
    tree = a_tree()
    adopt_scheme(VILLAGES, actor=System())
    form = Form.objects.get(form=f"{VILLAGES}.village.year")
    form.submissions.create(place=tree["甲一村"], period="2025")
    settings = FormSettings(review_levels=("county",), release="verified")
    with pytest.raises(Refused) as refused:
        change_form(form.pk, settings, seen_version=form.version, actor=System())
    assert [fault.code for fault in refused.value.faults] == ["CAT-12"]
