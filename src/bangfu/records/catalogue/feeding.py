"""Which clauses a data element serves, and which forms a clause feeds (条款与报表)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from bangfu.records.catalogue.adopting import current_schemes
from bangfu.records.catalogue.content import as_it_reads_now
from bangfu.records.catalogue.models import DataElement
from bangfu.schemes.coverage.carriers import carriers_of
from bangfu.schemes.expression import Names, parse
from bangfu.schemes.load import Scheme
from bangfu.schemes.scope import element_of_name, scope_for
from bangfu.vocabulary.errors import BangfuError
from bangfu.vocabulary.text import Text

__all__ = ["ServedClause", "clauses_of_element", "elements_by_clause"]

_EXPRESSIONS: Final = ("expression", "condition", "include")
_KEPT_IN_MEMORY: Final = 16
#: By the hash of a scheme: what its clauses work with never changes.
_known: dict[str, dict[str, frozenset[str]]] = {}


@dataclass(frozen=True, slots=True)
class ServedClause:
    """A clause of an adopted scheme that works with a data element."""

    scheme: str
    clause: str
    label: Text


def clauses_of_element(element: DataElement) -> list[ServedClause]:
    """The clauses of the schemes in force that use an element."""
    served = []
    for adopted in current_schemes().values():
        scheme = as_it_reads_now(adopted)
        for clause, elements in elements_by_clause(scheme).items():
            if element.element in elements:
                label = scheme.clauses[clause].label.text
                served.append(ServedClause(adopted.scheme, clause, label))
    return served


def elements_by_clause(scheme: Scheme) -> dict[str, frozenset[str]]:
    """The data elements each clause of a scheme works with, read off the entries that cite it."""
    held = _known.get(scheme.content_hash)
    if held is None:
        if len(_known) >= _KEPT_IN_MEMORY:
            _known.clear()
        held = _known[scheme.content_hash] = {
            clause: frozenset(e for carrier in carriers for e in _elements_of(scheme, carrier.node))
            for clause, carriers in carriers_of(scheme).items()
        }
    return held


def _elements_of(scheme: Scheme, node: BaseModel) -> Iterator[str]:
    """The elements an entry names outright or in an expression."""
    for name in type(node).model_fields:
        value = getattr(node, name)
        if not isinstance(value, str):
            continue
        if name == "element" or name.endswith("_element"):
            yield value
        elif name in _EXPRESSIONS:
            yield from _of_expression(scheme, value)


def _of_expression(scheme: Scheme, source: str) -> Iterator[str]:
    for members in (False, True):
        try:
            names = Names.of(parse(source, scope_for(scheme, members=members)).tree)
        except BangfuError:
            continue
        above = frozenset(name for _, name in names.ancestors)
        for name in names.own | names.previous | names.member_elements | above:
            try:
                yield element_of_name(scheme, name).id
            except (KeyError, BangfuError):
                continue
        return
