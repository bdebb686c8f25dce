"""How Django finds this part of the site."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "bangfu.records.vault"
    label = "vault"
    verbose_name = "个人信息"
    default_auto_field = "django.db.models.BigAutoField"
