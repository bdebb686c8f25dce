"""The English catalogues (界面文字): compiled from the .po files where they are newer.

Each area keeps its own ``locale/en``; Django finds them by itself. Compiling is a matter of
milliseconds; in a place that cannot be written the shipped files are used as they are.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

__all__ = ["catalogues", "compile_catalogues"]

_PACKAGE = Path(__file__).resolve().parent.parent


def catalogues(package: Path = _PACKAGE) -> list[Path]:
    """All .po files of the records and the pages."""
    return sorted(
        path for top in ("records", "web") for path in (package / top).glob("**/locale/*/*/*.po")
    )


def compile_catalogues(package: Path = _PACKAGE) -> int:
    """Compile what is newer than its .mo file; the number of files written."""
    written = 0
    for source in catalogues(package):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        if not os.access(source.parent, os.W_OK):
            continue
        _compile(source, target)
        written += 1
    return written


def _compile(source: Path, target: Path) -> None:
    """Written beside and moved: another process never reads half a catalogue."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale="en", abort_invalid=True)
    descriptor, draft = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(descriptor, "wb") as file:
        write_mo(file, catalogue)
    Path(draft).chmod(0o644)
    Path(draft).replace(target)
