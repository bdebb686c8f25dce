"""How verbs bind: every force once, every verb in one force, the softer word wins."""

import pytest

from bangfu.schemes.coverage import force_rules
from bangfu.schemes.coverage.forces import force_of_verb
from bangfu.vocabulary.clause import FORCES


def test_every_force_has_its_row() -> None:
    assert tuple(force_rules()) == FORCES


def test_no_verb_binds_in_two_ways() -> None:
    verbs = [verb for rule in force_rules().values() for verb in rule.verbs]
    assert len(verbs) == len(set(verbs))


@pytest.mark.parametrize(
    ("phrase", "force"),
    [
        ("应当按年度制定计划", "must"),
        ("到年底达到30万元", "goal"),
        ("加快补齐短板", "advance"),
        ("原则上每三年轮换", "principle"),
        ("鼓励加强合作", "encourage"),
        ("尽可能实现全覆盖", "principle"),
        ("甲乙丙丁", None),
    ],
)
def test_the_softer_word_of_a_phrase_decides(phrase: str, force: str | None) -> None:
    assert force_of_verb(phrase) == force
