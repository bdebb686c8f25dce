"""The front-end bundle (界面资源): which built files a page loads, and the drawings of its icons.

The bundle is built from the folder ``frontend`` and comes with the installed package; this
module only reads what the build wrote down. It knows nothing of the build's tools.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Warning, register

__all__ = ["FOLDER", "Bundle", "BundleError", "bundle", "check_bundle", "read_bundle"]

#: Where the build puts its files.
FOLDER = Path(__file__).resolve().parent / "static" / "bangfu"
#: The same folder as seen by the browser, below STATIC_URL.
PREFIX = "bangfu/"
ENTRY = "src/main.ts"


class BundleError(Exception):
    """The build left nothing, or something that cannot be read."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What every page loads, as names below STATIC_URL, and the icons by our own name."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    icons: tuple[tuple[str, str], ...] = ()

    def icon(self, name: str) -> str:
        """The drawing of an icon, empty for one the bundle does not hold."""
        return dict(self.icons).get(name, "")


def read_bundle(folder: Path) -> Bundle:
    """Read what the build wrote into ``folder``.

    Raises
    ------
    BundleError
        If a file is missing or is not what the build writes.
    """
    try:
        entry = _json(folder / "manifest.json")[ENTRY]
        scripts = (PREFIX + entry["file"],)
        styles = tuple(PREFIX + name for name in entry.get("css", ()))
        icons = tuple(_json(folder / "icons.json").items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BundleError(
            f"no readable front-end bundle in {folder.name}: run make frontend"
        ) from error
    return Bundle(scripts=scripts, styles=styles, icons=icons)


def bundle() -> Bundle:
    """The bundle of this installation; empty when there is none.

    A page without it is plain but complete, and ``check_bundle`` says so when the site starts.
    """
    manifest = FOLDER / "manifest.json"
    return _bundle_of(FOLDER, manifest.stat().st_mtime_ns if manifest.exists() else 0)


@register
def check_bundle(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn when the pages would be shown without their look."""
    try:
        read_bundle(FOLDER)
    except BundleError:
        return [
            Warning(
                "界面资源尚未构建，页面将没有样式。 / The front-end bundle is not built; "
                "pages will be plain.",
                hint="make frontend",
                id="web.W001",
            )
        ]
    return []


@lru_cache(maxsize=2)
def _bundle_of(folder: Path, changed_at: int) -> Bundle:
    try:
        return read_bundle(folder)
    except BundleError:
        return Bundle()


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
