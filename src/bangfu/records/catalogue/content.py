"""An adopted scheme and its folder are the same thing (方案内容): the same JSON, the same hash.

The row keeps the canonical JSON, which the hash is of, and the texts of the files, from which the
folder is written again: a figure left out and one stated as null read alike in the JSON.
"""

from __future__ import annotations

import functools
import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from bangfu.records.catalogue.models import AdoptedScheme
from bangfu.records.ground.refusals import refuse
from bangfu.schemes.identity import canonical_json
from bangfu.schemes.load import Scheme, load_scheme
from bangfu.vocabulary.text import Text

__all__ = [
    "as_archive",
    "as_it_reads_now",
    "as_json",
    "files_of",
    "loaded",
    "plain_content",
    "write_folder",
]

_KEPT_IN_MEMORY: Final = 8


def plain_content(scheme: Scheme) -> dict[str, Any]:
    """The content of a scheme as plain JSON data, as it is kept in a row."""
    plain: dict[str, Any] = json.loads(canonical_json(scheme.content))
    return plain


def files_of(scheme: Scheme) -> dict[str, str]:
    """The texts of the files of a scheme's folder, by name."""
    paths = sorted(scheme.folder.glob("*.yaml"))
    return {path.name: path.read_text(encoding="utf-8-sig") for path in paths}


def as_json(adopted: AdoptedScheme) -> str:
    """The canonical JSON of an adopted scheme; its SHA-256 is the hash."""
    return canonical_json(adopted.content)


def write_folder(files: Mapping[str, str], folder: Path) -> None:
    """Write the files of a scheme into a folder, from which it loads again."""
    for name, text in files.items():
        if Path(name).name != name:
            raise ValueError(f"not the name of a file in the folder: {name!r}")
        (folder / name).write_text(text, encoding="utf-8")


def as_archive(adopted: AdoptedScheme) -> bytes:
    """The folder of an adopted scheme as a zip file; the same row gives the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, text in sorted(adopted.files.items()):
            entry = zipfile.ZipInfo(f"{adopted.scheme}/{name}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text)
    return held.getvalue()


def as_it_reads_now(adopted: AdoptedScheme) -> Scheme:
    """The scheme of a row, read by the code that reads folders.

    Its hash differs from the row's where readings shared by all schemes were changed since.
    """
    return _loaded(adopted.content_hash, json.dumps(adopted.files, sort_keys=True))


def loaded(adopted: AdoptedScheme) -> Scheme:
    """The scheme of a row for working with; refused if it is not the version adopted."""
    scheme = as_it_reads_now(adopted)
    if scheme.content_hash != adopted.content_hash:
        raise refuse(
            "CAT-01",
            Text(
                "启用的方案内容与本软件的共用执行口径已不一致。",
                "The adopted scheme no longer agrees with the readings shared by all schemes.",
            ),
            where=adopted.scheme,
            remedy=Text("请重新启用这个方案。", "Adopt the scheme again."),
        )
    return scheme


@functools.lru_cache(maxsize=_KEPT_IN_MEMORY)
def _loaded(content_hash: str, files: str) -> Scheme:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_folder(json.loads(files), folder)
        return load_scheme(folder)
