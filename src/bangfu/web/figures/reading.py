"""What a posted page holds (表单读取): cells by the names of their fields."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict

from bangfu.records.figures.actions import CellInput
from bangfu.records.ground import clock
from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.period import Period
from bangfu.vocabulary.text import Text

__all__ = ["posted_cells", "posted_day", "posted_version"]


def posted_cells(posted: QueryDict, codes: list[str], *, suffix: str = "") -> dict[str, CellInput]:
    """The cells of one return: ``v-`` the text, ``r-`` the reason, ``b-`` what was shown.

    Of a cell two people changed, ``pick-`` says whose value stays.
    """
    cells: dict[str, CellInput] = {}
    for code in codes:
        name = f"{code}{suffix}"
        text = posted.get(f"v-{name}")
        if text is None or posted.get(f"pick-{name}") == "theirs":
            continue
        cells[code] = CellInput(text, posted.get(f"r-{name}"), posted.get(f"b-{name}"))
    return cells


def posted_version(posted: QueryDict, name: str = "version") -> int:
    """The version the person saw; a page without one is refused."""
    given = posted.get(name, "")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise refuse(
            "DAT-50", Text("页面不完整，请刷新后再填。", "The page is incomplete; reload it.")
        )
    return int(given)


def posted_day(posted: QueryDict, period: Period) -> date | None:
    """The day up to which the figures count (截至日期); none given means the period's last day."""
    given = posted.get("occurred_on", "").strip()
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError:
        day = None
    if day is None or day < period.starts_on or day > clock.today():
        raise refuse(
            "DAT-52",
            Text(
                f"数据截至日期应在 {period.starts_on} 至今天之间，例如 {period.last_day}。",
                f"The day the figures count up to lies between {period.starts_on} and today.",
            ),
        )
    return day
