"""Contact numbers of office staff (工作人员联系方式): sealed, found by blind index, kept for a time."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from bangfu.records.access.gate import GatedQuerySet
from bangfu.records.ground.versions import Versioned
from bangfu.records.vault.fields import BlindIndex, EncryptedText

__all__ = ["StaffContact"]


class StaffContact(Versioned):
    """The phone of the person behind an account (联系方式).

    ``kept_until`` is the day after which the content is erased; the row stays and says so.
    """

    gate: ClassVar[str] = "account__place"

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="contact", verbose_name="账号"
    )
    phone = EncryptedText("电话", bound_to=("account_id",))
    phone_index = BlindIndex("电话检索", db_index=True)
    kept_until = models.DateField("保存至")
    erased_at = models.DateTimeField("清除时间", null=True)

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "联系方式"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(phone="", phone_index=""),
                name="contact_erased_is_empty",
                violation_error_message="已清除的联系方式不得再有内容。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id}"
