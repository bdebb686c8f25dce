"""What is done with attachments (附件操作): they are added; they are never changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Sum

from bangfu.records.access.policies import require
from bangfu.records.attachments.kinds import checked
from bangfu.records.attachments.models import Attachment
from bangfu.records.attachments.store import digest_of, keep, path_of
from bangfu.records.audit.actions import action, note
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["QUOTA_BYTES", "NewFile", "attach", "content_of"]

#: What the files of one place may take together.
QUOTA_BYTES = 2 * 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it arrives."""

    file_name: str
    content: bytes
    #: sign_off, evidence or photo.
    purpose: str


@action("attachments.attach")
def attach(record: Model, place: Any, file: NewFile, *, actor: Any) -> Attachment:
    """Attach a file to a record of a place (上传附件).

    The bytes are written before the row: a crash between the two leaves a file nobody names,
    never a row without its file.
    """
    require(actor, "attachments.add", place)
    fit = checked(file.file_name, file.content)
    used = Attachment.objects.filter(place=place).aggregate(used=Sum("size_bytes"))["used"] or 0
    if used + len(fit.content) > QUOTA_BYTES:
        raise refuse(
            "ATT-07",
            Text(
                f"{place.name}的附件已满（共 {QUOTA_BYTES // 1_073_741_824} GB）。",
                f"The attachments of {place.name} are full.",
            ),
            remedy=Text("请联系系统管理员扩容。", "Ask the system administrator for more room."),
        )
    row = Attachment.objects.create(
        place=place,
        record_type=record._meta.label_lower,
        record_id=str(record.pk),
        purpose=file.purpose,
        file_name=file.file_name[-160:],
        media_type=fit.media_type,
        size_bytes=len(fit.content),
        sha256=keep(fit.content),
        added_at=clock.now(),
        added_by_id=actor.pk,
    )
    note(row, sha256=row.sha256, purpose=file.purpose, of=f"{row.record_type}:{row.record_id}")
    return row


def content_of(row: Attachment) -> bytes:
    """The bytes, proven against their hash; a damaged file is refused, never handed out."""
    path = path_of(row.sha256)
    content = path.read_bytes() if path.exists() else b""
    if digest_of(content) != row.sha256:
        raise refuse(
            "ATT-08",
            Text("附件文件缺失或已损坏。", "The file is missing or damaged."),
            where=row.file_name,
            remedy=Text("请管理员从备份恢复。", "It can be restored from a backup."),
        )
    return content
