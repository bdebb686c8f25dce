"""How Django finds this part of the site."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "bangfu.records.registers"
    label = "registers"
    verbose_name = "台账"
    default_auto_field = "django.db.models.BigAutoField"
