"""Files handed in for import (导入文件), kept by their hash in the home folder."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from bangfu.programme.tables.declared import FILE_FORMATS
from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["LARGEST_FILE", "StoredFile", "keep_file", "kept_bytes", "suffix_of"]

#: The largest file that is taken. [bytes]
LARGEST_FILE: Final = 64 * 2**20
_CLASSIFIED: Final = re.compile(r"(绝密|机密|秘密)\s*[★☆*]")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is kept: its hash, its size, its name as handed in."""

    sha256: str
    size_bytes: int
    name: str


def keep_file(name: str, chunks: Iterable[bytes]) -> StoredFile:
    """Keep a file by its hash; the same file twice is kept once."""
    name = Path(name.replace("\\", "/")).name[-200:]
    suffix_of(name)
    if _CLASSIFIED.search(name):
        raise refuse(
            "IMP-31",
            Text("文件名标有密级，不能上传。", "The file is marked as classified."),
            remedy=Text("涉密文件请按保密规定处理。", "Handle it by the rules for such papers."),
        )
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, part = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        digest, size = _copied(descriptor, chunks)
        os.replace(part, folder / digest)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return StoredFile(digest, size, name)


def kept_bytes(sha256: str) -> bytes:
    """The content of a kept file, which must still have its hash."""
    path = _folder() / sha256
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise refuse(
            "IMP-32",
            Text("保存的文件缺失或已损坏。", "The kept file is missing or damaged."),
            remedy=Text("请重新上传。", "Upload it again."),
        )
    return data


def suffix_of(name: str) -> str:
    """The format of a file by its name; one that is not read is refused."""
    suffix = Path(name).suffix.lower()
    if suffix not in FILE_FORMATS:
        accepted = "、".join(FILE_FORMATS)
        raise refuse(
            "IMP-30",
            Text(
                f"不读取这种格式。可用：{accepted}。",
                f"This format is not read. Accepted: {', '.join(FILE_FORMATS)}.",
            ),
            remedy=Text("请用 WPS 或 Excel 另存为 xlsx。", "Save it as xlsx."),
        )
    return suffix


def _folder() -> Path:
    return Path(settings.HOME.root) / "imports"


def _copied(descriptor: int, chunks: Iterable[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST_FILE:
                raise _too_large()
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if size == 0:
        raise refuse("IMP-34", Text("文件是空的。", "The file is empty."))
    return digest.hexdigest(), size


def _too_large() -> Exception:
    return refuse(
        "IMP-33",
        Text(
            f"文件超过 {LARGEST_FILE // 2**20} MB。",
            f"The file is larger than {LARGEST_FILE // 2**20} MB.",
        ),
        remedy=Text("请分成几个文件上传。", "Split it into several files."),
    )
