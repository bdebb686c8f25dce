"""What a figure once was, and each step of a return, is never changed or removed."""

from __future__ import annotations

from django.db import migrations

from bangfu.records.ground.append_only import drop_append_only, make_append_only

_TABLES = ("figures_observationchange", "figures_submissionstep")


class Migration(migrations.Migration):
    dependencies = [("figures", "0001_initial")]

    operations = [
        migrations.RunPython(make_append_only(table), drop_append_only(table)) for table in _TABLES
    ]
