"""What all tests share: how the tables are emptied after tests that really commit."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.sqlite3.base import DatabaseOperations as SqliteOperations

from bangfu.records.audit.chain import GENESIS

_HEAD = f"INSERT INTO audit_chainhead (id, sequence, hash) VALUES (1, 0, '{GENESIS}')"


def _sqlite_flush(self: Any, style: Any, tables: Any, **more: Any) -> list[str]:
    """The append-only tables refuse to be emptied: their triggers step aside meanwhile."""
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    drops = [f'DROP TRIGGER "{name}"' for name, _sql in triggers]
    again = [sql for _name, sql in triggers]
    return [*drops, *_flush_sqlite(self, style, tables, **more), *again, _HEAD]


def _postgres_flush(self: Any, style: Any, tables: Any, **more: Any) -> list[str]:
    return [*_flush_postgres(self, style, tables, **more), _HEAD]


_flush_sqlite = SqliteOperations.sql_flush
_flush_postgres = PostgresOperations.sql_flush


@pytest.fixture(scope="session", autouse=True)
def _emptying_keeps_the_ground() -> Any:
    """After a flush the chain starts again with its head, as after the migrations."""
    SqliteOperations.sql_flush = _sqlite_flush  # type: ignore[method-assign]
    PostgresOperations.sql_flush = _postgres_flush  # type: ignore[method-assign]
    yield
    SqliteOperations.sql_flush = _flush_sqlite  # type: ignore[method-assign]
    PostgresOperations.sql_flush = _flush_postgres  # type: ignore[method-assign]
