"""What is done with returns and figures (数据操作), gathered for those who call it."""

from __future__ import annotations

from bangfu.records.figures.opening import open_submission, places_of
from bangfu.records.figures.reviewing import (
    Decision,
    SignOff,
    approve,
    confirm,
    dispute,
    reopen,
    return_to_place,
    review_rows,
    submit,
    withdraw,
)
from bangfu.records.figures.saving import (
    CellInput,
    SaveResult,
    SheetRow,
    StaleCells,
    save_sheet,
    save_values,
)

__all__ = [
    "CellInput",
    "Decision",
    "SaveResult",
    "SheetRow",
    "SignOff",
    "StaleCells",
    "approve",
    "confirm",
    "dispute",
    "open_submission",
    "places_of",
    "reopen",
    "return_to_place",
    "review_rows",
    "save_sheet",
    "save_values",
    "submit",
    "withdraw",
]
