"""How Django finds this part of the site."""

from django.apps import AppConfig


class PlacesPagesConfig(AppConfig):
    name = "bangfu.web.places"
    label = "places_pages"
