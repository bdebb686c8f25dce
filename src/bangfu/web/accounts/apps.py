"""How Django finds this part of the site."""

from django.apps import AppConfig


class AccountsPagesConfig(AppConfig):
    name = "bangfu.web.accounts"
    label = "accounts_pages"
