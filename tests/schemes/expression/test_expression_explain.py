"""The reasons: every comparison with its figures, in both languages."""

from bangfu.schemes.expression import (
    Case,
    ConstantType,
    ElementType,
    Figure,
    Interval,
    Scope,
    Step,
    explain,
    parse,
)

FEN = ElementType("int", "fen")
SCOPE = Scope(
    elements={
        "村集体经营性收入": FEN,
        "户数": ElementType("int", "household"),
        "增速": ElementType("int", "pct"),
        "类别": ElementType("text"),
        "达标": ElementType("bool"),
    },
    constants={"门槛": ConstantType("int", "fen")},
    member=Scope({"在册": ElementType("bool")}),
)


def steps_of(source: str, case: Case) -> tuple[Step, ...]:
    return explain(parse(source, SCOPE), case)


def sentences(source: str, case: Case) -> list[tuple[str, str]]:
    steps = steps_of(source, case)
    return [(step.sentence("zh"), step.sentence("en")) for step in steps]


def test_a_comparison_carries_its_figures_and_verdict() -> None:
    (step,) = steps_of("户数 < 300", Case({"户数": 280}))
    households = Figure("户数", 280, "household")
    literal = Figure("", 300, "household")
    assert Step("户数 < 300", households, "<", literal, (households,), True) == step


def test_a_reason_shows_money_in_yuan() -> None:
    case = Case({"村集体经营性收入": 28_000_000}, constants={"门槛": 30_000_000})
    assert sentences("村集体经营性收入 < 门槛", case) == [
        (
            "村集体经营性收入 28万元 < 门槛 30万元：是",
            "村集体经营性收入 280,000 yuan < 门槛 300,000 yuan: yes",
        )
    ]
    assert (
        (sentences("村集体经营性收入 < 10_000_000", case)[0][0])
        == "村集体经营性收入 28万元 < 10万元：否"
    )


def test_a_reason_with_arithmetic_shows_what_went_into_it() -> None:
    case = Case({"户数": 28}, previous={"户数": 27})
    expected = (
        "户数 * 100 = 2800 >= previous(户数) * 108 = 2916：否（户数 28，previous(户数) 27）",
        "户数 * 100 = 2800 >= previous(户数) * 108 = 2916: no (户数 28, previous(户数) 27)",
    )
    assert [expected] == sentences("户数 * 100 >= previous(户数) * 108", case)


def test_what_is_unknown_is_said() -> None:
    assert sentences("增速 >= 8", Case()) == [
        ("增速 待核实 >= 8%：待核实", "增速 unknown >= 8%: unknown")
    ]


def test_an_open_count_shows_its_ends() -> None:
    case = Case(members=[Case({"在册": True}), Case()])
    (step,) = steps_of("count(在册) >= 2", case)
    assert (Interval(1, 2), None) == (step.left.value, step.verdict)
    assert step.sentence("zh") == "count(在册) 1至2 >= 2：待核实"


def test_every_link_and_every_plain_yes_or_no_is_a_step() -> None:
    source = "1 < 户数 < 3 and not (达标 or tagged('老区')) or 类别 not in ('甲', '乙')"
    case = Case({"户数": 5, "达标": False, "类别": "丙"}, tags=frozenset({"老区"}))
    expected = [
        ("1 < 户数", True),
        ("户数 < 3", False),
        ("达标", False),
        ('tagged("老区")', True),
        ('类别 not in ("甲", "乙")', True),
    ]
    assert expected == [(step.text, step.verdict) for step in steps_of(source, case)]
    assert steps_of(source, case)[-1].sentence("zh") == '类别 丙 not in ("甲", "乙")：是'


def test_asking_whether_something_is_unknown_is_one_step() -> None:
    assert (sentences("unknown(户数 < 3)", Case())) == [
        ("unknown(户数 < 3)：是（户数 待核实）", "unknown(户数 < 3): yes (户数 unknown)")
    ]


def test_a_label_stands_in_place_of_a_name() -> None:
    scope = Scope({"households": ElementType("int")})
    (step,) = explain(
        parse("households < 3", scope), Case({"households": 2}), labels={"households": "户数"}
    )
    assert (step.text, step.sentence("zh")) == ("户数 < 3", "户数 2 < 3：是")


def test_a_number_without_comparison_has_no_steps() -> None:
    assert steps_of("户数 + 1", Case({"户数": 1})) == ()
