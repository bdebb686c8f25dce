"""Lists a document fixes itself (文件列名的名单): its places, with the dates the office adds."""

from __future__ import annotations

import polars as pl

from bangfu.schemes.format import TargetList

__all__ = ["fixed_members"]

_SCHEMA = {
    "place_code": pl.String,
    "class": pl.String,
    "entered_on": pl.Date,
    "exited_on": pl.Date,
}


def fixed_members(target_list: TargetList, held: pl.DataFrame | None) -> pl.DataFrame | None:
    """The places the document lists, joined with what the office holds of the list.

    Parameters
    ----------
    target_list : TargetList
    held : frame or None
        place_code, class, entered_on, exited_on: the office's rows of the list.

    Returns
    -------
    frame or None
        ``held`` where the document lists no places. Otherwise every place it lists, in its
        order, with the office's dates where there are any, then further places the office has
        added by adjustment.
    """
    if not target_list.codes:
        return held
    listed = pl.DataFrame(
        {
            "place_code": list(target_list.codes),
            "class": target_list.classes[0].id,
            "entered_on": None,
            "exited_on": None,
        },
        schema=_SCHEMA,
    )
    if held is None:
        return listed
    own = held.select(_SCHEMA.keys()).cast(_SCHEMA)  # type: ignore[arg-type]
    known = listed.drop("entered_on", "exited_on").join(
        own.drop("class"), on="place_code", how="left", maintain_order="left"
    )
    added = own.filter(~pl.col("place_code").is_in(list(target_list.codes)))
    return pl.concat([known.select(list(_SCHEMA)), added])
