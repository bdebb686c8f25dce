"""Whether every return is wholly in one state: state, turn, locks, steps and log agree."""

from __future__ import annotations

from collections.abc import Iterator

from bangfu.records.audit.models import AuditEntry
from bangfu.records.figures.models import Observation, ObservationChange, Submission, SubmissionStep

__all__ = ["disagreements"]

#: Whose turn it is after a step.
_TURN_AFTER = {"submit": "township", "pass_up": "county"}


def disagreements() -> list[str]:
    """What does not agree, return by return; nothing if all is whole."""
    return [
        f"return {row.pk}: {what}"
        for row in Submission.objects.order_by("pk")
        for what in (*_state(row), *_figures(row), *_log(row))
    ]


def _steps(row: Submission) -> list[SubmissionStep]:
    return list(row.steps.order_by("pk"))


def _state(row: Submission) -> Iterator[str]:
    steps = _steps(row)
    states = ["draft", *(step.after for step in steps)]
    if [step.before for step in steps] != states[:-1]:
        yield "the steps do not follow one another"
    if row.state != states[-1]:
        yield f"it is {row.state}, its last step says {states[-1]}"
    if steps and row.at_level != _TURN_AFTER.get(steps[-1].verb, ""):
        yield f"after {steps[-1].verb} it is with {row.at_level!r}"
    if bool(row.at_level) != (row.at_place_id is not None):
        yield "level and place of the turn do not fit"
    if steps and row.state != "returned" and row.version != steps[-1].version:
        yield "the version is not that of its last step"
    approved = [step.version for step in steps if step.verb == "approve"]
    if row.approved_version != (approved[-1] if approved else None):
        yield "the approved version is not that of the approval"


def _figures(row: Submission) -> Iterator[str]:
    figures = list(Observation.objects.filter(submission=row))
    locked = {figure.locked for figure in figures}
    if figures and locked != {row.state == "approved"}:
        yield f"it is {row.state} and its locks are {locked}"
    for figure in figures:
        told = ObservationChange.objects.filter(observation=figure)
        versions = sorted(told.values_list("version", flat=True))
        if versions != list(range(1, figure.version + 1)):
            yield f"figure {figure.pk} has version {figure.version}, its history {versions}"


def _log(row: Submission) -> Iterator[str]:
    entries = AuditEntry.objects.filter(
        record_type="figures.submission", record_id=str(row.pk)
    ).order_by("sequence")
    told = [(e.data["verb"], e.data["version"]) for e in entries if "verb" in e.data]
    if told != [(step.verb, step.version) for step in _steps(row)]:
        yield "the log tells other steps than the return"
