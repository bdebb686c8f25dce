"""A place has one version on each day, a code names one place: the database itself refuses more.

PostgreSQL excludes overlaps with an index where btree_gist may be used, else by a trigger; SQLite
always by triggers. The lock of changes keeps two writers apart where a trigger does the work.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, transaction
from django.db.utils import DatabaseError

_TABLE = "places_placeversion"

#: In both times, so that what was known earlier stays without overlap too.
_ONE_VERSION = """
    other.place_id = NEW.place_id AND other.id <> NEW.id
    AND other.valid_from < NEW.valid_to AND NEW.valid_from < other.valid_to
    AND (other.known_to IS NULL OR other.known_to > NEW.known_from)
    AND (NEW.known_to IS NULL OR NEW.known_to > other.known_from)
    AND (NEW.known_to IS NULL OR NEW.known_to > NEW.known_from)
    AND (other.known_to IS NULL OR other.known_to > other.known_from)
"""
_ONE_CODE = """
    NEW.known_to IS NULL AND other.known_to IS NULL AND NEW.code <> ''
    AND other.code_system = NEW.code_system AND other.code = NEW.code AND other.id <> NEW.id
    AND other.valid_from < NEW.valid_to AND NEW.valid_from < other.valid_to
"""
_RULES = (
    ("place_version_no_overlap", _ONE_VERSION),
    ("place_version_one_code", _ONE_CODE),
)

_SQLITE = """
CREATE TRIGGER {name}_{verb} AFTER {when} ON {table}
WHEN EXISTS (SELECT 1 FROM {table} AS other WHERE {rule})
BEGIN SELECT RAISE(ABORT, '{name}'); END
"""
_POSTGRES_FUNCTION = """
CREATE FUNCTION bangfu_{name}() RETURNS trigger AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM {table} AS other WHERE {rule}) THEN
    RAISE EXCEPTION '{name}' USING ERRCODE = 'exclusion_violation';
  END IF;
  RETURN NULL;
END $$ LANGUAGE plpgsql
"""
_POSTGRES_TRIGGER = """
CREATE TRIGGER {name} AFTER INSERT OR UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION bangfu_{name}()
"""
_EXCLUSIONS = (
    """
    ALTER TABLE {table} ADD CONSTRAINT place_version_no_overlap EXCLUDE USING gist (
        place_id WITH =,
        daterange(valid_from, valid_to) WITH &&,
        tstzrange(known_from, known_to) WITH &&
    )
    """,
    """
    ALTER TABLE {table} ADD CONSTRAINT place_version_one_code EXCLUDE USING gist (
        code_system WITH =, code WITH =, daterange(valid_from, valid_to) WITH &&
    ) WHERE (known_to IS NULL AND code <> '')
    """,
)


def forbid(apps: Any, schema_editor: Any) -> None:
    """Let the database refuse overlaps, by the best means it has."""
    if schema_editor.connection.vendor != "postgresql":
        for name, rule in _RULES:
            for verb, when in (("insert", "INSERT"), ("update", "UPDATE")):
                text = _SQLITE.format(name=name, verb=verb, when=when, table=_TABLE, rule=rule)
                schema_editor.execute(text)
    elif _has_extension(schema_editor):
        for text in _EXCLUSIONS:
            schema_editor.execute(text.format(table=_TABLE), params=None)
    else:
        forbid_by_trigger(schema_editor)


def forbid_by_trigger(schema_editor: Any) -> None:
    """The same refusals on a PostgreSQL that does not offer btree_gist."""
    for name, rule in _RULES:
        for template in (_POSTGRES_FUNCTION, _POSTGRES_TRIGGER):
            text = template.format(name=name, table=_TABLE, rule=rule)
            schema_editor.execute(text, params=None)


def _has_extension(schema_editor: Any) -> bool:
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    except DatabaseError:
        return False
    return True


def allow(apps: Any, schema_editor: Any) -> None:
    """The way back."""
    for name, _rule in _RULES:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE {_TABLE} DROP CONSTRAINT IF EXISTS {name}")
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {_TABLE}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS bangfu_{name}()")
        else:
            for verb in ("insert", "update"):
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}_{verb}")


def add_search_index(apps: Any, schema_editor: Any) -> None:
    """Words inside names are found by an index where PostgreSQL offers trigrams."""
    if schema_editor.connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            schema_editor.execute(
                "CREATE INDEX place_search_trigrams ON places_place "
                "USING gin (search_text gin_trgm_ops)"
            )
    except DatabaseError:
        return


def drop_search_index(apps: Any, schema_editor: Any) -> None:
    """The way back."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS place_search_trigrams")


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        migrations.RunPython(forbid, allow),
        migrations.RunPython(add_search_index, drop_search_index),
    ]
