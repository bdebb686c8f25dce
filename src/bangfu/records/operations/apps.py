"""How Django finds this part of the site."""

from importlib import import_module

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "bangfu.records.operations"
    label = "operations"
    verbose_name = "运行维护"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the daily job known."""
        import_module("bangfu.records.operations.daily")
