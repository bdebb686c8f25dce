"""The log's pages: who reads which entries, filters that refuse, what the export holds."""

import csv
from io import StringIO

import pytest
from django.test import Client
from tests.records.factories import a_tree, an_account
from tests.web.area_gate import AreaGate

from bangfu.records.audit.models import AuditEntry


class TestEntryPage(AreaGate):
    role_with = "auditor"
    role_without = "county_office"

    def address(self, tree):
        entry = AuditEntry.objects.get(act="places.found", place_id=tree["甲县"].pk)
        return f"/audit/{entry.sequence}/"


def signed_in(account):
    client = Client()
    client.force_login(account)
    return client


@pytest.mark.django_db
class TestList:
    def test_an_auditor_reads_the_entries_of_the_area_alone(self):
        tree = a_tree()
        auditor = an_account("auditor", "auditor", tree["甲县"])
        text = signed_in(auditor).get("/audit/").content.decode()
        assert "甲一村" in text
        assert "乙一村" not in text

    def test_the_export_holds_what_the_list_holds_with_the_hashes(self):
        tree = a_tree()
        auditor = an_account("auditor", "auditor", tree["甲县"])
        answer = signed_in(auditor).get("/audit/export/?act=places.found")
        rows = list(csv.DictReader(StringIO(answer.getvalue().decode())))
        expected = AuditEntry.objects.filter(
            act="places.found", place_id__in=[tree[n].pk for n in tree if n.startswith("甲")]
        )
        assert [row["hash"] for row in rows] == list(
            expected.order_by("sequence").values_list("hash", flat=True)
        )

    def test_the_audit_administrator_of_the_province_reads_what_belongs_to_no_place(self):
        tree = a_tree()
        an_account("loose")
        entry = AuditEntry.objects.get(act="accounts.open")
        county = signed_in(an_account("county", "auditor", tree["甲县"]))
        province = signed_in(an_account("province", "audit_administrator", tree["示例省"]))
        address = f"/audit/{entry.sequence}/"
        assert (county.get(address).status_code, province.get(address).status_code) == (404, 200)

    @pytest.mark.parametrize(
        "query", ["surprise=1", "act=nothing", "actor=x", "since=yesterday", "cursor=zzz"]
    )
    def test_what_the_list_does_not_know_is_refused(self, query):
        tree = a_tree()
        auditor = signed_in(an_account("auditor", "auditor", tree["甲县"]))
        assert auditor.get(f"/audit/?{query}").status_code in (400, 409)

    def test_a_changed_entry_is_shown_as_changed(self, monkeypatch):
        tree = a_tree()
        auditor = signed_in(an_account("auditor", "auditor", tree["甲县"]))
        entry = AuditEntry.objects.get(act="places.found", place_id=tree["甲县"].pk)
        monkeypatch.setattr("bangfu.web.audit.views.entry_hash", lambda row: "0" * 64)
        assert "不符" in auditor.get(f"/audit/{entry.sequence}/").content.decode()
