"""Words of imports (导入词汇)."""

from __future__ import annotations

from django.db import models

__all__ = ["BatchState", "Outcome"]


class BatchState(models.TextChoices):
    """Where an import stands."""

    UPLOADED = "uploaded", "已上传"
    READ = "read", "已读取"
    CHECKED = "checked", "已核对"
    PREVIEWED = "previewed", "待确认"
    MERGING = "merging", "写入中"
    MERGED = "merged", "已写入"
    CANCELLED = "cancelled", "已取消"
    FAILED = "failed", "未完成"


class Outcome(models.TextChoices):
    """What a row of the file would do, or did."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    SAME = "same", "相同"
    DOUBLED = "doubled", "重复"
    LOCKED = "locked", "已审核"
    STALE = "stale", "已被修改"
    SHUT = "shut", "无权限"
    FAULTY = "faulty", "有误"
