"""Sealed columns and blind indexes (加密字段、盲索引).

``EncryptedText`` holds the sealed form; reading a row opens nothing. `sealed_in` and `opened`
put a text in and take it out, bound to the row it belongs to. `blind_index` gives what a search
for an exact value may compare.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from bangfu.records.vault.keys import key_ring
from bangfu.records.vault.sealing import is_sealed, keyed_hash, open_sealed, seal

__all__ = ["BlindIndex", "EncryptedText", "binding", "blind_index", "opened", "sealed_in"]


class EncryptedText(models.TextField):  # type: ignore[type-arg]
    """A column of sealed text; anything else but an empty text is refused on the way in.

    ``bound_to`` names columns of the same row that never change and are known before the row is
    saved (an account's id): a sealed value moved to another row does not open there.
    """

    def __init__(self, *args: Any, bound_to: Sequence[str] = (), **kwargs: Any) -> None:
        self.bound_to = tuple(bound_to)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """As a migration writes it down."""
        name, path, args, kwargs = super().deconstruct()
        if self.bound_to:
            kwargs["bound_to"] = self.bound_to
        return name, path, args, kwargs

    def get_prep_value(self, value: Any) -> Any:
        """What goes to the database: sealed, or empty."""
        value = super().get_prep_value(value)
        if value and not is_sealed(value):
            raise ValidationError(f"{self.name} takes sealed text alone")
        return value


class BlindIndex(models.CharField):  # type: ignore[type-arg]
    """A column for the keyed hash of a normalised value (盲索引)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)


def binding(row: models.Model, field: str) -> str:
    """What a value of this field of this row is bound to."""
    column = row._meta.get_field(field)
    if not isinstance(column, EncryptedText):
        raise TypeError(f"{field} is not a sealed column")
    held = [str(getattr(row, name)) for name in column.bound_to]
    if "None" in held:
        raise ValueError(f"{field} is bound to {column.bound_to}, which are not set yet")
    return "|".join([f"{row._meta.label_lower}.{field}", *held])


def sealed_in(row: models.Model, field: str, text: str) -> None:
    """Put a text into a sealed column of a row (the caller saves)."""
    if not text:
        setattr(row, field, "")
        return
    ring = key_ring()
    sealed = seal(
        text, key=ring.keys[ring.current], key_id=ring.current, bound_to=binding(row, field)
    )
    setattr(row, field, sealed)


def opened(row: models.Model, field: str) -> str:
    """The text in a sealed column; an empty one is empty."""
    sealed: str = getattr(row, field)
    if not sealed:
        return ""
    return open_sealed(sealed, key=key_ring().key_of(sealed), bound_to=binding(row, field))


def blind_index(purpose: str, value: str) -> str:
    """The hash by which equal values are found; empty for an empty value.

    ``purpose`` is the column (``vault.staffcontact.phone``). Full-width forms, blanks, dashes and
    letters' case do not count.
    """
    plain = unicodedata.normalize("NFKC", value).upper()
    plain = "".join(letter for letter in plain if letter.isalnum())
    return keyed_hash(plain, key=key_ring().index_key, purpose=purpose) if plain else ""
