"""How Django finds this part of the site."""

from importlib import import_module

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "bangfu.records.imports"
    label = "imports"
    verbose_name = "导入"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the kinds of tables and the jobs known."""
        for module in ("figures", "reference_tables", "registers", "preview", "merging"):
            import_module(f"bangfu.records.imports.{module}")
