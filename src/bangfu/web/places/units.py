"""Units an account may see (单位范围), and the field by which one of them is named."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bangfu.records.ground import clock
from bangfu.records.organisations.models import HelperLink, Organisation

__all__ = ["UnitField", "units_of"]

_SUGGESTED = 300


def units_of(user: Any, *, ended: bool = False) -> Any:
    """The units of the area, and those from elsewhere that help a place of it."""
    own = Organisation.objects.open_to(user, "organisations.read").values("pk")
    helping = HelperLink.objects.open_to(user, "organisations.read").values("organisation")
    rows: Any = Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=helping))
    return rows if ended else rows.filter(ends_on__gt=clock.today())


class UnitField(forms.CharField):
    """A unit by its code, as typed or as chosen from what is suggested (``code name``)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 180)
        super().__init__(**options)
        self.rows = Organisation.objects.none()

    def offer(self, rows: Any, list_id: str) -> list[str]:
        """Which units may be named; what is suggested of them."""
        self.rows = rows
        self.widget.attrs.update({"list": list_id, "autocomplete": "off"})
        held = rows.order_by("code").values_list("code", "name")[:_SUGGESTED]
        return [f"{code} {name}" for code, name in held]

    def clean(self, value: Any) -> Organisation | None:
        """The one unit that bears the code."""
        text = super().clean(value)
        if not text:
            return None
        code = text.split()[0]
        found: Organisation | None = self.rows.filter(code__in=[text, code]).first()
        if found is None:
            raise forms.ValidationError(
                _("没有代码为「%(code)s」、您可以选用的单位。") % {"code": code[:40]}
            )
        return found
