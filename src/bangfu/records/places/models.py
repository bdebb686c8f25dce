"""Places and their history (地方与沿革).

Figures hang on a `Place`; its code, name, level and parent are dated statements about it
(`PlaceVersion`), with two times: when a statement held (valid) and when it was held to be true
here (known). Periods are half-open; an open end is 9999-12-31. A statement is never overwritten:
its knowledge is closed and another one is entered.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.ground import clock
from bangfu.records.ground.ordered_text import PathField
from bangfu.records.ground.versions import Versioned
from bangfu.records.places.choices import (
    AliasKind,
    CodeSystem,
    Datum,
    EventKind,
    Level,
    MembershipKind,
)
from bangfu.vocabulary.period import FOREVER

__all__ = [
    "Known",
    "Membership",
    "Place",
    "PlaceAlias",
    "PlaceEvent",
    "PlaceEventPart",
    "PlaceShape",
    "PlaceVersion",
    "ReportingLine",
    "ShapeFile",
]


class Known(models.Model):
    """A statement with the time from which, and until which, it was held to be true here."""

    known_from = models.DateTimeField("登记时间", default=clock.now)
    known_to = models.DateTimeField("更正时间", null=True)

    class Meta:
        abstract = True


class Place(Versioned):
    """A place that lasts (地方); its columns hold what its versions say of today.

    ``path`` runs along the civil tree, ``reporting_path`` along the reporting tree: they differ
    where a functional zone answers for the place. Both end with the place's own id. The paths of
    an abolished place run through its one successor, who keeps its file.
    """

    gate: ClassVar[str] = ""

    path = PathField("路径", blank=True)
    reporting_path = PathField("报送路径", blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children", verbose_name="上级"
    )
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    kind = models.CharField("类别", max_length=20, blank=True)
    code_system = models.CharField("代码体系", max_length=4, choices=CodeSystem.choices)
    code = models.CharField("代码", max_length=12)
    name = models.CharField("名称", max_length=80)
    #: The pinyin of the name and of its aliases, for search: full and initials.
    search_text = models.CharField("检索", max_length=400, blank=True)
    tags = models.JSONField("标签", default=list, blank=True)
    lon = models.FloatField("经度", null=True)
    lat = models.FloatField("纬度", null=True)
    ended_on = models.DateField("撤销日", default=FOREVER)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "地方"
        indexes = (
            models.Index(fields=["path"], name="place_path"),
            models.Index(fields=["reporting_path"], name="place_reporting_path"),
            models.Index(fields=["code_system", "code"], name="place_code"),
            models.Index(fields=["level", "path"], name="place_level"),
            models.Index(fields=["level", "code", "id"], name="place_level_code"),
            # Counts over a whole province read this index alone.
            models.Index(
                fields=["level", "reporting_path", "ended_on", "path"],
                name="place_level_reporting",
            ),
            models.Index(fields=["parent", "code"], name="place_parent"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def place_id(self) -> int:
        """The place an audit entry about this row belongs to."""
        return int(self.pk)


class PlaceVersion(Known):
    """What held about a place, from when to when, as known from when to when (地方版本).

    It says only what is the place's own. Paths follow from the parents on a day (`tree.tree_on`).
    """

    place = models.ForeignKey(Place, models.PROTECT, related_name="versions", verbose_name="地方")
    valid_from = models.DateField("生效日")
    valid_to = models.DateField("失效日", default=FOREVER)
    code_system = models.CharField("代码体系", max_length=4, choices=CodeSystem.choices)
    code = models.CharField("代码", max_length=12)
    name = models.CharField("名称", max_length=80)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    kind = models.CharField("类别", max_length=20, blank=True)
    parent = models.ForeignKey(
        Place, models.PROTECT, null=True, related_name="+", verbose_name="上级"
    )
    event = models.ForeignKey(
        "places.PlaceEvent", models.PROTECT, null=True, related_name="+", verbose_name="变更事项"
    )

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "地方版本"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(valid_from__lt=models.F("valid_to")),
                name="place_version_dates",
                violation_error_message="失效日应晚于生效日。",
            ),
            models.CheckConstraint(
                condition=models.Q(known_to__isnull=True)
                | models.Q(known_from__lte=models.F("known_to")),
                name="place_version_known_dates",
            ),
        )
        indexes = (
            models.Index(fields=["place", "valid_from"], name="place_version_place"),
            models.Index(fields=["code_system", "code", "valid_from"], name="place_version_code"),
            models.Index(fields=["parent", "valid_from"], name="place_version_parent"),
            models.Index(fields=["known_from"], name="place_version_known"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}–{self.valid_to}"


class PlaceEvent(models.Model):
    """A change of divisions (区划变更): from which places to which, on what day, on what paper."""

    kind = models.CharField("事项", max_length=12, choices=EventKind.choices)
    on = models.DateField("生效日")
    document_number = models.CharField("批准文号", max_length=80, blank=True)
    remark = models.CharField("说明", max_length=400, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    #: The same key never records the same change twice.
    idempotency_key = models.CharField("防重键", max_length=80, null=True, unique=True)

    class Meta:
        verbose_name = "区划变更"
        indexes = (models.Index(fields=["on"], name="place_event_on"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"


class PlaceEventPart(models.Model):
    """One line of a change: a place before, a place after, and the weight by which past figures
    of the one are split to the other (沿革权重), in millionths."""

    event = models.ForeignKey(PlaceEvent, models.PROTECT, related_name="parts")
    before = models.ForeignKey(Place, models.PROTECT, null=True, related_name="events_before")
    after = models.ForeignKey(Place, models.PROTECT, null=True, related_name="events_after")
    weight_millionths = models.PositiveIntegerField("权重（百万分之一）", default=1_000_000)

    class Meta:
        verbose_name = "区划变更明细"

    def __str__(self) -> str:
        return f"{self.before_id}→{self.after_id}"


class PlaceAlias(models.Model):
    """Another name of a place: a former, local or natural-village name (曾用名、俗名)."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="aliases", verbose_name="地方")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField(
        "类别", max_length=20, choices=AliasKind.choices, default=AliasKind.FORMER
    )

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "别名"
        constraints = (models.UniqueConstraint(fields=["place", "name"], name="place_alias_once"),)
        indexes = (models.Index(fields=["name"], name="place_alias_name"),)

    def __str__(self) -> str:
        return self.name


