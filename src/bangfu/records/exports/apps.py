"""How Django finds this part of the site."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "bangfu.records.exports"
    label = "exports"
    verbose_name = "导出"
    default_auto_field = "django.db.models.BigAutoField"
