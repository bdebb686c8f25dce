"""The menu (菜单): each area adds its entries; one sees only what one may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bangfu.records.access.policies import verbs_held
from bangfu.web.help.topics import topic_for

__all__ = ["ENTRIES", "Entry", "menu"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu: a label, the name of its page, the rights of which one opens it."""

    label: Any
    url_name: str
    verbs: tuple[str, ...]
    icon: str
    group: Any


_WORK, _GROUND, _OFFICE = _("工作"), _("基础"), _("管理")

ENTRIES: tuple[Entry, ...] = (
    Entry(_("工作台"), "desk", (), "home", _WORK),
    Entry(_("数据填报"), "figure_forms", ("figures.read",), "edit", _WORK),
    Entry(_("台账"), "registers", ("registers.read",), "list", _WORK),
    Entry(_("导入"), "imports", ("imports.run",), "upload", _WORK),
    Entry(_("地方"), "places", ("places.read",), "map", _GROUND),
    Entry(_("单位名录"), "organisations", ("organisations.read",), "building", _GROUND),
    Entry(_("方案与报表"), "schemes", ("catalogue.read",), "book", _GROUND),
    Entry(_("账号"), "accounts", ("accounts.read",), "users", _OFFICE),
    Entry(_("操作日志"), "audit", ("audit.read",), "shield", _OFFICE),
)


def menu(request: HttpRequest) -> dict[str, Any]:
    """The menu, the office's name and where help is, for every template."""
    shared = {"office_name": settings.OFFICE_NAME, "help_url": _help_url(request.path)}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"menu": [], **shared}
    verbs = getattr(request, "verbs", None)
    if verbs is None:
        verbs = verbs_held(user)
    groups: dict[str, list[dict[str, Any]]] = {}
    for entry in ENTRIES:
        if entry.verbs and not verbs.intersection(entry.verbs):
            continue
        url = reverse(entry.url_name)
        groups.setdefault(str(entry.group), []).append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "active": request.path == url or (url != "/" and request.path.startswith(url)),
            }
        )
    return {
        "menu": [{"label": label, "entries": entries} for label, entries in groups.items()],
        **shared,
    }


def _help_url(address: str) -> str:
    """The topic that helps on a page, or all topics."""
    topic = topic_for(address)
    return reverse("help_topic", args=[topic.name]) if topic else reverse("help")
