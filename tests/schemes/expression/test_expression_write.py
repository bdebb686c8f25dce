"""A tree is written with the brackets it needs and no more."""

import pytest

from bangfu.schemes.expression import ElementType, Scope, parse, write

INT = ElementType("int")
SCOPE = Scope(
    {"a": INT, "b": INT, "词": ElementType("text"), "p": ElementType("bool")},
    member=Scope({"x": INT, "r": ElementType("bool")}),
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a-(b-1)<a-b-1", "a - (b - 1) < a - b - 1"),
        ("-(a+b)*2", "-(a + b) * 2"),
        ("-(a*2)", "-(a * 2)"),
        ("3*a", "a * 3"),
        ("a - -1", "a - -1"),
        ("(p or p) and p", "(p or p) and p"),
        ("p or (p and p)", "p or p and p"),
        ("not (p and p)", "not (p and p)"),
        ("not (a<b)", "not a < b"),
        ("1<a<=b", "1 < a <= b"),
        ("a in(1,)", "a in (1,)"),
        ("词 not in('甲','\"')", '词 not in ("甲", \'"\')'),
        ("all(r,empty=True)", "all(r, empty=True)"),
        ("count(x>0)+sum(x)", "count(x > 0) + sum(x)"),
        ("round_down(a+1,10)", "round_down(a + 1, 10)"),
        ("previous(a)<at('city',a)", 'previous(a) < at("city", a)'),
        ("unknown(a)or tagged('t')", 'unknown(a) or tagged("t")'),
    ],
)
def test_writing(source: str, expected: str) -> None:
    assert expected == write(parse(source, SCOPE).tree)


def test_a_label_replaces_a_name_wherever_it_stands() -> None:
    tree = parse("previous(a) + a < b", SCOPE).tree
    assert write(tree, {"a": "甲"}) == "previous(甲) + 甲 < b"
