"""Figures that follow from others: worked out from their parts on every day."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from bangfu.schemes.derived import Derivation, recompute
from bangfu.schemes.figures import Dated, Figure
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

FROM_2021, FROM_2024 = date(2021, 1, 1), date(2024, 1, 1)
LABEL = Text("取值", "figure")


def money(fen: int) -> Figure:
    return Figure("money", fen)


def count(number: int) -> Figure:
    return Figure("count", number)


def dated(path: str, *entries: tuple[date, Figure | None], ref: str | None = None) -> Dated:
    return Dated(path, LABEL, entries=entries, ref=ref)


def worked_out(way: str, *parts: Dated) -> tuple[Dated, list[str]]:
    """The derived figure ``fund.whole`` and the codes of the faults."""
    figures = {part.path: part for part in parts} | {"fund.whole": dated("fund.whole")}
    faults: list[Fault] = []
    names = tuple(part.path.removeprefix("fund.") for part in parts)
    derivation = Derivation("fund.whole", way, names)  # type: ignore[arg-type]
    recompute(figures, [derivation], faults)
    return figures["fund.whole"], [fault.code for fault in faults]


@pytest.mark.parametrize(
    ("way", "parts", "expected"),
    [
        ("sum", (money(300), money(100), money(20)), money(420)),
        ("difference", (money(600), money(300)), money(300)),
        ("difference", (money(300), money(600)), money(-300)),
        ("product", (count(901), money(2_000_000_000)), money(1_802_000_000_000)),
        ("product", (count(3), count(6)), count(18)),
        ("sum", (count(600), count(301), count(226)), count(1127)),
    ],
)
def test_parts_are_put_together(way: str, parts: tuple[Figure, ...], expected: Figure) -> None:
    given = [dated(f"fund.p{n}", (FROM_2021, part)) for n, part in enumerate(parts)]
    whole, faults = worked_out(way, *given)
    assert (whole.entries, faults) == (((FROM_2021, expected),), [])


@pytest.mark.parametrize(
    ("way", "parts"),
    [
        ("sum", (money(1), count(1))),
        ("product", (money(1), money(1))),
        ("product", (money(1), Figure("pct", Fraction(30)))),
        ("sum", (Figure("duration", (3, "年")), Figure("duration", (3, "年")))),
    ],
)
def test_what_does_not_go_together_is_refused(way: str, parts: tuple[Figure, ...]) -> None:
    given = [dated(f"fund.p{n}", (FROM_2021, part)) for n, part in enumerate(parts)]
    assert worked_out(way, *given)[1] == ["SCH-12"]


def test_the_whole_is_not_stated_where_a_part_is_not() -> None:
    whole, _ = worked_out(
        "sum",
        dated("fund.a", (FROM_2021, money(1)), (FROM_2024, None)),
        dated("fund.b", (FROM_2021, money(2))),
    )
    assert whole.entries == ((FROM_2021, money(3)), (FROM_2024, None))


def test_nothing_is_filled_in_before_the_last_part_begins() -> None:
    whole, _ = worked_out(
        "sum", dated("fund.a", (FROM_2021, money(1))), dated("fund.b", (FROM_2024, money(2)))
    )
    assert whole.entries == ((FROM_2024, money(3)),)


def test_a_part_may_refer_to_another_figure() -> None:
    figures = {
        "fund.a": dated("fund.a", (FROM_2021, money(5))),
        "fund.line.amount": dated("fund.line.amount", ref="fund.a"),
        "fund.whole": dated("fund.whole"),
    }
    faults: list[Fault] = []
    recompute(figures, [Derivation("fund.whole", "sum", ("line.amount", "a"))], faults)
    assert (figures["fund.whole"].on(FROM_2021), faults) == (money(10), [])


def test_figures_derived_from_each_other_are_refused() -> None:
    figures = {path: dated(path) for path in ("fund.a", "fund.b")}
    faults: list[Fault] = []
    derivations = [Derivation("fund.a", "sum", ("b",)), Derivation("fund.b", "sum", ("a",))]
    recompute(figures, derivations, faults)
    assert [fault.code for fault in faults] == ["SCH-07"]


def test_a_figure_written_beside_its_derivation_is_compared_day_by_day() -> None:
    parts = {"fund.a": dated("fund.a", (FROM_2021, money(1)), (FROM_2024, money(2)))}
    derivation = [Derivation("fund.whole", "sum", ("a",))]
    same = dated("fund.whole", (FROM_2021, money(1)), (FROM_2024, money(2)))
    for written, codes in ((same, []), (replace(same, entries=same.entries[:1]), ["SCH-10"])):
        faults: list[Fault] = []
        recompute({**parts, "fund.whole": written}, derivation, faults)
        assert [fault.code for fault in faults] == codes


def test_a_figure_set_for_a_trial_stays_as_set() -> None:
    figures = {
        "fund.a": dated("fund.a", (FROM_2021, money(1))),
        "fund.whole": dated("fund.whole", (FROM_2021, money(9))).with_entry(money(8), None),
    }
    recompute(figures, [Derivation("fund.whole", "sum", ("a",))], [], compare=False)
    assert figures["fund.whole"].on(FROM_2021) == money(8)
