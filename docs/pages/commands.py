"""The page of commands (命令), read off the command line itself.

Help texts are chosen when the command line is loaded, so each language is read in a process of
its own: this module run as a program prints the commands as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pages.markdown import code, page, table

__all__ = ["render"]

_WORDS = {
    "zh": {
        "title": "命令参考",
        "intro": "选项 `--lang zh|en` 可放在任何位置；不写时看环境变量 `BANGFU_LANG`，再不写为中文。\n"
        "环境变量 `BANGFU_SCHEMES` 给出另外存放方案的文件夹，多个之间用冒号隔开。",
        "heads": ["写法", "必填", "默认", "含义"],
        "yes": "是",
        "repeat": "（可多次）",
        "codes": "退出码",
        "code_heads": ["退出码", "含义"],
    },
    "en": {
        "title": "Commands",
        "intro": "The option `--lang zh|en` may stand anywhere; without it the variable `BANGFU_LANG` "
        "decides, and without that the language is Chinese.\n"
        "The variable `BANGFU_SCHEMES` names further folders of schemes, separated by colons.",
        "heads": ["Written", "Required", "Default", "Meaning"],
        "yes": "yes",
        "repeat": " (may be repeated)",
        "codes": "Exit codes",
        "code_heads": ["Code", "Meaning"],
    },
}
#: What each code means; the codes themselves are those of ``bangfu.cli.app``.
_EXIT_CODES = {
    "zh": [
        ("0", "完成。缺少数据表的步骤不计算，列在 `run.json` 的 `skipped` 中。"),
        ("1", "完成，但有核对不符：`run` 的核对、`scheme check`、`scheme cases`、`doctor`。"),
        ("2", "输入或命令有误；一次列出全部问题，不写出结果。"),
        ("3", "程序内部出错；没有写出结果，设 `BANGFU_DEBUG=1` 可得详细记录。"),
        ("130", "被中断；没有留下半成品。"),
    ],
    "en": [
        (
            "0",
            "Done. A step whose table is missing is left out and listed in `run.json` under "
            "`skipped`.",
        ),
        ("1", "Done, but a check failed: of `run`, `scheme check`, `scheme cases` or `doctor`."),
        ("2", "The input or the call is wrong; every fault is listed and no result is written."),
        ("3", "An internal error; no result was written, `BANGFU_DEBUG=1` shows the trace."),
        ("130", "Interrupted; nothing is left half-written."),
    ],
}


def render(language: str) -> str:
    """The page in one language."""
    words = _WORDS[language]
    parts = [str(words["intro"])]
    for command in _commands(language):
        parts.append(f"## {command['name']}")
        said = command["help"]
        parts.append(f"{said}。" if language == "zh" else f"{said[:1].upper()}{said[1:]}.")
        parts.append(f"```\n{command['usage']}\n```")
        if command["params"]:
            rows = [_row(param, words) for param in command["params"]]
            parts.append(table(list(words["heads"]), rows))
    parts += [f"## {words['codes']}", table(list(words["code_heads"]), _EXIT_CODES[language])]
    other = "commands.md" if language == "zh" else "commands.zh.md"
    return page(str(words["title"]), parts, language=language, other=other)


def _row(param: dict[str, Any], words: dict[str, Any]) -> list[str]:
    required = str(words["yes"]) if param["required"] else ""
    repeat = str(words["repeat"]) if param["multiple"] else ""
    return [code(param["written"]) + repeat, required, code(param["default"]), param["help"]]


def _commands(language: str) -> list[dict[str, Any]]:
    environment = {
        **os.environ,
        "BANGFU_LANG": language,
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, "-m", "pages.commands"],
        env=environment,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    commands: list[dict[str, Any]] = json.loads(done.stdout)
    return commands


def _read_off() -> list[dict[str, Any]]:
    from typer.main import get_command

    from bangfu.cli.app import app

    return list(_walk(get_command(app), "bangfu"))


def _walk(command: Any, name: str) -> Any:
    subcommands = getattr(command, "commands", None)
    if subcommands is not None:
        for sub in subcommands.values():
            yield from _walk(sub, f"{name} {sub.name}")
        return
    params = [_param(param) for param in command.params]
    shown = [p["written"] if p["required"] else f"[{p['written']}]" for p in params]
    yield {
        "name": name,
        "help": (command.help or "").strip(),
        "usage": " ".join([name, *shown]),
        "params": params,
    }


def _param(param: Any) -> dict[str, Any]:
    is_option = param.opts[0].startswith("--")
    is_flag = bool(getattr(param, "is_flag", False))
    name = param.opts[0] if is_option else param.name.upper()
    written = name if is_flag or not is_option else f"{name} {param.name.upper()}"
    has_default = param.default not in (None, False, [], ())
    return {
        "written": written,
        "required": bool(param.required),
        "multiple": bool(getattr(param, "multiple", False)),
        "default": str(param.default) if has_default else "",
        "help": (param.help or "").strip(),
    }


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(json.dumps(_read_off(), ensure_ascii=False))
