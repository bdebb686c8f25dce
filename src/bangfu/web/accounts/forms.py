"""Forms of the pages of accounts (账号表单)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.records.access.models import AccessGrant
from bangfu.records.access.roles import ROLES
from bangfu.records.ground import clock
from bangfu.records.organisations.models import Organisation
from bangfu.records.places.models import Place
from bangfu.vocabulary.period import FOREVER

__all__ = [
    "AccountForm",
    "ContactForm",
    "FileForm",
    "HandoverForm",
    "LendForm",
    "ReasonForm",
    "RoleForm",
]

_CONTROL = {"class": "form-control"}


def _text(label: Any, longest: int = 60, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.TextInput(attrs=_CONTROL), **more
    )


def _date(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={**_CONTROL, "type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _file(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        widget=forms.ClearableFileInput(attrs={**_CONTROL, "accept": ".xlsx,.xls,.csv"}),
        help_text=_("xlsx、xls 或 csv，不超过 5 MB。"),
    )


class _Scoped(forms.Form):
    """A form that names a place or a unit by its code, inside the area of whoever fills it in."""

    actor: Any = None
    verb = ""

    def place_of(self, code: str) -> Place | None:
        """The place of a code on which the actor may act; a fault on the field otherwise."""
        found = list(Place.objects.open_to(self.actor, self.verb).filter(code=code)[:2])
        if len(found) == 1:
            return found[0]
        self.add_error("place_code", _("您管理的范围内没有这个代码的地方。"))
        return None

    def unit_of(self, code: str) -> Organisation | None:
        """The unit of a code on which the actor may act."""
        found = Organisation.objects.open_to(self.actor, self.verb).filter(code=code).first()
        if found is None:
            self.add_error("unit_code", _("您管理的范围内没有这个代码的单位。"))
        return found


class AccountForm(_Scoped):
    """A new account."""

    verb = "accounts.change"
    sign_in_name = _text(_("登录名"))
    display_name = _text(_("姓名或岗位"))
    place_code = _text(_("地方代码"), 12)
    unit_code = _text(_("单位代码"), 40, required=False)

    def clean(self) -> dict[str, Any]:
        """With the place and the unit found."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("place_code"):
            cleaned["place"] = self.place_of(cleaned["place_code"])
        if cleaned.get("unit_code"):
            cleaned["unit"] = self.unit_of(cleaned["unit_code"])
        return cleaned


class RoleForm(_Scoped):
    """A role over a place or in a unit."""

    verb = "accounts.roles"
    role = forms.ChoiceField(label=_("角色"), widget=forms.Select(attrs={"class": "form-select"}))
    place_code = _text(_("地方代码"), 12, required=False, help_text=_("地方代码和单位代码填一个。"))
    unit_code = _text(_("单位代码"), 40, required=False)
    starts_on = _date(_("起"))
    ends_on = _date(_("止"), required=False, help_text=_("不填即长期。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (name, _(role.label.zh)) for name, role in ROLES.items()
        ]
        self.fields["starts_on"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        """With the place or the unit found: exactly one."""
        cleaned: dict[str, Any] = super().clean() or {}
        place_code, unit_code = cleaned.get("place_code"), cleaned.get("unit_code")
        if bool(place_code) == bool(unit_code):
            self.add_error("place_code", _("地方代码和单位代码填一个，只填一个。"))
        elif place_code:
            cleaned["scope"] = self.place_of(place_code)
        else:
            cleaned["scope"] = self.unit_of(str(unit_code))
        cleaned["ends_on"] = cleaned.get("ends_on") or FOREVER
        return cleaned


class LendForm(forms.Form):
    """Lending a role: to whom, as what, between which days."""

    post = forms.ChoiceField(label=_("角色"), widget=forms.Select(attrs={"class": "form-select"}))
    borrower = _text(_("受托人登录名"))
    kind = forms.ChoiceField(
        label=_("方式"),
        choices=[
            (kind.value, _(str(kind.label)))
            for kind in (AccessGrant.Kind.DELEGATION, AccessGrant.Kind.LIAISON)
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    starts_on = _date(_("起"))
    ends_on = _date(_("止（当日起不再有效）"))

    def __init__(self, *args: Any, posts: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = list(posts)  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = clock.today()
        self.fields["ends_on"].initial = clock.today() + timedelta(days=30)


class HandoverForm(forms.Form):
    """Leaver, successor, day."""

    leaver = _text(_("移交人登录名"))
    successor = _text(_("接收人登录名"))
    successor_name = _text(
        _("接收人姓名或岗位"), required=False, help_text=_("接收人还没有账号时填写，即开通新账号。")
    )
    on = _date(_("交接日"), help_text=_("从这一天起，任职归接收人。"))


class FileForm(forms.Form):
    """A workbook."""

    workbook = _file(_("表格"))


class ReasonForm(forms.Form):
    """Why a number is looked at."""

    reason = _text(_("查看事由"), 200)


class ContactForm(forms.Form):
    """A phone and how long it is kept."""

    phone = _text(_("电话"), 20)
    kept_until = _date(_("保存至"))
