"""How Django finds this part of the site."""

from django.apps import AppConfig


class ImportsPagesConfig(AppConfig):
    name = "bangfu.web.imports"
    label = "imports_pages"
