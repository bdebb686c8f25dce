"""Imports and their staged rows (导入批次、暂存行).

A row is what one cell or one line of the file means for one record. Rows are told apart by
their number, never by what they hold: two lines that say the same are two rows.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.ground.versions import Versioned
from bangfu.records.imports.choices import BatchState, Outcome

__all__ = ["ImportBatch", "ImportRow"]


class ImportBatchQuerySet(GatedQuerySet["ImportBatch"]):
    """Imports; one sees one's own and those of the offices where one may import."""

    def seen_by(self, user: Any) -> Self:
        """One's own, and those of one's offices."""
        return self.open_to(user, "imports.run") | self.filter(asked_by_id=user.pk)


class ImportBatch(Versioned):
    """One file that somebody brought in (导入批次); the file lies in the home folder by its hash."""

    #: The office's place: colleagues there may see the import and go on with it.
    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="imports", verbose_name="所在地方"
    )
    kind = models.CharField("表类", max_length=80, blank=True)
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件校验值", max_length=64)
    size_bytes = models.PositiveBigIntegerField("文件大小（字节）")
    #: What the file does not say and somebody chose: period, release, code_system, choices.
    options = models.JSONField("读取选项", default=dict)
    state = models.CharField(
        "状态", max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="imports", verbose_name="导入人"
    )
    asked_at = models.DateTimeField("上传时间")
    #: The job that reads or writes it now, or did last.
    job = models.ForeignKey("jobs.Job", models.PROTECT, null=True, related_name="+")
    #: Rows by outcome, as compared with what was held when it was read: {"new": 12, ...}.
    counts = models.JSONField("核对结果", default=dict)
    #: What concerns the whole file: {"faults": [...], "notices": [...], "by_code": {...}}.
    findings = models.JSONField("读表说明", default=dict)
    only_right = models.BooleanField("只导入无误的行", default=False)
    #: Rows by outcome, as written.
    written = models.JSONField("写入结果", default=dict)
    #: Over the change rows, in their order.
    digest = models.CharField("变动校验值", max_length=64, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        indexes = (
            models.Index(fields=["place", "id"], name="import_place"),
            models.Index(fields=["asked_by", "id"], name="import_asked_by"),
            models.Index(fields=["sha256"], name="import_file"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"

    def rows_seen_by(self, user: Any) -> GatedQuerySet[ImportRow]:
        """The staged rows an account may see: those of its places, and, to the one who brought
        the file, those that name no place it knows."""
        known = ImportRow.objects.filter(batch=self).visible_to(user)
        if self.asked_by_id != user.pk:
            return known
        return known | ImportRow.objects.filter(batch=self, place=None)

    def rows_as(self, *outcomes: str) -> int:
        """How many rows have one of these outcomes."""
        return sum(int(self.counts.get(outcome, 0)) for outcome in outcomes)


class ImportRow(models.Model):
    """One record as the file would have it (暂存行)."""

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="rows")
    #: The order on the sheets, from 1; the identity of the row within its batch.
    number = models.PositiveIntegerField("序号")
    sheet = models.CharField("工作表", max_length=80, blank=True)
    row_no = models.PositiveIntegerField("行号")
    #: The column of the cell on the sheet, from 1; 0 where the whole line is meant.
    column_no = models.PositiveIntegerField("列号", default=0)
    place = models.ForeignKey("places.Place", models.PROTECT, null=True, related_name="+")
    data = models.JSONField("内容", default=dict)
    outcome = models.CharField("核对", max_length=8, choices=Outcome.choices)
    faults = models.JSONField("问题", default=list)
    #: {"column": [what is held, what the file says]}.
    difference = models.JSONField("差异", default=dict)
    #: The record it would change, and the version that was compared.
    target = models.BigIntegerField("对应记录", null=True)
    seen_version = models.PositiveIntegerField("比对版本", null=True)

    objects = GatedQuerySet.as_manager()

    gate: ClassVar[str] = "place"

    class Meta:
        verbose_name = "暂存行"
        constraints = (models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),)
        indexes = (models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome"),)

    def __str__(self) -> str:
        return f"{self.batch_id} #{self.number}"
