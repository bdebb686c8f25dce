"""Grants (授权): which account holds which role over which places, from when to when."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bangfu.vocabulary.period import FOREVER

__all__ = ["AccessGrant"]


class AccessGrant(models.Model):
    """An account sees a place and all below it, in a role, between two days (授权).

    Written only by actions: a post held (territory), a pair, a cluster, a delegation, a liaison.
    ``source`` names the record it follows from (``accounts.roleassignment:17``); `verify`
    recomputes every grant from its source.
    """

    class Kind(models.TextChoices):
        """What the grant follows from."""

        TERRITORY = "territory", "属地"
        PAIRING = "pairing", "结对"
        CLUSTER = "cluster", "片区"
        DELEGATION = "delegation", "委托"
        LIAISON = "liaison", "联络员代办"

    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants", verbose_name="账号"
    )
    place = models.ForeignKey("places.Place", models.PROTECT, related_name="+", verbose_name="地方")
    role = models.CharField("角色", max_length=40)
    kind = models.CharField("来源类别", max_length=12, choices=Kind.choices)
    source = models.CharField("来源", max_length=80)
    #: Whose role it is, where it is lent: it counts only while acting in that account's name.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="委托人",
    )
    starts_on = models.DateField("生效日")
    ends_on = models.DateField("失效日", default=FOREVER)

    class Meta:
        verbose_name = "授权"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(starts_on__lt=models.F("ends_on")),
                name="grant_dates",
                violation_error_message="失效日应晚于生效日。",
            ),
            models.UniqueConstraint(
                fields=["subject", "place", "role", "source", "starts_on"],
                name="grant_once",
                violation_error_message="同一来源的授权已经有了。",
            ),
        )
        indexes = (models.Index(fields=["subject", "ends_on"], name="grant_subject"),)

    def __str__(self) -> str:
        return f"{self.subject_id} {self.role} @{self.place_id}"
