"""Names of household conditions: facts and lines, tiers only where all are known."""

from bangfu.schemes.expression import parse
from bangfu.schemes.household_scope import household_scope, monitored_scope
from bangfu.schemes.load import load_scheme

FILE = load_scheme("js-2021").assistance


def test_facts_and_lines_are_known_and_amounts_compare_with_amounts() -> None:
    scope = household_scope(FILE)
    assert {fact.name for fact in FILE.facts} <= set(scope.elements)
    assert parse("家庭年收入 < 低保线", scope).tree.type.kind == "bool"


def test_tiers_are_known_only_to_what_comes_after_them() -> None:
    tiers = {tier.id for tier in FILE.tiers}
    assert not tiers & set(household_scope(FILE).elements)
    assert tiers <= set(monitored_scope(FILE).elements)
