"""Addresses of the help."""

from django.urls import path

from bangfu.web.help import views

urlpatterns = [
    path("", views.index, name="help"),
    path("<slug:topic>/", views.topic_page, name="help_topic"),
]
