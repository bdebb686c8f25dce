"""Classes by a decision table: first, unique and collect, with unknowns and conflicts told."""

from datetime import date

import polars as pl
import pytest

from bangfu.programme.chain import run
from bangfu.programme.result import RunResult
from bangfu.schemes.format.targeting import DecisionRow, DecisionTable
from bangfu.schemes.load import Scheme, load_scheme

ON = date(2025, 9, 1)
WAN = 1_000_000


def _scheme(hit: str, *rows: tuple[str, str]) -> Scheme:
    """The village scheme with two classes and a decision table between them."""
    from dataclasses import replace

    scheme = load_scheme("zj-2025-villages")
    target_list = scheme.targeting.lists[0]
    only = target_list.classes[0]
    other = only.model_copy(update={"id": "other_village"})
    table = DecisionTable(hit=hit, rows=tuple(DecisionRow(when=w, gives=g) for w, g in rows))
    changed = target_list.model_copy(update={"classes": (only, other), "decision": table})
    figures = {
        **scheme.figures,
        "targeting.villages.other_village.size": scheme.figures[
            "targeting.villages.weak_village.size"
        ],
    }
    targeting = scheme.targeting.model_copy(update={"lists": (changed,)})
    return replace(scheme, targeting=targeting, figures=figures)


def _run(scheme: Scheme, elderly: int | None) -> RunResult:
    code = "339901001201"
    places = pl.DataFrame(
        {
            "code": [code],
            "name": ["示例村"],
            "level": ["village"],
            "kind": ["村委会"],
            "tags": ["山区海岛县"],
        }
    )
    rows = [
        ("collective_operating_income_fen", 10 * WAN),
        ("farmer_income_per_capita_fen", 2 * WAN),
        ("low_income_households", 10),
        ("households", 100),
        ("elderly_population", elderly),
    ]
    indicators = pl.DataFrame(
        [(code, name, "2024", value, "final") for name, value in rows],
        schema=["place_code", "indicator", "period", "value", "status"],
        orient="row",
    )
    return run(scheme, {"places": places, "indicators": indicators}, ON)


OLD, ALL = ("老年人口 >= 50", "weak_village"), ("True", "other_village")


@pytest.mark.parametrize(
    ("hit", "elderly", "expected"),
    [
        ("first", 50, "weak_village"),
        ("first", 49, "other_village"),
        ("first", None, None),
        ("unique", 49, "other_village"),
        ("unique", 50, None),
        ("unique", None, None),
        ("collect", 50, "weak_village;other_village"),
        ("collect", 49, "other_village"),
        ("collect", None, None),
    ],
)
def test_a_hit_policy_decides_or_leaves_open(
    hit: str, elderly: int | None, expected: str | None
) -> None:
    result = _run(_scheme(hit, OLD, ALL), elderly)
    assert expected == result.tables["targets"]["class"][0]


def test_two_rows_that_hold_under_unique_are_a_failed_check() -> None:
    result = _run(_scheme("unique", OLD, ALL), 50)
    assert "targets.villages.classes" in [c.id for c in result.checks if c.outcome == "failed"]


def test_an_unknown_class_in_a_table_is_refused() -> None:
    target_list = load_scheme("zj-2025-villages").targeting.lists[0]
    content = target_list.model_dump(exclude_defaults=True)
    content["decision"] = {"hit": "first", "rows": [{"when": "True", "gives": "nothing"}]}
    with pytest.raises(ValueError, match="unknown classes"):
        type(target_list).model_validate(content)
