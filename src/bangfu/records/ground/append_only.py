"""Tables whose rows are never changed or removed: the database itself refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["drop_append_only", "make_append_only"]

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb_upper} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION bangfu_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END
$$ LANGUAGE plpgsql
"""
_POSTGRES = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb_upper} ON {table}
FOR EACH ROW EXECUTE FUNCTION bangfu_append_only()
"""
_VERBS = ("update", "delete")


def make_append_only(table: str) -> Callable[[Any, Any], None]:
    """A migration step that forbids UPDATE and DELETE on a table."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        if postgres:
            # Without parameters: the percent sign belongs to the function.
            schema_editor.execute(_POSTGRES_FUNCTION, params=None)
        for verb in _VERBS:
            template = _POSTGRES if postgres else _SQLITE
            schema_editor.execute(template.format(table=table, verb=verb, verb_upper=verb.upper()))

    return forwards


def drop_append_only(table: str) -> Callable[[Any, Any], None]:
    """The way back of `make_append_only`."""

    def backwards(apps: Any, schema_editor: Any) -> None:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        for verb in _VERBS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")

    return backwards
