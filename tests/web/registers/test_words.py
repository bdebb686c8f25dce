"""Every text of the pages of registers has its English."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

import bangfu.web.registers

FOLDER = Path(bangfu.web.registers.__file__).parent


def texts_of_templates():
    for path in sorted(FOLDER.glob("templates/**/*.html")):
        page = path.read_text(encoding="utf-8")
        yield from (m[2] for m in re.finditer(r"{%\s*translate\s+([\"'])(.*?)\1", page))
        for m in re.finditer(r"{%\s*blocktranslate[^%]*%}(.*?){%", page, re.S):
            yield re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", m[1]).strip()


def texts_of_views():
    for path in sorted(FOLDER.glob("*.py")):
        told = path.read_text(encoding="utf-8")
        yield from (
            m[1] for m in re.finditer(r"\b(?:_|gettext_lazy)\(\s*[\"'](.+?)[\"']\s*\)", told)
        )


def test_nothing_is_left_untranslated():
    with (FOLDER / "locale/en/LC_MESSAGES/django.po").open("rb") as file:
        held = {message.id: message.string for message in read_po(file, locale="en") if message.id}
    asked = {*texts_of_templates(), *texts_of_views()}
    assert asked
    assert sorted(text for text in asked if not held.get(text)) == []
