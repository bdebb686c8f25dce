"""Files as offices publish them: read, or refused in words; two code systems never joined."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from tests.records.factories import a_place, an_account
from tests.records.imports.samples import (
    a_county,
    codes_of,
    elements,
    handed_in,
    workbook,
)

from bangfu.records.figures.models import Observation
from bangfu.records.places.models import Place

pytestmark = pytest.mark.django_db

#: The reference data lie beside the project where there are any.
REFERENCE = Path(
    os.environ.get(
        "BANGFU_REFERENCE_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"
    )
)


@pytest.mark.parametrize(
    "path", sorted(REFERENCE.joinpath("messy").glob("*.xls")), ids=lambda path: path.name
)
def test_real_yearbook_tables_are_read_or_refused_in_words(path: Path) -> None:
    actor = a_county()
    batch = handed_in(path.read_bytes(), actor, name=path.name)
    assert batch.state == "failed"
    assert batch.findings["stopped"][0]["code"] in ("IMP-25", "IMP-22")


_CONFLICTS = REFERENCE / "messy" / "nbs2023_vs_mca2026_code_conflicts.csv"


@pytest.mark.skipif(not _CONFLICTS.exists(), reason="the reference data are not here")
def test_codes_that_name_another_place_in_the_other_system_are_never_joined() -> None:
    elements()
    Observation.element.field.related_model.objects.update(levels=["township"])
    top = a_place("江苏省", "320000000000", "province", None)
    actor = an_account("province", "scheme_manager", top)
    with _CONFLICTS.open(encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))[:120]
    for line in lines:
        Place.objects.create(
            code_system="nbs",
            code=line["code9"].ljust(12, "0"),
            name=line["name_nbs_2023"],
            level="township",
            parent=top,
        )
    for place in Place.objects.filter(level="township"):
        path = f"{top.path}{place.pk}/"
        Place.objects.filter(pk=place.pk).update(path=path, reporting_path=path)
    rows = [[line["code9"], line["name_mca_20260427"], 312] for line in lines]
    data = workbook([["2024年"], ["区划代码", "乡镇", "户数"], *rows])
    assert handed_in(data, actor).counts == {"faulty": len(lines)}
    as_nbs = handed_in(data, actor, options={"code_system": "nbs"})
    assert {code for _, code in codes_of(as_nbs)} == {"IMP-04"}
    assert as_nbs.counts.get("new", 0) == 0
