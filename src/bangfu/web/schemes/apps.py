"""How Django finds this part of the site."""

from django.apps import AppConfig


class SchemesPagesConfig(AppConfig):
    name = "bangfu.web.schemes"
    label = "schemes_pages"
