"""What is asked of the village-cluster solver (片区组团求解的要求): options with their defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["CERTIFICATE", "EVERY_COUNTY", "Neighbours", "Request", "request_from", "with_settings"]

#: The file that says what was asked and what is proven.
CERTIFICATE = "certificate.json"
#: Villages of a cluster at most: beyond this no hub leads those round it, and no search ends.
LARGEST_SIZE = 100
#: Prices and weights at most: beyond this one term drowns the others in rounding.
LARGEST_PRICE = 1e9
#: Stands for every county that is not named itself.
EVERY_COUNTY = "*"
#: Where the relation of neighbours comes from; ``auto`` takes the first that is there.
Neighbours = Literal["auto", "pairs", "polygons", "points"]


@dataclass(frozen=True, slots=True)
class Request:
    """Options of one solve.

    ``count`` None means as many as there are hubs. Sizes count the hub, ``cover`` does not.
    ``min_weak`` is how many members have to be weak villages. ``per_county`` holds the fewest and
    most clusters (None: no limit) by county code, or for every other county under "*".
    ``weights`` multiply attributes, 1 where nothing is said. ``hubs`` are codes that replace the
    tag. Sizes, prices and weights stand in no document: they are the caller's assumptions.
    """

    count: int | None = None
    min_size: int = 3
    max_size: int = 12
    cover: int = 0
    min_weak: int = 0
    per_county: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    price_km2: float = 0.0
    price_town: float = 0.0
    price_county: float = 0.0
    bonus_weak: float = 0.0
    max_km: float | None = None
    forbid_cross_town: bool = False
    forbid_cross_county: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)
    raw: bool = False
    hubs: tuple[str, ...] = ()
    neighbours: Neighbours = "auto"
    max_edge_km: float | None = None

    def __post_init__(self) -> None:
        faults = [
            Fault("CLU-01", "", Text(f"{zh}。", f"{en}.")) for bad, zh, en in self._faults() if bad
        ]
        if faults:
            raise FaultsFound(faults)

    def _faults(self) -> list[tuple[bool, str, str]]:
        prices = {
            "--price-km2": self.price_km2,
            "--price-town": self.price_town,
            "--price-county": self.price_county,
            "--bonus-weak": self.bonus_weak,
            **{f"--weights {name}": weight for name, weight in self.weights.items()},
        }
        bounds = {"--max-km": self.max_km, "--max-edge-km": self.max_edge_km}
        faults = [
            (not 0 <= price <= LARGEST_PRICE,
             f"{name} 应为 0 至 {LARGEST_PRICE:,.0f} 的数，现为 {price:g}",
             f"{name} is a number from 0 to {LARGEST_PRICE:,.0f}, not {price:g}")
            for name, price in prices.items()
        ]  # fmt: skip
        faults += [
            (bound is not None and not 0 < bound < float("inf"), f"{name} 应大于 0，现为 {bound}",
             f"{name} is above 0, not {bound}")
            for name, bound in bounds.items()
        ]  # fmt: skip
        sizes = f"{self.min_size}、{self.max_size}"
        return [
            *faults,
            (not 1 <= self.min_size <= self.max_size,
             f"--min-size、--max-size 应为 1 ≤ 下限 ≤ 上限（均含重点村），现为 {sizes}",
             f"--min-size and --max-size are 1 <= min <= max, the hub counted; given {sizes}"),
            (self.max_size > LARGEST_SIZE,
             f"--max-size 最多 {LARGEST_SIZE}：更大的已不是重点村带周边村的片区，现为 {self.max_size}",
             f"--max-size is {LARGEST_SIZE} at most: more is no cluster round one hub; given {self.max_size}"),
            (self.count is not None and self.count < 1, f"--count 应不小于 1，现为 {self.count}",
             f"--count is 1 or more, not {self.count}"),
            (self.cover < 0, f"--cover 应不小于 0，现为 {self.cover}",
             f"--cover is 0 or more, not {self.cover}"),
            (self.min_weak < 0, f"--min-weak 应不小于 0，现为 {self.min_weak}",
             f"--min-weak is 0 or more, not {self.min_weak}"),
            *self._county_faults(),
            (self.neighbours not in ("auto", "pairs", "polygons", "points"),
             "--neighbours 只能填 auto | pairs | polygons | points",
             "--neighbours accepts auto | pairs | polygons | points"),
        ]  # fmt: skip

    def _county_faults(self) -> list[tuple[bool, str, str]]:
        return [
            (least < 0 or (most is not None and most < least),
             f"--per-county 应为 0 ≤ 最少 ≤ 最多，现为 {code}={least}..{most}",
             f"--per-county is 0 <= least <= most, not {code}={least}..{most}")
            for code, (least, most) in self.per_county.items()
        ]  # fmt: skip

    def as_record(self) -> dict[str, Any]:
        """The options as they stand in the certificate."""
        record = asdict(self)
        record["weights"] = dict(self.weights)
        record["hubs"] = list(self.hubs)
        record["per_county"] = {code: list(bound) for code, bound in self.per_county.items()}
        return record


def with_settings(base: Request, settings: Mapping[str, Any]) -> Request:
    """A request with some options changed; those given as None stay as they are."""
    return replace(base, **{name: value for name, value in settings.items() if value is not None})


def request_from(certificate: Path) -> Request | None:
    """The options an earlier certificate was made with, or None where there is none to read."""
    try:
        record = json.loads(certificate.read_text(encoding="utf-8"))["parameters"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    known = {name: record[name] for name in Request.__dataclass_fields__ if name in record}
    known["hubs"] = tuple(known.get("hubs", ()))
    known["per_county"] = {
        code: (bound[0], bound[1]) for code, bound in known.get("per_county", {}).items()
    }
    return Request(**known)
