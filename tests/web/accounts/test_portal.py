"""Signing in behind the government portal: who is let in, and every answer that is not trusted."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from joserfc.jwk import RSAKey
from tests.records.factories import a_tree, an_account
from tests.web.accounts.fake_portal import FakePortal

from bangfu.records.accounts.models import Account, PortalLinkCode
from bangfu.records.accounts.portal import bind_portal
from bangfu.records.audit.actions import System
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(settings):
    running = FakePortal()
    settings.OIDC_METADATA_URL = f"{running.issuer}/.well-known/openid-configuration"
    settings.OIDC_CLIENT_ID = "bangfu"
    settings.OIDC_CLIENT_SECRET = "made-up"
    yield running
    running.stop()


@pytest.fixture
def clerk():
    account = an_account("clerk", "village_clerk", a_tree()["甲一村"])
    Account.objects.filter(pk=account.pk).update(portal_subject="subject-1")
    return account


def through(portal, client, target="/places/"):
    """Into the portal and back; the answer of the site."""
    start = client.get(f"/accounts/portal/?next={target}")
    return client.get(portal.let_in(start["Location"]))


def test_a_known_subject_is_signed_in_and_led_on(portal, clerk):
    client = Client()
    assert through(portal, client)["Location"] == "/places/"
    assert client.get("/places/").status_code == 200
    assert AuditEntry.objects.filter(act="accounts.sign_in_by_portal").count() == 1


def test_the_request_carries_state_nonce_and_pkce(portal):
    asked = parse_qs(urlsplit(Client().get("/accounts/portal/")["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


def test_an_unknown_subject_opens_no_account_and_gets_a_code_to_be_bound(portal, clerk):
    portal.subject = "subject-2"
    before = Account.objects.count()
    client = Client()
    answer = through(portal, client)
    assert (answer.status_code, Account.objects.count()) == (403, before)
    assert client.get("/places/").status_code == 302
    code = answer.context["code"]
    fresh = an_account("fresh", "village_clerk", clerk.place)
    bind_portal(fresh, code.lower(), actor=fresh)
    assert through(portal, Client())["Location"] == "/places/"
    with pytest.raises(Refused):
        bind_portal(an_account("third"), code, actor=System())


def test_the_code_lies_hashed_and_runs_out(portal):
    portal.subject = "subject-2"
    code = through(portal, Client()).context["code"]
    assert not PortalLinkCode.objects.filter(code_hash__contains=code).exists()
    account = an_account("late")
    with clock.set_to(timezone.now() + timedelta(days=3, seconds=1)), pytest.raises(Refused):
        bind_portal(account, code, actor=account)


def test_an_administrator_binds_below_and_not_elsewhere(portal, clerk):
    portal.subject = "subject-2"
    code = through(portal, Client()).context["code"]
    tree = {place.name: place for place in type(clerk.place).objects.all()}
    fresh = an_account("fresh", "village_clerk", tree["甲一村"])
    far = an_account("far", "system_administrator", tree["乙县"])
    with pytest.raises(NotAllowed):
        bind_portal(fresh, code, actor=far)
    bind_portal(fresh, code, actor=an_account("near", "system_administrator", tree["甲县"]))
    assert Account.objects.get(pk=fresh.pk).portal_subject == "subject-2"


def test_a_subject_is_one_account(portal, clerk):
    Account.objects.filter(pk=clerk.pk).update(portal_subject="")
    first = through(portal, Client()).context["code"]
    Account.objects.filter(pk=clerk.pk).update(portal_subject="subject-1")
    with pytest.raises(Refused):
        bind_portal(an_account("other"), first, actor=System())


def test_a_closed_account_is_not_signed_in(portal, clerk):
    Account.objects.filter(pk=clerk.pk).update(is_active=False)
    assert through(portal, Client()).status_code == 403


@pytest.mark.parametrize(
    "lies",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-site"},
        {"aud": None},
        {"iss": "http://elsewhere.example"},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"sub": ""},
        {"sub": None},
        {"sub": "x" * 201},
        {"sub": "a\x00b"},
    ],
)
def test_a_token_that_says_something_else_is_not_trusted(portal, clerk, lies):
    portal.lies = lies
    client = Client()
    assert through(portal, client).status_code == 400
    assert client.get("/places/").status_code == 302


def test_a_token_signed_by_another_key_is_not_trusted(portal, clerk):
    portal.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
    assert through(portal, Client()).status_code == 400


def test_an_answer_nobody_asked_for_is_not_trusted(portal, clerk):
    client = Client()
    start = client.get("/accounts/portal/")
    back = portal.let_in(start["Location"])
    assert Client().get(back).status_code == 400
    assert client.get(back.replace("state=", "state=x")).status_code == 400
    assert client.get("/accounts/portal/answer/").status_code == 400
    assert client.get("/accounts/portal/answer/?error=access_denied").status_code == 400


def test_an_answer_counts_once(portal, clerk):
    client = Client()
    back = portal.let_in(client.get("/accounts/portal/")["Location"])
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 400


def test_a_portal_that_refuses_or_is_away_gives_words(portal, clerk, settings):
    portal.refuses_tokens = True
    assert through(portal, Client()).status_code == 400
    settings.OIDC_METADATA_URL = "http://127.0.0.1:9/nothing"
    assert Client().get("/accounts/portal/").status_code == 400


def test_without_a_portal_there_is_no_such_page():
    assert Client().get("/accounts/portal/").status_code == 404
    assert "portal/" not in Client().get("/sign-in/").content.decode()


def test_it_never_leads_off_the_site(portal, clerk):
    assert through(portal, Client(), "//elsewhere.example")["Location"] == "/"
