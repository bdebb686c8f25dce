"""How Django finds this part of the site."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "bangfu.records.catalogue"
    label = "catalogue"
    verbose_name = "方案与指标"
    default_auto_field = "django.db.models.BigAutoField"
