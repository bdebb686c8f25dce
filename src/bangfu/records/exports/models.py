"""The office's own way of printing a list (我的台账): columns, order, titles, filters."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from bangfu.records.ground.versions import Versioned

__all__ = ["ExportLayout"]


class ExportLayout(Versioned):
    """A saved layout (我的台账): the next export looks exactly as the last one did.

    It belongs to one account, and is shared with the account's organisation where that is named.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="export_layouts", verbose_name="账号"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        related_name="export_layouts",
        verbose_name="共用单位",
    )
    #: places, figures or register; and which form or register it is for ("" for places).
    kind = models.CharField("类别", max_length=10)
    subject = models.CharField("对象", max_length=160, blank=True)
    name = models.CharField("名称", max_length=80)
    title = models.CharField("表题", max_length=160, blank=True)
    #: In order: {"id": "place_name", "title": "村名"}, or {"own": "备注", "text": ""}.
    columns: Any = models.JSONField("栏目", default=list)
    filters: Any = models.JSONField("筛选条件", default=dict)
    unit = models.CharField("金额单位", max_length=4, default="万元")
    subtotals = models.CharField("小计", max_length=10, blank=True)
    changed_at = models.DateTimeField("更新时间")

    class Meta:
        verbose_name = "我的台账"
        constraints = (
            models.UniqueConstraint(fields=["account", "name"], name="export_layout_once"),
        )

    def __str__(self) -> str:
        return self.name
