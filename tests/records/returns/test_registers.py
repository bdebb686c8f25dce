import pytest
from tests.records.factories import a_tree, an_account
from tests.records.registers.made_up import PROJECTS, a_register, a_row
from tests.records.returns.clerk import opened, saved

from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground.refusals import NotAllowed, Refused, Stale
from bangfu.records.registers.actions import change_row, remove_row
from bangfu.records.registers.models import RegisterRow
from bangfu.records.returns.actions import (
    differences,
    issue,
    marked_copy,
    merge_upload,
    receive,
    workbook_bytes,
)
from bangfu.records.returns.models import ReturnUpload, ReturnWorkbook

pytestmark = pytest.mark.django_db


class Case:
    """A register, the sample tree, a township clerk, and a workbook given out for the township."""

    def __init__(self, **register):
        self.tree = a_tree()
        self.register = a_register(**register)
        self.town = an_account("town", "township_office", self.tree["甲一镇"])
        self.row = a_row(self.register, self.tree["甲一村"], project="桥", amount="32.5")

    def issue(self, actor=None, place="甲一镇"):
        workbook = ReturnWorkbook(
            kind="register", definition=self.register, place=self.tree[place], period="2026"
        )
        self.workbook = issue(workbook, actor=actor or self.town)
        return opened(workbook_bytes(self.workbook))

    def back(self, grid, change=None, actor=None):
        return receive(saved(grid, change), "回传.xlsx", actor=actor or self.town)

    def merge(self, upload, choices=None, actor=None):
        upload.refresh_from_db()
        return merge_upload(
            upload, choices or {}, seen_version=upload.version, actor=actor or self.town
        )

    def states(self, upload):
        return {
            (row.row.name, cell.column.id): cell.state
            for row in differences(upload, actor=self.town)
            for cell in row.moving
        }


def test_a_workbook_holds_what_stands_and_blank_rows_for_every_village():
    grid = Case().issue()
    assert (grid.get("甲一村", "project"), grid.get("甲一村", "amount")) == ("桥", 32.5)
    assert (len(grid.lines("甲一村")), len(grid.lines("甲二村"))) == (3, 2)
    assert grid.lines("甲三村") == []


def test_last_periods_value_stands_beside_the_cell():
    case = Case()
    RegisterRow.objects.update(period="2025")
    grid = case.issue()
    (at, *_rest) = grid.lines("甲一村")
    assert grid.cells[at][grid.column("amount") + 1] == 32.5
    assert grid.get("甲一村", "amount") == ""


def test_what_was_filled_offline_is_merged():
    case = Case()
    grid = case.issue()
    grid.put("甲一村", "amount", 40)
    grid.put("甲二村", "project", "路")
    grid.put("甲二村", "amount", "１２．５")
    upload = case.back(grid)
    assert case.states(upload) == {
        ("甲一村", "amount"): "changed",
        ("甲二村", "project"): "new",
        ("甲二村", "amount"): "new",
    }
    merged = case.merge(upload)
    assert (merged.places, merged.cells, merged.left, merged.faults) == (2, 3, 0, [])
    held = {row.place.name: row.values for row in RegisterRow.objects.select_related("place")}
    assert held == {
        "甲一村": {"project": "桥", "amount": 40_000_000},
        "甲二村": {"project": "路", "amount": 12_500_000},
    }


def test_the_same_file_twice_changes_nothing():
    case = Case()
    grid = case.issue()
    grid.put("甲二村", "project", "路")
    upload = case.back(grid)
    case.merge(upload)
    again = case.back(grid)
    assert again.pk == upload.pk
    assert case.states(again) == {}
    assert case.merge(again).cells == 0
    assert RegisterRow.objects.count() == 2
    assert RegisterRow.objects.get(place=case.tree["甲二村"]).version == 1


def test_a_file_for_some_villages_merges_and_the_rest_follows():
    case = Case()
    grid = case.issue()
    del grid.cells[grid.lines("甲一村")[0]]
    grid.put("甲二村", "project", "路")
    case.merge(case.back(grid))
    grid = opened(workbook_bytes(case.workbook))
    grid.put("甲一村", "amount", 50)
    merged = case.merge(case.back(grid))
    assert merged.cells == 1
    assert RegisterRow.objects.get(place=case.tree["甲一村"]).values["amount"] == 50_000_000


