"""The way of a return up the levels (报送与审核): handed in, confirmed, approved, returned.

Each step is written once in `flows`, noted in the log, and kept with its words in
`SubmissionStep`. Who entered the figures may approve them at village and town level, which is
recorded and shown; at county level and above it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bangfu.records.access.policies import require, roles_at
from bangfu.records.access.roles import ROLES
from bangfu.records.attachments.models import Attachment
from bangfu.records.audit.actions import action, note, principal
from bangfu.records.figures.flows import FLOW
from bangfu.records.figures.locking import lock_figures, unlock_figures
from bangfu.records.figures.models import Submission, SubmissionStep
from bangfu.records.figures.routes import Stop, holds_at, route_of
from bangfu.records.figures.saving import observations_of, open_columns, open_points_of
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import NotAllowed, Refused, refuse
from bangfu.records.organisations.models import HelperLink
from bangfu.records.places.choices import Level
from bangfu.vocabulary.errors import Fault
from bangfu.vocabulary.text import Text

__all__ = [
    "Decision",
    "SignOff",
    "approve",
    "confirm",
    "dispute",
    "entered_by",
    "may_reopen",
    "reopen",
    "return_to_place",
    "review_rows",
    "submit",
    "withdraw",
]

#: Levels at which nobody approves what they entered.
_STRICT: Final = frozenset({Level.COUNTY, Level.CITY, Level.PROVINCE, Level.ZONE})


@dataclass(frozen=True, slots=True)
class SignOff:
    """A decision taken on paper (线下签批): who signed, and the scan attached to the return."""

    signed_by: str
    scan_id: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer decides about one row of a sheet: ``approve`` or ``return``."""

    submission_id: int
    seen_version: int
    verb: str
    comment: str = ""


def submit(submission_id: int, *, seen_version: int, actor: Any) -> Submission:
    """Hand a return in (报送); doing so twice is doing it once."""
    row = _row(submission_id)
    if row.state in (Submission.State.SUBMITTED, Submission.State.CONFIRMING) and _is_repeat(
        row, seen_version, actor
    ):
        return row
    return _submit(submission_id, seen_version=seen_version, actor=actor)


@action("figures.submit")
def _submit(submission_id: int, *, seen_version: int, actor: Any) -> Submission:
    row = _taken(submission_id, seen_version)
    require(actor, "figures.enter", row.place)
    wants_helper = row.form.helper_confirms and _has_helper(row)
    verb = "ask_helper" if wants_helper else "submit"
    after = FLOW.after(verb, row.state, roles=_roles(actor, row))
    points = [fault for faults in open_points_of(row).values() for fault in faults]
    if points:
        raise Refused(points)
    row.submitted_at, row.submitted_by_id = clock.now(), actor.pk
    stop = None if wants_helper else route_of(row.form, row.place)[0]
    return _go(row, verb, after, stop, actor=actor)


@action("figures.withdraw")
def withdraw(submission_id: int, *, seen_version: int, actor: Any) -> Submission:
    """Take a return back before anybody has reviewed it (撤回)."""
    row = _taken(submission_id, seen_version)
    require(actor, "figures.enter", row.place)
    after = FLOW.after("withdraw", row.state, roles=_roles(actor, row))
    last = _last_step(row)
    if last is not None and last.verb not in ("submit", "ask_helper", "confirm"):
        raise refuse(
            "DAT-40",
            Text("上级已经审核过，不能撤回。", "It has been reviewed and cannot be withdrawn."),
            remedy=Text("请联系审核单位退回。", "Ask the reviewing office to return it."),
        )
    row.submitted_at, row.submitted_by_id = None, None
    return _go(row, "withdraw", after, None, actor=actor)


@action("figures.confirm")
def confirm(submission_id: int, *, seen_version: int, actor: Any) -> Submission:
    """The helper unit paired with the place confirms (帮扶单位确认)."""
    row = _taken(submission_id, seen_version)
    require(actor, "figures.confirm", row.place)
    after = FLOW.after("confirm", row.state, roles=_roles(actor, row))
    return _go(row, "confirm", after, route_of(row.form, row.place)[0], actor=actor)


@action("figures.dispute")
def dispute(submission_id: int, comment: str, *, seen_version: int, actor: Any) -> Submission:
    """The helper unit does not agree and says why (提出异议)."""
    row = _taken(submission_id, seen_version)
    require(actor, "figures.confirm", row.place)
    after = FLOW.after("dispute", row.state, roles=_roles(actor, row))
    row.comment = _said(comment)
    return _go(row, "dispute", after, None, actor=actor, comment=row.comment)


