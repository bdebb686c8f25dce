"""Addresses of attachments."""

from django.urls import path

from bangfu.web.attachments import views

urlpatterns = [path("<int:attachment_id>/", views.download, name="attachment")]
