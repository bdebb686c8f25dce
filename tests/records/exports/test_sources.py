import pytest
from tests.records.factories import a_tree, an_account
from tests.records.registers.made_up import a_register, a_row

from bangfu.records.audit.models import AuditEntry
from bangfu.records.exports.actions import How, save_layout, write_export
from bangfu.records.exports.models import ExportLayout
from bangfu.records.exports.sources import places_table, register_table
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterRow

pytestmark = pytest.mark.django_db


def test_only_the_accounts_own_rows_leave(tmp_path):
    tree, register = a_tree(), a_register()
    for name in ("甲一村", "甲三村", "乙一村"):
        a_row(register, tree[name])
    user = an_account("county", "county_office", tree["甲县"])
    rows = RegisterRow.objects.visible_to(user).filter(definition=register)
    table = register_table(register, rows, area="甲县", filters={"period": "2026"})
    told = [(r.values["township"], r.values["place_name"], r.values["amount"]) for r in table.rows]
    assert told == [("甲一镇", "甲一村", 32_500_000), ("甲二镇", "甲三村", 32_500_000)]


def test_an_export_is_told_in_the_log_with_filters_count_and_digest(tmp_path):
    tree = a_tree()
    user = an_account("county", "county_office", tree["甲县"])
    places = Place.objects.visible_to(user).filter(level="village")
    table = places_table(places, area="甲县", filters={"level": "village"})
    done = write_export(table, tmp_path / "out.csv", How(file_format="csv"), actor=user)
    entry = AuditEntry.objects.get(act="exports.write")
    assert (entry.data["rows"], entry.data["sha256"], entry.data["filters"]) == (
        3,
        done.sha256,
        {"level": "village"},
    )
    assert entry.actor_id == user.pk


@pytest.mark.parametrize(
    ("role", "scope", "may"),
    [("county_office", "甲县", True), ("leader", "甲县", True), ("grid_worker", "甲一村", False)],
)
def test_who_may_export(tmp_path, role, scope, may):
    tree = a_tree()
    user = an_account("someone", role, tree[scope])
    table = places_table(Place.objects.visible_to(user), area="", filters={})
    if may:
        assert write_export(table, tmp_path / "o.csv", How(file_format="csv"), actor=user).rows
    else:
        with pytest.raises(NotAllowed):
            write_export(table, tmp_path / "o.csv", How(file_format="csv"), actor=user)


def test_an_unknown_format_or_unit_is_refused(tmp_path):
    tree = a_tree()
    user = an_account("county", "county_office", tree["甲县"])
    for how in (How(file_format="pdf"), How(unit="美元")):
        table = places_table(Place.objects.none(), area="", filters={})
        with pytest.raises(Refused, match="EXP-06"):
            write_export(table, tmp_path / "o", how, actor=user)


def test_a_layout_is_kept_by_name_and_replaced():
    tree = a_tree()
    user = an_account("county", "county_office", tree["甲县"])
    for columns in ([{"id": "place_name"}], [{"id": "place_code"}, {"own": "备注"}]):
        layout = ExportLayout(kind="places", name="名单", columns=columns)
        save_layout(layout, seen_version=None, actor=user)
    kept = ExportLayout.objects.get()
    assert (kept.version, kept.columns) == (
        2,
        [{"id": "place_code"}, {"own": "备注", "text": ""}],
    )
