"""``staffing.yaml``: which posts and helpers each place must have (选派、名额)."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from bangfu.schemes.format.common import Cited, FigureText, Model
from bangfu.schemes.format.values import Value

__all__ = ["PersonRule", "Slot", "StaffingFile"]


class Slot(Cited):
    """So many holders of one of these posts at each place of these classes.

    ``counts_in_total`` is false for rules on size (a team of five), which add no slot of their own.
    """

    classes: tuple[str, ...]
    #: Kinds of holder that fill the slot; any one will do.
    posts: tuple[str, ...]
    at_least: FigureText = 1
    at_most: FigureText = None
    members_at_least: FigureText = None
    members_at_most: FigureText = None
    counts_in_total: bool = True


class PersonRule(Cited):
    """A rule on who may hold a post: rank, party status, establishment, length of term.

    ``party_member`` takes probationary members too. ``concurrent_post`` asks for a second post
    beside the first: ``limit`` names it, or the words any of which will do. A ``note`` is shown
    to people and never checked.
    """

    posts: tuple[str, ...]
    kind: Literal[
        "rank_at_least",
        "party_full_member",
        "party_member",
        "on_establishment",
        "term_at_most",
        "concurrent_post",
        "note",
    ]
    layers: tuple[str, ...] = ()
    limit: FigureText = None

    @model_validator(mode="after")
    def _second_post_is_named(self) -> PersonRule:
        if self.kind == "concurrent_post" and not self.limit:
            raise ValueError(f"{self.id}: limit must name the concurrent post")
        return self


class StaffingFile(Model):
    """``staffing.yaml``. ``ranks`` orders ranks from low to high."""

    values: tuple[Value, ...] = ()
    ranks: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    person_rules: tuple[PersonRule, ...] = ()
