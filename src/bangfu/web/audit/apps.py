"""How Django finds this part of the site."""

from django.apps import AppConfig


class AuditPagesConfig(AppConfig):
    name = "bangfu.web.audit"
    label = "audit_pages"
