"""Attachments (附件): a file by its hash, and what it belongs to."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bangfu.records.access.gate import GatedQuerySet

__all__ = ["Attachment"]


class Attachment(models.Model):
    """One file (附件). The bytes lie in the home folder under their hash; the row never changes."""

    place = models.ForeignKey(
        "places.Place", models.PROTECT, related_name="attachments", verbose_name="地方"
    )
    #: What it belongs to: the label of a model and a row's id, such as ``figures.submission``, 17.
    record_type = models.CharField("对象类型", max_length=60)
    record_id = models.CharField("对象编号", max_length=60)
    #: What it is there: sign_off (签批扫描件), evidence (佐证), photo (照片).
    purpose = models.CharField("用途", max_length=20)
    file_name = models.CharField("文件名", max_length=160)
    media_type = models.CharField("类型", max_length=60)
    size_bytes = models.PositiveBigIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    added_at = models.DateTimeField("上传时间")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    objects = GatedQuerySet.as_manager()

    class Meta:
        verbose_name = "附件"
        indexes = (models.Index(fields=["record_type", "record_id"], name="attachment_record"),)

    def __str__(self) -> str:
        return self.file_name
