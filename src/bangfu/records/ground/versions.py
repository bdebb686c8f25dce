"""Rows with a version (版本): nobody overwrites what they have not seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.db import models

from bangfu.records.ground.refusals import Stale

__all__ = ["Versioned"]


class Versioned(models.Model):
    """A row whose every change adds one to its version."""

    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        abstract = True

    def refuse_if_stale(self, seen_version: int, wanted: Mapping[str, Any] | None = None) -> None:
        """Raise `Stale` unless the person saw this very version.

        ``wanted`` maps field names to what the person means to write; the refusal then shows
        each of them beside what stands now.
        """
        if seen_version == self.version:
            return
        difference = {
            name: (value, getattr(self, name))
            for name, value in (wanted or {}).items()
            if getattr(self, name) != value
        }
        raise Stale(seen=seen_version, current=self.version, difference=difference)

    def save_next_version(self) -> Self:
        """Write the row as the next version, or raise `Stale` if another writer was first.

        The comparison stands in the UPDATE itself, so that two writers on any database cannot
        both succeed, whether or not the row was locked when it was read.
        """
        held, self.version = self.version, self.version + 1
        values = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if not field.primary_key
        }
        manager = type(self)._base_manager
        if not manager.filter(pk=self.pk, version=held).update(**values):
            current = manager.filter(pk=self.pk).values_list("version", flat=True).first()
            self.version = held
            raise Stale(seen=held, current=current or 0)
        return self
