"""Roles and what each may do (角色与权限): one table, read by every check.

A verb is ``area.act``. A role that is not in the table may do nothing; a verb that no role
holds is a mistake, caught by a test. The table follows CLAUSES (f).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bangfu.vocabulary.text import Text

__all__ = ["ROLES", "VERBS", "Role", "roles_with", "verbs_of"]


@dataclass(frozen=True, slots=True)
class Role:
    """A role: its label, the levels at which it is held, and its verbs."""

    label: Text
    levels: frozenset[str]
    verbs: frozenset[str]
    #: Roles of the three administrators exclude each other and every working role.
    administrator: bool = False


#: Every verb, in words.
VERBS: Final[Mapping[str, Text]] = {
    "places.read": Text("查看地方档案", "see place files"),
    "places.change": Text("办理区划变更", "change divisions"),
    "organisations.read": Text("查看单位", "see organisations"),
    "organisations.change": Text("维护单位", "maintain organisations"),
    "catalogue.read": Text("查看方案与指标", "see schemes and data elements"),
    "catalogue.change": Text("启用方案、设置报表", "adopt schemes, set up forms"),
    "figures.read": Text("查看数据", "see figures"),
    "figures.enter": Text("填报数据", "enter figures"),
    "figures.approve": Text("审核数据", "review figures"),
    "figures.reopen": Text("退回已审核数据", "re-open approved figures"),
    "figures.confirm": Text("确认与本单位有关的数据", "confirm what concerns one's own unit"),
    "registers.read": Text("查看台账", "see registers"),
    "registers.enter": Text("登记台账", "enter register rows"),
    "imports.run": Text("导入表格", "import tables"),
    "exports.run": Text("导出表格", "export tables"),
    "attachments.add": Text("上传附件", "add attachments"),
    "contacts.read": Text("查看联系方式", "see contact numbers"),
    "accounts.read": Text("查看账号", "see accounts"),
    "accounts.change": Text("管理账号", "manage accounts"),
    "accounts.roles": Text("授予和收回角色", "give and take roles"),
    "accounts.handover": Text("办理离任交接", "hand over on leaving a post"),
    "audit.read": Text("查看操作日志", "read the operation log"),
    "system.operate": Text("系统运行维护", "operate the system"),
}

_READ = {
    "places.read",
    "organisations.read",
    "catalogue.read",
    "figures.read",
    "registers.read",
    "exports.run",
}
_ENTER = {"figures.enter", "registers.enter", "imports.run", "attachments.add"}
_REVIEW = {"figures.approve", "figures.reopen"}
_OFFICE = _READ | _ENTER | _REVIEW | {"contacts.read", "accounts.read", "accounts.handover"}


def _role(zh: str, en: str, levels: str, verbs: set[str], *, administrator: bool = False) -> Role:
    return Role(Text(zh, en), frozenset(levels.split()), frozenset(verbs), administrator)


ROLES: Final[Mapping[str, Role]] = {
    "scheme_manager": _role(
        "方案管理（省级主管处室）",
        "scheme manager",
        "province",
        _OFFICE | {"catalogue.change", "organisations.change", "places.change"},
    ),
    "province_department": _role("省级部门", "province department", "province", _READ),
    "city_office": _role("市级主管部门", "city office", "city", _OFFICE | {"organisations.change"}),
    "county_office": _role(
        "县级主管部门",
        "county office",
        "county zone",
        _OFFICE | {"organisations.change", "places.change"},
    ),
    "township_office": _role("乡镇（街道）", "township office", "township", _OFFICE),
    "village_clerk": _role("村（社区）", "village clerk", "village", _READ | _ENTER),
    "grid_worker": _role(
        "网格员", "grid worker", "village", {"places.read", "registers.read", "registers.enter"}
    ),
    "leader": _role("联系领导", "linking leader", "city county township", _READ),
    "helper_unit": _role(
        "帮扶单位",
        "helper unit",
        "township village",
        {"places.read", "figures.read", "figures.confirm", "registers.read", "registers.enter"},
    ),
    "team_member": _role(
        "驻镇驻村干部",
        "resident team member",
        "township village",
        _READ | {"registers.enter", "attachments.add"},
    ),
    "finance": _role("财政部门", "finance office", "province city county", _READ),
    "organisation_department": _role(
        "组织部门",
        "organisation department",
        "province city county",
        _READ | {"contacts.read", "accounts.read"},
    ),
    "evaluator": _role("评估机构", "evaluator", "province city county", _READ),
    "auditor": _role(
        "审计、纪检",
        "audit and discipline",
        "province city county",
        _READ | {"audit.read", "accounts.read"},
    ),
    "system_administrator": _role(
        "系统管理员",
        "system administrator",
        "province city county",
        {"system.operate", "accounts.read", "accounts.change", "places.read", "places.change"},
        administrator=True,
    ),
    "security_administrator": _role(
        "安全管理员",
        "security administrator",
        "province city county",
        {"accounts.read", "accounts.roles", "places.read"},
        administrator=True,
    ),
    "audit_administrator": _role(
        "审计管理员",
        "audit administrator",
        "province city county",
        {"audit.read", "accounts.read", "places.read"},
        administrator=True,
    ),
}


def verbs_of(role: str) -> frozenset[str]:
    """What a role may do; nothing for a role nobody declared."""
    held = ROLES.get(role)
    return held.verbs if held else frozenset()


def roles_with(verb: str) -> frozenset[str]:
    """The roles that hold a verb; an undeclared verb is refused."""
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb!r}; known: {', '.join(sorted(VERBS))}")
    return frozenset(name for name, role in ROLES.items() if verb in role.verbs)
