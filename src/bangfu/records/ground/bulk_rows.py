"""Many rows at once by the shortest way of each database (批量写入).

Values are given as the database takes them: JSON, dates and measures as text, instants by
`instant`. No model method runs. Callers hold a transaction and have checked what they write.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

__all__ = ["insert_new_rows", "insert_rows", "instant", "reserve_ids", "update_rows"]

Row = Sequence[Any]


def instant(at: datetime) -> Any:
    """An instant as the database takes it."""
    return connection.ops.adapt_datetimefield_value(at)


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows; a row that breaks a constraint breaks the transaction.

    ``columns`` are attribute names of the model (``place_id``); all other columns of the table
    must be among them or have a default in the database.
    """
    names = ", ".join(_quoted(model, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" * len(columns))
        _executemany(cursor, f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def insert_new_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]
) -> set[int]:
    """Insert rows unless a unique constraint has one already; the ids of those inserted.

    The first column is the id, given by `reserve_ids`.
    """
    if not rows:
        return set()
    names = ", ".join(_quoted(model, columns))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_type_of(model, name)}[]" for name in columns)
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) "
                "ON CONFLICT DO NOTHING RETURNING id",
                [list(values) for values in zip(*rows, strict=True)],
            )
            return {row[0] for row in cursor.fetchall()}
        # One writer at a time: within the transaction nobody else adds a row.
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
        before = cursor.fetchone()[0]
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"
        _executemany(cursor, statement, rows)
        cursor.execute(f"SELECT id FROM {table} WHERE id > %s", [before])
        return {row[0] for row in cursor.fetchall()}


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Set columns of rows found by the first column, the id."""
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    quoted = _quoted(model, columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_type_of(model, name)}[]" for name in columns)
            given = ", ".join(f"given_{index}" for index in range(len(columns)))
            sets = ", ".join(
                f"{name} = given_{index}" for index, name in enumerate(quoted) if index
            )
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM unnest({arrays}) AS given({given}) "
                f"WHERE {table}.id = given_0",
                [list(values) for values in zip(*rows, strict=True)],
            )
            return
        sets = ", ".join(f"{name} = ?" for name in quoted[1:])
        turned = ((*row[1:], row[0]) for row in rows)
        _executemany(cursor, f"UPDATE {table} SET {sets} WHERE id = ?", turned)


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """So many ids that no other row will get."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), count],
            )
            return [row[0] for row in cursor.fetchall()]
        # The transaction holds the only writer's lock; inserting moves the sequence along.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
        return list(range(last + 1, last + count + 1))


def _executemany(cursor: Any, statement: str, rows: Iterable[Row]) -> None:
    """Past Django's wrapper, which rewrites every statement and would log every row."""
    raw = connection.connection.cursor()
    raw.executemany(statement, rows)
    raw.close()


def _quoted(model: type[models.Model], columns: Sequence[str]) -> list[str]:
    by_attribute = {field.attname: field.column for field in model._meta.concrete_fields}
    return [connection.ops.quote_name(str(by_attribute[name])) for name in columns]


def _type_of(model: type[models.Model], column: str) -> str:
    field = next(f for f in model._meta.concrete_fields if f.attname == column)
    declared = str(
        field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    )
    return declared.split(" CHECK")[0]
