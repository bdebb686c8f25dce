"""The list an office holds (名单): its rows by class, whatever words the classes are written in."""

from __future__ import annotations

import polars as pl

from bangfu.programme.fixed_lists import fixed_members
from bangfu.programme.workspace import Workspace
from bangfu.schemes.format import TargetList
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["office_list", "refuse_two_classes", "refuse_unknown_classes"]


def office_list(work: Workspace, target_list: TargetList) -> pl.DataFrame | None:
    """The rows of ``list_members`` that belong to the list, with class ids; None without any.

    A list that the document fixes itself is there without the table. Of several lists, one of
    which the table holds nothing has not been handed in.
    """
    members = work.tables.get("list_members")
    if members is None:
        return fixed_members(target_list, None)
    words = _class_words(target_list)
    rows = members.filter(pl.col("class").is_in(list(words)))
    if rows.is_empty() and len(work.scheme.targeting.lists) > 1:
        return fixed_members(target_list, None)
    latest = rows.select(
        "place_code", pl.col("class").replace(words), "entered_on", "exited_on"
    ).sort("entered_on", nulls_last=False, maintain_order=True)
    held = latest.unique("place_code", keep="last", maintain_order=True)
    return fixed_members(target_list, held)


def refuse_unknown_classes(work: Workspace) -> None:
    """A class of list_members that no list of the scheme knows is a fault, with what is known."""
    members = work.tables.get("list_members")
    if members is None:
        return
    known = {
        word for target_list in work.scheme.targeting.lists for word in _class_words(target_list)
    }
    wrong = sorted(set(members["class"].drop_nulls().to_list()) - known)
    if wrong:
        accepted = "、".join(
            f"{c.label.zh}（{c.id}）" for t in work.scheme.targeting.lists for c in t.classes
        )
        raise FaultsFound(
            [
                Fault(
                    "TGT-01",
                    "list_members class",
                    Text(
                        f"方案没有「{word}」这一类；可用：{accepted}。",
                        f"the scheme has no class {word!r}; accepted: {accepted}.",
                    ),
                )
                for word in wrong
            ]
        )


def refuse_two_classes(work: Workspace) -> None:
    """A place that stands in two classes of one list at once is a fault: neither may win silently."""
    members = work.tables.get("list_members")
    if members is None:
        return
    faults: list[Fault] = []
    for target_list in work.scheme.targeting.lists:
        words = _class_words(target_list)
        rows = members.filter(
            pl.col("class").is_in(list(words)) & pl.col("exited_on").is_null()
        ).with_columns(pl.col("class").replace(words))
        double = (
            rows.group_by("place_code", "entered_on", maintain_order=True)
            .agg(pl.col("class").unique(maintain_order=True))
            .filter(pl.col("class").list.len() > 1)
        )
        for code, classes in double.select("place_code", "class").iter_rows():
            labels = {c.id: c.label for c in target_list.classes}
            faults.append(
                Fault(
                    "TGT-02",
                    f"list_members {work.name_of(code)}",
                    Text(
                        f"同时列入{'、'.join(f'「{labels[c].zh}」' for c in classes)}，只能属于一类。",
                        f"stands in {' and '.join(labels[c].en for c in classes)}; it can be in one.",
                    ),
                    Text(
                        "请删去多余的一行；调整类别的，在原来那行填退出日期。",
                        "Delete one row; where the class changed, give the old row its exit date.",
                    ),
                )
            )
    if faults:
        raise FaultsFound(faults)


def _class_words(target_list: TargetList) -> dict[str, str]:
    """Every word under which an office may write a class of the list, to its id."""
    return {
        word: target_class.id
        for target_class in target_list.classes
        for word in (
            target_class.id,
            target_class.label.zh,
            target_class.label.en,
            *target_class.aliases,
        )
    }
