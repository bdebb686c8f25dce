"""Text ordered byte by byte on every database, so that a prefix is a range of an index."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Greatest, StrIndex, Substr
from django.db.models.lookups import Exact

__all__ = ["PathField", "next_below", "starts_with", "subtree_range"]


class PathField(models.CharField):  # type: ignore[type-arg]
    """A materialised path such as ``/1/27/304/``.

    PostgreSQL orders text by the language of the database, in which ``/`` may not count; the
    collation "C" makes it plain bytes, as SQLite does by itself.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: Any) -> Any:
        """The column's type, with the collation where the database needs one."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def subtree_range(path: str) -> tuple[str, str]:
    """The half-open range of all paths at or below this one.

    >>> subtree_range("/1/27/")
    ('/1/27/', '/1/270')
    """
    if not path.endswith("/"):
        raise ValueError(f"a path ends with a slash: {path!r}")
    return path, path[:-1] + "0"


def next_below(column: str, path: str) -> Substr:
    """In the database: the part of a path that follows another one, empty where none does.

    Of ``/1/27/304/`` below ``/1/`` it is ``27``: rows are grouped by it in one pass, however many
    places stand there.
    """
    rest = Substr(column, len(path) + 1)
    return Substr(rest, 1, Greatest(StrIndex(rest, Value("/")) - 1, 0))


def starts_with(column: str, path: str) -> Exact[str]:
    """The condition that a path lies at or below another, read row by row and by no index.

    For where another condition is the one an index should serve.
    """
    return Exact(Substr(column, 1, len(path)), path)
