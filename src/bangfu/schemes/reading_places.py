"""Where a reading matters (执行口径的落点): the entries that follow it, or rest on its clauses."""

from __future__ import annotations

from bangfu.schemes.checks.walk import entries
from bangfu.schemes.format import Cited
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Text

__all__ = ["places_of_readings"]


def places_of_readings(scheme: Scheme) -> dict[str, dict[str, Text]]:
    """For each reading, the entries it bears on: their labels by path.

    Entries that name the reading come first. Where none does, a note bears on whatever rests on
    its clauses: a remark on a word says so of every figure that the word stands for.
    """
    named: dict[str, dict[str, Text]] = {reading: {} for reading in scheme.readings}
    resting: dict[str, dict[str, Text]] = {reading: {} for reading in scheme.readings}
    for path, node in entries(scheme):
        if not isinstance(node, Cited):
            continue
        for reading in scheme.readings.values():
            if node.reading == reading.id:
                named[reading.id][path] = node.label.text
            elif set(reading.clauses) & set(node.clauses):
                resting[reading.id][path] = node.label.text
    return {reading: named[reading] or resting[reading] for reading in named}
