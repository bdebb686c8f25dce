"""Restore into an empty installation (恢复): every part is proven before any is put in place."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from bangfu.records.ground.full_disk import room_needed
from bangfu.records.ground.refusals import Refused, refuse
from bangfu.records.operations.backup import DATABASE_PARTS, MANIFEST, file_hash
from bangfu.records.operations.postgres_programs import run_program
from bangfu.records.operations.scratch import scratch_in
from bangfu.vocabulary.text import Text

__all__ = ["read_manifest", "restore_files"]


def read_manifest(backup: Path) -> dict[str, Any]:
    """The manifest of a backup, or a refusal if the file is not one or is cut short."""
    try:
        with tarfile.open(backup) as archive:
            member = archive.extractfile(MANIFEST)
            if member is None:
                raise KeyError(MANIFEST)
            manifest: dict[str, Any] = json.load(member)
            if DATABASE_PARTS[manifest["database"]] not in dict(manifest["parts"]):
                raise KeyError("parts")
            return manifest
    except (OSError, EOFError, tarfile.TarError, LookupError, TypeError, ValueError) as error:
        raise refuse(
            "OPS-03",
            Text("这不是完整的备份文件。", "This is not a complete backup."),
            where=backup.name,
        ) from error


def restore_files(backup: Path, *, home_root: Path) -> dict[str, Any]:
    """Put a backup into an empty home (or an empty PostgreSQL); the manifest comes back.

    Every part is compared with its hash before anything is put in place, and the database comes
    last. An installation that holds data is never overwritten.
    """
    manifest = read_manifest(backup)
    if manifest["database"] != connection.vendor:
        raise refuse(
            "OPS-04",
            Text(
                f"备份来自 {manifest['database']}，当前数据库是 {connection.vendor}。",
                f"The backup is of {manifest['database']}, the database here is "
                f"{connection.vendor}.",
            ),
        )
    with room_needed(str(home_root)):
        home_root.mkdir(parents=True, exist_ok=True)
        with scratch_in(home_root, ".restoring-") as scratch:
            _refuse_if_in_use(home_root)
            _unpack(backup, manifest, scratch)
            for source in _files_below(scratch / "attachments"):
                target = home_root / source.relative_to(scratch)
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
            _put_database(scratch / DATABASE_PARTS[connection.vendor])
    return manifest


def _put_database(copy: Path) -> None:
    if connection.vendor == "sqlite":
        connection.close()
        copy.replace(settings.HOME.database)
        return
    name = str(connection.settings_dict["NAME"])
    run_program(
        "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
        f"--dbname={name}", str(copy),
    )  # fmt: skip


def _unpack(backup: Path, manifest: dict[str, Any], scratch: Path) -> None:
    """Exactly what the manifest names, each part as its hash says."""
    with tarfile.open(backup) as archive:
        for name, digest in manifest["parts"].items():
            try:
                archive.extract(name, scratch, filter="data")
            except (KeyError, tarfile.TarError) as error:
                raise _damaged(name) from error
            part = scratch / name
            if not part.is_file() or file_hash(part) != digest:
                raise _damaged(name)


def _damaged(name: str) -> Refused:
    return refuse(
        "OPS-05",
        Text("备份中的一部分已损坏。", "A part of the backup is damaged."),
        where=name,
        remedy=Text("请改用另一份备份。", "Use another backup."),
    )


def _files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _refuse_if_in_use(home_root: Path) -> None:
    in_use = _sqlite_is_there() if connection.vendor == "sqlite" else _has_tables()
    if in_use:
        raise refuse(
            "OPS-06",
            Text("这里已有数据，不会被覆盖。", "There is data here; it is not overwritten."),
            where=str(home_root.name),
            remedy=Text(
                "请恢复到空的安装目录和空的数据库。", "Restore into an empty home and database."
            ),
        )


def _sqlite_is_there() -> bool:
    """The database or its journal: a journal left by another one would be played into this."""
    file = settings.HOME.database
    return any(file.with_name(f"{file.name}{end}").exists() for end in ("", "-wal", "-journal"))


def _has_tables() -> bool:
    return bool(connection.introspection.table_names())
