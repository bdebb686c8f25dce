"""What people do with imports (导入操作): handing in, reading again, writing, setting aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bangfu.records.access.gate import active_grants
from bangfu.records.access.policies import require, roles_of
from bangfu.records.audit.actions import action, note
from bangfu.records.figures.models import Release
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.records.imports.choices import BatchState, Outcome
from bangfu.records.imports.flows import FLOW
from bangfu.records.imports.kinds import kind_named, kinds
from bangfu.records.imports.models import ImportBatch
from bangfu.records.imports.storage import StoredFile
from bangfu.records.jobs.actions import ask, call_off
from bangfu.records.places.models import Place
from bangfu.vocabulary.text import Text

__all__ = ["OPTIONS", "cancel", "hand_in", "merge", "read_again"]

#: What may be chosen about a file beside its kind.
OPTIONS: Final = frozenset({"period", "release", "code_system", "valid_from", "choices"})


@action("imports.hand_in")
def hand_in(
    stored: StoredFile, *, kind: str = "", options: Mapping[str, Any] | None = None, actor: Any
) -> ImportBatch:
    """Hand a kept file in for reading (上传); nothing is written before somebody says so."""
    require(actor, "imports.run")
    batch = ImportBatch(
        place=_office_of(actor),
        kind=_known_kind(kind),
        file_name=stored.name,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        options=_accepted(options or {}),
        asked_by=actor,
        asked_at=clock.now(),
    )
    batch.save()
    _ask_reading(batch, actor)
    note(batch, after={"file": stored.sha256, "size_bytes": stored.size_bytes, "kind": kind})
    return batch


@action("imports.read_again")
def read_again(
    batch: ImportBatch,
    *,
    kind: str,
    options: Mapping[str, Any],
    seen_version: int,
    actor: Any,
) -> ImportBatch:
    """Read the file again, as another kind or with other options (重新读取)."""
    _require_own(batch, actor)
    batch.refuse_if_stale(seen_version)
    batch.state = FLOW.after("reread", batch.state, roles=roles_of(actor))
    batch.kind = _known_kind(kind)
    batch.options = {**batch.options, **_accepted(options)}
    batch.counts, batch.findings, batch.finished_at = {}, {}, None
    batch.save_next_version()
    _ask_reading(batch, actor)
    note(batch, after={"kind": kind})
    return batch


@action("imports.merge")
def merge(
    batch: ImportBatch, *, seen_version: int, only_right: bool = False, actor: Any
) -> ImportBatch:
    """Have a previewed file written (确认导入); asked twice it is written once."""
    _require_own(batch, actor)
    if batch.state in (BatchState.MERGING, BatchState.MERGED):
        note(batch, repeated=True)
        return batch
    batch.refuse_if_stale(seen_version)
    faulty = batch.rows_as(Outcome.FAULTY)
    if faulty and not only_right:
        raise _has_faults(faulty)
    if not batch.rows_as(Outcome.NEW, Outcome.CHANGED):
        raise _nothing_to_write()
    batch.state = FLOW.after("merge", batch.state, roles=roles_of(actor))
    batch.only_right = only_right
    batch.save_next_version()
    arguments = {"batch": batch.pk, "actor": actor.pk}
    key = f"imports.merge:{batch.pk}:{batch.version}"
    batch.job = ask("imports.merge", arguments, key=key, actor=actor)
    ImportBatch.objects.filter(pk=batch.pk).update(job=batch.job)
    note(batch, after={"state": batch.state, "only_right": only_right})
    return batch


@action("imports.cancel")
def cancel(batch: ImportBatch, *, actor: Any) -> ImportBatch:
    """Call an import off (取消导入): under way it ends after its unit, else it is set aside."""
    _require_own(batch, actor)
    if batch.job is not None and batch.job.state in batch.job.OPEN_STATES:
        call_off(batch.job, actor=actor)
        batch.refresh_from_db()
    else:
        batch.state = FLOW.after("discard", batch.state, roles=roles_of(actor))
        batch.finished_at = clock.now()
        batch.save_next_version()
    note(batch, after={"state": batch.state})
    return batch


def _ask_reading(batch: ImportBatch, actor: Any) -> None:
    key = f"imports.preview:{batch.pk}:{batch.version}"
    batch.job = ask("imports.preview", {"batch": batch.pk}, key=key, actor=actor)
    ImportBatch.objects.filter(pk=batch.pk).update(job=batch.job)


def _office_of(actor: Any) -> Place:
    """The place whose office the import belongs to: the account's own, else its first post's."""
    if actor.place is not None:
        return actor.place  # type: ignore[no-any-return]
    grant = active_grants(actor).select_related("place").order_by("place__path").first()
    if grant is None:
        raise refuse("IMP-35", Text("账号没有所在地方。", "The account belongs to no place."))
    return grant.place


def _require_own(batch: ImportBatch, actor: Any) -> None:
    """Colleagues of the office may look; what was read by one's own rights is one's own to write."""
    require(actor, "imports.run")
    if batch.asked_by_id != actor.pk:
        raise refuse(
            "IMP-36",
            Text("这个文件由他人导入。", "Somebody else brought this file in."),
            remedy=Text(
                "请由导入人继续办理，或自行上传同一文件。",
                "That person may go on, or upload the same file yourself.",
            ),
        )


def _known_kind(kind: str) -> str:
    if kind:
        try:
            kind_named(kind)
        except ValueError:
            accepted = "、".join(known.label.zh for known in kinds())
            raise refuse(
                "IMP-26",
                Text(f"没有这类表。可选：{accepted}。", "There is no such kind of table."),
            ) from None
    return kind


def _accepted(options: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(options) - OPTIONS)
    if unknown:
        raise refuse(
            "IMP-27",
            Text(f"没有这些选项：{'、'.join(unknown)}。", f"Unknown: {', '.join(unknown)}."),
        )
    release = options.get("release")
    if release and release not in Release.values:
        raise refuse("IMP-21", Text("没有这个数据版次。", "There is no such release."))
    if options.get("code_system", "") not in ("", "nbs", "mca"):
        raise refuse("IMP-28", Text("没有这个代码体系。", "There is no such code system."))
    return dict(options)


def _has_faults(faulty: int) -> Exception:
    return refuse(
        "IMP-20",
        Text(
            f"有 {faulty:,} 行有误，没有写入。",
            f"{faulty:,} rows have faults; nothing was written.",
        ),
        remedy=Text(
            "请改正后重新上传，或选择「只导入无误的行」。",
            "Mend them and upload the file again, or write only the rows without faults.",
        ),
    )


def _nothing_to_write() -> Exception:
    return refuse(
        "IMP-29",
        Text("与现有数据相同，没有需要写入的内容。", "Nothing differs from what is held."),
    )
