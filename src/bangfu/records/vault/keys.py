"""The keys of the vault (密钥): one file in the home's secrets, outside database and backups.

The file holds every key still in use, by id, which of them seals, and the separate key of the
blind indexes. It is written whole or not at all. Other processes see a new key at their next use,
because the file's stamp is looked at each time.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from bangfu.records.vault.sealing import KEY_BYTES, SealBroken, key_id_of

__all__ = ["KeyRing", "VaultNotReady", "add_key", "ensure_keys", "key_file", "key_ring"]

_FILE: Final = "vault_keys.json"
_RETIRED: Final = "vault_keys_retired.json"
_INDEX_BYTES: Final = 32


class VaultNotReady(Exception):
    """There are no keys here; nothing can be sealed or opened."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys by id, the id of the one that seals, and the key of the blind indexes."""

    current: str
    keys: dict[str, bytes]
    index_key: bytes

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(sorted(self.keys))})"

    def key_of(self, sealed: str) -> bytes:
        """The key a sealed value names."""
        key = self.keys.get(key_id_of(sealed))
        if key is None:
            raise SealBroken("sealed under a key this installation does not hold")
        return key


def key_file() -> Path:
    """Where this installation keeps the keys."""
    return Path(settings.HOME.secrets) / _FILE


def ensure_keys(home: Path) -> Path:
    """Make the keys of an installation unless they are there; the file they are in.

    Called by ``bangfu init``. An existing file is never touched: without it nothing that was
    sealed can be opened again.
    """
    folder = Path(home) / "secrets"
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    file = folder / _FILE
    if not file.exists():
        first = _new_id({})
        content = {
            "current": first,
            "keys": {first: secrets.token_hex(KEY_BYTES)},
            "index": secrets.token_hex(_INDEX_BYTES),
        }
        _write_new(file, content)
    return file


def key_ring() -> KeyRing:
    """The keys as they stand now."""
    file = key_file()
    try:
        stamp = file.stat()
    except FileNotFoundError as error:
        raise VaultNotReady(f"no {_FILE} in the secrets folder: run bangfu init") from error
    return _ring(file, stamp.st_mtime_ns, stamp.st_ino)


def add_key() -> str:
    """Add a key and seal with it from now on; its id. Values under older keys still open."""
    content = _content(key_file())
    new = _new_id(content["keys"])
    content["keys"][new] = secrets.token_hex(KEY_BYTES)
    content["current"] = new
    _replace(key_file(), content)
    return new


def set_aside(key_id: str) -> None:
    """Take a key out of use. It moves to a file beside, for backups from before.

    Whoever no longer keeps such a backup may destroy that file.
    """
    content = _content(key_file())
    if key_id == content["current"]:
        raise ValueError("the key that seals cannot be set aside")
    retired_file = key_file().with_name(_RETIRED)
    retired = _content(retired_file) if retired_file.exists() else {"keys": {}}
    retired["keys"][key_id] = content["keys"].pop(key_id)
    # First the copy, then the removal: a stop between the two loses nothing.
    _replace(retired_file, retired)
    _replace(key_file(), content)


@lru_cache(maxsize=4)
def _ring(file: Path, stamp_ns: int, inode: int) -> KeyRing:
    content = _content(file)
    return KeyRing(
        current=content["current"],
        keys={name: bytes.fromhex(key) for name, key in content["keys"].items()},
        index_key=bytes.fromhex(content["index"]),
    )


def _content(file: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _new_id(held: dict[str, Any]) -> str:
    """An id never used here: random, so that a restored folder cannot give one twice."""
    while (new := f"k{secrets.token_hex(4)}") in held:
        pass
    return new


def _write_new(file: Path, content: dict[str, Any]) -> None:
    """Write a file that must not exist; of two that start at once the first one's keys stand."""
    draft = _draft(file, content)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _replace(file: Path, content: dict[str, Any]) -> None:
    _draft(file, content).replace(file)


def _draft(file: Path, content: dict[str, Any]) -> Path:
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        json.dump(content, opened)
        opened.flush()
        os.fsync(opened.fileno())
    return draft
