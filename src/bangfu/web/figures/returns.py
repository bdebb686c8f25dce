"""One return (报送页): its figures, where it stands, what may be done with it now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bangfu.records.access.policies import may
from bangfu.records.attachments.actions import NewFile, attach
from bangfu.records.figures.actions import (
    SignOff,
    approve,
    confirm,
    dispute,
    reopen,
    return_to_place,
    withdraw,
)
from bangfu.records.figures.flows import VERBS
from bangfu.records.figures.models import Submission
from bangfu.records.figures.reviewing import entered_by, may_reopen
from bangfu.records.figures.routes import holds_at
from bangfu.records.figures.since_approval import changes_since_approval
from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text
from bangfu.web.figures.embargo import hide_unreleased
from bangfu.web.figures.loading import cells_of, form_of_period
from bangfu.web.figures.reading import posted_version
from bangfu.web.pages import page
from bangfu.web.templatetags.words import in_language

__all__ = ["figure_act", "figure_return"]


@page("figures.read")
@require_safe
def figure_return(request: HttpRequest, submission_id: int) -> HttpResponse:
    """The return as it stands, with every step it took."""
    return render(request, "figures/return.html", _context(request, _seen(request, submission_id)))


@page("figures.read")
@require_POST
def figure_act(request: HttpRequest, submission_id: int) -> HttpResponse:
    """Take one step with a return."""
    row, user = _seen(request, submission_id), request.user
    seen = posted_version(request.POST)
    verb, comment = request.POST.get("verb", ""), request.POST.get("comment", "")
    if verb == "approve":
        sign_off = _sign_off(request, row)
        approve(row.pk, seen_version=seen, actor=user, comment=comment, sign_off=sign_off)
    elif verb == "return":
        return_to_place(row.pk, comment, seen_version=seen, actor=user)
    elif verb == "reopen":
        reopen(row.pk, comment, seen_version=seen, actor=user)
    elif verb == "withdraw":
        withdraw(row.pk, seen_version=seen, actor=user)
    elif verb == "confirm":
        confirm(row.pk, seen_version=seen, actor=user)
    elif verb == "dispute":
        dispute(row.pk, comment, seen_version=seen, actor=user)
    else:
        raise refuse("DAT-51", Text("没有这个步骤。", "There is no such step."))
    messages.success(request, _("已办理。"))
    return redirect("figure_return", row.pk)


def _seen(request: HttpRequest, submission_id: int) -> Submission:
    rows = Submission.objects.visible_to(request.user)
    rows = rows.select_related("form", "form__area", "place", "at_place", "submitted_by")
    return get_object_or_404(rows, pk=submission_id)


def _sign_off(request: HttpRequest, row: Submission) -> SignOff | None:
    """The paper somebody signed, where one was brought along."""
    scan, name = request.FILES.get("scan"), request.POST.get("signed_by", "").strip()
    if scan is None and not name:
        return None
    if scan is None or not name:
        raise refuse(
            "DAT-42",
            Text(
                "线下签批须上传签批件扫描件，并填写签批人。",
                "A decision on paper needs its scan and the name of who signed.",
            ),
        )
    new = NewFile(scan.name or "scan", scan.read(), "sign_off")
    kept = attach(row, row.place, new, actor=request.user)
    return SignOff(name, kept.pk)


def _context(request: HttpRequest, row: Submission) -> dict[str, Any]:
    asked = form_of_period(row.form_id, row.period)
    cells = cells_of(asked, [row.place_id])[row.place_id]
    hide_unreleased(cells, asked, row.place, request.user)
    turn = row.state == Submission.State.SUBMITTED and holds_at(
        request.user, "figures.approve", [row.at_place_id]
    )
    steps = row.steps.select_related("by", "on_behalf_of", "scan").order_by("-pk")
    return {
        "row": row,
        "asked": asked,
        "form": row.form,
        "place": row.place,
        "cells": cells,
        "events": [_event(step) for step in steps],
        "may_review": turn,
        "is_own": turn and request.user.pk in entered_by(row),
        "may_reopen": may_reopen(row, request.user),
        "may_withdraw": _may_withdraw(request, row),
        "may_confirm": row.state == Submission.State.CONFIRMING
        and may(request.user, "figures.confirm", row.place),
        "may_enter": row.state in (Submission.State.DRAFT, Submission.State.RETURNED)
        and may(request.user, "figures.enter", row.place),
        "changes": changes_since_approval(row) if row.is_changed_since_approval else (),
    }


def _may_withdraw(request: HttpRequest, row: Submission) -> bool:
    waiting = row.state in (Submission.State.SUBMITTED, Submission.State.CONFIRMING)
    return waiting and may(request.user, "figures.enter", row.place)


def _event(step: Any) -> dict[str, Any]:
    """A step for the timeline; what was decided on paper or by the same person says so."""
    marks = []
    if step.signed_by:
        marks.append(_("线下签批：%(name)s") % {"name": step.signed_by})
    if step.on_behalf_of is not None:
        marks.append(_("代 %(name)s 办理") % {"name": step.on_behalf_of.display_name})
    if step.same_person:
        marks.append(_("填报审核同一人"))
    return {
        "label": in_language(VERBS[step.verb]),
        "at": step.at,
        "by": step.by.display_name if step.by else _("系统"),
        "office": "",
        "note": "；".join([*marks, step.comment] if step.comment else marks),
    }
