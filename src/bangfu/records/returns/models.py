"""Workbooks given out to be filled, and what came back (回传表及其回传)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.ground.versions import Versioned

__all__ = ["ReturnUpload", "ReturnWorkbook"]


class ReturnWorkbook(models.Model):
    """One workbook that was given out (回传表), with what stood in every cell on that day.

    The file carries only keys; what the keys mean stays here, where nobody can edit it.
    """

    code = models.CharField("回传码", max_length=16, unique=True)
    #: figures or register.
    kind = models.CharField("类别", max_length=10)
    form = models.ForeignKey("catalogue.Form", models.PROTECT, null=True, related_name="+")
    definition = models.ForeignKey(
        "registers.RegisterDefinition", models.PROTECT, null=True, related_name="+"
    )
    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="return_workbooks", verbose_name="范围"
    )
    period = models.CharField("期别", max_length=20)
    #: One entry per row: {"n", "place_id", "code", "name", "ref", "base", "previous"}.
    rows: Any = models.JSONField("行", default=list)
    issued_at = models.DateTimeField("下载时间")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="下载人"
    )

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "回传表"
        indexes = (models.Index(fields=["place", "id"], name="return_workbook_place"),)

    def __str__(self) -> str:
        return self.code


class ReturnUpload(Versioned):
    """One file that came back (回传): its cells as texts, and whether they were merged."""

    gate: ClassVar[str] = "workbook__place"

    workbook = models.ForeignKey(ReturnWorkbook, models.PROTECT, related_name="uploads")
    sha256 = models.CharField("校验值", max_length=64)
    file_name = models.CharField("文件名", max_length=160)
    #: By row number: {"sheet", "line", "cells": {column id: text}}.
    rows: Any = models.JSONField("行", default=dict)
    #: Faults of the file itself, beside those of its cells.
    faults: Any = models.JSONField("问题", default=list)
    uploaded_at = models.DateTimeField("回传时间")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField("合并时间", null=True)
    result: Any = models.JSONField("结果", default=dict)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "回传"
        constraints = (
            models.UniqueConstraint(fields=["workbook", "sha256"], name="return_upload_once"),
        )

    def __str__(self) -> str:
        return f"{self.workbook_id} {self.file_name}"
