"""Invented registers for tests: a scheme's folder with its registers replaced."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bangfu.records.audit.actions import System
from bangfu.records.registers.actions import NewRow, add_row
from bangfu.records.registers.declaring import declare_registers
from bangfu.records.registers.models import RegisterDefinition, RegisterRow
from bangfu.schemes.find import find_scheme
from bangfu.schemes.load import Scheme, load_scheme

__all__ = ["PRESENCE", "PROJECTS", "a_register", "a_row", "a_scheme"]

#: A register with a field of every type.
PROJECTS: dict[str, Any] = {
    "id": "made_up_projects",
    "label": {"zh": "示例项目台账", "en": "made-up projects"},
    "assumption": {"zh": "测试用", "en": "for tests"},
    "owner": "示例单位",
    "every": "year",
    "classes": ["weak_village"],
    "at_least": 1,
    "fields": [
        {
            "id": "project",
            "label": {"zh": "项目名称", "en": "project"},
            "type": "text",
            "required": True,
        },
        {
            "id": "kind",
            "label": {"zh": "类别", "en": "kind"},
            "type": "choice",
            "choices": ["产业项目", "基础设施", "公共服务"],
        },
        {
            "id": "amount",
            "label": {"zh": "投资额", "en": "amount"},
            "type": "money",
            "unit": "万元",
            "required": True,
        },
        {"id": "jobs", "label": {"zh": "带动就业", "en": "jobs"}, "type": "int", "unit": "人"},
        {
            "id": "area_mu",
            "label": {"zh": "占地面积", "en": "area"},
            "type": "number",
            "unit": "亩",
        },
        {"id": "accepted", "label": {"zh": "已验收", "en": "accepted"}, "type": "bool"},
        {"id": "started_on", "label": {"zh": "开工日期", "en": "started on"}, "type": "date"},
        {"id": "number", "label": {"zh": "项目编号", "en": "number"}, "type": "code"},
    ],
}
PRESENCE: dict[str, Any] = {
    "id": "made_up_presence",
    "label": {"zh": "示例有无台账", "en": "made-up presence"},
    "assumption": {"zh": "测试用", "en": "for tests"},
    "owner": "示例单位",
    "every": "quarter",
    "classes": ["weak_village"],
    "at_least": 1,
    "where": {"has": "true"},
    "fields": [
        {"id": "has", "label": {"zh": "有", "en": "has it"}, "type": "bool", "required": True}
    ],
}


def a_scheme(*registers: dict[str, Any]) -> Scheme:
    """The village scheme with these registers instead of its own."""
    folder = Path(tempfile.mkdtemp(prefix="bangfu-test-scheme-")) / "zj-2025-villages"
    shutil.copytree(find_scheme("zj-2025-villages"), folder)
    told = yaml.safe_dump({"registers": list(registers)}, allow_unicode=True)
    (folder / "registers.yaml").write_text(told, encoding="utf-8")
    return load_scheme(folder)


def a_register(register: dict[str, Any] = PROJECTS, **changes: Any) -> RegisterDefinition:
    """One declared register."""
    declare_registers(a_scheme({**register, **changes}), on=date(2026, 1, 1), actor=System())
    return RegisterDefinition.objects.get(register=register["id"])


def a_row(definition: RegisterDefinition, place: Any, **given: str) -> RegisterRow:
    """One row of 2026."""
    told = given or {"project": "示例项目", "amount": "32.5"}
    return add_row(NewRow(definition, place, "2026", told), actor=System())
