"""An approved figure keeps its value: the database itself refuses to change or remove it.

A figure is unlocked first (re-opened, with a reason) and changed afterwards, never in one step.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

_TABLE = "figures_observation"
_VALUES = ("value_int", "value_number", "value_text", "not_applicable")
_MESSAGE = "a locked figure keeps its value"

_FUNCTION = """
CREATE FUNCTION bangfu_locked_figure() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END
$$ LANGUAGE plpgsql
"""
_POSTGRES = """
CREATE TRIGGER {name} BEFORE {verb} ON {table}
FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION bangfu_locked_figure()
"""
_SQLITE = """
CREATE TRIGGER {name} BEFORE {verb} ON {table}
WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""


def _triggers(differs: str) -> tuple[tuple[str, str, str], ...]:
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in _VALUES)
    return (
        ("figures_locked_update", "UPDATE", f"OLD.locked AND ({changed})"),
        ("figures_locked_delete", "DELETE", "OLD.locked"),
    )


def forwards(apps: Any, schema_editor: Any) -> None:
    """Set the two triggers."""
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(_FUNCTION.format(message=_MESSAGE))
    template, differs = (_POSTGRES, "IS DISTINCT FROM") if postgres else (_SQLITE, "IS NOT")
    for name, verb, condition in _triggers(differs):
        schema_editor.execute(
            template.format(
                name=name, verb=verb, table=_TABLE, condition=condition, message=_MESSAGE
            )
        )


def backwards(apps: Any, schema_editor: Any) -> None:
    """Take them away."""
    postgres = schema_editor.connection.vendor == "postgresql"
    for name, _, _ in _triggers("IS"):
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {_TABLE}" if postgres else ""))
    if postgres:
        schema_editor.execute("DROP FUNCTION bangfu_locked_figure()")


class Migration(migrations.Migration):
    dependencies = [("figures", "0002_append_only")]

    operations = [migrations.RunPython(forwards, backwards)]
