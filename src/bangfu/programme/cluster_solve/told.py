"""Obstacles and breaches in words (无解原因与核验意见): what a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangfu.engine.clusters.evaluate import Breach
from bangfu.engine.clusters.obstacles import Obstacle
from bangfu.programme.cluster_solve.inputs import ClusterInput
from bangfu.vocabulary.text import Text

if TYPE_CHECKING:
    from bangfu.engine.clusters.choices import Choice

__all__ = ["breach_text", "choice_text", "obstacle_text"]

#: Hubs named in one sentence.
_NAMED = 10


def obstacle_text(data: ClusterInput, obstacle: Obstacle) -> Text:
    """One reason why no answer exists, with what might help."""
    hubs, found, needed = _named(data, obstacle.hubs), obstacle.found, obstacle.needed
    village = _named(data, (obstacle.village,) if obstacle.village >= 0 else ())
    rest = max(0, found - 1)
    county, county_en = _county(data, obstacle.area)
    texts = {
        "reach": Text(
            f"重点村{hubs}只能连到 {rest} 个可加入的村，连同自己 {found} 个，少于下限 {needed} 个。"
            "可补相邻关系（桥、渡口），降低下限，或换重点村。",
            f"Hub {hubs} reaches only {rest} villages that may join, {found} with itself; at least "
            f"{needed} are asked for. Add links (bridge, ferry), lower the least size, or change "
            "the hub.",
        ),
        "must_reach": Text(
            f"村{village}约束在重点村{hubs}的片区，但经可加入的村连不到那里。",
            f"Village {village} is locked to hub {hubs}, but cannot be linked to it.",
        ),
        "must_many": Text(
            f"约束在重点村{hubs}片区的村连同重点村有 {found} 个，超过上限 {needed} 个。",
            f"{found} villages, the hub counted, are locked to hub {hubs}; at most {needed} fit.",
        ),
        "cover": Text(
            f"周边村最多只能纳入 {found} 个，达不到要求的 {needed} 个。"
            "可增加片区数，提高上限，或降低纳入数。",
            f"At most {found} members can be had; {needed} are asked for. Ask for more clusters, "
            "a higher size limit, or fewer members.",
        ),
        "weak": Text(
            f"相对薄弱村最多只能纳入 {found} 个，达不到要求的 {needed} 个。"
            "可增加片区数，提高上限，补相邻关系，或降低要求。",
            f"At most {found} weak villages can be had; {needed} are asked for. Ask for more "
            "clusters, a higher size limit, more links, or fewer weak villages.",
        ),
        "county_few": Text(
            f"{county}能建片区的重点村有 {found} 个，少于要求的 {needed} 个。",
            f"{county_en} can have {found} clusters, fewer than the {needed} asked for.",
        ),
        "county_many": Text(
            f"{county}必须建的片区有 {found} 个，多于允许的 {needed} 个。",
            f"{county_en} must have {found} clusters, more than the {needed} permitted.",
        ),
        "rivals": Text(
            f"重点村{hubs}争用同一批村，不能同时都达到下限 {needed} 个。"
            "可降低下限，减少重点村，或补相邻关系。",
            f"Hubs {hubs} compete for the same villages and cannot all have {needed} at once. "
            "Lower the least size, take fewer hubs, or add links.",
        ),
        "frozen": Text(
            f"已定片区有 {found} 个，多于要求的总数 {needed} 个。",
            f"{found} clusters are frozen already, more than the {needed} asked for in all.",
        ),
    }
    return texts[obstacle.kind]


def breach_text(data: ClusterInput, breach: Breach) -> Text:
    """One rule that an answer breaks."""
    hub = _named(data, (breach.hub,) if breach.hub >= 0 else ())
    village = _named(data, (breach.village,) if breach.village >= 0 else ())
    county, county_en = _county(data, breach.area)
    found, allowed = f"{breach.found:g}", f"{breach.allowed:g}"
    texts = {
        "count": Text(
            f"片区有 {found} 个，应为 {allowed} 个。", f"{found} clusters, not {allowed}."
        ),
        "size": Text(
            f"{hub}片区有 {found} 个村（含重点村），界限为 {allowed} 个。",
            f"Cluster {hub} has {found} villages, the hub counted; the limit is {allowed}.",
        ),
        "hub": Text(
            f"村{village}在{hub}片区中的身份不对：重点村须列为重点村，且不作他片区的周边村。",
            f"Village {village} in cluster {hub}: only a hub heads a cluster, and no hub joins one.",
        ),
        "twice": Text(f"村{village}出现 {found} 次。", f"Village {village} stands {found} times."),
        "connected": Text(
            f"村{village}与{hub}片区的其他村不相连。",
            f"Village {village} is not linked to the rest of cluster {hub}.",
        ),
        "cover": Text(
            f"周边村共 {found} 个，应不少于 {allowed} 个。",
            f"{found} members in all; at least {allowed} are asked for.",
        ),
        "weak": Text(
            f"相对薄弱村共 {found} 个，应不少于 {allowed} 个。",
            f"{found} weak villages in all; at least {allowed} are asked for.",
        ),
        "county_count": Text(
            f"{county}的片区有 {found} 个，界限为 {allowed} 个。",
            f"{county_en}: {found} clusters; the limit is {allowed}.",
        ),
        "km": Text(
            f"村{village}距重点村{hub} {found} 千米，超过 {allowed} 千米。",
            f"Village {village} lies {found} km from hub {hub}; at most {allowed} km.",
        ),
        "town": Text(
            f"村{village}与重点村{hub}不在同一乡镇。",
            f"Village {village} lies in another town than hub {hub}.",
        ),
        "county": Text(
            f"村{village}与重点村{hub}不在同一县。",
            f"Village {village} lies in another county than hub {hub}.",
        ),
        "must": Text(
            f"村{village}应在{hub}片区。", f"Village {village} is to be in the cluster of {hub}."
        ),
        "cannot": Text(
            f"村{village}不得在{hub}片区。",
            f"Village {village} is not to be in the cluster of {hub}.",
        ),
        "frozen": Text(f"已定的{hub}片区被改动。", f"The frozen cluster of {hub} was changed."),
    }
    return texts[breach.rule]


def choice_text(choice: Choice) -> Text:
    """What is chosen, in a few words."""
    texts = {
        "within_town": Text("片区不跨乡镇", "no cluster crosses townships"),
        "within_county": Text("片区不跨县", "no cluster crosses counties"),
        "more_members": Text(
            f"多带动 {choice.amount} 个周边村", f"{choice.amount} more surrounding villages"
        ),
        "more_weak": Text(
            f"多纳入 {choice.amount} 个相对薄弱村", f"{choice.amount} more weak village"
        ),
    }
    return texts[choice.kind]


def _named(data: ClusterInput, positions: tuple[int, ...]) -> str:
    named = [f"「{data.names[at]}」({data.codes[at]})" for at in positions[:_NAMED]]
    more = f" … ({len(positions)})" if len(positions) > _NAMED else ""
    return "、".join(named) + more


def _county(data: ClusterInput, number: int) -> tuple[str, str]:
    """A county by its code; all of them together where none is meant."""
    if number < 0:
        return "各县合计", "All counties together"
    named = f"「{data.county_names[number]}」({data.counties[number]})"
    return f"县{named}", f"County {named}"