def test_a_cell_changed_on_both_sides_waits_for_a_choice():
    case = Case()
    grid = case.issue()
    change_row(case.row.pk, {"amount": "45"}, seen_version=1, actor=System())
    grid.put("甲一村", "amount", 40)
    upload = case.back(grid)
    assert case.states(upload) == {("甲一村", "amount"): "conflict"}
    assert case.merge(upload).left == 1
    case.row.refresh_from_db()
    assert case.row.values["amount"] == 45_000_000
    case.merge(upload, {"cell:1:amount": "mine"})
    case.row.refresh_from_db()
    assert (case.row.values["amount"], case.row.version) == (40_000_000, 3)


def test_a_whole_row_can_be_decided_at_once():
    case = Case()
    grid = case.issue()
    grid.put("甲一村", "amount", 40)
    grid.put("甲一村", "project", "大桥")
    upload = case.back(grid)
    assert case.merge(upload, {"row:1": "theirs"}).left == 2
    assert case.merge(upload, {"row:1": "mine"}).cells == 2


def test_a_change_here_stays_where_the_clerk_left_the_cell_alone():
    case = Case()
    grid = case.issue()
    change_row(case.row.pk, {"amount": "45"}, seen_version=1, actor=System())
    upload = case.back(grid)
    assert case.states(upload) == {}
    case.merge(upload)
    case.row.refresh_from_db()
    assert case.row.values["amount"] == 45_000_000


def test_an_emptied_cell_is_asked_about_first():
    case = Case()
    grid = case.issue()
    grid.put("甲一村", "amount", "")
    upload = case.back(grid)
    assert case.states(upload) == {("甲一村", "amount"): "cleared"}
    case.merge(upload)
    case.row.refresh_from_db()
    assert case.row.values["amount"] == 32_500_000
    case.merge(upload, {"cell:1:amount": "mine"})
    case.row.refresh_from_db()
    assert ("amount" in case.row.values, case.row.complete) == (False, False)


def test_faults_name_sheet_row_and_column_and_the_rest_is_kept():
    case = Case()
    grid = case.issue()
    line = grid.lines("甲一村")[0] + 1
    grid.put("甲一村", "amount", "约40")
    grid.put("甲一村", "jobs", 3)
    upload = case.back(grid)
    merged = case.merge(upload)
    assert [fault.where for fault in merged.faults] == [f"「填报」第 {line} 行「投资额」"]
    case.row.refresh_from_db()
    assert (case.row.values["jobs"], case.row.values["amount"]) == (3, 32_500_000)
    copy = opened(marked_copy(upload, actor=case.town))
    assert copy.get("甲一村", "amount") == "约40"


def test_columns_inserted_moved_and_deleted_do_no_harm():
    case = Case()
    grid = case.issue()
    grid.put("甲一村", "amount", 40)
    kind = grid.column("kind")

    def change(cells):
        for row in cells:
            row += [""] * (40 - len(row))
            del row[kind]
            row.insert(1, "我的备注")
            row.insert(5, "")

    merged = case.merge(case.back(grid, change))
    assert (merged.cells, merged.faults) == (1, [])
    case.row.refresh_from_db()
    assert case.row.values["amount"] == 40_000_000


def test_rows_sorted_with_their_keys_find_their_places():
    case = Case()
    grid = case.issue()
    grid.put("甲一村", "amount", 40)
    grid.put("甲二村", "project", "路")
    first, last = grid.first, grid.last

    def change(cells):
        cells[first:last] = cells[first:last][::-1]

    case.merge(case.back(grid, change))
    assert RegisterRow.objects.get(place=case.tree["甲二村"]).values == {"project": "路"}
    case.row.refresh_from_db()
    assert case.row.values["amount"] == 40_000_000


def test_rows_sorted_without_their_keys_are_not_written_to_the_wrong_village():
    case = Case()
    grid = case.issue()
    grid.put("甲二村", "project", "路")
    first, last = grid.first, grid.last

    def change(cells):
        seen = [row[1:] for row in cells[first:last]][::-1]
        for row, values in zip(cells[first:last], seen, strict=True):
            row[1:] = values

    upload = case.back(grid, change)
    assert {fault["code"] for fault in upload.faults} == {"RET-14"}
    case.merge(upload)
    assert RegisterRow.objects.count() == 1


