"""Many accounts from a table: all faults by row, two hands, one effect."""

import io

import pytest
import xlsxwriter
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from tests.records.factories import a_tree, an_account, an_organisation

from bangfu.records.accounts.bulk import carry_out, plan_lines
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.accounts.passwords import initial_password, quick_hash, refuse_weak
from bangfu.records.accounts.sheets import MOST_ROWS, read_accounts
from bangfu.records.accounts.sign_in import sign_in
from bangfu.records.accounts.verification import verify_grants
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground.refusals import NotAllowed, Refused
from bangfu.vocabulary.errors import FaultsFound

pytestmark = pytest.mark.django_db
HEAD = ["登录名", "姓名或岗位", "地方代码", "单位代码", "角色", "起", "止"]


def a_table(*rows, head=HEAD):
    return "\n".join(",".join(row) for row in [head, *rows]).encode("utf-8-sig")


def a_row(name, place="330111101201", role="村（社区）", **more):
    return [
        name,
        more.get("display_name", f"示例{name}"),
        place,
        more.get("unit", ""),
        role,
        more.get("starts_on", ""),
        more.get("ends_on", ""),
    ]


def planned(actor, *rows, **more):
    lines = read_accounts(a_table(*rows), "账号.csv")
    return plan_lines(lines, actor=actor, where="账号.csv", **more)


def carried(actor, *rows, **more):
    return carry_out(planned(actor, *rows, **more), actor=actor)


def codes(plan):
    return [(fault.code, fault.where) for fault in plan.faults]


@pytest.fixture
def house():
    tree = a_tree()
    return {
        "tree": tree,
        "system": an_account("system", "system_administrator", tree["甲县"]),
        "security": an_account("security", "security_administrator", tree["甲县"]),
        "office": an_account("office", "county_office", tree["甲县"]),
    }


def test_one_hand_opens_and_the_other_gives_the_roles(house):
    opened = carried(house["system"], a_row("v1"), a_row("v2"))
    assert [line.line.sign_in_name for line in opened] == ["v1", "v2"]
    assert RoleAssignment.objects.filter(account__sign_in_name="v1").count() == 0
    assert carried(house["security"], a_row("v1"), a_row("v2")) == []
    assert RoleAssignment.objects.get(account__sign_in_name="v1").role == "village_clerk"
    assert list(verify_grants()) == []


def test_a_second_run_changes_nothing(house):
    for actor in (house["system"], house["security"]):
        carried(actor, a_row("v1"))
        plan = planned(actor, a_row("v1"))
        assert (plan.opens, plan.gives, plan.leaves) == (0, 0, 1)
        carry_out(plan, actor=actor)
    assert Account.objects.filter(sign_in_name="v1").count() == 1
    assert RoleAssignment.objects.filter(account__sign_in_name="v1").count() == 1


def test_the_password_signs_in_once_and_must_be_changed(house):
    (line,) = carried(house["system"], a_row("v1"))
    account = sign_in("v1", line.password)
    assert account.must_change_password is True


def test_passwords_can_be_drawn_anew_only_for_those_nobody_used(house):
    carried(house["system"], a_row("v1"), a_row("v2"))
    Account.objects.filter(sign_in_name="v2").update(must_change_password=False)
    again = carried(house["system"], a_row("v1"), a_row("v2"), renew=True)
    assert [line.line.sign_in_name for line in again] == ["v1"]
    assert sign_in("v1", again[0].password) is not None


def test_all_faults_are_told_at_once_with_their_rows(house):
    plan = planned(
        house["system"],
        a_row("v1", place="330112101201"),
        a_row("v 2"),
        a_row("v3", role="村长"),
        a_row("v4", role="县级主管部门"),
        a_row("v5", starts_on="2026-05-01", ends_on="2026-04-01"),
        a_row("v6", place="", unit="NONE"),
        a_row("v7", place=""),
    )
    assert codes(plan) == [
        ("BLK-03", "账号.csv 第 2 行"),
        ("ACT-06", "账号.csv 第 3 行"),
        ("BLK-04", "账号.csv 第 4 行"),
        ("ACT-03", "账号.csv 第 5 行"),
        ("ACT-05", "账号.csv 第 6 行"),
        ("BLK-01", "账号.csv 第 7 行"),
        ("BLK-02", "账号.csv 第 8 行"),
    ]
    with pytest.raises(Refused):
        carry_out(plan, actor=house["system"])
    assert not Account.objects.filter(sign_in_name__startswith="v").exists()


def test_a_name_taken_by_somebody_else_is_a_fault(house):
    carried(house["system"], a_row("v1"))
    plan = planned(house["system"], a_row("v1", display_name="另一人"))
    assert codes(plan) == [("BLK-05", "账号.csv 第 2 行")]


