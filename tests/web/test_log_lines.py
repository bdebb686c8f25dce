"""Log lines: the number of the request leads from an error page to its line, nobody's data does."""

import json
import logging

import pytest
from django.test import Client
from django.urls import include, path

from bangfu.web.log_lines import JsonLines
from bangfu.web.pages import open_page

pytestmark = pytest.mark.django_db

#: What somebody may have entered.
SAID = "made-up-village 13800000000"


@open_page
def broken(request):
    raise LookupError(SAID)


handler500 = "bangfu.web.failures.server_error"
urlpatterns = [path("broken/", broken), path("", include("bangfu.web.urls"))]


@pytest.fixture
def lines():
    kept = []

    class Keep(logging.Handler):
        def emit(self, record):
            kept.append(JsonLines().format(record))

    handler = Keep()
    logging.getLogger("django.request").addHandler(handler)
    yield kept
    logging.getLogger("django.request").removeHandler(handler)


def test_the_number_of_an_error_page_stands_in_the_log(settings, lines):
    settings.ROOT_URLCONF = __name__
    answer = Client(raise_request_exception=False).get("/broken/")
    [line] = [json.loads(text) for text in lines]
    assert (answer.status_code, line["request"]) == (500, answer["X-Request-Id"])
    assert line["exception"] == "LookupError"
    assert "test_log_lines.py" in line["at_line"]


def test_what_an_exception_says_is_not_in_the_log(settings, lines):
    settings.ROOT_URLCONF = __name__
    Client(raise_request_exception=False).get("/broken/")
    assert lines
    assert [word for word in SAID.split() if word in "".join(lines)] == []
