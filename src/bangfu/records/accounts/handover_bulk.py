"""Many handovers from one table (批量交接), after an election or a round of transfers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from bangfu.records.accounts.handover import handover_faults
from bangfu.records.accounts.models import Account
from bangfu.records.accounts.sheets import HandoverLine
from bangfu.records.ground.refusals import Refused
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["pairs_of"]


def pairs_of(
    lines: Sequence[HandoverLine], *, otherwise_on: date | None, actor: Any, where: str = ""
) -> list[tuple[Account, Account, date]]:
    """Leaver, successor and day of each line; all faults at once.

    Names outside the actor's area are not known here, like names that do not exist.
    """
    names = {line.leaver for line in lines} | {line.successor for line in lines}
    rows = Account.objects.all()
    if actor.pk is not None:
        rows = rows.open_to(actor, "accounts.read")
    accounts = {row.sign_in_name: row for row in rows.filter(sign_in_name__in=names)}
    times = Counter(line.leaver for line in lines)
    faults: list[Fault] = []
    pairs: list[tuple[Account, Account, date]] = []
    for line in lines:
        place = f"{where} 第 {line.row} 行"
        leaver, successor = accounts.get(line.leaver), accounts.get(line.successor)
        on = line.on or otherwise_on
        faults += [
            Fault("HND-08", place, Text(f"没有登录名「{name[:60]}」。", f"No account {name[:60]}."))
            for name, found in ((line.leaver, leaver), (line.successor, successor))
            if found is None
        ]
        if times[line.leaver] > 1:
            faults.append(Fault("HND-05", place, _TWICE))
        if on is None:
            faults.append(Fault("HND-09", place, _NO_DAY))
        if leaver is None or successor is None or on is None:
            continue
        faults += handover_faults(leaver, successor, on, place)
        pairs.append((leaver, successor, on))
    if faults:
        raise Refused(faults)
    return pairs


_TWICE = Text("移交人在表里出现多次。", "The leaver stands in several lines.")
_NO_DAY = Text("没有写交接日。", "The day is missing.")
