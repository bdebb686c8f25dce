"""Opening many accounts (批量开通): a workbook in, a look at it, passwords out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.records.accounts.bulk import BulkPlan, carry_out, plan_lines
from bangfu.records.accounts.sheets import ACCOUNTS_TABLE, AccountLine, read_accounts
from bangfu.records.ground import clock
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text
from bangfu.web.accounts.forms import FileForm
from bangfu.web.accounts.workbooks import as_download, passwords_workbook, template_workbook
from bangfu.web.pages import page

__all__ = ["bulk", "bulk_confirm", "bulk_template", "packed", "unpacked", "uploaded"]

_LARGEST = 5 * 1024 * 1024
_SALT = "accounts.bulk"
#: The look at a table holds for two hours.
_AGE_S = 7200


def uploaded(form: FileForm) -> tuple[bytes, str]:
    """The bytes and the name of the file of a form."""
    file = form.cleaned_data["workbook"]
    if file.size > _LARGEST:
        raise FaultsFound(
            [Fault("SHT-05", file.name[:80], Text("文件超过 5 MB。", "Larger than 5 MB."))]
        )
    return file.read(), file.name


def packed(lines: list[dict[str, Any]]) -> str:
    """Lines to carry from the look to the confirmation, signed: the server keeps nothing."""
    return signing.dumps(lines, salt=_SALT, compress=True)


def unpacked(given: str) -> Any:
    """What `packed` gave; anything else is refused."""
    try:
        return signing.loads(given, salt=_SALT, max_age=_AGE_S)
    except signing.BadSignature as error:
        raise FaultsFound(
            [
                Fault(
                    "BLK-09",
                    "",
                    Text("这次预览已过期。", "This look has expired."),
                    Text("请重新上传表格。", "Hand the table in again."),
                )
            ]
        ) from error


@page("accounts.change", "accounts.roles")
@never_cache
@require_http_methods(["GET", "POST"])
def bulk(request: Any) -> HttpResponse:
    """Take a workbook and show what it will do, or everything wrong with it."""
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "can_open": "accounts.change" in request.verbs}
    if request.method == "POST" and form.is_valid():
        renew = request.POST.get("renew") == "1"
        try:
            data, name = uploaded(form)
            lines = read_accounts(data, name)
            plan = plan_lines(lines, actor=request.user, where=name[:80], renew=renew)
        except FaultsFound as found:
            plan = BulkPlan(faults=found.faults)
        else:
            context |= {"lines": packed([_as_json(line) for line in lines]), "renew": renew}
        context |= {"plan": plan, "faults": plan.faults}
    return render(
        request, "accounts/bulk.html", context, status=409 if context.get("faults") else 200
    )


@page("accounts.change", "accounts.roles")
@never_cache
@require_POST
def bulk_confirm(request: Any) -> HttpResponse:
    """Carry it out; the passwords go out with this answer and exist nowhere else."""
    lines = [_from_json(line) for line in unpacked(request.POST.get("lines", ""))]
    renew = request.POST.get("renew") == "1"
    plan = plan_lines(lines, actor=request.user, renew=renew)
    opened = carry_out(plan, actor=request.user)
    if not opened:
        return render(request, "accounts/bulk_done.html", {"plan": plan})
    day = clock.today()
    return as_download(passwords_workbook(opened, day), f"accounts-{day.isoformat()}.xlsx")


@page("accounts.change", "accounts.roles")
@require_GET
def bulk_template(request: HttpRequest) -> HttpResponse:
    """The table to fill in."""
    return as_download(template_workbook(ACCOUNTS_TABLE), "accounts-template.xlsx")


def _as_json(line: AccountLine) -> dict[str, Any]:
    days = ("starts_on", "ends_on")
    return {
        name: value.isoformat() if name in days and value is not None else value
        for name, value in asdict(line).items()
    }


def _from_json(line: dict[str, Any]) -> AccountLine:
    for name in ("starts_on", "ends_on"):
        if line[name] is not None:
            line[name] = date.fromisoformat(line[name])
    return AccountLine(**line)