@pytest.mark.parametrize("spoil", ["row", "head", "foreign", "two_keys"])
def test_foreign_and_tampered_files_are_refused_with_words(spoil):
    case = Case()
    grid = case.issue()
    code = {"row": "RET-04", "head": "RET-04", "foreign": "RET-03", "two_keys": "RET-04"}[spoil]
    first, keys = grid.first, grid.keys

    def change(cells):
        if spoil == "row":
            cells[first][0] = cells[first][0].replace("#r:1:", "#r:2:")
        elif spoil == "head":
            cells[keys][0] = cells[keys][0][:-1] + ("0" if cells[keys][0][-1] != "0" else "1")
        elif spoil == "two_keys":
            cells[first][2] = cells[first + 1][0]
        else:
            cells[keys][0] = ""

    with pytest.raises(Refused, match=code):
        case.back(grid, change)
    assert ReturnUpload.objects.count() == 0


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"PK\x03\x04 broken", b"a,b\n1,2\n"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(Refused, match="RET-02"):
        receive(data, "x.xlsx", actor=Case().town)


def test_keys_of_one_workbook_fit_no_other():
    case = Case()
    one = case.issue()
    other = case.issue()
    first, key = other.first, one.cells[one.first][0]

    def change(cells):
        cells[first][0] = key

    with pytest.raises(Refused, match="RET-04"):
        case.back(other, change)


def test_lines_added_or_copied_by_the_clerk_are_told():
    case = Case()
    grid = case.issue()
    copied = [*grid.cells[grid.first]]
    copied[grid.column("amount")] = 99
    added = ["", "330111101299", "新村", "路", "", "", "", 5]
    grid.cells.insert(grid.last, copied)
    grid.cells.insert(grid.last, added)
    upload = case.back(grid)
    assert sorted(fault["code"] for fault in upload.faults) == ["RET-06", "RET-07"]


def test_another_township_cannot_send_it_back():
    case = Case()
    grid = case.issue()
    other = an_account("other", "township_office", case.tree["乙一镇"])
    with pytest.raises(Refused, match="RET-11"):
        case.back(grid, actor=other)


def test_a_village_merges_only_its_own_row():
    case = Case()
    grid = case.issue(actor=an_account("county", "county_office", case.tree["甲县"]), place="甲县")
    grid.put("甲一村", "amount", 40)
    grid.put("甲二村", "project", "路")
    upload = case.back(grid, actor=an_account("county2", "county_office", case.tree["甲县"]))
    village = an_account("village", "village_clerk", case.tree["甲一村"])
    merged = case.merge(upload, actor=village)
    assert merged.cells == 1
    assert not RegisterRow.objects.filter(place=case.tree["甲二村"]).exists()


def test_who_only_reads_gets_no_workbook():
    case = Case()
    leader = an_account("leader", "leader", case.tree["甲县"])
    with pytest.raises(NotAllowed):
        case.issue(actor=leader)


def test_a_row_removed_since_is_not_changed():
    case = Case()
    grid = case.issue()
    remove_row(case.row.pk, "重复", seen_version=1, actor=System())
    grid.put("甲一村", "amount", 40)
    merged = case.merge(case.back(grid))
    assert [fault.code for fault in merged.faults] == ["RET-12"]


def test_a_column_the_scheme_dropped_since_is_told():
    case = Case()
    grid = case.issue()
    grid.put("甲一村", "jobs", 5)
    a_register(fields=[f for f in PROJECTS["fields"] if f["id"] != "jobs"])
    upload = ReturnUpload.objects.get(pk=case.back(grid).pk)
    assert [fault.code for fault in case.merge(upload).faults] == ["RET-08"]


def test_two_people_do_not_merge_the_same_file_at_once():
    case = Case()
    upload = case.back(case.issue())
    merge_upload(upload, {}, seen_version=1, actor=case.town)
    with pytest.raises(Stale):
        merge_upload(ReturnUpload.objects.get(), {}, seen_version=1, actor=case.town)


def test_giving_out_taking_back_and_merging_are_in_the_log():
    case = Case()
    grid = case.issue()
    grid.put("甲一村", "amount", 40)
    case.merge(case.back(grid))
    acts = list(AuditEntry.objects.order_by("sequence").values_list("act", flat=True))
    assert [act for act in acts if act.startswith("returns.")] == [
        "returns.issue",
        "returns.receive",
        "returns.begin_merge",
        "returns.merge",
    ]


def test_hostile_texts_travel_as_texts():
    case = Case()
    case.row = change_row(case.row.pk, {"project": "=HYPERLINK(1)"}, seen_version=1, actor=System())
    grid = case.issue()
    assert grid.get("甲一村", "project") == "=HYPERLINK(1)"
    assert case.states(case.back(grid)) == {}
