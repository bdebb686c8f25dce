"""The command line on a site of its own: in the test's database, as a named account."""

import csv
from datetime import date

import pytest
from tests.records.factories import a_tree, an_account
from tests.records.registers.made_up import a_register, a_row

from bangfu.cli import exports
from bangfu.records.audit.models import AuditEntry
from bangfu.records.exports.actions import save_layout
from bangfu.records.exports.models import ExportLayout
from bangfu.records.ground import clock

pytestmark = pytest.mark.django_db
REGISTER = "zj-2025-villages/made_up_projects"


@pytest.fixture(autouse=True)
def _site(monkeypatch):
    monkeypatch.setattr(exports, "site_ready", lambda home: None)
    with clock.set_to(date(2026, 11, 22)):
        yield


def a_site():
    tree, register = a_tree(), a_register()
    for name in ("甲一村", "甲三村", "乙一村"):
        a_row(register, tree[name])
    return tree, an_account("county", "county_office", tree["甲县"])


def names(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [row["名称"] for row in csv.DictReader(file)]


def test_only_the_named_accounts_rows_are_written(bangfu, tmp_path):
    a_site()
    out = tmp_path / "sub" / "rows.csv"
    ended = bangfu("export", "register", REGISTER, "--out", out, "--as", "county")
    assert (ended.code, names(out)) == (0, ["甲一村", "甲三村"])
    entry = AuditEntry.objects.get(act="exports.write")
    assert entry.data["code"] in ended.out
    assert list(out.parent.iterdir()) == [out]


def test_places_at_or_below_one_are_written(bangfu, tmp_path):
    tree, _user = a_site()
    out = tmp_path / "places.csv"
    options = ("--level", "village", "--place", tree["甲一镇"].code)
    ended = bangfu("export", "places", *options, "--out", out, "--as", "county")
    assert (ended.code, names(out)) == (0, ["甲一村", "甲二村"])


def test_a_saved_layout_is_used(bangfu, tmp_path):
    _tree, user = a_site()
    columns = [{"id": "place_name", "title": "名称"}, {"own": "备注"}]
    layout = ExportLayout(kind="register", subject=REGISTER, name="月报", columns=columns)
    save_layout(layout, seen_version=None, actor=user)
    out = tmp_path / "rows.csv"
    options = ("--layout", "月报", "--out", out, "--as", "county")
    assert bangfu("export", "register", REGISTER, *options).code == 0
    assert out.read_text(encoding="utf-8").splitlines()[0] == "名称,备注"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("register", "nothing/there", "--out", "x.csv", "--as", "county"), "EXP-13"),
        (("register", REGISTER, "--out", "x.exe", "--as", "county"), "EXP-12"),
        (("register", REGISTER, "--out", "x.csv", "--as", "nobody"), "EXP-10"),
        (("register", REGISTER, "--out", "x.csv", "--as", "county", "--period", "x"), "EXP-11"),
        (("register", REGISTER, "--out", "x.csv", "--as", "county", "--unit", "美元"), "EXP-06"),
        (("register", REGISTER, "--out", "x.csv", "--as", "county", "--layout", "x"), "EXP-13"),
        (("places", "--out", "x.csv", "--as", "county", "--place", "330112000000"), "EXP-13"),
        (("places", "--out", "x.csv", "--as", "county", "--level", "x"), "EXP-12"),
        (("figures", "x", "--period", "2025", "--out", "x.csv", "--as", "county"), "EXP-13"),
    ],
)
def test_a_wrong_call_is_told_and_leaves_no_file(bangfu, tmp_path, monkeypatch, words, code):
    a_site()
    monkeypatch.chdir(tmp_path)
    ended = bangfu("export", *words)
    assert ended.code == 2
    assert code in ended.err
    assert list(tmp_path.iterdir()) == []


def test_an_account_without_the_right_gets_no_file(bangfu, tmp_path):
    tree, _user = a_site()
    an_account("grid", "grid_worker", tree["甲一村"])
    out = tmp_path / "rows.csv"
    assert bangfu("export", "register", REGISTER, "--out", out, "--as", "grid").code == 2
    assert list(tmp_path.iterdir()) == []
