"""Readings (执行口径): where a text can be read in more than one way, which way we take."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bangfu.schemes.format.common import Bilingual, Model

__all__ = ["Reading", "ReadingsFile"]


class Reading(Model):
    """One doubtful point: computed readings move a result, notes only explain."""

    id: str = Field(pattern=r"^A\d{2,3}$")
    clauses: tuple[str, ...]
    problem: Bilingual
    effect: Literal["computed", "note"]
    options: dict[str, Bilingual] = Field(default_factory=dict)
    chosen: str | None = None
    why: Bilingual

    @model_validator(mode="after")
    def _chosen_is_an_option(self) -> Reading:
        if self.effect == "computed":
            if len(self.options) < 2:
                raise ValueError(f"{self.id}: a computed reading needs two or more options")
            if self.chosen not in self.options:
                raise ValueError(f"{self.id}: chosen must be one of {', '.join(self.options)}")
        elif self.chosen is not None and self.options and self.chosen not in self.options:
            raise ValueError(f"{self.id}: chosen must be one of {', '.join(self.options)}")
        return self


class ReadingsFile(Model):
    """``readings.yaml``, of one scheme or of all."""

    readings: tuple[Reading, ...] = ()
