"""A look at a workbook from a safe distance (工作簿试开): in a process of its own, with limits.

A damaged or hostile workbook can make its reader ask for all memory, which ends the process; so
it is first opened where that does no harm. Says whether it opens, not what it holds.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

__all__ = ["reason_not_to_open"]

#: What opening a workbook may take. [bytes], [s]
_MEMORY: Final = 3 * 2**30
_SECONDS: Final = 120

#: Exit codes of the look: damaged, and nothing to look with.
_DAMAGED: Final = 4
_NO_READER: Final = 5

_LOOK: Final = f"""
import io, sys
try:
    import resource
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum
except ImportError:
    sys.exit({_NO_READER})
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({_SECONDS}, {_SECONDS}))
try:
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for entry in book.sheets_metadata:
        if entry.typ == SheetTypeEnum.WorkSheet:
            book.get_sheet_by_name(entry.name).merged_cell_ranges
except CalamineError as error:
    print(str(error).split(chr(10))[0][:120])
    sys.exit({_DAMAGED})
"""


def reason_not_to_open(data: bytes) -> str | None:
    """Why a workbook must not be opened, or None where it may be.

    Parameters
    ----------
    data : bytes
        The whole file.

    Notes
    -----
    A workbook that needs more than 3 GiB or two minutes is taken for damaged. Where no process
    can be started the look is left out.

    Examples
    --------
    >>> reason_not_to_open(b"<html></html>") is None
    False
    """
    try:
        look = subprocess.run(
            [sys.executable, "-c", _LOOK], input=data, capture_output=True, check=False
        )
    except OSError:
        return None
    if look.returncode in (0, _NO_READER):
        return None
    told = look.stdout.decode("utf-8", errors="replace").strip()
    return told if look.returncode == _DAMAGED and told else "damaged, or too large a range"
