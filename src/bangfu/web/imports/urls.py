"""Addresses of this area."""

from django.urls import path

from bangfu.web.imports import jobs, views

urlpatterns = [
    path("", views.index, name="imports"),
    path("jobs/", jobs.mine, name="jobs"),
    path("jobs/<int:job_id>/", jobs.progress, name="job_progress"),
    path("jobs/<int:job_id>/cancel/", jobs.cancel, name="job_cancel"),
    path("<int:batch_id>/", views.batch, name="import"),
    path("<int:batch_id>/progress/", views.progress, name="import_progress"),
    path("<int:batch_id>/rows/", views.rows, name="import_rows"),
    path("<int:batch_id>/changes/", views.changes, name="import_changes"),
    path("<int:batch_id>/marked.xlsx", views.marked, name="import_marked"),
    path("<int:batch_id>/read-again/", views.read_again_page, name="import_read_again"),
    path("<int:batch_id>/merge/", views.merge_page, name="import_merge"),
    path("<int:batch_id>/cancel/", views.cancel_page, name="import_cancel"),
]
