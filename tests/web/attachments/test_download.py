"""A file is handed out inside its area alone, and only as a download."""

from django.test import Client
from tests.records.factories import an_account
from tests.web.area_gate import AreaGate

from bangfu.records.attachments.actions import NewFile, attach
from bangfu.records.audit.actions import System


class TestDownload(AreaGate):
    role_without = "security_administrator"

    def address(self, tree):
        place = tree["甲一村"]
        file = NewFile('a "b"; 公示.pdf', b"%PDF-1.4 made up", "evidence")
        return f"/attachments/{attach(place, place, file, actor=System()).pk}/"

    def test_the_file_is_a_download_under_its_name(self):
        from tests.records.factories import a_tree

        tree = a_tree()
        client = Client()
        client.force_login(an_account("own", "county_office", tree["甲县"]))
        answer = client.get(self.address(tree))
        assert answer.content == b"%PDF-1.4 made up"
        assert answer["Content-Disposition"].startswith("attachment; filename*=UTF-8''a%20%22b")
