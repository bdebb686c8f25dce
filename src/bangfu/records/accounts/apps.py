"""How Django finds this part of the site."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bangfu.records.accounts"
    label = "accounts"
    verbose_name = "账号"
    default_auto_field = "django.db.models.BigAutoField"
