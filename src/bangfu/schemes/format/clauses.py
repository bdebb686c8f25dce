"""The clauses of a document (条款): where each stands, whom it binds, in our own words."""

from __future__ import annotations

from pydantic import Field

from bangfu.schemes.format.common import Bilingual, Model
from bangfu.vocabulary.clause import Force

__all__ = ["Clause", "ClausesFile", "OutlineMark", "SourceDocument"]


class OutlineMark(Model):
    """One section of the document: the few characters with which it starts.

    Marks are looked for in order, each after the one before; a section ends where the next
    begins.
    """

    section: str
    starts: str = Field(min_length=1, max_length=40)


class SourceDocument(Model):
    """The document a scheme is taken from, and the span of it that the scheme covers.

    ``starts`` and ``ends`` are short marks; nothing of the document itself is kept here.
    """

    title: Bilingual
    kind: str
    number: str | None = None
    published_on: str | None = None
    starts: str | None = None
    starts_occurrence: int = 1
    ends: str | None = None
    outline: tuple[OutlineMark, ...] = ()
    #: Figures of the document that are not carried, each with the reason.
    ignored: dict[str, str] = Field(default_factory=dict)


class Clause(Model):
    """One clause: its place in the document, how it binds, whom, about what."""

    id: str
    #: Sections of the outline in which the clause stands.
    sections: tuple[str, ...]
    force: Force
    mechanism: str
    bound: tuple[str, ...]
    object: str
    label: Bilingual
    #: What the text leaves open, in our words; empty where nothing is.
    open_point: str | None = None


class ClausesFile(Model):
    """``clauses.yaml``."""

    source: SourceDocument
    clauses: tuple[Clause, ...]
