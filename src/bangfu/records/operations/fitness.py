"""Is this installation fit to run (运行检查): folder, keys, database, schema, bundle, room."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from bangfu.vocabulary.text import Text

__all__ = ["fitness"]

_ROOM_BYTES = 1024 * 1024 * 1024


def fitness() -> Iterator[tuple[bool, Text]]:
    """Each matter as good or bad, with words; all of them, not only the first bad one."""
    home = settings.HOME
    yield home.is_made, Text(f"安装目录 {home.root}", f"home {home.root}")
    yield _closed(home.secrets), Text("密钥只有本账户可读", "keys are readable by this user alone")
    free = shutil.disk_usage(home.root if home.root.exists() else Path.cwd()).free
    yield (
        free > _ROOM_BYTES,
        Text(f"磁盘剩余 {free // 2**20:,} MB", f"{free // 2**20:,} MB of disk left"),
    )
    answers = _answers()
    yield answers, Text(f"数据库（{connection.vendor}）", f"database ({connection.vendor})")
    if answers:
        executor = MigrationExecutor(connection)
        due = executor.migration_plan(executor.loader.graph.leaf_nodes())
        yield not due, Text("数据库结构是最新的", "the schema is up to date")
    bundle = Path(settings.PACKAGE) / "static" / "bangfu" / "manifest.json"
    yield bundle.exists(), Text("页面资源已生成", "the front-end bundle is there")
    yield not settings.DEBUG, Text("调试模式已关闭", "debugging is off")


def _closed(folder: Path) -> bool:
    if not folder.exists():
        return False
    paths = [folder, *folder.rglob("*")]
    return all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in paths)


def _answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError:
        return False
    return True
