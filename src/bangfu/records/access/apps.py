"""How Django finds this part of the site."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "bangfu.records.access"
    label = "access"
    verbose_name = "权限"
    default_auto_field = "django.db.models.BigAutoField"
