"""Words of the catalogue (目录用语)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

__all__ = ["LEGAL_CLASSES"]

#: What a series is in law; it says who may publish it.
LEGAL_CLASSES: Final = [
    ("statutory", _("法定统计")),
    ("departmental", _("部门统计")),
    ("administrative", _("行政记录")),
    ("estimate", _("摸底测算")),
]
