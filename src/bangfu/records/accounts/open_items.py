"""What an account has open (未结事项), collected from every area of the records.

Apps above this one add their own source when they are loaded:

    from bangfu.records.accounts.open_items import OPEN_ITEMS, OpenItemSource
    OPEN_ITEMS.append(OpenItemSource("figures.draft", find=drafts_of, reassign=give_drafts))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.ground import clock
from bangfu.vocabulary.text import Text

__all__ = ["OPEN_ITEMS", "OpenItem", "OpenItemSource", "open_items_of", "reassign_open_items"]


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One thing that waits for this account: in words without personal data, and where it is."""

    label: Text
    record_type: str
    record_id: str
    url_path: str = ""


@dataclass(frozen=True, slots=True)
class OpenItemSource:
    """One kind of open items: how to find those of an account, how to hand them on.

    ``reassign`` runs inside the action of the handover, gets (leaver, successor) and answers how
    many went over; None where the items follow the post by themselves.
    """

    name: str
    find: Callable[[Account], list[OpenItem]]
    reassign: Callable[[Account, Account], int] | None = None


def open_items_of(account: Account) -> list[tuple[str, list[OpenItem]]]:
    """The open items of an account, by the name of their source; sources without any left out."""
    found = [(source.name, source.find(account)) for source in OPEN_ITEMS]
    return [(name, items) for name, items in found if items]


def reassign_open_items(leaver: Account, successor: Account) -> dict[str, int]:
    """Hand all open items on, inside an action of the caller; how many of each source."""
    moved = {
        source.name: source.reassign(leaver, successor)
        for source in OPEN_ITEMS
        if source.reassign is not None
    }
    return {name: count for name, count in moved.items() if count}


def _jobs(account: Account) -> list[OpenItem]:
    job_model: Any = apps.get_model("jobs", "Job")
    rows = job_model.objects.filter(asked_by_id=account.pk, state__in=["waiting", "running"])
    return [
        OpenItem(Text(f"后台任务 {row.pk}", f"job {row.pk}"), "jobs.job", str(row.pk))
        for row in rows.order_by("pk")[:200]
    ]


def _give_jobs(leaver: Account, successor: Account) -> int:
    job_model: Any = apps.get_model("jobs", "Job")
    rows = job_model.objects.filter(asked_by_id=leaver.pk, state__in=["waiting", "running"])
    return int(rows.update(asked_by_id=successor.pk))


def _loans(account: Account) -> list[OpenItem]:
    """Roles the account lent out: they end with its posts, and people should know."""
    rows = RoleAssignment.objects.filter(on_behalf_of=account, ends_on__gt=clock.today())
    return [
        OpenItem(
            Text("委托出去的角色（随任职结束）", "a role lent out (ends with the post)"),
            "accounts.roleassignment",
            str(row.pk),
        )
        for row in rows.order_by("pk")[:200]
    ]


#: Apps above append theirs; the order is that of the sheet.
OPEN_ITEMS: list[OpenItemSource] = [
    OpenItemSource("jobs.job", _jobs, _give_jobs),
    OpenItemSource("accounts.loan", _loans),
]
