"""Where schemes are found: an id among the built-in ones or on BANGFU_SCHEMES, or a path."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from bangfu.vocabulary.errors import Fault, SchemeFault
from bangfu.vocabulary.text import Text

__all__ = ["SHARED_FOLDER", "find_scheme", "scheme_folders"]

SHARED_FOLDER = Path(__file__).parent


def scheme_folders(environment: Mapping[str, str] | None = None) -> dict[str, Path]:
    """Every scheme that can be named by id, the search path before the built-in ones."""
    environment = os.environ if environment is None else environment
    places = [
        Path(part) for part in environment.get("BANGFU_SCHEMES", "").split(os.pathsep) if part
    ]
    found: dict[str, Path] = {}
    for place in [*places, SHARED_FOLDER]:
        for candidate in sorted(place.glob("*/scheme.yaml")):
            found.setdefault(candidate.parent.name, candidate.parent)
    return dict(sorted(found.items()))


def find_scheme(name: str, environment: Mapping[str, str] | None = None) -> Path:
    """The folder of a scheme given by id or by path; SchemeFault lists what there is."""
    folders = scheme_folders(environment)
    if name in folders:
        return folders[name]
    path = Path(name)
    if (path / "scheme.yaml").is_file():
        return path
    listed = "、".join(folders)
    raise SchemeFault(
        [
            Fault(
                "SCH-01",
                name,
                Text("没有这个方案。", "there is no such scheme."),
                Text(
                    f"可用的方案：{listed}；也可给出方案文件夹的路径。",
                    f"Available: {', '.join(folders)}; or give the path of a scheme folder.",
                ),
            )
        ]
    )
