"""What the records refuse, with facts; the pages turn it into words and a status.

Refused          the change breaks a rule: faults, all at once          -> 409
├── NotAllowed   the person may not do this here                        -> 403
└── Stale        somebody changed the row since it was read: difference -> 412
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["NotAllowed", "Refused", "Stale", "refuse"]


class Refused(FaultsFound):
    """A change that breaks a rule of the records; every fault is listed."""


class NotAllowed(Refused):
    """The person has no right to do this here."""


class Stale(Refused):
    """The row is newer than the one the person saw.

    ``difference`` maps each field to (what the person saw or wants, what stands now).
    """

    def __init__(
        self, *, seen: int, current: int, difference: Mapping[str, tuple[Any, Any]] | None = None
    ) -> None:
        self.seen = seen
        self.current = current
        self.difference = dict(difference or {})
        super().__init__(
            [
                Fault(
                    "VER-01",
                    "",
                    Text(
                        f"您打开后，这条记录已被他人改过（第 {seen} 版，现为第 {current} 版）。",
                        f"Somebody changed this record after you opened it "
                        f"(version {seen}, now {current}).",
                    ),
                    Text("请查看差异后再保存。", "Look at the difference, then save again."),
                )
            ]
        )


def refuse(code: str, message: Text, *, where: str = "", remedy: Text | None = None) -> Refused:
    """One refusal with one fault, ready to raise."""
    return Refused([Fault(code, where, message, remedy)])
