"""Returns and the figures in them (报送与数据).

A `Submission` is one form of one place for one period; it travels up the levels. An
`Observation` is one figure; it hangs on a place (or on a collective of it), never on a code, and
every value it ever had stays in `ObservationChange`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import localdate

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.ground.versions import Versioned

__all__ = ["Observation", "ObservationChange", "Release", "Submission", "SubmissionStep"]


class Release(models.TextChoices):
    """Which telling of a figure it is; a later one does not replace an earlier one."""

    FLASH = "flash", "快报数"
    EXPECTED = "expected", "预计数"
    ANNUAL = "annual", "年报数"
    VERIFIED = "verified", "核定数"


class Submission(Versioned):
    """One form of one place for one period (报送)."""

    class State(models.TextChoices):
        """Where it stands; while submitted, ``at_level`` says whose turn it is."""

        DRAFT = "draft", "填报中"
        CONFIRMING = "confirming", "待帮扶单位确认"
        SUBMITTED = "submitted", "待审核"
        RETURNED = "returned", "已退回"
        APPROVED = "approved", "已审核"

    form = models.ForeignKey("catalogue.Form", models.PROTECT, related_name="submissions")
    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="submissions", verbose_name="填报地方"
    )
    period = models.CharField("期别", max_length=20)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    #: The level that has to act next; empty while the place itself has to.
    at_level = models.CharField("待审层级", max_length=10, blank=True)
    #: The place of that level, by the reporting tree, whose office has to act.
    at_place = models.ForeignKey(
        "places.Place", models.PROTECT, null=True, related_name="+", verbose_name="待审地方"
    )
    due_on = models.DateField("报送期限", null=True)
    saved_at = models.DateTimeField("保存时间", null=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField("报送时间", null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField("审核完成时间", null=True)
    #: The version that stood when it was approved last; a later version means it was re-opened.
    approved_version = models.PositiveIntegerField("审核时版本", null=True)
    comment = models.CharField("退回意见", max_length=400, blank=True)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "报送"
        constraints = (
            models.UniqueConstraint(fields=["form", "place", "period"], name="submission_once"),
        )
        indexes = (
            models.Index(
                fields=["form", "period", "state", "at_level", "place"], name="submission_queue"
            ),
            # Counts by state over a whole province read this index alone.
            models.Index(fields=["form", "period", "place", "state"], name="submission_progress"),
            models.Index(fields=["place", "period"], name="submission_place"),
            models.Index(fields=["at_place", "state"], name="submission_turn"),
            models.Index(fields=["saved_by", "state"], name="submission_saved_by"),
        )

    def __str__(self) -> str:
        return f"{self.form_id} {self.place_id} {self.period}"

    @property
    def is_late(self) -> bool:
        """Whether it came in after its day: a mark, no offence (补报)."""
        return bool(
            self.due_on and self.submitted_at and localdate(self.submitted_at) > self.due_on
        )

    @property
    def is_changed_since_approval(self) -> bool:
        """Whether it was re-opened after an approval and stands otherwise now (审核后有改动)."""
        return self.approved_version is not None and self.version > self.approved_version


class SubmissionStep(models.Model):
    """One step of a return on its way (报送经过): append-only, what the timeline shows.

    The log holds the same acts without words; here stand the opinion and the signer's name.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="steps")
    verb = models.CharField("步骤", max_length=20)
    before = models.CharField("原状态", max_length=10)
    after = models.CharField("新状态", max_length=10)
    #: The version the step left behind.
    version = models.PositiveIntegerField("版本")
    level = models.CharField("层级", max_length=10, blank=True)
    comment = models.CharField("意见", max_length=400, blank=True)
    #: The person had entered the figures too; allowed below county level, and shown.
    same_person = models.BooleanField("填报审核同一人", default=False)
    #: Decided on paper (线下签批): who signed, and the scan.
    signed_by = models.CharField("签批人", max_length=60, blank=True)
    scan = models.ForeignKey(
        "attachments.Attachment", models.PROTECT, null=True, related_name="+", verbose_name="扫描件"
    )
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    #: The account in whose name a liaison acted.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "报送经过"
        indexes = (models.Index(fields=["submission", "id"], name="submission_step"),)

    def __str__(self) -> str:
        return f"{self.submission_id} {self.verb}"


class Observation(Versioned):
    """One figure (数据): an element of a place, or of one of its collectives, in a period."""

    element = models.ForeignKey(
        "catalogue.DataElement", models.PROTECT, related_name="observations", verbose_name="指标"
    )
    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="observations", verbose_name="地方"
    )
    collective = models.ForeignKey(
        "organisations.CollectiveOrganisation",
        models.PROTECT,
        null=True,
        related_name="observations",
        verbose_name="集体经济组织",
    )
    period = models.CharField("期别", max_length=20)
    release = models.CharField(
        "数据版次", max_length=8, choices=Release.choices, default=Release.ANNUAL
    )
    #: Money in whole fen, whole numbers, yes as 1 and no as 0. All three empty means unknown.
    value_int = models.BigIntegerField("值", null=True)
    value_number = models.DecimalField("数值", max_digits=24, decimal_places=6, null=True)
    value_text = models.CharField("文字", max_length=400, blank=True)
    #: Stated as not applicable (不涉及), with the reason; unknown is something else.
    not_applicable = models.BooleanField("不涉及", default=False)
    source = models.CharField("来源", max_length=120, blank=True)
    #: survey, administrative, estimate.
    method = models.CharField("取得方式", max_length=20, blank=True)
    reason = models.CharField("变动说明", max_length=400, blank=True)
    locked = models.BooleanField("已锁定", default=False)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="observations", verbose_name="报送"
    )
    occurred_on = models.DateField("发生日期", null=True)
    entered_at = models.DateTimeField("录入时间")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "数据"
        constraints = (
            models.UniqueConstraint(
                fields=["place", "element", "period", "release", "collective"],
                condition=models.Q(collective__isnull=False),
                name="observation_once_collective",
            ),
            models.UniqueConstraint(
                fields=["place", "element", "period", "release"],
                condition=models.Q(collective__isnull=True),
                name="observation_once_place",
            ),
        )
        indexes = (models.Index(fields=["element", "period", "place"], name="observation_element"),)

    def __str__(self) -> str:
        return f"{self.element_id} {self.place_id} {self.period}"


class ObservationChange(models.Model):
    """A value a figure had (数据变动): append-only, one row for each version of the figure."""

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="changes")
    version = models.PositiveIntegerField("版本")
    value_int = models.BigIntegerField("值", null=True)
    value_number = models.DecimalField("数值", max_digits=24, decimal_places=6, null=True)
    value_text = models.CharField("文字", max_length=400, blank=True)
    not_applicable = models.BooleanField("不涉及", default=False)
    reason = models.CharField("说明", max_length=400, blank=True)
    changed_at = models.DateTimeField("时间")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    import_batch = models.BigIntegerField("导入批次", null=True)

    class Meta:
        verbose_name = "数据变动"
        constraints = (
            models.UniqueConstraint(fields=["observation", "version"], name="change_once"),
        )
        indexes = (
            models.Index(
                fields=["import_batch", "id"],
                condition=models.Q(import_batch__isnull=False),
                name="change_import",
            ),
        )

    def __str__(self) -> str:
        return f"{self.observation_id} v{self.version}"
