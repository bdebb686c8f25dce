"""How Django finds this part of the site."""

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "bangfu.records.returns"
    label = "returns"
    verbose_name = "回传表"
    default_auto_field = "django.db.models.BigAutoField"
