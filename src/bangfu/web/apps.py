"""How Django finds this part of the site."""

from django.apps import AppConfig

from bangfu.web import bundle as bundle
from bangfu.web.words import compile_catalogues


class WebConfig(AppConfig):
    name = "bangfu.web"
    label = "web"

    def ready(self) -> None:
        """The English words must be there before the first page is."""
        compile_catalogues()
