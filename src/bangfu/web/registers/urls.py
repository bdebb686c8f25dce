"""Addresses of registers, exports and return workbooks."""

from django.urls import path

from bangfu.web.registers import coverage, export_page, returns_page, rows, sheet, views

urlpatterns = [
    path("", views.register_list, name="registers"),
    path("<int:definition_id>/", views.register_rows, name="register"),
    path("<int:definition_id>/new/", rows.new_row, name="register_row_new"),
    path("<int:definition_id>/coverage/", coverage.coverage, name="register_coverage"),
    path("<int:definition_id>/sheet/", sheet.sheet, name="register_sheet"),
    path("<int:definition_id>/export/", export_page.export_register, name="register_export"),
    path("rows/<int:row_id>/", rows.row, name="register_row"),
    path("rows/<int:row_id>/remove/", rows.remove, name="register_row_remove"),
    path("rows/<int:row_id>/restore/", rows.restore, name="register_row_restore"),
    path("exports/places/", export_page.export_places, name="export_places"),
    path("exports/forms/<int:form_id>/", export_page.export_form, name="export_form"),
    path(
        "exports/places/<int:place_id>/docx/",
        export_page.export_place_file,
        name="export_place_file",
    ),
    path("exports/layouts/", export_page.layouts, name="layouts"),
    path(
        "exports/layouts/<int:layout_id>/forget/", export_page.layout_forget, name="layout_forget"
    ),
    path("returns/", returns_page.returns, name="returns"),
    path("returns/download/", returns_page.download, name="return_download"),
    path("returns/send/", returns_page.send, name="return_send"),
    path("returns/<int:upload_id>/", returns_page.upload, name="return_upload"),
    path("returns/<int:upload_id>/merge/", returns_page.merge, name="return_merge"),
    path("returns/<int:upload_id>/marked/", returns_page.marked, name="return_marked"),
]