class Membership(Known):
    """A place in a group beside the tree, between two days (归类); it may be in several."""

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="memberships", verbose_name="地方"
    )
    kind = models.CharField("归类", max_length=12, choices=MembershipKind.choices)
    group = models.CharField("组别", max_length=80)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", default=FOREVER)
    source = models.CharField("依据", max_length=200, blank=True)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "归类"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lt=models.F("ends_on")), name="membership_dates"
            ),
        )
        indexes = (models.Index(fields=["kind", "group"], name="membership_group"),)

    def __str__(self) -> str:
        return f"{self.place_id} {self.group}"


class ReportingLine(Known):
    """A place answers to a functional zone instead of its civil parent (报送关系)."""

    place = models.ForeignKey(
        Place, models.PROTECT, related_name="reporting_lines", verbose_name="地方"
    )
    reports_to = models.ForeignKey(
        Place, models.PROTECT, related_name="reported_by", verbose_name="报送到"
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", default=FOREVER)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "报送关系"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lt=models.F("ends_on")), name="reporting_line_dates"
            ),
        )

    def __str__(self) -> str:
        return f"{self.place_id}→{self.reports_to_id}"


class ShapeFile(models.Model):
    """A file of outlines as it was handed in (边界文件), with the datum its sender declared."""

    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("校验值", max_length=64, unique=True)
    datum = models.CharField("坐标系", max_length=8, choices=Datum.choices)
    content = models.BinaryField("原件")
    source = models.CharField("来源", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "边界文件"

    def __str__(self) -> str:
        return self.name


class PlaceShape(models.Model):
    """The outline of a place between two days (边界), simplified for drawing, in WGS 84."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="shapes", verbose_name="地方")
    file = models.ForeignKey(ShapeFile, models.PROTECT, related_name="shapes")
    #: Polygons of rings of [lon, lat], five decimals.
    rings = models.JSONField("轮廓")
    area_km2 = models.FloatField("面积（平方千米）")
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", default=FOREVER)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "边界"
        constraints = (models.UniqueConstraint(fields=["place", "file"], name="place_shape_once"),)

    def __str__(self) -> str:
        return f"{self.place_id}"
