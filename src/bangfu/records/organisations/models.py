"""Organisations, collectives and pairs (单位、集体经济组织、结对)."""

from __future__ import annotations

from django.db import models

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.ground import clock
from bangfu.records.ground.versions import Versioned
from bangfu.vocabulary.period import FOREVER

__all__ = ["CollectiveOrganisation", "HelperLink", "Organisation", "OrganisationName"]


class Organisation(Versioned):
    """A unit that acts (单位): an office, a helper unit, a leading group, a joint meeting.

    ``place`` is the place whose level and territory it belongs to; names change with time
    (`OrganisationName`), the organisation stays. A successor carries on its open matters.
    """

    class Kind(models.TextChoices):
        """What sort of body it is."""

        OFFICE = "office", "党政机关"
        COORDINATING = "coordinating", "议事协调机构"
        ENTERPRISE = "enterprise", "企业"
        UNIVERSITY = "university", "高校"
        HOSPITAL = "hospital", "医院"
        SCHOOL = "school", "学校"
        BANK = "bank", "金融机构"
        OTHER = "other", "其他"

    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="organisations", verbose_name="所在地方"
    )
    code = models.CharField("单位代码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    search_text = models.CharField("检索", max_length=400, blank=True)
    kind = models.CharField("类别", max_length=14, choices=Kind.choices, default=Kind.OFFICE)
    starts_on = models.DateField("成立日")
    ends_on = models.DateField("终止日", default=FOREVER)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "单位"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lt=models.F("ends_on")), name="organisation_dates"
            ),
        )

    def __str__(self) -> str:
        return self.name


class OrganisationName(models.Model):
    """The name an organisation bore, from when to when (单位名称沿革)."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=120)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", default=FOREVER)

    class Meta:
        verbose_name = "单位名称"

    def __str__(self) -> str:
        return self.name


class CollectiveOrganisation(Versioned):
    """The collective economic organisation of a village (集体经济组织); a village may have several.

    The collective's figures are its own; the village's figure is their sum.
    """

    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="collectives", verbose_name="村"
    )
    code = models.CharField("登记号", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类别", max_length=40, blank=True)
    starts_on = models.DateField("成立日")
    ends_on = models.DateField("终止日", default=FOREVER)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "集体经济组织"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lt=models.F("ends_on")), name="collective_dates"
            ),
        )

    def __str__(self) -> str:
        return self.name


class HelperLink(Versioned):
    """An organisation outside the tree helps a place, between two days (结对关系).

    It is what gives the accounts of the helper a sight of the place. Two instants tell what was
    known when: of the link itself, and of its end.
    """

    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="helper_links", verbose_name="被帮扶地方"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="helps", verbose_name="帮扶单位"
    )
    layer = models.CharField("层次", max_length=40, blank=True)
    scheme = models.CharField("方案", max_length=60, blank=True)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", default=FOREVER)
    known_from = models.DateTimeField("登记时间", default=clock.now)
    end_known_from = models.DateTimeField("终止登记时间", null=True)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "结对关系"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lt=models.F("ends_on")), name="helper_link_dates"
            ),
            models.UniqueConstraint(
                fields=["place", "organisation", "layer", "starts_on"], name="helper_link_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id}→{self.place_id}"
