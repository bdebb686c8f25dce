"""Every (verb, state, role) triple of a return's way."""

import itertools

import pytest

from bangfu.records.access.roles import ROLES, roles_with
from bangfu.records.figures.flows import FLOW, VERBS
from bangfu.records.figures.models import Submission
from bangfu.records.ground.refusals import NotAllowed, Refused

#: verb -> (states from which it goes, and where to; the right it needs)
EXPECTED = {
    "save": ({"draft": "draft", "returned": "returned"}, "figures.enter"),
    "submit": ({"draft": "submitted", "returned": "submitted"}, "figures.enter"),
    "ask_helper": ({"draft": "confirming", "returned": "confirming"}, "figures.enter"),
    "withdraw": ({"confirming": "draft", "submitted": "draft"}, "figures.enter"),
    "confirm": ({"confirming": "submitted"}, "figures.confirm"),
    "dispute": ({"confirming": "returned"}, "figures.confirm"),
    "pass_up": ({"submitted": "submitted"}, "figures.approve"),
    "approve": ({"submitted": "approved"}, "figures.approve"),
    "return": ({"submitted": "returned"}, "figures.approve"),
    "reopen": ({"approved": "returned"}, "figures.reopen"),
}
TRIPLES = list(itertools.product(EXPECTED, Submission.State.values, ROLES))


def outcome(verb, state, role):
    try:
        return FLOW.after(verb, state, roles={role})
    except NotAllowed:
        return NotAllowed
    except Refused:
        return Refused


def expected(verb, state, role):
    ways, right = EXPECTED[verb]
    if state not in ways:
        return Refused
    return ways[state] if role in roles_with(right) else NotAllowed


def test_every_triple_goes_where_the_table_says_and_nowhere_else():
    wrong = [t for t in TRIPLES if outcome(*t) != expected(*t)]
    assert wrong == []
    assert len(TRIPLES) == len(EXPECTED) * 5 * len(ROLES)


def test_every_verb_has_its_words_and_the_table_knows_no_other():
    assert set(VERBS) == set(EXPECTED) == {step.verb for step in FLOW.steps}


@pytest.mark.parametrize("role", ["leader", "auditor", "evaluator", "grid_worker"])
def test_who_only_looks_can_do_nothing(role):
    for state in Submission.State.values:
        assert FLOW.verbs(state, {role}) == ()
