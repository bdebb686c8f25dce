"""The original document beside a scheme (附原文): kept by the installation, never by the project.

An office that holds the document has it indexed by section; where that was done, the original
sentence can be shown beside a figure. Nothing of a document is shipped, and none is fetched.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bangfu.schemes.figures import Dated, Figure
from bangfu.schemes.find import SHARED_FOLDER
from bangfu.schemes.load import Scheme
from bangfu.schemes.source.meaning import figure_in, literal_spans
from bangfu.schemes.source.outline import sections
from bangfu.schemes.source.text import flow, normalise, read_source
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = [
    "Attachment",
    "attach_source",
    "attached_sentence",
    "attachment_of",
    "attachments_folder",
]

_FORMAT: Final = 1
#: The program, and the checkout it is run from where it is not installed.
_PACKAGE: Final = SHARED_FOLDER.parent
_PROGRAM: Final = _PACKAGE.parent.parent if _PACKAGE.parent.name == "src" else _PACKAGE
_SENTENCE_ENDS: Final = re.compile(r"(?<=[。；！？;!?\n])")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document as indexed: the text of each section as it is printed, and its digest."""

    scheme_id: str
    sha256: str
    file_name: str
    parts: Mapping[str, str]

    def sentence(self, scheme: Scheme, clause_id: str, printed: str) -> str | None:
        """The sentence of a clause in which a figure is printed; None where there is none.

        ``printed`` is the form in the document (``2000万元``); spaces and full-width signs do
        not matter.
        """
        for original in self._sentences(scheme, clause_id):
            if any(literal_spans(printed, flow(normalise(original)))):
                return original
        return None

    def sentence_of(self, scheme: Scheme, dated: Dated, figure: Figure) -> str | None:
        """The sentence that states a figure, in the clauses it rests on; None where none does."""
        for clause_id in dated.clauses:
            for printed in dated.printed_words:
                found = self.sentence(scheme, clause_id, printed)
                if found is not None:
                    return found
            for original in self._sentences(scheme, clause_id):
                if figure_in(figure, flow(normalise(original))) is not None:
                    return original
        return None

    def _sentences(self, scheme: Scheme, clause_id: str) -> Iterator[str]:
        clause = scheme.clauses.get(clause_id)
        for section in clause.sections if clause is not None else ():
            running = flow(self.parts.get(section, ""))
            yield from (s.strip() for s in _SENTENCE_ENDS.split(running) if s.strip())


def attachments_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where this installation keeps documents: ``BANGFU_ATTACHMENTS``, else the user's data."""
    environment = os.environ if environment is None else environment
    if own := environment.get("BANGFU_ATTACHMENTS"):
        return Path(own)
    data = environment.get("XDG_DATA_HOME")
    return (Path(data) if data else Path.home() / ".local" / "share") / "bangfu" / "attachments"


def attach_source(scheme: Scheme, source: Path, *, folder: Path | None = None) -> Path:
    """Index an original document by section, for this installation only.

    Parameters
    ----------
    scheme : Scheme
        Its outline says where the sections are.
    source : Path
        The document as plain text, UTF-8 or GB18030.
    folder : Path, optional
        Where to keep the index; ``attachments_folder()`` where left out.

    Returns
    -------
    Path
        The file written. One attached before is replaced.

    Raises
    ------
    FaultsFound
        SRC-01 the file cannot be read; SRC-02 it is another document; ATT-01 the folder lies
        inside the program or the scheme, where no document may be kept; ATT-02 it cannot be
        written.
    """
    folder = (folder or attachments_folder()).expanduser().resolve()
    _refuse_inside(folder, scheme)
    plain = read_source(source)
    parts = _as_printed(_decoded(source.read_bytes()), sections(plain, scheme.clauses_file.source))
    record = {
        "format": _FORMAT,
        "scheme": scheme.id,
        "file_name": source.name,
        "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "sections": parts,
    }
    path = folder / f"{scheme.id}.json"
    aside = folder / f".{scheme.id}.{secrets.token_hex(4)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FaultsFound(
            [
                Fault(
                    "ATT-02", str(folder), Text(f"写不进去：{reason}。", f"not writable: {reason}.")
                )
            ]
        ) from None
    finally:
        with suppress(OSError):
            aside.unlink()
    return path


def attachment_of(scheme: Scheme, *, folder: Path | None = None) -> Attachment | None:
    """The document attached to a scheme; None where none is, or the index cannot be read."""
    path = (folder or attachments_folder()).expanduser() / f"{scheme.id}.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] != _FORMAT or record["scheme"] != scheme.id:
            return None
        parts = {str(section): str(text) for section, text in record["sections"].items()}
        return Attachment(scheme.id, str(record["sha256"]), str(record["file_name"]), parts)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None


def attached_sentence(
    scheme: Scheme, clause_id: str, printed: str, *, folder: Path | None = None
) -> str | None:
    """The original sentence of a clause that prints a figure; None where nothing is attached."""
    attachment = attachment_of(scheme, folder=folder)
    return None if attachment is None else attachment.sentence(scheme, clause_id, printed)


def _refuse_inside(folder: Path, scheme: Scheme) -> None:
    for kept_clean in (_PROGRAM.resolve(), scheme.folder.resolve()):
        if folder == kept_clean or kept_clean in folder.parents:
            raise FaultsFound(
                [
                    Fault(
                        "ATT-01",
                        str(folder),
                        Text(
                            "这是程序或方案的文件夹，不存放原文。",
                            "this folder belongs to the program or the scheme; no document is "
                            "kept there.",
                        ),
                        Text(
                            "请用 --into 另选一个文件夹，或设 BANGFU_ATTACHMENTS。",
                            "Choose another folder with --into, or set BANGFU_ATTACHMENTS.",
                        ),
                    )
                ]
            )


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_printed(original: str, parts: Mapping[str, str]) -> dict[str, str]:
    """Each section with the signs and spaces of the document, found by its normalised text.

    Sections follow each other without a gap, so that each begins where the one before ends.
    """
    whole = normalise(original)
    at = whole.find("".join(parts.values()))
    found: dict[str, str] = {}
    places = _Places(original)
    for section, text in parts.items():
        found[section] = original[places(at) : places(at + len(text))].strip("\n")
        at += len(text)
    return found


class _Places:
    """Places of a normalised text as places of the original; lines correspond one to one."""

    def __init__(self, original: str) -> None:
        self._lines = original.split("\n")
        self._starts: list[tuple[int, int]] = []
        plain = printed = 0
        for line in self._lines:
            self._starts.append((plain, printed))
            plain += len(normalise(line)) + 1
            printed += len(line) + 1

    def __call__(self, place: int) -> int:
        number = max(n for n, (plain, _) in enumerate(self._starts) if plain <= place)
        plain, printed = self._starts[number]
        line = self._lines[number]
        # Inside a line, the shortest beginning that comes to as much normalised text.
        wanted = place - plain
        width = next((n for n in range(len(line) + 1) if len(normalise(line[:n])) >= wanted), None)
        return printed + (len(line) if width is None else width)
