"""The topics of the help (帮助主题): markdown beside this file, one for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

from markdown_it import MarkdownIt

from bangfu.vocabulary.text import Language, Text

__all__ = ["ADDRESS", "TOPICS", "Topic", "rendered", "topic_for"]

#: An address as a topic names it.
ADDRESS: Final = re.compile(r"/[a-z0-9/-]+/")
FOLDER: Final = Path(__file__).parent / "topics"


@dataclass(frozen=True, slots=True)
class Topic:
    """One how-to: its name in the address, its title, the addresses it helps on."""

    name: str
    title: Text
    helps_on: tuple[str, ...] = ()


TOPICS: Final[tuple[Topic, ...]] = (
    Topic(
        "new-county",
        Text("新县开通：从安装到备份", "A new county, from installing to backup"),
        ("/schemes/",),
    ),
    Topic("enter", Text("填报数据", "Entering figures"), ("/figures/",)),
    Topic(
        "review",
        Text("审核、退回、重新打开", "Reviewing, returning, re-opening"),
        ("/figures/returns/",),
    ),
    Topic("import", Text("导入表格", "Importing tables"), ("/imports/",)),
    Topic("return-workbooks", Text("回传表：离线填报", "Return workbooks, filled offline")),
    Topic("registers", Text("台账", "Registers"), ("/registers/",)),
    Topic("divisions", Text("区划变更", "Changes of divisions"), ("/places/",)),
    Topic(
        "accounts",
        Text("账号、角色、离任交接", "Accounts, roles, handover"),
        ("/accounts/", "/sign-in/", "/password/"),
    ),
    Topic("safety", Text("日志、备份、恢复", "The log, backup and restore"), ("/audit/",)),
)


def topic_for(address: str) -> Topic | None:
    """The topic that helps on a page, by the longest address that begins it; None if none does."""
    found = [
        (len(start), topic.name)
        for topic in TOPICS
        for start in topic.helps_on
        if address.startswith(start)
    ]
    if not found:
        return None
    name = max(found)[1]
    return next(topic for topic in TOPICS if topic.name == name)


@cache
def rendered(name: str, language: Language) -> str:
    """A topic as HTML; raw HTML in the text is shown as text."""
    text = (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    if language == "zh":
        # One sentence a line in the file; between Chinese sentences there is no space.
        markdown.add_render_rule("softbreak", lambda *_: "")
    markdown.add_render_rule("code_inline", _code)
    return str(markdown.render(text))


def _code(_renderer: Any, tokens: Any, index: int, *_more: Any) -> str:
    """Code in a line; an address of this site is a link to it."""
    shown = escape(tokens[index].content)
    code = f"<code>{shown}</code>"
    return f'<a href="{shown}">{code}</a>' if ADDRESS.fullmatch(shown) else code
