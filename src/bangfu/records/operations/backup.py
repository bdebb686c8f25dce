"""Backup while people work (备份).

A backup is one tar file: the database as of one instant, the attachments its rows name, and a
manifest with the hash of each part. Keys are not in it: they are kept apart, or the backup would
open what they close. It has its name only when it is complete.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from bangfu import __version__
from bangfu.records.attachments.models import Attachment
from bangfu.records.attachments.store import path_of
from bangfu.records.audit.models import ChainHead
from bangfu.records.ground.full_disk import room_needed
from bangfu.records.operations.postgres_programs import run_program
from bangfu.records.operations.scratch import scratch_in

__all__ = ["DATABASE_PARTS", "MANIFEST", "BackupMade", "back_up", "file_hash"]

MANIFEST: Final = "manifest.json"
#: How the copy of each kind of database is called inside a backup.
DATABASE_PARTS: Final = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class BackupMade:
    """What was written."""

    path: Path
    size_bytes: int
    attachments: int
    chain_sequence: int


@dataclass(frozen=True, slots=True)
class _Copy:
    """The database as of one instant, and what it says of itself."""

    path: Path
    chain_sequence: int
    digests: tuple[str, ...]


def back_up(folder: Path, *, at: datetime) -> BackupMade:
    """Write a backup into ``folder``; work goes on meanwhile.

    The database is copied first: attachments are written before their rows and never removed,
    so every row of the copy finds its file.
    """
    with room_needed(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"bangfu-{at:%Y%m%d-%H%M%S}.tar"
        with scratch_in(folder, ".writing-") as scratch:
            copy = _database_copy(scratch)
            draft = scratch / "backup.tar"
            _write(draft, copy, at)
            draft.replace(target)
        return BackupMade(target, target.stat().st_size, len(copy.digests), copy.chain_sequence)


def _database_copy(scratch: Path) -> _Copy:
    target = scratch / DATABASE_PARTS[connection.vendor]
    if connection.vendor == "sqlite":
        return _sqlite_copy(target)
    return _postgres_copy(target)


def _sqlite_copy(target: Path) -> _Copy:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        # One plain file: the copy must open without its journal.
        copy.execute("PRAGMA journal_mode=DELETE")
        [sequence] = copy.execute(f"SELECT sequence FROM {ChainHead._meta.db_table}").fetchone()
        rows = copy.execute(f"SELECT DISTINCT sha256 FROM {Attachment._meta.db_table} ORDER BY 1")
        return _Copy(target, int(sequence), tuple(digest for (digest,) in rows))


def _postgres_copy(target: Path) -> _Copy:
    """The dump sees the very snapshot from which its head and its attachments are read."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
        head = ChainHead.objects.get(pk=1)
        digests = tuple(sorted(set(Attachment.objects.values_list("sha256", flat=True))))
        run_program(
            "pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}",
            f"--file={target}",
        )  # fmt: skip
    return _Copy(target, head.sequence, digests)


def _write(draft: Path, copy: _Copy, at: datetime) -> None:
    """The tar file, complete on the disk and readable by this account alone."""
    with open(draft, "xb", opener=_for_me_alone) as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            parts = {copy.path.name: _add(archive, copy.path, copy.path.name)}
            for digest in copy.digests:
                source = path_of(digest)
                if source.exists():
                    name = f"attachments/{digest[:2]}/{digest}"
                    parts[name] = _add(archive, source, name)
            manifest = {
                "software": __version__,
                "made_at": at.isoformat(),
                "database": connection.vendor,
                "chain_sequence": copy.chain_sequence,
                "parts": parts,
            }
            _add_text(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        file.flush()
        os.fsync(file.fileno())


def _for_me_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _add(archive: tarfile.TarFile, source: Path, name: str) -> str:
    archive.add(source, arcname=name, recursive=False)
    return file_hash(source)


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    information = tarfile.TarInfo(name)
    information.size = len(content)
    archive.addfile(information, io.BytesIO(content))


def file_hash(path: Path) -> str:
    """The SHA-256 hash of a file, however large."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(_CHUNK), b""):
            digest.update(chunk)
    return digest.hexdigest()
