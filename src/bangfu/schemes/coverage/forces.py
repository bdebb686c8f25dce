"""How the verbs of a policy bind (用语与约束力): a table kept as data, read here.

Says what a force means; which force a clause has is said by the clause.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final

from pydantic import Field, ValidationError

from bangfu.schemes.find import SHARED_FOLDER
from bangfu.schemes.format import Bilingual, Model
from bangfu.schemes.yaml_file import read_yaml
from bangfu.vocabulary.clause import FORCES, Force
from bangfu.vocabulary.errors import Fault, SchemeFault
from bangfu.vocabulary.text import Text

__all__ = ["ForceRule", "force_of_verb", "force_rules"]

_FILE: Final = SHARED_FOLDER / "forces.yaml"


class ForceRule(Model):
    """One force: the verbs that carry it, who must act, what is recorded, what falling short is."""

    id: Force
    label: Bilingual
    verbs: tuple[str, ...] = Field(min_length=1)
    bound: Bilingual
    record: Bilingual
    falls_short: Bilingual


class _ForcesFile(Model):
    forces: tuple[ForceRule, ...]


@lru_cache(maxsize=1)
def force_rules() -> dict[Force, ForceRule]:
    """The table, by force, in the order of how strongly they bind.

    Raises
    ------
    SchemeFault
        COV-02 where the table cannot be read, lacks a force, or gives a verb to two of them.

    Examples
    --------
    >>> force_rules()["goal"].label.zh
    '限期目标'
    """
    try:
        rules = _ForcesFile.model_validate(read_yaml(_FILE)).forces
    except ValidationError as error:
        raise _wrong(Text(f"读不出来：{error}", f"cannot be read: {error}")) from None
    if tuple(rule.id for rule in rules) != FORCES:
        listed = "、".join(FORCES)
        raise _wrong(Text(f"应依次列出 {listed}。", f"must list {', '.join(FORCES)} in order."))
    for verb, times in Counter(verb for rule in rules for verb in rule.verbs).items():
        if times > 1:
            raise _wrong(Text(f"「{verb}」出现了两次。", f"{verb!r} is given twice."))
    return {rule.id: rule for rule in rules}


def force_of_verb(phrase: str) -> Force | None:
    """The force a phrase carries by its verb; None where it holds none that is listed.

    The weaker force wins, since a principle or an encouragement softens the verb after it; of
    verbs that lie inside one another the longer counts.

    >>> force_of_verb("原则上不少于5人"), force_of_verb("鼓励实施"), force_of_verb("推进")
    ('principle', 'encourage', 'advance')
    """
    rules = force_rules()
    verbs = sorted(((v, rule.id) for rule in rules.values() for v in rule.verbs), key=_by_length)
    found: set[Force] = set()
    for verb, force in verbs:
        if verb in phrase:
            found.add(force)
            phrase = phrase.replace(verb, "\0")
    softest: tuple[Force, ...] = ("encourage", "principle", "advance", "goal", "must", "other")
    return next((force for force in softest if force in found), None)


def _by_length(item: tuple[str, Force]) -> int:
    return -len(item[0])


def _wrong(message: Text) -> SchemeFault:
    return SchemeFault([Fault("COV-02", _FILE.name, message)])
