"""Addresses of schemes, forms and data elements."""

from django.urls import path

from bangfu.web.schemes import elements, forms, views

urlpatterns = [
    path("", views.scheme_list, name="schemes"),
    path("adopt/", views.adopt, name="adopt_scheme"),
    path("rules/", forms.numbering, name="reporting_rules"),
    path("forms/<int:form_id>/", forms.form_page, name="form"),
    path("forms/<int:form_id>/columns/", forms.form_columns, name="form_columns"),
    path("elements/", elements.element_list, name="elements"),
    path("elements/<int:element_id>/", elements.element_page, name="element"),
    path("of/<slug:scheme>/", views.scheme_page, name="scheme"),
    path("of/<slug:scheme>/scheme.json", views.scheme_json, name="scheme_json"),
    path("of/<slug:scheme>/scheme.zip", views.scheme_archive, name="scheme_archive"),
]
