"""Where each page of the site finds a row on either side.

A page whose address has a parameter needs an entry here: a function (world, side) that answers
with the parameters of a row on that side. ``at`` is the place the row hangs on; ``owner`` the one
account whose row it is, where nobody else may open it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from tests.records.figures.returns import YEAR
from tests.web.matrix.world import World

from bangfu.records.access.models import AccessGrant
from bangfu.records.accounts.models import Handover, RoleAssignment
from bangfu.records.audit.models import AuditEntry
from bangfu.records.catalogue.models import DataElement
from bangfu.records.exports.models import ExportLayout
from bangfu.records.figures.models import Observation
from bangfu.records.ground import clock
from bangfu.records.jobs.models import Job
from bangfu.records.places.models import Place, PlaceEvent, PlaceEventPart
from bangfu.records.returns.models import ReturnUpload, ReturnWorkbook

__all__ = ["NOT_LISTS", "SAMPLES", "Sample"]


@dataclass(frozen=True)
class Sample:
    """A row's parameters, the place it hangs on, its owner and who else may open it there, what
    more the page may answer to who may."""

    kwargs: dict[str, Any] = field(default_factory=dict)
    at: Place | None = None
    owner: Any = None
    roles: frozenset[str] = frozenset()
    #: What the page must be asked with, where it shows nothing otherwise.
    query: dict[str, str] = field(default_factory=dict)
    #: How else than by 403, 404, 405 it may refuse a row that is not there for somebody.
    refuses: frozenset[int] = frozenset()
    also: frozenset[int] = frozenset()


Build = Callable[[World, str], Sample]
SAMPLES: dict[str, Build] = {}

#: Pages that are one form or one thing and take no filter: an unknown one changes nothing there.
NOT_LISTS: set[str] = {
    "account_new",
    "accounts_bulk",
    "accounts_bulk_template",
    "handover_new",
    "handover_bulk",
    "handover_template",
    "my_account",
    "second_factor_set_up",
    "change_password",
    "desk",
    "organisation_new",
    "place_outlines",
}


def _sample(*names: str) -> Callable[[Build], Build]:
    def keep(build: Build) -> Build:
        for name in names:
            SAMPLES[name] = build
        return build

    return keep


@_sample(
    "place",
    "place_change_choose",
    "export_place_file",
    "place_aliases",
    "place_alias_retire",
    "place_groups",
    "place_group_leave",
    "place_reporting",
    "place_reporting_end",
    "place_pairs",
    "place_pair_end",
    "place_collectives",
    "place_collective_change",
)
def _place(world: World, side: str) -> Sample:
    return Sample({"place_id": world.village(side).pk}, world.village(side))


@_sample("place_change")
def _place_change(world: World, side: str) -> Sample:
    return Sample({"place_id": world.village(side).pk, "kind": "rename"}, world.village(side))


@_sample("organisation", "organisation_rename", "organisation_merge")
def _organisation(world: World, side: str) -> Sample:
    """A unit of the county: its town and its villages do not see it."""
    return Sample({"unit_id": world.units[side].pk}, world.units[side].place)


@_sample("place_event")
def _place_event(world: World, side: str) -> Sample:
    village = world.village(side)
    event, fresh = PlaceEvent.objects.get_or_create(
        kind="rename",
        on=date(2024, 1, 1),
        document_number=f"{side}单位一号",
        defaults={"recorded_at": clock.now()},
    )
    if fresh:
        PlaceEventPart.objects.create(event=event, before=village, after=village)
    return Sample({"event_id": event.pk}, village)


@_sample("figure_entry", "figure_sheet", "figure_coverage")
def _figure_entry(world: World, side: str) -> Sample:
    village = world.village(side)
    return Sample({"form_id": world.form.pk, "period": YEAR, "place_id": village.pk}, village)


@_sample("figure_return", "figure_act")
def _figure_return(world: World, side: str) -> Sample:
    return Sample({"submission_id": world.submissions[side].pk}, world.village(side))


@_sample("figure_history")
def _figure_history(world: World, side: str) -> Sample:
    found = Observation.objects.filter(place=world.village(side)).first()
    assert found is not None
    return Sample({"observation_id": found.pk}, world.village(side))


@_sample("register", "register_row_new", "register_coverage", "register_export")
def _register(world: World, side: str) -> Sample:
    return Sample({"definition_id": world.register.pk})


@_sample("register_sheet")
def _register_sheet(world: World, side: str) -> Sample:
    return Sample({"definition_id": world.presence.pk})


@_sample("register_row", "register_row_remove", "register_row_restore")
def _register_row(world: World, side: str) -> Sample:
    return Sample({"row_id": world.rows[side].pk}, world.village(side))


@_sample(
    "import",
    "import_progress",
    "import_rows",
    "import_changes",
    "import_read_again",
    "import_merge",
    "import_cancel",
)
def _import(world: World, side: str) -> Sample:
    return Sample({"batch_id": world.batches[side].pk}, world.village(side))


@_sample("import_marked")
def _import_marked(world: World, side: str) -> Sample:
    """A file without faults has no marked copy."""
    return replace(_import(world, side), also=frozenset({404}))


@_sample("layout_forget")
def _layout(world: World, side: str) -> Sample:
    owner = world.accounts[side]
    layout, _ = ExportLayout.objects.get_or_create(
        account=owner,
        kind="register",
        name=f"{side}账号的台账",
        defaults={"changed_at": clock.now()},
    )
    return Sample({"layout_id": layout.pk}, owner=owner, refuses=frozenset({409}))


@_sample("return_upload", "return_merge", "return_marked")
def _return_upload(world: World, side: str) -> Sample:
    village, owner = world.village(side), world.accounts[side]
    workbook, _ = ReturnWorkbook.objects.get_or_create(
        code=f"MATRIX-{side}",
        defaults={
            "kind": "figures",
            "form": world.form,
            "place": village,
            "period": YEAR,
            "issued_at": clock.now(),
            "issued_by": owner,
        },
    )
    upload, _ = ReturnUpload.objects.get_or_create(
        workbook=workbook,
        defaults={
            "sha256": "0" * 64,
            "file_name": f"{side}一村.xlsx",
            "uploaded_at": clock.now(),
            "uploaded_by": owner,
        },
    )
    return Sample({"upload_id": upload.pk}, village)


@_sample("job_progress", "job_cancel")
def _job(world: World, side: str) -> Sample:
    owner = world.accounts[side]
    job, _ = Job.objects.get_or_create(
        idempotency_key=f"matrix-{side}",
        defaults={"kind": "tests", "asked_by": owner, "asked_at": clock.now()},
    )
    return Sample({"job_id": job.pk}, owner=owner)


@_sample("export_form")
def _export_form(world: World, side: str) -> Sample:
    return Sample({"form_id": world.form.pk}, query={"period": YEAR})


@_sample("form", "form_columns")
def _form(world: World, side: str) -> Sample:
    return Sample({"form_id": world.form.pk})


@_sample("element")
def _element(world: World, side: str) -> Sample:
    found = DataElement.objects.first()
    assert found is not None
    return Sample({"element_id": found.pk})


@_sample("adopt_scheme")
def _adopt(world: World, side: str) -> Sample:
    return Sample(query={"scheme": "zj-2025-villages"})


@_sample("scheme", "scheme_json", "scheme_archive")
def _scheme(world: World, side: str) -> Sample:
    return Sample({"scheme": "zj-2025-villages"})


@_sample(
    "account",
    "account_close",
    "account_reopen",
    "account_unlock",
    "account_reset_second_factor",
    "account_bind_portal",
    "account_unbind_portal",
    "account_password",
    "role_give",
    "contact_show",
)
def _account(world: World, side: str) -> Sample:
    return Sample({"account_id": world.accounts[side].pk}, world.village(side))


@_sample("contact_keep", "contact_erase")
def _contact(world: World, side: str) -> Sample:
    account = world.accounts[side]
    managers = frozenset({"system_administrator"})
    return Sample({"account_id": account.pk}, world.village(side), account, managers)


@_sample("role_end")
def _role(world: World, side: str) -> Sample:
    post = RoleAssignment.objects.get(account=world.accounts[side], lent_from=None)
    return Sample({"assignment_id": post.pk}, world.village(side))


@_sample("loan_end")
def _loan(world: World, side: str) -> Sample:
    lender = world.accounts[side]
    post = RoleAssignment.objects.get(account=lender, lent_from=None)
    loan, _ = RoleAssignment.objects.get_or_create(
        lent_from=post,
        defaults={
            "account": world.batches[side].asked_by,
            "role": post.role,
            "place": post.place,
            "on_behalf_of": lender,
            "kind": AccessGrant.Kind.DELEGATION,
            "starts_on": date(2026, 1, 1),
            "ends_on": clock.today() + timedelta(days=30),
        },
    )
    return Sample({"assignment_id": loan.pk}, owner=lender)


@_sample("handover")
def _handover(world: World, side: str) -> Sample:
    row, _ = Handover.objects.get_or_create(
        leaver=world.accounts[side],
        successor=world.batches[side].asked_by,
        on=date(2099, 1, 1),
        defaults={"made_at": clock.now()},
    )
    return Sample({"handover_id": row.pk}, world.village(side))


@_sample("audit_entry")
def _audit_entry(world: World, side: str) -> Sample:
    entry = AuditEntry.objects.filter(place_id=world.village(side).pk).first()
    assert entry is not None
    return Sample({"sequence": entry.sequence}, world.village(side))


@_sample("attachment")
def _attachment(world: World, side: str) -> Sample:
    return Sample({"attachment_id": world.attachments[side].pk}, world.village(side))


@_sample("help_topic")
def _help_topic(world: World, side: str) -> Sample:
    return Sample({"topic": "enter"}, also=frozenset({404}))
