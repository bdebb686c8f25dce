"""How Django finds this part of the site."""

from django.apps import AppConfig


class RegistersPagesConfig(AppConfig):
    name = "bangfu.web.registers"
    label = "registers_pages"
