"""A full disk (磁盘已满), told in words instead of as an accident."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bangfu.records.ground.refusals import Refused, refuse
from bangfu.vocabulary.text import Text

__all__ = ["disk_full", "is_disk_full", "room_needed"]

#: No room, no room for this account, larger than a file may be.
_ERRNOS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
#: PostgreSQL's own code for it.
_SQLSTATE: Final = "53100"


def is_disk_full(error: BaseException | None) -> bool:
    """Whether an error, or the one it came from, says that there is no room."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _ERRNOS:
            return True
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        if getattr(error, "sqlstate", None) == _SQLSTATE:
            return True
        error = error.__cause__
    return False


def disk_full(where: str = "") -> Refused:
    """The refusal of a write for which there is no room."""
    return refuse(
        "OPS-07",
        Text("磁盘已满，没有写入。", "The disk is full; nothing was written."),
        where=where,
        remedy=Text(
            "请系统管理员腾出空间，然后再做一次。",
            "Make room on the disk (the system administrator), then do it again.",
        ),
    )


@contextmanager
def room_needed(where: str = "") -> Iterator[None]:
    """Inside, a full disk is refused with words; every other error stays what it is."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if is_disk_full(error):
            raise disk_full(where) from error
        raise
