"""Damage done behind the records' back is found, and named with its row."""

import pytest
from tests.records.figures.returns import an_office, filled
from tests.records.registers.made_up import a_register, a_row

from bangfu.records.access.models import AccessGrant
from bangfu.records.attachments.actions import NewFile, attach
from bangfu.records.attachments.store import path_of
from bangfu.records.audit.actions import System
from bangfu.records.figures.models import Observation
from bangfu.records.operations.verification import CHECKS, verify
from bangfu.records.places.models import Place
from bangfu.records.registers.models import RegisterRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    office = an_office()
    filled(office)
    a_row(a_register(), office.tree["甲一村"])
    place = office.tree["甲一村"]
    attach(place, place, NewFile("a.pdf", b"%PDF-1.4 to be damaged", "evidence"), actor=System())
    return office


def found():
    return {name for name, faults in verify().items() if faults}


def test_a_sound_office_has_no_findings(office):
    assert found() == set()


def a_figure():
    row = Observation.objects.first()
    Observation.objects.filter(pk=row.pk).update(value_int=(row.value_int or 0) + 1)


def a_lock():
    Observation.objects.filter(pk=Observation.objects.first().pk).update(locked=True)


def a_grant():
    AccessGrant.objects.first().delete()


def a_path():
    Place.objects.filter(name="甲一村").update(path="/1/")


def a_row_of_a_register():
    RegisterRow.objects.update(values={"project": "别的"})


def a_file():
    from bangfu.records.attachments.models import Attachment

    path_of(Attachment.objects.get().sha256).write_bytes(b"other")


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (a_figure, "figures"),
        (a_lock, "locks"),
        (a_grant, "grants"),
        (a_path, "places"),
        (a_row_of_a_register, "registers"),
        (a_file, "attachments"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_damage_is_found_by_its_check(office, damage, check):
    damage()
    assert check in found()


def test_every_check_has_damage_it_finds():
    """The chain and the vault have tests of their own beside their code."""
    tried = {"figures", "locks", "grants", "places", "registers", "attachments"}
    assert set(CHECKS) - tried == {"chain", "vault"}
