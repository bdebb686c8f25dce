"""What one may say about a file that is brought in (导入表单)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bangfu.records.figures.models import Release
from bangfu.records.imports.kinds import kinds
from bangfu.records.imports.layout import period_of
from bangfu.web.templatetags.words import in_language

__all__ = ["OptionsForm", "UploadForm"]


def _kind_choices() -> list[tuple[str, Any]]:
    labels = [(kind.name, in_language(kind.label)) for kind in kinds()]
    return [("", _("按表头自动识别")), *labels]


class UploadForm(forms.Form):
    """A file, and what kind of table it is if the head does not say."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx、xls、csv 或 parquet，不超过 64 MB。也可把文件拖到这里。"),
        widget=forms.ClearableFileInput(
            attrs={"class": "form-control", "accept": ".xlsx,.xls,.csv,.parquet"}
        ),
    )
    kind = forms.ChoiceField(
        label=_("表类"),
        choices=_kind_choices,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class OptionsForm(forms.Form):
    """What the file itself does not say."""

    kind = forms.ChoiceField(
        label=_("表类"), choices=_kind_choices, widget=forms.Select(attrs={"class": "form-select"})
    )
    period = forms.CharField(
        label=_("期间"),
        required=False,
        max_length=20,
        help_text=_("表里没有写期间时用它，如 2024、2024H1、2024Q1、2024-03。"),
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    release = forms.ChoiceField(
        label=_("数据版次"),
        choices=[(value, _(label)) for value, label in Release.choices],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    code_system = forms.ChoiceField(
        label=_("代码体系"),
        required=False,
        choices=[
            ("", _("只用 12 位统计用区划代码")),
            ("nbs", _("统计用区划代码（9 位补足 12 位）")),
            ("mca", _("行政区划代码（民政）")),
        ],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    valid_from = forms.DateField(
        label=_("生效日"),
        required=False,
        help_text=_("导入地方、单位、结对时用。"),
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )

    def clean_period(self) -> str:
        """A period as it is written everywhere."""
        given = str(self.cleaned_data["period"]).strip()
        if given and not period_of(given):
            raise forms.ValidationError(_("期间写作 2024、2024H1、2024Q1 或 2024-03。"))
        return period_of(given)

    def options(self) -> dict[str, Any]:
        """The options as the records take them."""
        day = self.cleaned_data["valid_from"]
        return {
            "period": self.cleaned_data["period"],
            "release": self.cleaned_data["release"],
            "code_system": self.cleaned_data["code_system"],
            "valid_from": day.isoformat() if day else "",
        }
