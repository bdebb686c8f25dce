"""Signing in through the pages: one answer, a new session, idle time, the second factor."""

from datetime import timedelta
from html import unescape

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from tests.records.factories import PASSWORD, a_tree, an_account

from bangfu.records.accounts.models import Account
from bangfu.records.accounts.second_factor import begin_second_factor, confirm_second_factor
from bangfu.records.accounts.upkeep import reset_password
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.vault.fields import opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree():
    return a_tree()


@pytest.fixture
def clerk(tree):
    return an_account("clerk", "village_clerk", tree["甲一村"])


def sign_in(client, name="clerk", password=PASSWORD, **more):
    return client.post("/sign-in/", {"username": name, "password": password, **more})


def page_of(answer):
    """The page without what differs by itself: the token against forgery."""
    text = unescape(answer.content.decode())
    token = answer.context["csrf_token"]
    return text.replace(str(token), "").replace("nobody", "clerk")


def test_the_right_password_leads_on_and_the_session_key_is_new(clerk):
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    before = client.session.session_key
    answer = sign_in(client, next="/places/")
    assert (answer.status_code, answer["Location"]) == (302, "/places/")
    assert client.session.session_key != before
    assert "planted" not in client.session
    assert not Session.objects.filter(session_key=before).exists()


def test_unknown_wrong_locked_and_closed_get_the_same_answer(clerk, tree):
    shut = an_account("shut", "village_clerk", tree["甲一村"])
    Account.objects.filter(pk=shut.pk).update(is_active=False)
    answers = [
        sign_in(Client(), "nobody", "x"),
        sign_in(Client(), "clerk", "x"),
    ]
    Account.objects.filter(pk=clerk.pk).update(locked_until=timezone.now() + timedelta(minutes=5))
    answers.append(sign_in(Client(), "clerk"))
    shut_page = page_of(sign_in(Client(), "shut")).replace("shut", "clerk")
    pages = {page_of(answer) for answer in answers} | {shut_page}
    assert {answer.status_code for answer in answers} == {401}
    assert len(pages) == 1


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:1"]
)
def test_it_never_leads_off_the_site(clerk, target):
    assert sign_in(Client(), next=target)["Location"] == "/"


def test_an_initial_password_must_be_changed_before_anything_else(clerk):
    password = reset_password(clerk, actor=System())
    client = Client()
    sign_in(client, password=password)
    assert client.get("/places/")["Location"] == "/password/"
    answer = client.post(
        "/password/", {"current": password, "new": "fresh-words-2026", "again": "fresh-words-2026"}
    )
    assert answer["Location"] == "/"
    assert client.get("/places/").status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "again", "status"),
    [
        ("wrong", "fresh-words-2026", "fresh-words-2026", 409),
        (PASSWORD, "short", "short", 409),
        (PASSWORD, "12345678901", "12345678901", 409),
        (PASSWORD, PASSWORD, PASSWORD, 409),
        (PASSWORD, "fresh-words-2026", "other-words-2026", 200),
        (PASSWORD, "示例账号（clerk）", "示例账号（clerk）", 409),
    ],
)
def test_a_password_that_does_not_do_is_not_taken(clerk, current, new, again, status):
    client = Client()
    client.force_login(clerk)
    answer = client.post("/password/", {"current": current, "new": new, "again": again})
    clerk.refresh_from_db()
    assert (answer.status_code, clerk.check_password(PASSWORD)) == (status, True)


def test_a_reset_ends_every_session(clerk):
    client = Client()
    sign_in(client)
    reset_password(clerk, actor=System())
    assert client.get("/places/").status_code == 302


def test_closing_ends_every_session(clerk):
    client = Client()
    sign_in(client)
    Account.objects.filter(pk=clerk.pk).update(closes_on=clock.today())
    assert client.get("/places/").status_code == 302


def test_a_session_nobody_uses_ends_and_one_in_use_stays(clerk, settings):
    settings.IDLE_MINUTES = 30
    start = timezone.now()
    client = Client()
    with clock.set_to(start):
        sign_in(client)
    for minutes in (29, 58):
        with clock.set_to(start + timedelta(minutes=minutes)):
            assert client.get("/places/").status_code == 200
    with clock.set_to(start + timedelta(minutes=89)):
        assert client.get("/places/").status_code == 302


def test_signing_out_is_by_post_and_logged(clerk):
    client = Client()
    sign_in(client)
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/places/").status_code == 302
    assert AuditEntry.objects.latest("sequence").act == "accounts.sign_out"


