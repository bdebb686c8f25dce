"""Addresses of the desk and of signing in."""

from django.urls import path

from bangfu.web.desk import signing_in, views
from bangfu.web.places import searching

urlpatterns = [
    path("", views.desk, name="desk"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("password/", signing_in.change_password, name="change_password"),
    path("language/", views.set_language, name="set_language"),
    path("search/", searching.search, name="search"),
    path("search/suggest/", searching.suggest, name="search_suggest"),
    path("health/", views.health, name="health"),
]
