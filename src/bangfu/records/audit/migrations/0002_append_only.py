"""The log can be added to, never changed; the chain starts with one head."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from bangfu.records.ground.append_only import drop_append_only, make_append_only


def start_chain(apps: Any, schema_editor: Any) -> None:
    """The head before the first entry."""
    apps.get_model("audit", "ChainHead").objects.create(pk=1, sequence=0, hash="0" * 64)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(start_chain, migrations.RunPython.noop),
        migrations.RunPython(
            make_append_only("audit_auditentry"), drop_append_only("audit_auditentry")
        ),
    ]
