"""Who may do what where (权限判断): by the grants that hold today and the table of roles."""

from __future__ import annotations

from typing import Any

from bangfu.records.access.gate import grants_held
from bangfu.records.access.models import AccessGrant
from bangfu.records.access.roles import VERBS, roles_with, verbs_of
from bangfu.records.ground.refusals import NotAllowed
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = ["may", "may_anywhere", "require", "roles_at", "roles_of", "verbs_held"]


def roles_of(user: Any) -> frozenset[str]:
    """The roles an account holds anywhere today."""
    return frozenset(grant.role for grant in grants_held(user))


def roles_at(user: Any, place: Any) -> frozenset[str]:
    """The roles an account holds over a place today, by either tree."""
    return frozenset(
        grant.role
        for grant in grants_held(user)
        if place.path.startswith(grant.path) or place.reporting_path.startswith(grant.path)
    )


def verbs_held(user: Any) -> frozenset[str]:
    """All an account may do somewhere today."""
    return frozenset(verb for role in roles_of(user) for verb in verbs_of(role))


def may(user: Any, verb: str, place: Any) -> bool:
    """Whether an account may do ``verb`` at a place today."""
    return bool(roles_at(user, place) & roles_with(verb))


def may_anywhere(user: Any, verb: str) -> bool:
    """Whether an account may do ``verb`` at some place today."""
    return bool(roles_of(user) & roles_with(verb))


def require(user: Any, verb: str, place: Any | None = None) -> None:
    """Refuse with words unless an account (or the system) may do ``verb`` here."""
    if user.pk is None and not getattr(user, "is_anonymous", False):
        return
    allowed = may(user, verb, place) if place is not None else may_anywhere(user, verb)
    if not allowed:
        raise NotAllowed([_fault(verb)])


def grants_from(source: str) -> list[AccessGrant]:
    """The grants that follow from a record."""
    return list(AccessGrant.objects.filter(source=source))


def _fault(verb: str) -> Fault:
    label = VERBS[verb]
    return Fault(
        "ACC-01",
        "",
        Text(
            f"您的账号在这里没有「{label.zh}」的权限。",
            f"Your account has no right here to {label.en}.",
        ),
        Text("如需办理，请联系本级系统管理员。", "Ask the system administrator of your level."),
    )
