"""How Django finds this part of the site."""

from django.apps import AppConfig


class FiguresPagesConfig(AppConfig):
    name = "bangfu.web.figures"
    label = "figures_pages"
