"""Build the reference pages (参考资料) from the code and the schemes, so that they cannot drift.

``python docs/build.py`` writes them; ``--check`` writes nothing, names every page that is stale
and exits 1. The same code and schemes give the same pages, byte for byte.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

from pages import commands, elements, scheme_format, schemes, tables

from bangfu.vocabulary.errors import BangfuError

__all__ = ["main", "pages_by_name"]

REFERENCE: Final = Path(__file__).parent / "reference"


def pages_by_name() -> dict[str, str]:
    """Every reference page by file name, as it should read."""
    return {
        "tables.md": tables.render("en"),
        "tables.zh.md": tables.render("zh"),
        "schemes.md": schemes.render("en"),
        "schemes.zh.md": schemes.render("zh"),
        "commands.md": commands.render("en"),
        "commands.zh.md": commands.render("zh"),
        "scheme-format.md": scheme_format.render("en"),
        "elements.md": elements.render("en"),
    }


def main(arguments: list[str], *, folder: Path = REFERENCE) -> int:
    """Write the pages, or with ``--check`` name those that are stale; the exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python docs/build.py [--check]\n")
        return 2
    try:
        wanted = pages_by_name()
    except (BangfuError, tables.ColumnsDiffer) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    present = {path.name for path in folder.glob("*.md")}
    if arguments:
        stale = [name for name, text in wanted.items() if _text_of(folder / name) != text]
        stale += sorted(present - set(wanted))
        for name in stale:
            sys.stderr.write(f"stale: docs/reference/{name}; run python docs/build.py\n")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for name in present - set(wanted):
        (folder / name).unlink()
    return 0


def _text_of(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
