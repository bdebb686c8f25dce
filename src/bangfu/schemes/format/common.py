"""What every entry of a scheme shares: two languages, an id, and what it rests on.

An entry cites clauses of the document, or says openly that the text is ours (``assumption``)
or comes from elsewhere (``citation``).
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bangfu.vocabulary.clause import is_clause_id
from bangfu.vocabulary.text import Text

__all__ = [
    "Bilingual",
    "Cited",
    "DatedFigure",
    "FigureRef",
    "FigureText",
    "Id",
    "Model",
    "PrintedAs",
]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Model(BaseModel):
    """A part of a scheme file; a key that is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Bilingual(Model):
    """A label or a sentence in Chinese and in English; both are compulsory."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class FigureRef(Model):
    """A figure that stands elsewhere in the scheme, by its path or its id in the same file."""

    value: str


class DatedFigure(Model):
    """A figure that changes: each date opens a new value; null means the document says nothing."""

    values: dict[date, Any]


#: A figure as written: ``2000万元``, ``76``, ``8%``, ``6:3:1`` as a mapping, ``quarter``, ``3年``,
#: ``2025-12-31``; null; ``{value: path}``; or ``{values: {date: figure}}``.
FigureText = FigureRef | DatedFigure | dict[str, int] | list[str] | int | str | None


class PrintedAs(Model):
    """Words of the document, and the figure they say where a reader has to tell it from them.

    ``{words: 1—2名, says: 1}`` is the lower end of a range, ``{words: 10月份, says: 2025-10-01}``
    a date without its year. What the words are said to say is compared with the figure, so that
    neither can be changed alone.
    """

    words: str = Field(min_length=1)
    says: Any


class Cited(Model):
    """An entry that says what it rests on."""

    id: Id
    label: Bilingual
    clauses: tuple[str, ...] = ()
    assumption: Bilingual | None = None
    citation: Bilingual | None = None
    reading: str | None = None
    #: How the figure is printed in the document where it cannot be derived from the value: words
    #: for all figures of the entry, or words for each field by its name.
    printed: tuple[str, ...] | dict[str, str | PrintedAs | tuple[str | PrintedAs, ...]] = ()

    @model_validator(mode="after")
    def _rests_on_something(self) -> Cited:
        if not (self.clauses or self.assumption or self.citation):
            raise ValueError("name the clauses, or an assumption, or a citation")
        wrong = [clause for clause in self.clauses if not is_clause_id(clause)]
        if wrong:
            raise ValueError(f"not clause ids: {', '.join(wrong)}")
        return self
