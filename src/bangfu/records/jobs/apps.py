"""How Django finds this part of the site."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "bangfu.records.jobs"
    label = "jobs"
    verbose_name = "任务"
    default_auto_field = "django.db.models.BigAutoField"
