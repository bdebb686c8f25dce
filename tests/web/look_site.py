"""A site of one page that holds every shared part, for looking at it in a browser. Nothing is stored."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

PAGE = Path(__file__).with_name("look_page.html").read_text(encoding="utf-8")


class Form(forms.Form):
    """One field of each kind, with faults."""

    name = forms.CharField(
        label="名称",
        help_text="与公章一致的全称。",
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    kind = forms.ChoiceField(
        label="类别",
        choices=[("a", "行政村"), ("b", "村改居")],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    how = forms.ChoiceField(
        label="方式", choices=[("a", "线上"), ("b", "线下")], widget=forms.RadioSelect
    )


class Message:
    """A message as Django hands it to a page."""

    def __init__(self, level_tag: str) -> None:
        self.level_tag = level_tag

    def __str__(self) -> str:
        return "已保存 12 个村的数据。"


MENU = [
    {
        "label": "工作",
        "entries": [
            {"label": "工作台", "url": "/", "icon": "home", "active": True, "count": 6},
            {"label": "台账", "url": "/", "icon": "list"},
        ],
    }
]
FAULT = Fault(
    "IND-03",
    "第 17 行",
    Text("填的是「32.5万」，只填数字。", "Given 32.5万; write the figure only."),
    Text("改后重新提交。", "Mend and send again."),
)


def job(state: str, done: int) -> SimpleNamespace:
    return SimpleNamespace(pk=7, state=state, done=done, total=10_000, cancel_requested=False)


def page(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {
        "menu": MENU,
        "office_name": "示例省农业农村厅",
        "user": SimpleNamespace(is_authenticated=True, display_name="经办员", get_username=str),
        "messages": [Message(tag) for tag in ("success", "warning", "error", "info")],
        "crumbs": [{"label": "工作台", "url": "/"}, {"label": "数据填报"}],
        "faults": [FAULT, FAULT],
        "rows": [1, 2, 3, 4],
        "statuses": [
            ("good", "已认定"),
            ("caution", "临界"),
            ("fault", "退回"),
            ("note", "审核中"),
        ],
        "page": SimpleNamespace(count_label="1,000+", next_cursor="n", previous_cursor="p"),
        "form": Form({"name": "", "kind": "a"}),
        "job": job("running", 4_200),
        "events": [],
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


def finished(request: HttpRequest) -> HttpResponse:
    part = engines["django"].get_template("parts/progress.html")
    return HttpResponse(part.render({"job": job("done", 10_000), "poll_url": "/job"}, request))


def kept(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<p id=kept>{request.method}</p>")


urlpatterns = [
    path("", page),
    path("job", finished),
    path("kept", kept),
    path("find", page, name="search"),
    path("out", kept, name="sign_out"),
    path("mine", kept, name="my_account"),
    path("for", kept, name="act_for"),
    path("i18n/", include("django.conf.urls.i18n")),
]
