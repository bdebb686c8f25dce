"""Adopting a scheme on its page makes its forms and its registers together, or neither."""

import pytest
from django.test import Client
from tests.records.factories import PASSWORD, a_tree, an_account

from bangfu.records.catalogue.models import AdoptedScheme, Form
from bangfu.records.registers.models import RegisterDefinition
from bangfu.web.schemes import views

pytestmark = pytest.mark.django_db


def adopting(role, place):
    an_account("someone", role, a_tree()[place])
    client = Client(raise_request_exception=False)
    client.post("/sign-in/", {"username": "someone", "password": PASSWORD})
    return client.post("/schemes/adopt/", {"scheme": "gd-2021"})


def test_forms_and_registers_are_there():
    assert adopting("scheme_manager", "示例省").status_code == 302
    assert Form.objects.filter(scheme="gd-2021").exists()
    assert RegisterDefinition.objects.filter(scheme="gd-2021", is_open=True).exists()


def test_without_registers_nothing_is_adopted(monkeypatch):
    def broken(*args, **more):
        raise LookupError

    monkeypatch.setattr(views, "declare_registers", broken)
    assert adopting("scheme_manager", "示例省").status_code == 500
    assert not AdoptedScheme.objects.exists()


def test_a_county_adopts_nothing():
    assert adopting("county_office", "甲县").status_code == 403
    assert not RegisterDefinition.objects.exists()
