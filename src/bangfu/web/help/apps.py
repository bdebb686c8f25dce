"""How Django finds this part of the site."""

from django.apps import AppConfig


class HelpPagesConfig(AppConfig):
    name = "bangfu.web.help"
    label = "help_pages"
