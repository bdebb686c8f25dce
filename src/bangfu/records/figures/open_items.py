"""What an account has open among returns (未结报表), for a handover."""

from __future__ import annotations

from bangfu.records.accounts.models import Account
from bangfu.records.accounts.open_items import OpenItem, OpenItemSource
from bangfu.records.figures.models import Submission
from bangfu.records.figures.routes import places_held
from bangfu.vocabulary.text import Text

__all__ = ["SOURCES"]

_MOST = 200
_OPEN = (Submission.State.DRAFT, Submission.State.RETURNED)


def _begun(account: Account) -> list[OpenItem]:
    """Returns the account saved last and nobody has handed in."""
    rows = Submission.objects.filter(saved_by=account.pk, state__in=_OPEN)
    return [
        _item(row, "填报中", "begun", f"/figures/{row.form_id}/{row.period}/{row.place_id}/")
        for row in rows.select_related("form", "place").order_by("pk")[:_MOST]
    ]


def _give_begun(leaver: Account, successor: Account) -> int:
    """The successor goes on where the leaver stopped; who entered each figure stays."""
    rows = Submission.objects.filter(saved_by=leaver.pk, state__in=_OPEN)
    return int(rows.update(saved_by_id=successor.pk))


def _to_review(account: Account) -> list[OpenItem]:
    """Returns that wait at the account's posts; they follow the post by themselves."""
    rows = Submission.objects.filter(
        state=Submission.State.SUBMITTED, at_place__in=places_held(account, "figures.approve")
    )
    return [
        _item(row, "待审核", "to review", f"/figures/returns/{row.pk}/")
        for row in rows.select_related("form", "place").order_by("pk")[:_MOST]
    ]


def _item(row: Submission, zh: str, en: str, url_path: str) -> OpenItem:
    label = Text(
        f"{zh}：{row.place.name}，{row.form.label_zh}，{row.period}",
        f"{en}: {row.place.name}, {row.form.label_en}, {row.period}",
    )
    return OpenItem(label, row._meta.label_lower, str(row.pk), url_path)


SOURCES = (
    OpenItemSource("figures.begun", find=_begun, reassign=_give_begun),
    OpenItemSource("figures.to_review", find=_to_review),
)
