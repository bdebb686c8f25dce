"""Calls that are wrong (命令写法有误), told in the language of the call with what to write.

The parser speaks English only; its errors are told apart by their kind.
"""

from __future__ import annotations

import re
from typing import Any

from bangfu.cli.words import say

__all__ = ["usage_text"]


def usage_text(error: Exception) -> str:
    """The sentence on a wrong call; help itself where a command was called without anything."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return _own_words(error)
    tell = _TELLERS.get(kind, _other)
    return f"{tell(error)}{_see_help(error)}"


def _own_words(error: Any) -> str:
    return str(error.format_message() if hasattr(error, "format_message") else error)


def _see_help(error: Any) -> str:
    path = getattr(error.ctx, "command_path", None) or "bangfu"
    return say(f"用法见 {path} --help。", f" See {path} --help.")


def _missing(error: Any) -> str:
    name = _name_of(error.param)
    return say(f"缺少{name}。", f"Missing: {name}.")


def _no_such_option(error: Any) -> str:
    near = sorted(error.possibilities or ())
    zh = f"是不是 {'、'.join(near)}？" if near else ""
    en = f" Is {', '.join(near)} meant?" if near else ""
    return say(
        f"没有选项 {error.option_name}。{zh}", f"There is no option {error.option_name}.{en}"
    )


def _bad_value(error: Any) -> str:
    """Whole numbers are the only values the parser itself reads; others are read by commands."""
    name = _name_of(error.param)
    return say(f"{name.lstrip()}只能填整数。", f"A whole number is needed: {name}.")


def _bad_option(error: Any) -> str:
    """An option that lacks its value, or was given one it does not take."""
    return say(
        f"选项 {error.option_name} 少了取值，或不应带取值。",
        f"Option {error.option_name} lacks its value, or takes none.",
    )


def _other(error: Any) -> str:
    """A command that is not there, or words too many."""
    commands = getattr(getattr(error.ctx, "command", None), "commands", None)
    told = _own_words(error)
    quoted = re.search(r"'([^']+)'|\(([^()]+)\)\W*$", told)
    given = (quoted[1] or quoted[2]) if quoted else told
    if commands:
        zh, en = "、".join(commands), ", ".join(commands)
        return say(
            f"没有命令「{given}」。可用：{zh}。", f'There is no command "{given}". There are: {en}.'
        )
    return say(f"多出了「{given}」，命令不认识。", f'"{given}" is more than the command takes.')


def _name_of(param: Any) -> str:
    """An option or argument as it is written, with what it is."""
    if param is None:
        return say("参数", "an argument")
    written = max(param.opts, key=len)
    shown = written if written.startswith("-") else written.upper()
    told = (getattr(param, "help", None) or "").strip()
    return say(f" {shown}（{told}）", f"{shown} ({told})") if told else f" {shown}"


_TELLERS = {
    "MissingParameter": _missing,
    "NoSuchOption": _no_such_option,
    "BadParameter": _bad_value,
    "BadOptionUsage": _bad_option,
}
