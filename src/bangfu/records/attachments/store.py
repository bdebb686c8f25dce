"""The bytes of attachments (附件存放): under their hash, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

__all__ = ["digest_of", "keep", "path_of"]


def digest_of(content: bytes) -> str:
    """The SHA-256 hash, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def path_of(digest: str) -> Path:
    """Where the bytes of this hash lie."""
    folder: Path = settings.HOME.attachments
    return folder / digest[:2] / digest


def keep(content: bytes) -> str:
    """Write bytes under their hash and return it; the same bytes are kept once.

    The file is complete before it has its name, so that a crash leaves none that is cut short.
    """
    digest = digest_of(content)
    target = path_of(digest)
    if target.exists():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(target)
    except OSError:
        # On a full disk above all no half file may stay.
        Path(draft).unlink(missing_ok=True)
        raise
    return digest
