"""How Django finds this part of the site."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "bangfu.records.audit"
    label = "audit"
    verbose_name = "操作日志"
    default_auto_field = "django.db.models.BigAutoField"
