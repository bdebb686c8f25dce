"""Pages of accounts: what an administrator does there, handover, lending, contact numbers."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.records.factories import PASSWORD, a_tree, an_account
from tests.web.area_gate import AreaGate

from bangfu.records.accounts.models import Account, Handover, RoleAssignment
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.vault.actions import keep_contact
from bangfu.records.vault.models import StaffContact

PHONE = "13800001234"


class TestAnAccountsPage(AreaGate):
    role_without = "finance"

    def address(self, tree):
        return f"/accounts/{an_account('row', 'village_clerk', tree['甲一村']).pk}/"


class TestAHandoversSheet(AreaGate):
    role_without = "auditor"

    def address(self, tree):
        row = Handover.objects.create(
            leaver=an_account("one", "village_clerk", tree["甲一村"]),
            successor=an_account("two", "village_clerk", tree["甲一村"]),
            on=clock.today(),
            made_at=clock.now(),
        )
        return f"/accounts/handovers/{row.pk}/"


def as_(account):
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def house(db):
    tree = a_tree()
    return {
        "tree": tree,
        "system": an_account("system", "system_administrator", tree["甲县"]),
        "security": an_account("security", "security_administrator", tree["甲县"]),
        "office": an_account("office", "county_office", tree["甲县"]),
        "clerk": an_account("clerk", "village_clerk", tree["甲一村"]),
        "far": an_account("far", "village_clerk", tree["乙一村"]),
    }


def words(answer):
    return answer.content.decode()


def test_an_account_is_opened_given_a_role_and_signs_in(house):
    opened = as_(house["system"]).post(
        "/accounts/new/",
        {"sign_in_name": "fresh", "display_name": "示例新人", "place_code": "330111101201"},
    )
    password = opened.context["password"]
    account = Account.objects.get(sign_in_name="fresh")
    given = as_(house["security"]).post(
        f"/accounts/{account.pk}/roles/",
        {"role": "village_clerk", "place_code": "330111101201", "starts_on": "2026-01-01"},
    )
    assert given.status_code == 302
    client = Client()
    assert client.post("/sign-in/", {"username": "fresh", "password": password}).status_code == 302
    assert client.get("/places/")["Location"] == "/password/"
    assert password not in words(as_(house["system"]).get(f"/accounts/{account.pk}/"))


def test_a_place_beyond_the_area_is_not_known_in_the_form(house):
    answer = as_(house["system"]).post(
        "/accounts/new/",
        {"sign_in_name": "fresh", "display_name": "示例", "place_code": "330112101201"},
    )
    assert "place_code" in answer.context["form"].errors
    assert not Account.objects.filter(sign_in_name="fresh").exists()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["clerk", "office", "security", "system"]),
        ("?role=village_clerk", ["clerk"]),
        ("?q=OFF", ["office"]),
        ("?q=far", []),
        ("?state=closed", []),
        ("?state=first", ["clerk", "security", "system"]),
    ],
)
def test_the_list_shows_the_own_area_by_filter(house, query, expected):
    answer = as_(house["office"]).get(f"/accounts/{query}")
    assert [row.sign_in_name for row, _ in answer.context["rows"]] == expected


@pytest.mark.parametrize("query", ["?surprise=1", "?role=mayor", "?state=x", "?place=x"])
def test_an_unknown_filter_is_refused(house, query):
    assert as_(house["office"]).get(f"/accounts/{query}").status_code == 400


def test_a_place_of_another_area_is_no_filter(house):
    other = house["tree"]["乙县"].pk
    assert as_(house["office"]).get(f"/accounts/?place={other}").status_code == 404


def test_pages_of_many_accounts_are_walked_without_loss(house):
    for number in range(60):
        an_account(f"many{number:02d}", "village_clerk", house["tree"]["甲一村"])
    client, url, seen = as_(house["office"]), "/accounts/?q=many", []
    for _ in range(3):
        page = client.get(url).context["page"]
        seen += [row.sign_in_name for row in page.items]
        if page.next_cursor is None:
            break
        url = f"/accounts/?q=many&cursor={page.next_cursor}"
    assert seen == [f"many{number:02d}" for number in range(60)]


def test_the_list_asks_the_database_a_fixed_number_of_times(house, django_assert_max_num_queries):
    for number in range(40):
        an_account(f"many{number:02d}", "village_clerk", house["tree"]["甲一村"])
    client = as_(house["office"])
    with django_assert_max_num_queries(14):
        client.get("/accounts/")


@pytest.mark.parametrize("change", ["close", "reopen", "unlock", "password", "second-factor/reset"])
def test_a_change_by_who_may_not_is_refused_and_changes_nothing(house, change):
    version = Account.objects.get(pk=house["security"].pk).version
    client = as_(house["system"])
    for target in ("security", "system"):
        answer = client.post(f"/accounts/{house[target].pk}/{change}/", {"version": 1})
        assert answer.status_code == 403
    assert Account.objects.get(pk=house["security"].pk).version == version


def test_a_page_that_is_old_is_told_so(house):
    client = as_(house["system"])
    url = f"/accounts/{house['clerk'].pk}/"
    client.post(f"{url}close/", {"version": 1})
    assert client.post(f"{url}close/", {"version": 1}).status_code == 412
    assert client.post(f"{url}reopen/", {"version": "x"}).status_code == 400
    assert client.post(f"{url}close/", {"version": 2, "on": "2026-2-30"}).status_code == 400


def test_a_role_is_ended_on_its_page(house):
    post = RoleAssignment.objects.get(account=house["clerk"])
    as_(house["security"]).post(
        f"/accounts/roles/{post.pk}/end/", {"version": 1, "on": clock.today().isoformat()}
    )
    post.refresh_from_db()
    assert post.ends_on == clock.today()


HEAD = "登录名,姓名或岗位,地方代码,角色"


def upload(client, *rows, url="/accounts/many/", head=HEAD, **more):
    data = "\n".join([head, *rows]).encode("utf-8-sig")
    return client.post(url, {"workbook": SimpleUploadedFile("账号.csv", data), **more})


def test_many_are_opened_from_a_table_and_the_passwords_go_out_once(house):
    client = as_(house["system"])
    preview = upload(client, "v1,示例甲,330111101201,村（社区）", "v2,=1+1,330111101201,村（社区）")
    assert (preview.context["plan"].opens, Account.objects.filter(sign_in_name="v1").count()) == (
        2,
        0,
    )
    confirm = {"lines": preview.context["lines"]}
    answer = client.post("/accounts/many/confirm/", confirm)
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        text = book.read("xl/sharedStrings.xml").decode()
    assert ("<f>" in sheet, "=1+1" in text) == (False, True)
    again = client.post("/accounts/many/confirm/", confirm)
    assert (again.status_code, Account.objects.filter(sign_in_name__startswith="v").count()) == (
        200,
        2,
    )


def test_faults_of_a_table_are_shown_all_at_once(house):
    answer = upload(
        as_(house["system"]), "v1,甲,330112101201,村（社区）", "v 2,乙,330111101201,村长"
    )
    assert answer.status_code == 409
    assert [fault.code for fault in answer.context["faults"]] == ["BLK-03", "BLK-04", "ACT-06"]


@pytest.mark.parametrize("lines", ["", "forged", "a:b:c"])
def test_a_forged_preview_is_refused(house, lines):
    answer = as_(house["system"]).post("/accounts/many/confirm/", {"lines": lines})
    assert answer.status_code == 400


def test_a_preview_of_one_administrator_gives_another_no_more_than_his_right(house):
    preview = upload(as_(house["system"]), "v1,示例甲,330111101201,村（社区）")
    answer = as_(house["security"]).post(
        "/accounts/many/confirm/", {"lines": preview.context["lines"]}
    )
    assert (answer.status_code, Account.objects.filter(sign_in_name="v1").exists()) == (409, False)


def test_the_template_can_be_read_back(house):
    from bangfu.records.accounts.sheets import read_accounts
    from bangfu.vocabulary.errors import FaultsFound

    data = as_(house["system"]).get("/accounts/many/template/").content
    with pytest.raises(FaultsFound) as refusal:
        read_accounts(data, "模板.xlsx")
    assert refusal.value.faults[0].code == "SHT-02"


def handover_form(**more):
    return {
        "leaver": "clerk",
        "successor": "fresh",
        "successor_name": "示例接任",
        "on": clock.today().isoformat(),
        **more,
    }


def test_a_handover_shows_what_is_open_then_prints_a_sheet_for_three(house):
    client = as_(house["office"])
    look = client.post("/accounts/handovers/new/", handover_form(step="look"))
    assert (look.context["look"], Handover.objects.count()) == (True, 0)
    done = client.post("/accounts/handovers/new/", handover_form(step="confirm"))
    signed = Client().post("/sign-in/", {"username": "fresh", "password": done.context["password"]})
    assert signed.status_code == 302
    sheet = words(client.get(f"/accounts/handovers/{Handover.objects.get().pk}/"))
    assert all(f"{who}（签字）" in sheet for who in ("移交人", "接收人", "监交人"))
    assert (
        Client().post("/sign-in/", {"username": "clerk", "password": PASSWORD}).status_code == 401
    )


def test_a_leaver_of_another_area_is_not_known(house):
    answer = as_(house["office"]).post("/accounts/handovers/new/", handover_form(leaver="far"))
    assert [fault.code for fault in answer.context["faults"]] == ["HND-08"]


def test_many_handovers_from_a_table_are_all_or_none(house):
    an_account("next", "village_clerk", house["tree"]["甲一村"])
    client = as_(house["office"])
    more = {"url": "/accounts/handovers/many/", "head": "移交人,接收人"}
    assert upload(client, "clerk,next", "far,next", **more).status_code == 409
    assert Handover.objects.count() == 0
    assert len(upload(client, "clerk,next", **more).context["done"]) == 1


def lend_form(account, **more):
    post = RoleAssignment.objects.get(account=account, lent_from=None)
    today = clock.today()
    return {
        "post": post.pk,
        "borrower": "clerk",
        "kind": "liaison",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=10)).isoformat(),
        **more,
    }


def test_a_borrower_acts_in_the_lenders_name_and_both_names_are_shown_and_logged(house):
    office, clerk = house["office"], house["clerk"]
    assert as_(office).post("/accounts/me/lend/", lend_form(office)).status_code == 302
    client = as_(clerk)
    assert client.get("/accounts/").status_code == 403
    client.post("/accounts/me/name/", {"lender": office.pk})
    page = words(client.get("/accounts/"))
    assert (office.display_name in page, clerk.display_name in page) == (True, True)
    client.post("/accounts/me/language/", {"language": "en"})
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.actor_id, entry.on_behalf_of_id) == (clerk.pk, office.pk)
    client.post("/accounts/me/name/", {"lender": ""})
    assert client.get("/accounts/").status_code == 403


def test_a_loan_taken_back_ends_in_the_middle_of_a_session(house):
    office, clerk = house["office"], house["clerk"]
    as_(office).post("/accounts/me/lend/", lend_form(office))
    client = as_(clerk)
    client.post("/accounts/me/name/", {"lender": office.pk})
    loan = RoleAssignment.objects.get(on_behalf_of=office)
    as_(office).post(f"/accounts/me/lend/{loan.pk}/end/", {"version": loan.version})
    assert client.get("/accounts/").status_code == 403


def test_nobody_chooses_the_name_of_who_lent_nothing(house):
    client = as_(house["clerk"])
    answer = client.post("/accounts/me/name/", {"lender": house["office"].pk})
    assert (answer.status_code, client.get("/accounts/").status_code) == (409, 403)


def test_lending_to_a_name_elsewhere_reads_like_to_no_name(house):
    client = as_(house["office"])
    answers = [
        client.post("/accounts/me/lend/", lend_form(house["office"], borrower=name))
        for name in ("far", "no-such-name")
    ]
    assert {answer.context["faults"][0].code for answer in answers} == {"LEN-04"}


def test_in_anothers_name_nothing_is_lent(house):
    office, clerk = house["office"], house["clerk"]
    as_(office).post("/accounts/me/lend/", lend_form(office))
    client = as_(clerk)
    client.post("/accounts/me/name/", {"lender": office.pk})
    assert client.post("/accounts/me/lend/", lend_form(clerk)).status_code == 409


def test_a_number_is_masked_and_shown_for_a_reason_by_post_alone(house):
    keep_contact(house["clerk"], PHONE, kept_until=clock.today() + timedelta(9), actor=System())
    client, url = as_(house["office"]), f"/accounts/{house['clerk'].pk}/"
    page = words(client.get(url))
    assert ("138****1234" in page, PHONE in page) == (True, False)
    assert client.get(f"{url}contact/show/").status_code == 405
    assert client.post(f"{url}contact/show/", {"reason": "看"}).status_code == 409
    shown = client.post(f"{url}contact/show/", {"reason": "核实防汛值守情况"})
    assert PHONE in words(shown)
    assert "no-store" in shown["Cache-Control"]
    assert AuditEntry.objects.latest("sequence").data == {"reason": "核实防汛值守情况"}


def test_without_the_right_not_even_the_masked_number_is_there(house):
    keep_contact(house["clerk"], PHONE, kept_until=clock.today() + timedelta(9), actor=System())
    assert "1234" not in words(as_(house["system"]).get(f"/accounts/{house['clerk'].pk}/"))


def test_the_own_number_is_kept_and_erased_by_oneself(house):
    clerk = house["clerk"]
    client, url = as_(clerk), f"/accounts/{clerk.pk}/contact/"
    until = (clock.today() + timedelta(days=9)).isoformat()
    assert 'name="phone"' in words(client.get("/accounts/me/"))
    client.post(url, {"phone": PHONE, "kept_until": until})
    row = StaffContact.objects.get(account=clerk)
    assert as_(house["office"]).post(f"{url}erase/", {"version": row.version}).status_code == 403
    client.post(f"{url}erase/", {"version": row.version})
    row.refresh_from_db()
    assert (row.phone, row.erased_at is not None) == ("", True)
