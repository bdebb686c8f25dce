"""How Django finds this part of the site."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "bangfu.records.organisations"
    label = "organisations"
    verbose_name = "单位"
    default_auto_field = "django.db.models.BigAutoField"
