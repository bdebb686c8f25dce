"""Accounts behind the government portal (统一身份认证): which subject is which account.

The portal says who somebody is; whether that person has an account here is decided here. Nothing
is opened by signing in: an unknown subject gets a code, with which the administrator (or the
person, once signed in by password) binds it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, Final

from bangfu.records.accounts.authority import require_managing
from bangfu.records.accounts.models import Account, PortalLinkCode
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.vault.fields import blind_index
from bangfu.vocabulary.text import Text

__all__ = ["VALID_FOR", "bind_portal", "offer_link_code", "unbind_portal"]

VALID_FOR: Final = timedelta(days=3)
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH: Final = 10
_PURPOSE: Final = "accounts.portallinkcode"


@action("accounts.offer_link_code")
def offer_link_code(subject: str, *, actor: Any) -> str:
    """A code that stands for a subject for three days; an earlier one of it ends."""
    PortalLinkCode.objects.filter(subject=subject).delete()
    PortalLinkCode.objects.filter(expires_at__lte=clock.now()).delete()
    code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
    PortalLinkCode.objects.create(
        code_hash=blind_index(_PURPOSE, code),
        subject=subject,
        expires_at=clock.now() + VALID_FOR,
    )
    note(outcome="offered")
    return code


@action("accounts.bind_portal")
def bind_portal(account: Account, code: str, *, actor: Any) -> Account:
    """Bind an account to the subject behind a code (绑定统一身份)."""
    if actor.pk != account.pk:
        require_managing(actor, "accounts.change", account)
    link = (
        PortalLinkCode.objects.select_for_update()
        .filter(code_hash=blind_index(_PURPOSE, code), expires_at__gt=clock.now())
        .first()
    )
    if link is None:
        raise refuse(
            "PTL-01",
            Text("绑定码不正确或已过期。", "The link code is not right or no longer valid."),
            remedy=Text(
                "请本人重新从统一身份认证进入，取得新的绑定码。",
                "Have the person enter through the portal again for a new code.",
            ),
        )
    if Account.objects.filter(portal_subject=link.subject).exclude(pk=account.pk).exists():
        raise refuse(
            "PTL-02",
            Text("这个统一身份已绑定另一个账号。", "This identity is bound to another account."),
            remedy=Text("请先解除原来的绑定。", "Undo the other binding first."),
        )
    account.portal_subject = link.subject
    account.save_next_version()
    link.delete()
    note(account, after={"portal": "bound"})
    return account


@action("accounts.unbind_portal")
def unbind_portal(account: Account, *, actor: Any) -> Account:
    """Undo the binding (解除绑定)."""
    if actor.pk != account.pk:
        require_managing(actor, "accounts.change", account)
    account.portal_subject = ""
    account.save_next_version()
    note(account, after={"portal": "unbound"})
    return account
