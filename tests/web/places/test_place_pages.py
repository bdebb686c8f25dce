"""The list of places, the file of one place, and the changes that were made."""

import re
from datetime import date

import pytest
from django.test import Client
from tests.records.factories import a_tree, an_account, an_organisation
from tests.web.area_gate import AreaGate

from bangfu.records.accounts.pairs import start_pair
from bangfu.records.audit.actions import System
from bangfu.records.organisations.actions import NewLink
from bangfu.records.places.changes import merge_places, rename_place
from bangfu.records.places.events import Paper
from bangfu.records.places.groups import NewMembership, join_group
from bangfu.records.places.models import PlaceEvent
from bangfu.records.places.naming import add_alias

PAPER = Paper(date(2026, 7, 1), "示例函〔2026〕1号")


def client_of(account):
    client = Client()
    client.force_login(account)
    return client


def page(account, address):
    answer = client_of(account).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


class TestPlaceFile(AreaGate):
    role_without = ""

    def address(self, tree):
        return f"/places/{tree['甲一村'].pk}/"


class TestEventPage(AreaGate):
    role_without = ""

    def address(self, tree):
        rename_place(tree["甲一镇"], "甲新镇", PAPER, actor=System())
        return f"/places/changes/{PlaceEvent.objects.get().pk}/"


class TestChooseChange(AreaGate):
    role_without = "township_office"

    def address(self, tree):
        return f"/places/{tree['甲一镇'].pk}/change/"

    def test_an_account_without_the_right_is_refused(self):
        tree = a_tree()
        account = an_account("without", self.role_without, tree["甲一镇"])
        assert self._answer(account, self.address(tree)) == 403


class TestChangeForm(TestChooseChange):
    def address(self, tree):
        return f"/places/{tree['甲一镇'].pk}/change/rename/"


@pytest.mark.django_db
def test_the_list_holds_what_one_may_see_and_nothing_else():
    tree = a_tree()
    told = page(an_account("town", "township_office", tree["甲一镇"]), "/places/")
    assert "甲一村" in told
    assert "乙一村" not in told
    assert "甲三村" not in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "inside", "outside"),
    [
        ("level=township", "甲二镇", "甲三村"),
        ("q=jiasancun", "甲三村", "甲一村"),
        ("q=jsc", "甲三村", "甲一村"),
        ("q=330111102", "甲三村", "甲一村"),
        ("q=甲二镇 村", "甲三村", "甲一村"),
    ],
)
def test_the_list_is_narrowed(query, inside, outside):
    tree = a_tree()
    told = page(an_account("county", "county_office", tree["甲县"]), f"/places/?{query}")
    assert f">{inside}</a>" in told
    assert f">{outside}</a>" not in told


@pytest.mark.django_db
def test_a_child_list_is_reached_by_its_parent():
    tree = a_tree()
    account = an_account("county", "county_office", tree["甲县"])
    told = page(account, f"/places/?parent={tree['甲二镇'].pk}")
    assert ">甲三村</a>" in told
    assert ">甲一村</a>" not in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["colour=red", "level=hamlet", "parent=abc", "ended=maybe", "level=city&level=county"]
)
def test_an_unknown_filter_is_refused(query):
    tree = a_tree()
    client = client_of(an_account("county", "county_office", tree["甲县"]))
    assert client.get(f"/places/?{query}").status_code == 400


@pytest.mark.django_db
def test_abolished_places_are_listed_where_asked_for():
    tree = a_tree()
    account = an_account("county", "county_office", tree["甲县"])
    merge_places([tree["甲二镇"]], tree["甲一镇"], PAPER, actor=System())
    assert "甲二镇</a>" not in page(account, "/places/")
    assert "甲二镇</a>" in page(account, "/places/?ended=yes")
    assert "甲一镇</a>" not in page(account, "/places/?ended=yes")


@pytest.mark.django_db
def test_the_file_tells_names_groups_helpers_and_lineage():
    tree = a_tree()
    account = an_account("county", "county_office", tree["甲县"])
    town = tree["甲一镇"]
    rename_place(town, "甲新镇", PAPER, actor=System())
    add_alias(town, "老甲镇", actor=System())
    join_group(NewMembership(town, "area", "示例革命老区", date(2021, 1, 1)), actor=System())
    unit = an_organisation("U1", "示例帮扶单位", tree["示例市"])
    start_pair(NewLink(town, unit, date(2024, 1, 1), layer="省级"), actor=System())
    told = page(account, f"/places/{town.pk}/")
    for words in (
        "甲新镇",
        "甲一镇",
        "老甲镇",
        "示例革命老区",
        "示例帮扶单位",
        "示例函〔2026〕1号",
    ):
        assert words in told
    assert "更名" in told
    assert ">甲一村</a>" in told


