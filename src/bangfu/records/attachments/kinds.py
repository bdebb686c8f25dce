"""What may be attached (附件类型): known by its first bytes, not by its name."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["LIMIT_BYTES", "Checked", "checked"]

#: Large enough for a scan of twenty pages, small enough for a township's line.
LIMIT_BYTES: Final = 20 * 1024 * 1024
_LIMIT_PIXELS: Final = 80_000_000

_SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"PK\x03\x04", "application/zip"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
)
#: Office files are zip files inside; only these names are taken for them.
_OFFICE: Final = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_OLD_OFFICE: Final = {".xls": "application/vnd.ms-excel", ".doc": "application/msword"}
_ENDINGS: Final = {
    "application/pdf": {".pdf"},
    "image/jpeg": {".jpg", ".jpeg"},
    "image/png": {".png"},
}
#: The marks of classified papers: such a file does not belong on this system.
_CLASSIFIED: Final = ("绝密", "机密", "秘密★", "机密★", "绝密★")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its type and its bytes, the traces of the camera removed."""

    media_type: str
    content: bytes


def checked(file_name: str, content: bytes) -> Checked:
    """The file as it may be kept, or a refusal that says what is accepted.

    A photo is written anew without EXIF: where and when it was taken, and with which device,
    is nobody's business here.
    """
    if not content:
        raise refuse("ATT-01", Text("文件是空的。", "The file is empty."), where=_shown(file_name))
    if len(content) > LIMIT_BYTES:
        raise refuse(
            "ATT-02",
            Text(
                f"文件有 {len(content) // 1_048_576} MB，最多 {LIMIT_BYTES // 1_048_576} MB。",
                f"The file has {len(content) // 1_048_576} MB; at most "
                f"{LIMIT_BYTES // 1_048_576} MB are accepted.",
            ),
            where=_shown(file_name),
            remedy=Text("请压缩或分成几份再传。", "Compress it or send it in parts."),
        )
    if any(mark in file_name for mark in _CLASSIFIED):
        raise _classified(file_name)
    media_type = _media_type(file_name, content)
    if media_type.startswith("image/"):
        content = _without_traces(file_name, content, media_type)
    elif any(mark.encode() in content[:200_000] for mark in _CLASSIFIED):
        raise _classified(file_name)
    return Checked(media_type, content)


def _media_type(file_name: str, content: bytes) -> str:
    ending = file_name[file_name.rfind(".") :].lower() if "." in file_name else ""
    found = next((kind for start, kind in _SIGNATURES if content.startswith(start)), "")
    if found == "application/zip" and ending in _OFFICE:
        return _OFFICE[ending]
    if found == "application/msword" and ending in _OLD_OFFICE:
        return _OLD_OFFICE[ending]
    if ending in _ENDINGS.get(found, set()):
        return found
    raise refuse(
        "ATT-03",
        Text(
            "只接受 PDF、JPG、PNG、XLSX、DOCX、XLS、DOC，并且扩展名要与内容一致。",
            "Only PDF, JPG, PNG, XLSX, DOCX, XLS and DOC are accepted, "
            "with the ending that fits the content.",
        ),
        where=_shown(file_name),
    )


def _without_traces(file_name: str, content: bytes, media_type: str) -> bytes:
    try:
        with Image.open(BytesIO(content)) as image:
            if image.width * image.height > _LIMIT_PIXELS:
                raise refuse(
                    "ATT-05",
                    Text("图片尺寸过大。", "The picture is too large."),
                    where=_shown(file_name),
                )
            turned = _upright(image)
            target = BytesIO()
            if media_type == "image/jpeg":
                turned.convert("RGB").save(target, "JPEG", quality=88)
            else:
                turned.save(target, "PNG")
            return target.getvalue()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise refuse(
            "ATT-06",
            Text("图片打不开，可能没有传完整。", "The picture cannot be opened."),
            where=_shown(file_name),
            remedy=Text("请重新拍照或重新选择文件。", "Take it again or choose another file."),
        ) from error


def _upright(image: Image.Image) -> Image.Image:
    """A copy of the pixels alone, turned as the camera was held."""
    from PIL import ImageOps

    turned = ImageOps.exif_transpose(image)
    bare = Image.new(turned.mode, turned.size)
    bare.paste(turned)
    return bare


def _classified(file_name: str) -> Exception:
    return refuse(
        "ATT-04",
        Text("文件带有密级标志，本系统不处理涉密文件。", "The file is marked as classified."),
        where=_shown(file_name),
        remedy=Text("请按保密规定处理。", "Handle it by the rules for classified papers."),
    )


def _shown(file_name: str) -> str:
    return file_name[-60:]
