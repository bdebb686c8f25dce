"""Addresses of units."""

from django.urls import path

from bangfu.web.places import organisation_acts, organisations

urlpatterns = [
    path("", organisations.organisation_list, name="organisations"),
    path("new/", organisation_acts.organisation_new, name="organisation_new"),
    path("<int:unit_id>/", organisations.organisation_page, name="organisation"),
    path(
        "<int:unit_id>/rename/", organisation_acts.organisation_rename, name="organisation_rename"
    ),
    path("<int:unit_id>/merge/", organisation_acts.organisation_merge, name="organisation_merge"),
]