@pytest.mark.django_db
def test_the_file_links_only_to_places_above_that_one_may_open():
    tree = a_tree()
    account = an_account("county", "county_office", tree["甲县"])
    told = page(account, f"/places/{tree['甲一村'].pk}/")
    assert f'href="/places/{tree["甲县"].pk}/"' in told
    assert f'href="/places/{tree["示例市"].pk}/"' not in told
    assert "示例市" in told


@pytest.mark.django_db
def test_accounts_are_named_only_to_who_may_see_accounts():
    tree = a_tree()
    an_account("clerk", "village_clerk", tree["甲一村"])
    county = an_account("county", "county_office", tree["甲县"])
    leader = an_account("leader", "leader", tree["甲县"])
    assert "示例账号（clerk）" in page(county, f"/places/{tree['甲一村'].pk}/")
    assert "示例账号（clerk）" not in page(leader, f"/places/{tree['甲一村'].pk}/")


@pytest.mark.django_db
def test_a_helper_sees_its_village_and_not_who_answers_for_it():
    tree = a_tree()
    unit = an_organisation("U1", "示例帮扶单位", tree["示例市"])
    start_pair(NewLink(tree["甲一村"], unit, date(2024, 1, 1)), actor=System())
    helper = an_account("helper", "helper_unit", unit)
    an_account("clerk", "village_clerk", tree["甲一村"])
    told = page(helper, f"/places/{tree['甲一村'].pk}/")
    assert "示例帮扶单位" in told
    assert "示例账号（clerk）" not in told
    assert "办理区划变更" not in told


@pytest.mark.django_db
def test_changes_elsewhere_are_not_listed():
    tree = a_tree()
    rename_place(tree["乙一镇"], "乙新镇", PAPER, actor=System())
    rename_place(tree["甲一镇"], "甲新镇", PAPER, actor=System())
    told = page(an_account("county", "county_office", tree["甲县"]), "/places/changes/")
    assert "甲新镇" in told
    assert "乙新镇" not in told


@pytest.mark.django_db
def test_names_are_shown_as_text_never_as_markup():
    tree = a_tree()
    rename_place(tree["甲一镇"], "<script>1</script>", PAPER, actor=System())
    account = an_account("county", "county_office", tree["甲县"])
    for address in (
        "/places/",
        f"/places/{tree['甲一镇'].pk}/",
        "/places/changes/",
        "/search/?q=script",
    ):
        told = page(account, address)
        assert "<script>1" not in told
        assert "&lt;script&gt;" in told


@pytest.mark.django_db
def test_a_page_asks_few_questions_however_many_rows(django_assert_max_num_queries):
    tree = a_tree()
    client = client_of(an_account("county", "county_office", tree["甲县"]))
    client.get("/places/")
    with django_assert_max_num_queries(16):
        client.get("/places/")
    with django_assert_max_num_queries(45):
        client.get(f"/places/{tree['甲一镇'].pk}/")


CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@pytest.mark.django_db
def test_every_word_of_the_pages_has_its_english():
    """What stays Chinese is what somebody entered: names, kinds, papers."""
    tree = a_tree()
    rename_place(tree["甲一镇"], "Town", Paper(date(2026, 7, 1)), actor=System())
    client = client_of(an_account("keeper", "system_administrator", tree["示例市"]))
    client.cookies["django_language"] = "en"
    town = tree["甲一镇"].pk
    entered = {*tree, "示例账号", "中文", "帮扶"}
    addresses = ["/places/", f"/places/{town}/", f"/places/{town}/change/", "/places/changes/"]
    kinds = ("rename", "recode", "transfer", "reclassify", "merge", "split", "abolish", "found")
    addresses += [f"/places/{town}/change/{kind}/" for kind in (*kinds, "correct")]
    addresses += ["/search/?q=nothing", f"/places/changes/{PlaceEvent.objects.get().pk}/"]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        main = answer.content.decode().split("<main")[1].split("</main>")[0]
        left = set(CHINESE.findall(main)) - entered - {"镇", "街道", "社区", "甲县", "双溪"}
        assert left == set(), (address, left)
