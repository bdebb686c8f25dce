"""The gatekeeper: what has no mark is shut; a part of a page leads the whole page to sign-in."""

import pytest
from django.test import Client
from django.urls import get_resolver

from bangfu.web.pages import mark_of, page

pytestmark = pytest.mark.django_db


def views(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern)
        else:
            yield pattern.name, pattern.callback


def test_every_page_says_who_may_open_it():
    assert [name for name, view in views(get_resolver()) if mark_of(view) is None] == []


def test_a_page_with_an_unknown_right_is_refused_when_it_is_written():
    with pytest.raises(ValueError, match="known rights"):
        page("places.conquer")


def test_a_part_of_a_page_leads_the_whole_page_to_sign_in():
    answer = Client().get("/places/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in/")


def test_every_answer_carries_the_number_of_its_request():
    assert len(Client().get("/health/")["X-Request-Id"]) == 32


def test_the_policy_of_every_page_allows_nothing_foreign():
    policy = Client().get("/sign-in/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
