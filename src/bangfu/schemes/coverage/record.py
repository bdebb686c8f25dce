"""The record of what the cases of a scheme exercise (算例验证记录), kept beside the cases.

Running every case takes a minute; the record says what came of it. It holds only for the very
scheme and cases it was made from: after any change it counts as none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["RECORD_FILE", "read_record", "write_record"]

RECORD_FILE: Final = "cases/exercised.json"


def read_record(scheme: Scheme) -> dict[str, tuple[str, ...]] | None:
    """The cases that exercise each clause, by clause id; None where no record holds."""
    try:
        record = json.loads((scheme.folder / RECORD_FILE).read_text(encoding="utf-8"))
        if record["made_from"] != _made_from(scheme):
            return None
        names: list[str] = record["cases"]
        return {
            clause: tuple(names[position] for position in positions)
            for clause, positions in record["clauses"].items()
        }
    except (OSError, ValueError, LookupError, TypeError):
        return None


def write_record(scheme: Scheme, tests: Mapping[str, Sequence[str]]) -> Path:
    """Write the record beside the cases of a scheme.

    Raises
    ------
    FaultsFound
        COV-01 where the folder cannot be written, or the scheme was changed for a trial.
    """
    path = scheme.folder / RECORD_FILE
    if scheme.overlay:
        raise _refusal(path, Text("测算改动的方案不留记录。", "a trial leaves no record."))
    names = sorted({name for found in tests.values() for name in found})
    places = {name: position for position, name in enumerate(names)}
    clauses = {
        clause: sorted(places[name] for name in tests[clause])
        for clause in sorted(tests)
        if tests[clause]
    }
    made_from = json.dumps(_made_from(scheme))
    listed = json.dumps(names, ensure_ascii=False, indent=1)
    rows = ",\n".join(_line(*item) for item in clauses.items())
    # One clause to a line, so that a change of the record can be read as one.
    text = f'{{\n"made_from": {made_from},\n"cases": {listed},\n"clauses": {{\n{rows}\n}}\n}}\n'
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _refusal(path, Text(f"写不进去：{reason}。", f"not writable: {reason}.")) from None
    return path


def _line(clause: str, positions: list[int]) -> str:
    return f" {json.dumps(clause)}: {json.dumps(positions)}"


def _made_from(scheme: Scheme) -> dict[str, str]:
    cases = hashlib.sha256()
    for path in sorted((scheme.folder / "cases").glob("*.yaml")):
        content = path.read_bytes()
        cases.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return {"scheme": scheme.content_hash, "cases": cases.hexdigest()}


def _refusal(path: Path, message: Text) -> FaultsFound:
    return FaultsFound([Fault("COV-01", str(path), message)])
