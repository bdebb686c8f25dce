"""Every policy is asked the same questions, and what it does not say is not made up."""

from pathlib import Path

import pytest

from bangfu.schemes.find import scheme_folders
from bangfu.schemes.load import load_scheme
from bangfu.schemes.questions import shared_questions

INVENTED = Path(__file__).parent / "invented"


def answers(name: str | Path, question: str) -> list[str]:
    asked = {each.id: each for each in shared_questions(load_scheme(name))}
    return [answer.text.zh for answer in asked[question].answers]


@pytest.mark.parametrize("name", scheme_folders())
def test_every_scheme_answers_every_question(name: str) -> None:
    asked = shared_questions(load_scheme(name))
    reference = shared_questions(load_scheme(INVENTED))
    assert [each.id for each in reference] == [each.id for each in asked]
    assert all(each.answers for each in asked)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("objects", "薄弱乡镇名单（乡镇，按条件认定）"),
        ("sizes", "薄弱乡镇名单：6"),
        ("classes", "省级帮扶镇：4"),
        ("money", "镇帮扶资金：每单位 300万元；2027-01-01起 文件未明确、待定，"
                  "省级财政、市级财政按 2:1 分担"),
        ("money", "整村搬迁补助：每单位 8,000元，由省级财政承担"),
        ("slots", "驻镇工作队：每个省级帮扶镇、市级帮扶镇 至少 1"),
        ("intervals", "市领导，市领导到镇：每季度 1 次"),
        ("goals", "所辖村集体收入达标（2026）：村集体经营性收入不低于 20万元"),
        ("goals", "居民收入增速（2026）：居民人均可支配收入增幅不低于 6%"),
        ("evaluation", "文件未明确、待定"),
        ("retention", "达标退出：2年"),
    ],
)  # fmt: skip
def test_the_answers_come_from_the_scheme(question: str, answer: str) -> None:
    assert answer in answers(INVENTED, question)


def test_a_cycle_is_found_in_values_and_in_duties() -> None:
    found = answers("gd-2021", "evaluation")
    assert "评估周期：每年" in found
    assert "省委农村工作领导小组，年度评估：每年 1 次" in found
