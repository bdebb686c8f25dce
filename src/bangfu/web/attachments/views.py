"""Attachments as downloads (附件下载): never shown inside the site, never run."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from bangfu.records.attachments.actions import content_of
from bangfu.records.attachments.models import Attachment
from bangfu.web.pages import page

__all__ = ["download"]


@page("figures.read", "registers.read")
def download(request: HttpRequest, attachment_id: int) -> HttpResponse:
    """The bytes of one attachment of the reader's area."""
    row = get_object_or_404(Attachment.objects.visible_to(request.user), pk=attachment_id)
    answer = HttpResponse(content_of(row), content_type=row.media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.file_name)}"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
