"""Addresses of returns and figures."""

from django.urls import path

from bangfu.web.figures import coverage, entry, history, returns, sheets, views

urlpatterns = [
    path("", views.figure_forms, name="figure_forms"),
    path("<int:form_id>/<str:period>/<int:place_id>/", entry.figure_entry, name="figure_entry"),
    path(
        "<int:form_id>/<str:period>/<int:place_id>/sheet/",
        sheets.figure_sheet,
        name="figure_sheet",
    ),
    path(
        "<int:form_id>/<str:period>/<int:place_id>/coverage/",
        coverage.figure_coverage,
        name="figure_coverage",
    ),
    path("returns/<int:submission_id>/", returns.figure_return, name="figure_return"),
    path("returns/<int:submission_id>/act/", returns.figure_act, name="figure_act"),
    path("history/<int:observation_id>/", history.figure_history, name="figure_history"),
]
