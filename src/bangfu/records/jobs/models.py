"""Jobs (任务): the row is the truth; a worker only borrows it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

__all__ = ["Job"]


class Job(models.Model):
    """One piece of long work: who asked, how far it is, who holds it until when."""

    class State(models.TextChoices):
        """Where a job stands."""

        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "未完成"
        CANCELLED = "cancelled", "已取消"

    #: States in which there is still something to do.
    OPEN_STATES: ClassVar = (State.WAITING, State.RUNNING)

    kind = models.CharField("类别", max_length=60)
    arguments = models.JSONField("参数", default=dict)
    #: The same key never starts the same work twice.
    idempotency_key = models.CharField("防重键", max_length=120, unique=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jobs"
    )
    asked_at = models.DateTimeField("提交时间")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveBigIntegerField("已完成", default=0)
    total = models.PositiveBigIntegerField("总数", null=True)
    checkpoint = models.JSONField("断点", default=dict)
    result = models.JSONField("结果", default=dict)
    faults = models.JSONField("问题", default=list)
    cancel_requested = models.BooleanField("请求取消", default=False)
    lease_holder = models.CharField("执行者", max_length=80, blank=True)
    lease_until = models.DateTimeField("占用至", null=True)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    finished_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = "任务"
        indexes = (
            models.Index(fields=["state", "lease_until", "id"], name="job_state"),
            models.Index(fields=["asked_by", "id"], name="job_asked_by"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
