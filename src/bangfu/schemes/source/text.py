"""The text of a document (原文文本): read, and made plain enough to search.

Full-width signs become half-width, spaces inside lines go, line ends and tabs stay. Knows no
scheme.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["flow", "normalise", "read_source"]

#: Signs that Unicode would turn into plain digits, though a circled one is an item number.
_CIRCLED: Final = range(0x2460, 0x2500)
#: Quotes made straight; the sign of a ratio (U+2236), which Unicode keeps apart from the colon.
_SIGNS: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\u2236": ":"})
#: A thin space between digits only groups thousands.
_THOUSANDS: Final = re.compile(r"(?<=\d)[\u2009\u202f](?=\d{3})")
_SPACE: Final = re.compile(r"(?<![0-9A-Za-z])[ \u200b\ufeff]+|[ \u200b\ufeff]+(?![0-9A-Za-z])")


def read_source(path: Path) -> str:
    """The text of a document given as a plain text file, in UTF-8 or GB18030.

    Raises
    ------
    FaultsFound
        SRC-01 where the file cannot be read, is no text, or is empty.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refusal(path, f"读不到：{reason}。", f"cannot be read: {reason}.") from None
    if b"\0" in raw:
        raise _refusal(path, "不是纯文本文件。", "is no plain text file.")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = normalise(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
        if text.strip():
            return text
        raise _refusal(path, "文件是空的。", "is empty.")
    raise _refusal(path, "编码不是 UTF-8 或 GB18030。", "is neither UTF-8 nor GB18030.")


def normalise(text: str) -> str:
    """Half-width signs, straight quotes, ratios with a colon, no spaces inside lines save between Latin words.

    >>> normalise("６：３：１ 比例，每人 20000 元")
    '6:3:1比例,每人20000元'
    """
    text = _THOUSANDS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c if ord(c) in _CIRCLED else unicodedata.normalize("NFKC", c) for c in text)
    lines = text.translate(_SIGNS).split("\n")
    return "\n".join(_SPACE.sub("", line) for line in lines)


def flow(text: str) -> str:
    """Lines joined into running text, as a page break may fall inside a word.

    A line that starts with a digit and the lines of a table stay on their own.

    >>> flow("重点帮\\n扶镇\\n2.加强")
    '重点帮扶镇\\n2.加强'
    """
    joined = ""
    for line in (line for line in text.split("\n") if line.strip()):
        previous_is_table = "\t" in joined.rsplit("\n", 1)[-1]
        apart = line[0].isdigit() or "\t" in line or previous_is_table
        joined += ("\n" if joined and apart else "") + line
    return joined


def _refusal(path: Path, zh: str, en: str) -> FaultsFound:
    remedy = Text("请给出原文的 .txt 文件。", "Give the document as a .txt file.")
    return FaultsFound([Fault("SRC-01", path.name, Text(zh, en), remedy)])
