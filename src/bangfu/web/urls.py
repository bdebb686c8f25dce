"""All addresses of the site (网址), area by area."""

from __future__ import annotations

from django.urls import include, path

from bangfu.web.metrics import metrics

handler400 = "bangfu.web.failures.bad_request"
handler403 = "bangfu.web.failures.forbidden"
handler404 = "bangfu.web.failures.not_found"
handler500 = "bangfu.web.failures.server_error"

urlpatterns = [
    path("", include("bangfu.web.desk.urls")),
    path("places/", include("bangfu.web.places.urls")),
    path("organisations/", include("bangfu.web.places.organisation_urls")),
    path("figures/", include("bangfu.web.figures.urls")),
    path("registers/", include("bangfu.web.registers.urls")),
    path("imports/", include("bangfu.web.imports.urls")),
    path("schemes/", include("bangfu.web.schemes.urls")),
    path("accounts/", include("bangfu.web.accounts.urls")),
    path("audit/", include("bangfu.web.audit.urls")),
    path("attachments/", include("bangfu.web.attachments.urls")),
    path("metrics/", metrics, name="metrics"),
    path("help/", include("bangfu.web.help.urls")),
]
