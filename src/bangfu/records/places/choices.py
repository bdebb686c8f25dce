"""Words of the tree of places (地方词汇)."""

from __future__ import annotations

from django.db import models

__all__ = ["AliasKind", "CodeSystem", "Datum", "EventKind", "Level", "MembershipKind"]


class Level(models.TextChoices):
    """Levels of the tree; a zone reports like a county or a township but is no civil division."""

    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县（市、区）"
    TOWNSHIP = "township", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"
    ZONE = "zone", "功能区"


class CodeSystem(models.TextChoices):
    """Who gave a code: a code always names its system."""

    NBS = "nbs", "统计用区划代码"
    MCA = "mca", "行政区划代码"


class EventKind(models.TextChoices):
    """What can happen to places."""

    SPLIT = "split", "分设"
    MERGE = "merge", "合并"
    RENAME = "rename", "更名"
    RECODE = "recode", "变更代码"
    TRANSFER = "transfer", "变更隶属"
    RECLASSIFY = "reclassify", "变更类别"
    FOUND = "found", "新设"
    ABOLISH = "abolish", "撤销"
    CORRECT = "correct", "更正登记"


class MembershipKind(models.TextChoices):
    """Groups of places beside the tree; a place may be in several."""

    COUNTY_TYPE = "county_type", "县域类型"
    AREA = "area", "重点地区"
    CLUSTER = "cluster", "片区"
    OTHER = "other", "其他"


class AliasKind(models.TextChoices):
    """What sort of other name it is."""

    FORMER = "former", "曾用名"
    LOCAL = "local", "俗名"
    VARIANT = "variant", "异体写法"
    NATURAL_VILLAGE = "natural", "自然村"


class Datum(models.TextChoices):
    """In which datum coordinates are given; those of public maps are shifted."""

    WGS84 = "wgs84", "WGS 84"
    CGCS2000 = "cgcs2000", "国家大地坐标系"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"
