"""Registers and their rows (台账与台账行).

A register is declared by a scheme; a changed declaration is a new schema, and rows stay readable
under the schema they were written by. Coverage reads the columns of a row, never its JSON.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.ground.versions import Versioned
from bangfu.vocabulary.text import Text

__all__ = ["RegisterDefinition", "RegisterRow", "RegisterRowChange", "RegisterSchema"]


class RegisterDefinition(Versioned):
    """A register the site keeps (台账), as the scheme adopted last declares it."""

    class PeriodKind(models.TextChoices):
        """How often it is kept; what happens at any time is filed by the year it happened in."""

        YEAR = "year", "每年"
        HALF = "half", "每半年"
        QUARTER = "quarter", "每季度"
        MONTH = "month", "每月"
        EVENT = "event", "随时登记"

    scheme = models.CharField("方案", max_length=60)
    register = models.CharField("台账代码", max_length=80)
    schema_version = models.PositiveIntegerField("栏目版本", default=1)
    #: The declaration in force: {"fields": [...], "classes": [...], "where": {...}, "clauses": []}.
    content = models.JSONField("内容")
    label_zh = models.CharField("名称", max_length=160)
    label_en = models.CharField("英文名称", max_length=240)
    owner = models.CharField("责任单位", max_length=160, blank=True)
    period_kind = models.CharField("期别", max_length=8, choices=PeriodKind.choices)
    #: Rows each place must and may have; null where the document asks for no number.
    at_least = models.PositiveIntegerField("至少条数", null=True)
    at_most = models.PositiveIntegerField("至多条数", null=True)
    position = models.PositiveIntegerField("顺序", default=0)
    declared_at = models.DateTimeField("启用时间")
    is_open = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "台账"
        constraints = (
            models.UniqueConstraint(fields=["scheme", "register"], name="register_once"),
        )

    def __str__(self) -> str:
        return self.label_zh

    @property
    def label(self) -> Text:
        """The name in both languages."""
        return Text(self.label_zh, self.label_en)


class RegisterSchema(models.Model):
    """A declaration that was in force (台账栏目版本): append-only, so that old rows stay readable."""

    definition = models.ForeignKey(RegisterDefinition, models.PROTECT, related_name="schemas")
    schema_version = models.PositiveIntegerField("栏目版本")
    content = models.JSONField("内容")
    declared_at = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = "台账栏目版本"
        constraints = (
            models.UniqueConstraint(
                fields=["definition", "schema_version"], name="register_schema_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.definition_id} v{self.schema_version}"


class RegisterRow(Versioned):
    """One row of a register: a place, a period, its values (台账行).

    ``row_key`` says which row of the place and period it is, so that the same row handed in
    twice is one row. ``counts`` says whether the register's own condition lets it count.
    """

    definition = models.ForeignKey(
        RegisterDefinition, models.PROTECT, related_name="rows", verbose_name="台账"
    )
    schema_version = models.PositiveIntegerField("栏目版本")
    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="register_rows", verbose_name="地方"
    )
    period = models.CharField("期别", max_length=20)
    row_key = models.CharField("行键", max_length=80)
    values: Any = models.JSONField("内容", default=dict)
    complete = models.BooleanField("必填齐全", default=False)
    counts = models.BooleanField("计入", default=True)
    is_removed = models.BooleanField("已移除", default=False)
    removed_reason = models.CharField("移除原因", max_length=200, blank=True)
    occurred_on = models.DateField("发生日期", null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField("登记时间")
    changed_at = models.DateTimeField("更新时间")

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "台账行"
        constraints = (
            models.UniqueConstraint(
                fields=["definition", "place", "period", "row_key"], name="register_row_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["definition", "period", "is_removed", "counts", "place", "complete"],
                name="register_row_coverage",
            ),
            models.Index(fields=["place", "definition", "period"], name="register_row_place"),
        )

    def __str__(self) -> str:
        return f"{self.definition_id} {self.place_id} {self.period} {self.row_key}"


class RegisterRowChange(models.Model):
    """What a row said in one of its versions (台账变动): append-only."""

    row = models.ForeignKey(RegisterRow, models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField("版本")
    schema_version = models.PositiveIntegerField("栏目版本")
    values: Any = models.JSONField("内容", default=dict)
    complete = models.BooleanField("必填齐全")
    is_removed = models.BooleanField("已移除")
    reason = models.CharField("说明", max_length=200, blank=True)
    occurred_on = models.DateField("发生日期", null=True)
    changed_at = models.DateTimeField("时间")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    import_batch = models.BigIntegerField("导入批次", null=True)

    class Meta:
        verbose_name = "台账变动"
        constraints = (
            models.UniqueConstraint(fields=["row", "version"], name="register_change_once"),
        )

    def __str__(self) -> str:
        return f"{self.row_id} v{self.version}"
