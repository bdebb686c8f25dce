"""What a row once said, and the columns it was asked by, are never changed or removed."""

from __future__ import annotations

from django.db import migrations

from bangfu.records.ground.append_only import drop_append_only, make_append_only


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_initial")]

    operations = [
        migrations.RunPython(make_append_only(table), drop_append_only(table))
        for table in ("registers_registerrowchange", "registers_registerschema")
    ]