def test_the_sign_in_form_is_guarded_against_forgery(clerk):
    client = Client(enforce_csrf_checks=True)
    assert sign_in(client).status_code == 403


@pytest.fixture
def office(tree, settings):
    settings.SECOND_FACTOR = "required"
    return an_account("office", "system_administrator", tree["甲县"])


def enrolled(account):
    factor = begin_second_factor(account, actor=account)
    totp = pyotp.TOTP(opened(factor, "secret"))
    codes = confirm_second_factor(account, totp.at(clock.now()), actor=account)
    return totp, codes


def test_an_administrator_is_led_to_setting_it_up(office):
    client = Client()
    sign_in(client, "office")
    answer = client.get("/accounts/")
    assert answer["Location"] == "/accounts/me/second-factor/?next=/accounts/"


def test_setting_it_up_shows_a_code_and_the_recovery_codes_once(office):
    client = Client()
    sign_in(client, "office")
    page = client.post("/accounts/me/second-factor/")
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert "data:" in page["Content-Security-Policy"]
    totp = pyotp.TOTP(page.context["letters"].replace(" ", ""))
    wrong = client.post("/accounts/me/second-factor/", {"step": "confirm", "code": "000"})
    assert wrong.status_code == 409
    done = client.post(
        "/accounts/me/second-factor/", {"step": "confirm", "code": totp.at(clock.now())}
    )
    assert len(done.context["codes"]) == 10
    assert "no-store" in done["Cache-Control"]
    assert client.get("/accounts/").status_code == 200
    assert client.get("/accounts/me/second-factor/").status_code == 302


def test_a_code_opens_the_pages_and_only_in_its_session(office):
    with clock.set_to(timezone.now() - timedelta(minutes=2)):
        totp, _ = enrolled(office)
    client, other = Client(), Client()
    for one in (client, other):
        sign_in(one, "office")
    answer = client.get("/accounts/")
    assert answer["Location"] == "/accounts/me/second-factor/code/?next=/accounts/"
    given = client.post(answer["Location"], {"code": totp.at(clock.now()), "next": "/accounts/"})
    assert given["Location"] == "/accounts/"
    assert client.get("/accounts/").status_code == 200
    assert other.get("/accounts/").status_code == 302


def test_a_recovery_code_opens_them_once(office):
    _, codes = enrolled(office)
    for expected in (302, 401):
        client = Client()
        sign_in(client, "office")
        answer = client.post("/accounts/me/second-factor/code/", {"code": codes[0]})
        assert answer.status_code == expected


def test_five_wrong_codes_lock_the_account_and_end_the_session(office):
    enrolled(office)
    client = Client()
    sign_in(client, "office")
    for _ in range(4):
        assert (
            client.post("/accounts/me/second-factor/code/", {"code": "000000"}).status_code == 401
        )
    assert client.post("/accounts/me/second-factor/code/", {"code": "000000"}).status_code == 302
    assert client.get("/accounts/").status_code == 302
    assert sign_in(Client(), "office").status_code == 401


def test_signing_in_again_does_not_wipe_the_count_of_wrong_codes(office):
    """Whoever knows the password could otherwise try codes for ever, four at a time."""
    enrolled(office)
    for _ in range(2):
        client = Client()
        sign_in(client, "office")
        for _ in range(3):
            client.post("/accounts/me/second-factor/code/", {"code": "000000"})
    assert sign_in(Client(), "office").status_code == 401


def test_a_post_cannot_go_round_it(office, tree):
    clerk = an_account("victim", "village_clerk", tree["甲一村"])
    client = Client()
    sign_in(client, "office")
    client.post(f"/accounts/{clerk.pk}/password/")
    clerk.refresh_from_db()
    assert clerk.must_change_password is False


def test_a_village_is_never_asked(clerk, settings):
    settings.SECOND_FACTOR = "required"
    client = Client()
    sign_in(client)
    assert [client.get(url).status_code for url in ("/", "/places/", "/accounts/me/")] == [200] * 3


def test_the_language_chosen_comes_with_the_account(clerk):
    client = Client()
    sign_in(client)
    client.post("/accounts/me/language/", {"language": "en"})
    fresh = Client()
    sign_in(fresh)
    assert fresh.cookies["django_language"].value == "en"
    assert client.post("/accounts/me/language/", {"language": "xx"}).status_code == 409
