"""Entries of the operation log, and the head of their chain (操作日志、链头)."""

from __future__ import annotations

from django.db import models

__all__ = ["AuditEntry", "ChainHead"]


class AuditEntry(models.Model):
    """One act (操作): a code and data; the sentence is made when it is shown.

    Holds no name of a person and no personal number: who acted is an account's id, what was
    touched is a record's id. The database refuses to change or remove a row.
    """

    sequence = models.PositiveBigIntegerField("序号", unique=True)
    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("操作账号", null=True)
    #: The account in whose name somebody else acted (代办、委托).
    on_behalf_of_id = models.BigIntegerField("被代办账号", null=True)
    act = models.CharField("操作代码", max_length=80)
    record_type = models.CharField("对象类型", max_length=60, blank=True)
    record_id = models.CharField("对象编号", max_length=60, blank=True)
    place_id = models.BigIntegerField("所属地方", null=True)
    data = models.JSONField("内容", default=dict)
    request_id = models.CharField("请求编号", max_length=40, blank=True)
    previous_hash = models.CharField("上一条校验值", max_length=64)
    hash = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "操作日志"
        indexes = (
            models.Index(fields=["record_type", "record_id", "sequence"], name="audit_record"),
            models.Index(fields=["actor_id", "sequence"], name="audit_actor"),
            models.Index(fields=["place_id", "sequence"], name="audit_place"),
            models.Index(fields=["act", "sequence"], name="audit_act"),
        )

    def __str__(self) -> str:
        return f"{self.sequence} {self.act}"


class ChainHead(models.Model):
    """The one row that says where the chain ends (链头); locked while entries are added."""

    sequence = models.PositiveBigIntegerField("序号", default=0)
    hash = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "链头"

    def __str__(self) -> str:
        return f"{self.sequence}"
