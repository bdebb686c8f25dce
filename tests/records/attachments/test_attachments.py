"""Files are checked, kept by their hash, and never handed out damaged."""

from io import BytesIO

import pytest
from PIL import Image
from tests.records.factories import a_tree, an_account

from bangfu.records.attachments import actions
from bangfu.records.attachments.actions import NewFile, attach, content_of
from bangfu.records.attachments.kinds import checked
from bangfu.records.attachments.models import Attachment
from bangfu.records.attachments.store import path_of
from bangfu.records.audit.models import AuditEntry
from bangfu.records.ground.refusals import NotAllowed, Refused

PDF = b"%PDF-1.4 made up for tests"


def a_photo() -> bytes:
    image = Image.new("RGB", (8, 4), "red")
    exif = Image.Exif()
    exif[0x0110] = "a camera nobody has"
    exif[0x0112] = 6
    target = BytesIO()
    image.save(target, "JPEG", exif=exif)
    return target.getvalue()


def codes(error):
    return [fault.code for fault in error.value.faults]


def test_a_photo_loses_what_the_camera_wrote_into_it():
    assert b"a camera nobody has" in a_photo()
    kept = checked("photo.jpg", a_photo())
    assert b"a camera nobody has" not in kept.content
    with Image.open(BytesIO(kept.content)) as image:
        assert (len(image.getexif()), image.size) == (0, (4, 8))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "ATT-01"),
        ("a.exe", b"MZ program", "ATT-03"),
        ("a.pdf", b"MZ program", "ATT-03"),
        ("a.jpg", PDF, "ATT-03"),
        ("a.zip", b"PK\x03\x04 zip", "ATT-03"),
        ("a.jpg", b"\xff\xd8\xff cut short", "ATT-06"),
        ("机密★一年.pdf", PDF, "ATT-04"),
        ("a.pdf", PDF + "机密★三年".encode(), "ATT-04"),
        ("a.html", b"<script>alert(1)</script>", "ATT-03"),
        ("", b"x", "ATT-03"),
    ],
)
def test_what_is_not_accepted_is_refused_with_words(name, content, code):
    with pytest.raises(Refused) as error:
        checked(name, content)
    assert codes(error) == [code]


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr("bangfu.records.attachments.kinds.LIMIT_BYTES", 10)
    with pytest.raises(Refused) as error:
        checked("a.pdf", PDF)
    assert codes(error) == ["ATT-02"]


@pytest.mark.django_db
class TestAttaching:
    def test_the_file_comes_back_as_it_went_in(self):
        place = a_tree()["甲一村"]
        clerk = an_account("clerk", "village_clerk", place)
        row = attach(place, place, NewFile("a.pdf", PDF, "evidence"), actor=clerk)
        assert content_of(row) == PDF
        assert AuditEntry.objects.filter(act="attachments.attach").count() == 1

    def test_another_village_may_not_attach(self):
        tree = a_tree()
        other = an_account("other", "village_clerk", tree["甲二村"])
        with pytest.raises(NotAllowed):
            attach(tree["甲一村"], tree["甲一村"], NewFile("a.pdf", PDF, "photo"), actor=other)
        assert Attachment.objects.count() == 0

    def test_a_damaged_file_is_not_handed_out(self):
        place = a_tree()["甲一村"]
        clerk = an_account("clerk", "village_clerk", place)
        row = attach(place, place, NewFile("b.pdf", PDF + b" b", "evidence"), actor=clerk)
        path_of(row.sha256).write_bytes(b"changed")
        with pytest.raises(Refused) as error:
            content_of(row)
        assert codes(error) == ["ATT-08"]

    def test_a_full_place_takes_no_more(self, monkeypatch):
        place = a_tree()["甲一村"]
        clerk = an_account("clerk", "village_clerk", place)
        monkeypatch.setattr(actions, "QUOTA_BYTES", len(PDF))
        attach(place, place, NewFile("a.pdf", PDF, "evidence"), actor=clerk)
        with pytest.raises(Refused) as error:
            attach(place, place, NewFile("c.pdf", PDF + b"c", "evidence"), actor=clerk)
        assert codes(error) == ["ATT-07"]
