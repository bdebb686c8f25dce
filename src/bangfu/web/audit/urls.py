"""Addresses of the log."""

from django.urls import path

from bangfu.web.audit import views

urlpatterns = [
    path("", views.entry_list, name="audit"),
    path("export/", views.export, name="audit_export"),
    path("<int:sequence>/", views.entry_page, name="audit_entry"),
]
