"""How Django finds this part of the site."""

from django.apps import AppConfig


class DeskPagesConfig(AppConfig):
    name = "bangfu.web.desk"
    label = "desk_pages"