def approve(
    submission_id: int,
    *,
    seen_version: int,
    actor: Any,
    comment: str = "",
    sign_off: SignOff | None = None,
) -> Submission:
    """Approve a return at the level whose turn it is (审核通过); twice is once."""
    row = _row(submission_id)
    if _is_repeat(row, seen_version, actor):
        return row
    return _approve(
        submission_id, seen_version=seen_version, actor=actor, comment=comment, sign_off=sign_off
    )


@action("figures.approve")
def _approve(
    submission_id: int, *, seen_version: int, actor: Any, comment: str, sign_off: SignOff | None
) -> Submission:
    row = _taken(submission_id, seen_version)
    same_person = _reviewing(row, actor)
    next_stop = _stop_after(row)
    verb = "approve" if next_stop is None else "pass_up"
    after = FLOW.after(verb, row.state, roles=_roles(actor, row))
    if next_stop is None:
        row.approved_at, row.approved_version = clock.now(), row.version + 1
        lock_figures(row, approved_by=actor)
    step = _step(row, verb, after, actor, comment=comment[:400], sign_off=sign_off)
    step.same_person = same_person
    return _settle(row, step, next_stop)


@action("figures.return")
def return_to_place(
    submission_id: int, comment: str, *, seen_version: int, actor: Any
) -> Submission:
    """Return it to the place with what is to be mended (退回)."""
    row = _taken(submission_id, seen_version)
    _reviewing(row, actor, returning=True)
    after = FLOW.after("return", row.state, roles=_roles(actor, row))
    row.comment = _said(comment)
    return _go(row, "return", after, None, actor=actor, comment=row.comment)


@action("figures.review_rows")
def review_rows(decisions: Sequence[Decision], *, actor: Any) -> list[Submission]:
    """Decide the rows of a sheet one by one in one go: some approved, some returned (逐行审核)."""
    if not decisions:
        raise refuse("DAT-41", Text("没有选中任何一行。", "No row is chosen."))
    done = []
    for decision in sorted(decisions, key=lambda d: d.submission_id):
        if decision.verb == "approve":
            row = approve(decision.submission_id, seen_version=decision.seen_version, actor=actor)
        elif decision.verb == "return":
            row = return_to_place(
                decision.submission_id,
                decision.comment,
                seen_version=decision.seen_version,
                actor=actor,
            )
        else:
            raise ValueError(f"a row is approved or returned, not {decision.verb!r}")
        done.append(row)
    note(rows=len(done))
    return done


@action("figures.reopen")
def reopen(submission_id: int, reason: str, *, seen_version: int, actor: Any) -> Submission:
    """Open an approved return again with a reason (重新打开); both versions are kept.

    By the office that approved it last, or one above it.
    """
    row = _taken(submission_id, seen_version)
    after = FLOW.after("reopen", row.state, roles=_roles(actor, row))
    if not may_reopen(row, actor):
        raise NotAllowed([_not_your_turn(route_of(row.form, row.place)[-1].level)])
    row.comment = _said(reason)
    unlock_figures(row)
    return _go(row, "reopen", after, None, actor=actor, comment=row.comment)


def may_reopen(row: Submission, actor: Any) -> bool:
    """Whether an account's post is that of the last review of an approved return, or above it."""
    if row.state != Submission.State.APPROVED:
        return False
    last = route_of(row.form, row.place)[-1]
    chain = [int(part) for part in row.place.reporting_path.strip("/").split("/")]
    return holds_at(actor, "figures.reopen", chain[: chain.index(last.place_id) + 1])


def entered_by(row: Submission) -> frozenset[int]:
    """The accounts that entered or handed in what stands in a return, or in whose name it was."""
    figures = observations_of(row.form, row.period, [row.place_id], open_columns(row.form))
    people = {
        *figures.values_list("entered_by_id", flat=True),
        row.submitted_by_id,
        row.saved_by_id,
    }
    return frozenset(person for person in people if person is not None)


def _row(submission_id: int) -> Submission:
    rows = Submission.objects.select_related("form", "place")
    return rows.get(pk=submission_id)


def _taken(submission_id: int, seen_version: int) -> Submission:
    """The return, locked and as the person saw it."""
    rows = Submission.objects.select_for_update(of=("self",))
    row = rows.select_related("form", "place").get(pk=submission_id)
    row.refuse_if_stale(seen_version)
    return row


def _roles(actor: Any, row: Submission) -> frozenset[str]:
    return frozenset(ROLES) if actor.pk is None else roles_at(actor, row.place)


