"""The search box: the best match first, and never a row from outside one's area."""

from datetime import date

import pytest
from django.test import Client
from tests.records.factories import a_place, a_tree, an_account, an_organisation

from bangfu.records.audit.actions import System
from bangfu.records.places.changes import rename_place
from bangfu.records.places.events import Paper
from bangfu.records.places.naming import add_alias
from bangfu.records.places.search import find_places

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def county(tree):
    return an_account("county", "county_office", tree["甲县"])


def found(user, words):
    return [place.name for place in find_places(user, words)]


def get(user, address):
    client = Client()
    client.force_login(user)
    return client.get(address)


@pytest.mark.parametrize(
    "words", ["甲三村", "甲三", "jiasancun", "JiaSan", "jsc", "330111102201", "3301111022"]
)
def test_a_place_is_found_by_any_of_its_signs(county, words):
    assert found(county, words)[0] == "甲三村"


def test_a_place_is_found_by_its_former_and_its_local_name(tree, county):
    rename_place(tree["甲三村"], "幸福村", Paper(date(2024, 1, 1)), actor=System())
    add_alias(tree["甲三村"], "王家墩", actor=System())
    for words in ("甲三村", "jsc", "王家墩", "wjd"):
        assert found(county, words) == ["幸福村"], words


def test_whole_names_come_before_beginnings_and_those_before_the_rest(tree, county):
    for number, name in enumerate(("大双溪村", "双溪口村", "双溪")):
        a_place(name, f"33011110129{number}", "village", tree["甲一镇"])
    assert found(county, "双溪") == ["双溪", "双溪口村", "大双溪村"]


def test_names_that_recur_are_told_apart_by_the_place_above(tree, county):
    a_place("双溪村", "330111101291", "village", tree["甲一镇"])
    a_place("双溪村", "330111102291", "village", tree["甲二镇"])
    assert len(found(county, "双溪")) == 2
    [place] = find_places(county, "甲二镇 双溪")
    assert place.parent.name == "甲二镇"


def test_nothing_outside_the_area_is_found_suggested_or_counted(tree):
    other = an_account("other", "county_office", tree["乙县"])
    for words in ("甲三村", "jsc", "330111102201", "甲县 村"):
        assert found(other, words) == []
        for address in (f"/search/?q={words}", f"/search/suggest/?q={words}"):
            told = get(other, address).content.decode().replace(words, "")
            assert "甲三村" not in told
            assert f"/places/{tree['甲三村'].pk}/" not in told


@pytest.mark.parametrize("words", ["%", "_", "'", '"', "\\", "%%%", "; DROP TABLE", "（" * 40])
def test_signs_mean_nothing_but_themselves(county, words):
    assert found(county, words) == []
    assert (
        get(county, "/search/?" + f"q={words}".replace("%", "%25").replace(";", "%3B")).status_code
        == 200
    )


@pytest.mark.parametrize(
    "address", ["/search/", "/search/?q=", "/search/suggest/", "/search/?q=%20"]
)
def test_no_words_find_nothing(county, address):
    answer = get(county, address)
    assert answer.status_code == 200
    assert "甲一村" not in answer.content.decode()


def test_too_many_letters_and_unknown_filters_are_refused(county):
    assert get(county, "/search/?q=" + "a" * 81).status_code == 400
    assert get(county, "/search/suggest/?colour=red").status_code == 400


def test_the_suggestions_are_a_piece_of_a_page(county):
    told = get(county, "/search/suggest/?q=jsc").content.decode()
    assert "<html" not in told
    assert "甲三村" in told
    assert "甲县 › 甲二镇" in told


def test_units_are_found_by_who_may_see_units(tree, county):
    an_organisation("U1", "示例农业农村局", tree["甲县"])
    from bangfu.records.organisations.models import Organisation

    Organisation.objects.update(search_text="示例农业农村局 shilinongye slny")
    assert "示例农业农村局" in get(county, "/search/?q=slny").content.decode()
    other = an_account("other", "county_office", tree["乙县"])
    assert "示例农业农村局" not in get(other, "/search/?q=slny").content.decode()


def test_nobody_is_sent_to_sign_in_and_who_sees_no_places_is_refused(tree):
    for address in ("/search/?q=a", "/search/suggest/?q=a"):
        assert Client().get(address).status_code == 302
        assert get(an_account(f"none{len(address)}"), address).status_code == 403