def test_doubled_lines_and_administrators_beside_a_role_are_faults(house):
    plan = planned(
        house["system"],
        a_row("v1"),
        a_row("v1"),
        a_row("v2", place="330111000000", role="审计管理员"),
        a_row("v2", place="330111000000", role="县级主管部门"),
    )
    assert codes(plan) == [("BLK-08", "账号.csv 第 3 行"), ("ACT-04", "账号.csv 第 5 行")]


def test_one_account_may_have_two_roles_in_two_lines(house):
    rows = (
        a_row("v1", place="330111101000", role="乡镇（街道）"),
        a_row("v1", place="330111101000", role="联系领导"),
    )
    plan = planned(System(), *rows)
    assert (plan.opens, plan.gives) == (1, 2)
    assert len(carry_out(plan, actor=System())) == 1
    assert RoleAssignment.objects.filter(account__sign_in_name="v1").count() == 2


def test_the_security_administrator_does_not_open_accounts(house):
    assert codes(planned(house["security"], a_row("v1"))) == [("BLK-06", "账号.csv 第 2 行")]


def test_whoever_holds_neither_right_finds_no_place(house):
    assert {code for code, _ in codes(planned(house["office"], a_row("v1")))} == {"BLK-03"}


def test_an_account_in_a_unit_takes_the_units_place(house):
    unit = an_organisation("U1", "示例单位", house["tree"]["甲县"])
    carried(System(), a_row("v1", place="", unit="U1", role="帮扶单位"))
    account = Account.objects.get(sign_in_name="v1")
    assert (account.organisation, account.place) == (unit, unit.place)
    assert RoleAssignment.objects.get(account=account).organisation == unit


def test_aliases_and_xlsx_and_gb18030_are_read(house):
    head = ["用户名", "姓名", "行政区划代码", "权限", "开始日期"]
    row = ["V1", "示例甲", "330111101201", "village_clerk", "2026-03-01"]
    memory = io.BytesIO()
    book = xlsxwriter.Workbook(memory)
    sheet = book.add_worksheet()
    for index, (name, value) in enumerate(zip(head, row, strict=True)):
        sheet.write_string(1, index, name)
        sheet.write_string(2, index, value)
    sheet.write_string(0, 0, "甲县账号开通申请表")
    book.close()
    from_book = read_accounts(memory.getvalue(), "表.xlsx")
    text = "\n".join(",".join(cells) for cells in (head, row)).encode("gb18030")
    from_text = read_accounts(text, "表.csv")
    assert [
        (line.sign_in_name, line.place_code, line.starts_on.isoformat())
        for line in (*from_book, *from_text)
    ] == [("v1", "330111101201", "2026-03-01")] * 2
    assert (from_book[0].row, from_text[0].row) == (3, 2)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", None),
        (a_table(), "a.csv", "SHT-02"),
        (a_table(["v1", "x"], head=["登录名", "备注"]), "a.csv", "SHT-04"),
        (b"PK\x03\x04broken", "a.xlsx", None),
        (b"x", "a.exe", "SHT-01"),
        (a_table(*[a_row(f"v{n}") for n in range(MOST_ROWS + 1)]), "a.csv", "SHT-03"),
    ],
)
def test_what_is_no_table_of_accounts_is_refused(data, name, code):
    with pytest.raises(FaultsFound) as refusal:
        read_accounts(data, name)
    assert code is None or refusal.value.faults[0].code == code


def test_initial_passwords_are_long_unlike_and_never_in_the_log(house):
    opened = carried(house["system"], *[a_row(f"v{n}") for n in range(20)])
    passwords = {line.password for line in opened}
    assert len(passwords) == 20
    assert all(len(password.replace("-", "")) == 15 for password in passwords)
    logged = str(list(AuditEntry.objects.values_list("data", flat=True)))
    assert not any(password in logged for password in passwords)
    refuse_weak(opened[0].password, Account.objects.get(sign_in_name="v0"))


def test_three_hundred_with_the_real_hash_take_seconds_and_grow_full_at_the_first_sign_in(
    house, settings
):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    password = initial_password()
    encoded = quick_hash(password)
    assert identify_hasher(encoded).decode(encoded)["iterations"] == 10_000
    clerk = Account.objects.get(sign_in_name="office")
    Account.objects.filter(pk=clerk.pk).update(password=encoded)
    clerk.refresh_from_db()
    assert clerk.check_password(password) is True
    clerk.refresh_from_db()
    full = PBKDF2PasswordHasher.iterations
    assert identify_hasher(clerk.password).decode(clerk.password)["iterations"] == full


def test_only_the_holder_of_a_right_carries_a_plan_out(house):
    plan = planned(house["system"], a_row("v1"))
    with pytest.raises(NotAllowed):
        carry_out(plan, actor=house["office"])