def _is_repeat(row: Submission, seen_version: int, actor: Any) -> bool:
    """Whether the same person has just done this very step from the same version."""
    last = _last_step(row)
    return (
        last is not None
        and row.version == seen_version + 1 == last.version
        and last.by_id == actor.pk
        and last.verb in ("submit", "ask_helper", "pass_up", "approve")
    )


def _last_step(row: Submission) -> SubmissionStep | None:
    return row.steps.order_by("-pk").first()


def _has_helper(row: Submission) -> bool:
    today = clock.today()
    links = HelperLink.objects.filter(place=row.place, starts_on__lte=today, ends_on__gt=today)
    return links.exists()


def _stop_after(row: Submission) -> Stop | None:
    """The review that follows the one whose turn it is."""
    route = route_of(row.form, row.place)
    levels = [stop.level for stop in route]
    here = levels.index(row.at_level) if row.at_level in levels else len(levels) - 1
    return route[here + 1] if here + 1 < len(route) else None


def _reviewing(row: Submission, actor: Any, *, returning: bool = False) -> bool:
    """Refuse who may not review now; whether the reviewer had entered the figures."""
    # The state first: whose turn it is means nothing while it is nobody's.
    FLOW.after("return", row.state, roles=frozenset(ROLES))
    if not holds_at(actor, "figures.approve", [row.at_place_id]):
        raise NotAllowed([_not_your_turn(row.at_level)])
    same_person = bool({actor.pk, principal()} & entered_by(row))
    if same_person and row.at_level in _STRICT and not returning:
        raise NotAllowed([_entered_it_yourself()])
    return same_person


def _go(
    row: Submission, verb: str, after: str, stop: Stop | None, *, actor: Any, comment: str = ""
) -> Submission:
    return _settle(row, _step(row, verb, after, actor, comment=comment), stop)


def _step(
    row: Submission,
    verb: str,
    after: str,
    actor: Any,
    *,
    comment: str = "",
    sign_off: SignOff | None = None,
) -> SubmissionStep:
    step = SubmissionStep(
        submission=row,
        verb=verb,
        before=row.state,
        after=after,
        version=row.version + 1,
        level=row.at_level,
        comment=comment,
        at=clock.now(),
        by_id=actor.pk,
        on_behalf_of_id=principal(),
    )
    if sign_off is not None:
        step.signed_by, step.scan = _signature(row, sign_off)
    return step


def _settle(row: Submission, step: SubmissionStep, stop: Stop | None) -> Submission:
    """Write the state, whose turn it is next, and the step."""
    row.state = step.after
    row.at_level = stop.level if stop else ""
    row.at_place_id = stop.place_id if stop else None
    row.save_next_version()
    step.save()
    note(
        row,
        before={"state": step.before},
        after={"state": step.after, "at_level": row.at_level},
        verb=step.verb,
        same_person=step.same_person,
        on_paper=bool(step.signed_by),
        version=row.version,
    )
    return row


def _signature(row: Submission, sign_off: SignOff) -> tuple[str, Attachment]:
    """The signer's name and the scan, which must belong to this very return."""
    name = sign_off.signed_by.strip()
    scan = Attachment.objects.filter(
        pk=sign_off.scan_id,
        record_type=row._meta.label_lower,
        record_id=str(row.pk),
        purpose="sign_off",
    ).first()
    if not name or len(name) > 60 or scan is None:
        raise refuse(
            "DAT-42",
            Text(
                "线下签批须上传签批件扫描件，并填写签批人。",
                "A decision on paper needs its scan and the name of who signed.",
            ),
        )
    return name, scan


def _said(comment: str) -> str:
    said = comment.strip()
    if not said or len(said) > 400:
        raise refuse(
            "DAT-43",
            Text("请写明原因，400 字以内。", "Give the reason, in 400 characters at most."),
        )
    return said


def _not_your_turn(level: str) -> Fault:
    label = dict(Level.choices).get(level, "")
    return Fault(
        "DAT-44",
        "",
        Text(
            f"这张报表现由{label}级办理，您的账号不在这一级。",
            f"The return is with the {level} level, where your account holds no post.",
        ),
        Text("请由该级审核人员办理。", "Somebody who reviews there has to do it."),
    )


def _entered_it_yourself() -> Fault:
    return Fault(
        "DAT-45",
        "",
        Text(
            "县级及以上，填报人不能审核自己填报的数据。",
            "At county level and above nobody approves what they entered themselves.",
        ),
        Text("请由本级另一位审核人员办理。", "Another reviewer of this level has to do it."),
    )
