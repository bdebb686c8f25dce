"""How Django finds this part of the site."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "bangfu.records.places"
    label = "places"
    verbose_name = "地方"
    default_auto_field = "django.db.models.BigAutoField"
