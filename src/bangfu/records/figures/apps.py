"""How Django finds this part of the site."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "bangfu.records.figures"
    label = "figures"
    verbose_name = "数据"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the handover what is open here; models are not loaded before this moment."""
        from bangfu.records.accounts.open_items import OPEN_ITEMS
        from bangfu.records.figures.open_items import SOURCES

        known = {source.name for source in OPEN_ITEMS}
        OPEN_ITEMS.extend(source for source in SOURCES if source.name not in known)
