"""Pairs and the sight they give (结对与授权): each change of a pair rewrites the grants with it.

The pairs belong to `organisations`, which knows no accounts; here both are changed in one act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import polars as pl

from bangfu.records.accounts.grants import rewrite_grants
from bangfu.records.accounts.models import Account, RoleAssignment
from bangfu.records.audit.actions import action, note
from bangfu.records.organisations.actions import (
    NewLink,
    end_link,
    merge_organisations,
    start_link,
)
from bangfu.records.organisations.loading import Standing, load_helper_links
from bangfu.records.organisations.models import HelperLink, Organisation
from bangfu.records.places.loading import LoadResult
from bangfu.vocabulary.period import FOREVER

__all__ = ["end_pair", "load_pairs", "merge_units", "start_pair"]


@action("pairs.start")
def start_pair(new: NewLink, *, actor: Any) -> HelperLink:
    """A unit begins to help a place, and its people see the place (建立结对)."""
    link = start_link(new, actor=actor)
    _follow([new.organisation.pk])
    return link


@action("pairs.end")
def end_pair(link: HelperLink, ends_on: date, *, seen_version: int, actor: Any) -> HelperLink:
    """A unit helps a place no longer, and its people lose sight of it that day (终止结对)."""
    link = end_link(link, ends_on, seen_version=seen_version, actor=actor)
    _follow([link.organisation_id])
    return link


@action("pairs.load")
def load_pairs(
    frame: pl.DataFrame, standing: Standing, *, actor: Any, scheme: str = ""
) -> LoadResult:
    """Enter a table of pairs and the grants that follow (批量登记结对)."""
    result, units = load_helper_links(frame, standing, actor=actor, scheme=scheme)
    _follow(units)
    return result


@action("organisations.merge")
def merge_units(
    befores: Sequence[Organisation], into: Organisation, on: date, *, actor: Any
) -> list[HelperLink]:
    """Units end; pairs, posts and accounts go on with their successor (单位撤并、职能划转)."""
    carried = merge_organisations(befores, into, on, actor=actor)
    ids = [unit.pk for unit in befores]
    for post in RoleAssignment.objects.filter(organisation_id__in=ids, ends_on__gt=on):
        _carry_post(post, into, on)
    Account.objects.filter(organisation_id__in=ids).update(organisation=into)
    _follow([*ids, into.pk])
    return carried


def _carry_post(post: RoleAssignment, into: Organisation, on: date) -> None:
    """A post ends with its unit and goes on in the successor for the days that were left."""
    ends_on, starts_on = post.ends_on, max(on, post.starts_on)
    if post.starts_on < on:
        post.ends_on = on
        post.save_next_version()
        post = RoleAssignment.objects.create(
            account=post.account,
            role=post.role,
            organisation=into,
            starts_on=starts_on,
            ends_on=ends_on or FOREVER,
            on_behalf_of=post.on_behalf_of,
            lent_from=post.lent_from,
            kind=post.kind,
        )
    else:
        post.organisation = into
        post.save_next_version()
    note(post, after={"organisation": into.pk}, place_id=into.place_id)


def _follow(unit_ids: Iterable[int]) -> None:
    """The grants of everybody who holds a post in these units."""
    rewrite_grants(RoleAssignment.objects.filter(organisation_id__in=list(unit_ids)))
