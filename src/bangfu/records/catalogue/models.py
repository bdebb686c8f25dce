"""Adopted schemes, data elements, forms (方案、指标、报表).

A scheme adopted here is a row with the same canonical JSON and the same hash as its folder.
"""

from __future__ import annotations

from django.db import models

from bangfu.records.ground.versions import Versioned

__all__ = ["AdoptedScheme", "DataElement", "Form", "FormColumn", "ReportingRule"]


class AdoptedScheme(Versioned):
    """A version of a scheme this installation works by (启用的方案)."""

    scheme = models.CharField("方案", max_length=60)
    content_hash = models.CharField("内容校验值", max_length=64)
    content = models.JSONField("内容")
    #: The texts of the folder's files by name, from which it is written again.
    files = models.JSONField("文件", default=dict)
    label_zh = models.CharField("名称", max_length=200)
    label_en = models.CharField("英文名称", max_length=200)
    adopted_at = models.DateTimeField("启用时间")
    replaced_at = models.DateTimeField("更新时间", null=True)
    #: What this adoption changed in the forms: rows of {form, element, change, before, after}.
    changes = models.JSONField("报表变动", default=list)

    class Meta:
        verbose_name = "启用的方案"
        constraints = (
            models.UniqueConstraint(fields=["scheme", "content_hash"], name="adopted_once"),
        )

    def __str__(self) -> str:
        return self.label_zh


class DataElement(Versioned):
    """A figure that is asked for, defined once (指标)."""

    class Kind(models.TextChoices):
        """What its values are."""

        MONEY = "money", "金额"
        INT = "int", "整数"
        NUMBER = "number", "数值"
        BOOL = "bool", "是否"
        TEXT = "text", "文字"

    element = models.CharField("指标代码", max_length=100, unique=True)
    label_zh = models.CharField("名称", max_length=120)
    label_en = models.CharField("英文名称", max_length=200)
    kind = models.CharField("类型", max_length=6, choices=Kind.choices)
    unit = models.CharField("单位", max_length=30, blank=True)
    levels = models.JSONField("层级", default=list)
    plausible_low = models.BigIntegerField("合理下限", null=True)
    plausible_high = models.BigIntegerField("合理上限", null=True)
    owner = models.CharField("数据来源单位", max_length=120, blank=True)
    #: 法定统计 statutory, 部门统计 departmental, 行政记录 administrative, 摸底测算 estimate.
    legal_class = models.CharField("数据性质", max_length=20, blank=True)
    definition_zh = models.CharField("口径", max_length=600, blank=True)
    definition_en = models.CharField("口径（英文）", max_length=600, blank=True)
    #: The period kinds it is asked for beside the year: half, quarter, month.
    also_every = models.JSONField("另按期别", default=list)
    #: Whether the figures of the places below add up to the figure of the place above.
    adds_up = models.BooleanField("可以加总", default=False)
    #: The day after the period's end from which a release may be shown: a month and day of the
    #: year that follows (``{"flash": "01-15"}``), or a number of days (``{"flash": "+20"}``).
    release_calendar = models.JSONField("发布日历", default=dict)

    class Meta:
        verbose_name = "指标"

    def __str__(self) -> str:
        return self.label_zh


class Form(Versioned):
    """A table the office asks for (报表): which places fill which elements, how often, up to whom.

    The statutory head (表号、制定机关、批准文号、有效期) is the office's own; a form without a
    number is marked as such wherever it is shown.
    """

    scheme = models.CharField("方案", max_length=60)
    form = models.CharField("报表代码", max_length=80, unique=True)
    label_zh = models.CharField("名称", max_length=160)
    label_en = models.CharField("英文名称", max_length=240)
    #: The places that fill it lie at or below this one; empty: every place of the level.
    area = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, related_name="+", verbose_name="适用范围"
    )
    level = models.CharField("填报层级", max_length=10)
    period_kind = models.CharField("期别", max_length=8)
    #: Which telling of the figures it collects; one of `figures.Release`.
    release = models.CharField("数据版次", max_length=8, default="annual")
    #: The levels that review, in order, from below: ["township", "county"].
    review_levels = models.JSONField("审核层级", default=list)
    #: A helper unit paired with the place confirms before the first review.
    helper_confirms = models.BooleanField("帮扶单位确认", default=False)
    number = models.CharField("表号", max_length=60, blank=True)
    made_by = models.CharField("制定机关", max_length=120, blank=True)
    approval_number = models.CharField("批准文号", max_length=120, blank=True)
    valid_until = models.DateField("有效期至", null=True, blank=True)
    #: Days after the period's end by which it is due.
    due_days = models.PositiveSmallIntegerField("报送期限（天）", default=15)
    is_open = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = "报表"

    def __str__(self) -> str:
        return self.label_zh

    @property
    def is_numbered(self) -> bool:
        """Whether it bears the number that forms for lower levels must have."""
        return bool(self.number.strip())


class FormColumn(models.Model):
    """One element of a form, in its order (报表栏目).

    A column the scheme no longer needs is closed, not removed: its figures stay.
    """

    form = models.ForeignKey(Form, models.PROTECT, related_name="columns")
    element = models.ForeignKey(DataElement, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("顺序")
    #: The unit clerks write it in: 万元 or 元 for money; whole fen are stored.
    unit = models.CharField("计量单位", max_length=30, blank=True)
    is_open = models.BooleanField("启用", default=True)
    required = models.BooleanField("必填", default=True)
    #: Beyond this change against last period a reason is asked, in percent; null: never.
    reason_beyond_pct = models.PositiveSmallIntegerField("变动说明界限（%）", null=True, default=50)

    class Meta:
        verbose_name = "报表栏目"
        constraints = (
            models.UniqueConstraint(fields=["form", "element"], name="form_column_once"),
        )
        ordering = ("form", "position", "id")

    def __str__(self) -> str:
        return f"{self.form_id} {self.element_id}"


class ReportingRule(Versioned):
    """The one row of rules for all forms (报表管理规定)."""

    forms_must_be_numbered = models.BooleanField("无表号的报表不得下发", default=False)

    class Meta:
        verbose_name = "报表管理规定"

    def __str__(self) -> str:
        return "报表管理规定"

    @classmethod
    def current(cls) -> ReportingRule:
        """The rules that hold; those of a fresh installation until somebody sets them."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
