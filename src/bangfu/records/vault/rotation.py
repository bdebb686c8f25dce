"""Changing the key (换钥): a new key seals at once; old values follow in chunks.

Each chunk is a transaction of its own, and each value names its key, so that a stop at any moment
loses nothing and the next call goes on. The old key is set aside only when no value
names it any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import models, transaction

from bangfu.records.access.policies import require
from bangfu.records.audit.actions import action, note
from bangfu.records.ground.refusals import refuse
from bangfu.records.vault import keys
from bangfu.records.vault.fields import EncryptedText, binding
from bangfu.records.vault.sealing import SealBroken, open_sealed, seal
from bangfu.vocabulary.text import Text

__all__ = [
    "begin_rotation",
    "broken_values",
    "reseal_all",
    "retire_key",
    "sealed_columns",
    "values_under",
]

_AT_ONCE: Final = 500


def sealed_columns() -> Iterator[tuple[type[models.Model], EncryptedText]]:
    """Every sealed column of every record, in a fixed order."""
    for model in sorted(apps.get_models(), key=lambda found: found._meta.label_lower):
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedText):
                yield model, field


@action("vault.begin_rotation")
def begin_rotation(*, actor: Any) -> str:
    """Add a key and seal with it from now on; its id."""
    require(actor, "system.operate")
    new = keys.add_key()
    note(key_id=new)
    return new


def reseal_all(*, chunk: int = _AT_ONCE) -> Iterator[int]:
    """Seal older values with the current key, chunk by chunk; yields how many rows moved.

    What is done is known by the values themselves: stopped and called again, it goes on. A value
    that does not open stays as it is; `broken_values` names it.
    """
    ring = keys.key_ring()
    for model, field in sealed_columns():
        column, last_pk = field.attname, 0
        older = model._base_manager.exclude(**{column: ""}).exclude(
            **{f"{column}__startswith": _prefix(ring.current)}
        )
        while True:
            with transaction.atomic():
                rows = list(older.filter(pk__gt=last_pk).order_by("pk").select_for_update()[:chunk])
                moved = sum(_reseal(row, field, ring) for row in rows)
            if not rows:
                break
            last_pk = rows[-1].pk
            yield moved


def _reseal(row: models.Model, field: EncryptedText, ring: keys.KeyRing) -> int:
    held: str = getattr(row, field.attname)
    bound_to = binding(row, field.name)
    try:
        text = open_sealed(held, key=ring.key_of(held), bound_to=bound_to)
    except SealBroken:
        return 0
    new = seal(text, key=ring.keys[ring.current], key_id=ring.current, bound_to=bound_to)
    # The old value stands in the condition: a writer who came between keeps his.
    rows = type(row)._base_manager.filter(pk=row.pk, **{field.attname: held})
    return rows.update(**{field.attname: new})


def broken_values() -> Iterator[tuple[str, int]]:
    """The column and the row of every value that does not open (used by verify)."""
    for model, field in sealed_columns():
        label = f"{model._meta.label_lower}.{field.name}"
        for row in model._base_manager.exclude(**{field.attname: ""}).iterator(chunk_size=1000):
            held: str = getattr(row, field.attname)
            try:
                key = keys.key_ring().key_of(held)
                open_sealed(held, key=key, bound_to=binding(row, field.name))
            except (SealBroken, keys.VaultNotReady):
                # A home restored without its keys opens nothing; with nothing sealed it is sound.
                yield label, row.pk


def _prefix(key_id: str) -> str:
    return f"v1.{key_id}."


def values_under(key_id: str) -> int:
    """How many values still name a key."""
    return sum(
        model._base_manager.filter(**{f"{field.attname}__startswith": _prefix(key_id)}).count()
        for model, field in sealed_columns()
    )


@action("vault.retire_key")
def retire_key(key_id: str, *, actor: Any) -> None:
    """Set an old key aside once no value names it (停用旧密钥)."""
    require(actor, "system.operate")
    ring = keys.key_ring()
    if key_id not in ring.keys or key_id == ring.current:
        raise refuse(
            "VLT-01",
            Text("没有这把旧密钥，或它正在使用。", "There is no such old key, or it is in use."),
        )
    left = values_under(key_id)
    if left:
        raise refuse(
            "VLT-02",
            Text(
                f"还有 {left} 条内容用这把密钥加密，不能停用。",
                f"{left} values are still sealed with this key.",
            ),
            remedy=Text("请先完成换钥。", "Finish the change of keys first."),
        )
    keys.set_aside(key_id)
    note(key_id=key_id)
