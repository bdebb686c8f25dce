"""The page of tables (数据表): what a programme folder may hold, and what a run writes.

Input tables come from their declarations. Output columns come from the code where it names them;
their meaning is told in ``docs/output_columns.yaml``, and a difference stops the builder.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

import bangfu.programme
from bangfu.engine.staffing import slots
from bangfu.programme.cluster_solve import outside, rows
from bangfu.programme.tables.declared import (
    FILE_FORMATS,
    SYNTHETIC,
    TABLES,
    Column,
    TableDeclaration,
    declaration_of,
)
from bangfu.vocabulary.text import Language, Text
from pages.markdown import code, page, table

__all__ = ["ColumnsDiffer", "always_there", "output_tables", "render"]

_OUTPUT_COLUMNS: Final = Path(__file__).parents[1] / "output_columns.yaml"
#: The constant of ``bangfu.programme`` that names the columns of an output table.
_CONSTANTS: Final = {
    "targets": "TARGET_COLUMNS",
    "out_of_scope": "SCOPE_SCHEMA",
    "quotas": "QUOTAS_SCHEMA",
    "funding": "FUNDING_SCHEMA",
    "duties": "DUTY_COLUMNS",
    "goals": "GOAL_COLUMNS",
    "exits": "EXITS_SCHEMA",
    "lists": "LISTS_SCHEMA",
    "list_overlaps": "OVERLAPS_SCHEMA",
    "clusters": "CLUSTER_COLUMNS",
    "tiers": "TIER_COLUMNS",
}
#: Type and both meanings of a column; one word more names the schemes that have it.
_ENTRY: Final = 3
_TYPES: Final[dict[str, Text]] = {
    "code": Text("代码（文本）", "code (text)"),
    "text": Text("文本", "text"),
    "int": Text("整数", "whole number"),
    "money": Text("金额", "money"),
    "bool": Text("true/false", "true/false"),
    "date": Text("日期 2025-08-28", "date 2025-08-28"),
    "period": Text("期间", "period"),
    "number": Text("数值", "number"),
    "tags": Text("文本，分号连接", "texts joined by ;"),
    "json": Text("JSON", "JSON"),
}
_TITLE = Text("数据表", "Tables")
_INTRO = Text(
    "数据文件夹里每张表一个文件，文件名就是表名（或它的中文名），格式为 {formats} 之一。\n"
    "台账放在子文件夹 `registers/` 里，文件名是方案里的台账编号。\n"
    "表头可以不在第一行；列名可用英文名、中文名或下表所列的别名。\n"
    "目录之外的列原样保留并报告；没有的可选列按待核实处理。\n"
    "空格就是不知道，不当作零。\n"
    "期间写作 `2024`、`2024H1`、`2024Q1`、`2024-03`、`2024-03-05` 或 `2021/2026`（不含止年）。\n"
    "任何表都可以带 `{synthetic}` 列，标明是合成样例。",
    "Each table of a programme folder is one file, named after the table (or its Chinese name), in one "
    "of the formats {formats}.\n"
    "Registers lie in the folder `registers/`, each named after the register's id in the scheme.\n"
    "The head need not be the first row; a column is accepted under its name, its Chinese label or the "
    "other heads listed.\n"
    "Columns that are not declared are kept and reported; an optional column that is missing is taken "
    "as unknown.\n"
    "An empty cell is unknown, never zero.\n"
    "A period is written `2024`, `2024H1`, `2024Q1`, `2024-03`, `2024-03-05` or `2021/2026` (the end "
    "excluded).\n"
    "Every table may carry the column `{synthetic}`, which marks made-up rows.",
)
_OUTPUT_INTRO = Text(
    "`bangfu run` 每一步写出一张 CSV：UTF-8、无 BOM、逗号分隔；金额列以 `_fen` 结尾，单位为分。\n"
    "没有计算的步骤没有文件，原因写在 `run.json` 的 `skipped` 里。",
    "`bangfu run` writes one CSV per step: UTF-8 without BOM, separated by commas; columns of money end "
    "in `_fen` and hold whole fen.\n"
    "A step that was not computed has no file; `run.json` says why under `skipped`.",
)
_INPUT_HEADS = Text(
    "列 类型 必填 可用的表头 可填内容 含义", "Column Type Required Heads Values Meaning"
)
_OUTPUT_HEADS = Text("列 类型 含义", "Column Type Meaning")


class ColumnsDiffer(Exception):
    """The columns told in ``output_columns.yaml`` are not those of the code."""


def render(language: Language) -> str:
    """The page in one language."""
    formats, other = "、".join(FILE_FORMATS), "tables.md" if language == "zh" else "tables.zh.md"
    if language == "en":
        formats = ", ".join(FILE_FORMATS)
    intro = _INTRO.in_language(language).format(formats=formats, synthetic=SYNTHETIC.name)
    parts = [intro, f"## {Text('输入表', 'Input tables').in_language(language)}"]
    for declaration in (*TABLES.values(), _register()):
        parts += _input_table(declaration, language)
    parts += [
        f"## {Text('输出表', 'Output tables').in_language(language)}",
        _OUTPUT_INTRO.in_language(language),
    ]
    for name, told in output_tables().items():
        parts += _output_table(name, told, language)
    return page(_TITLE.in_language(language), parts, language=language, other=other)


def _register() -> TableDeclaration:
    declaration = declaration_of("registers/NAME")
    assert declaration is not None
    return declaration


def _input_table(declaration: TableDeclaration, language: Language) -> Iterator[str]:
    yield f"### {declaration.name}"
    yield _about(declaration, language)
    rows = [_input_row(column, declaration, language) for column in declaration.columns]
    yield table(_INPUT_HEADS.in_language(language).split(), rows)


def _about(declaration: TableDeclaration, language: Language) -> str:
    texts = [Text(f"{declaration.label.zh}。", f"{declaration.label.en.capitalize()}.")]
    if declaration.required:
        texts.append(Text("必须有这张表。", "A folder must hold this table."))
    if declaration.key:
        keys = [code(name) for name in declaration.key]
        together = " 合起来" if len(keys) > 1 else " "
        texts.append(
            Text(f"{'、'.join(keys)}{together}不能重复。", f"No two rows share {', '.join(keys)}.")
        )
    if declaration.free:
        kind = _TYPES[declaration.free_type]
        texts.append(
            Text(
                f"还可以有任意其他列，内容为{kind.zh}。",
                f"Any further columns belong to it and hold {kind.en}.",
            )
        )
    return "\n".join(text.in_language(language) for text in texts)


def _input_row(column: Column, declaration: TableDeclaration, language: Language) -> list[str]:
    heads = dict.fromkeys(head for head in column.heads if head != column.name)
    needs = Text("", "")
    if column.filled:
        needs = Text("是，不能空", "yes, filled")
    elif column.required:
        needs = Text("是，可空", "yes, may be empty")
    meaning = column.label.in_language(language)
    if column.refers:
        meaning += Text("（须在 places 表中）", " (stands in places)").in_language(language)
    return [
        code(column.name),
        _TYPES[column.type].in_language(language),
        needs.in_language(language),
        ", ".join(heads),
        ", ".join(code(value) for value in column.values),
        meaning,
    ]


@cache
def output_tables() -> dict[str, dict[str, Any]]:
    """The output tables with their columns, as told; compared with the code.

    Raises
    ------
    ColumnsDiffer
        If a table told here has other columns than the code names.
    """
    told: dict[str, dict[str, Any]] = yaml.safe_load(_OUTPUT_COLUMNS.read_text(encoding="utf-8"))
    for name, constant in _CONSTANTS.items():
        _compare(name, always_there(told[name]), list(_constant(constant)))
    _compare("proposed_clusters", always_there(told["proposed_clusters"]), [*rows.SCHEMA])
    _compare("weak_outside", always_there(told["weak_outside"]), [*outside.OUTSIDE_SCHEMA])
    _compare("slots", always_there(told["slots"]), [*slots._SCHEMA, "name"])
    return told


def always_there(told: dict[str, Any]) -> list[str]:
    """The columns of a table that every scheme has."""
    return [name for name, entry in told["columns"].items() if len(entry) == _ENTRY]


def _compare(name: str, told: list[str], named: list[str]) -> None:
    if set(told) != set(named):
        apart = sorted(set(told) ^ set(named))
        raise ColumnsDiffer(f"{_OUTPUT_COLUMNS.name}: table {name} differs in {', '.join(apart)}")


def _constant(name: str) -> Any:
    """A constant of the programme, wherever it stands."""
    for path in sorted(Path(bangfu.programme.__path__[0]).glob("*.py")):
        if re.search(rf"^{name}\b.*=", path.read_text(encoding="utf-8"), re.MULTILINE):
            return getattr(importlib.import_module(f"bangfu.programme.{path.stem}"), name)
    raise ColumnsDiffer(f"bangfu.programme has no {name} any more")


def _output_table(name: str, told: dict[str, Any], language: Language) -> Iterator[str]:
    yield f"### {_heading(name, told, language)}"
    label, about = told["label"][language], told["about"][language]
    yield f"{label[:1].upper()}{label[1:]}{'。' if language == 'zh' else '.'}\n{about}"
    place = 1 if language == "zh" else 2
    rows = [
        [
            code(column),
            _TYPES[entry[0]].in_language(language),
            entry[place] + _only(entry, language),
        ]
        for column, entry in told["columns"].items()
    ]
    yield table(_OUTPUT_HEADS.in_language(language).split(), rows)


def _heading(name: str, told: dict[str, Any], language: Language) -> str:
    """The name of the file, and of the command where another one than ``run`` writes it."""
    if "command" not in told:
        return f"{name}.csv"
    command = code(told["command"])
    written = Text(f"（{command} 写出）", f" (of {command})").in_language(language)
    return told["file"] + written


def _only(entry: list[str], language: Language) -> str:
    """For a column that some schemes have, which."""
    if len(entry) == _ENTRY:
        return ""
    return Text(f"（只有 {entry[3]}）", f" (only {entry[3]})").in_language(language)
