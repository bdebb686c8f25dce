"""``bangfu rotate-key``: a new key for what is sealed, the old one set aside (换钥)."""

from __future__ import annotations

import typer

from bangfu.cli.site import HomeOption, site_ready
from bangfu.cli.words import say

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        name="rotate-key", help=say("更换密钥并重新加密", "seal everything with a new key")
    )(_rotate)


def _rotate(home: HomeOption = None) -> None:
    """The new key seals at once; stopped half-way, the next call goes on."""
    site_ready(home)
    from django.conf import settings

    from bangfu.records.audit.actions import System
    from bangfu.records.vault.keys import ensure_keys, key_ring
    from bangfu.records.vault.rotation import begin_rotation, reseal_all, retire_key

    ensure_keys(settings.HOME.root)
    begin_rotation(actor=System())
    moved = sum(reseal_all())
    ring = key_ring()
    old = sorted(set(ring.keys) - {ring.current})
    for key_id in old:
        retire_key(key_id, actor=System())
    print(
        say(
            f"已换钥：重新加密 {moved:,} 项，停用旧密钥 {len(old)} 把。",
            f"key changed: {moved:,} values sealed anew, {len(old)} old keys set aside.",
        )
    )
    print(
        say(
            "停用的密钥在 secrets/vault_keys_retired.json，恢复旧备份时要用；请重新封存 secrets。",
            "Old keys lie in secrets/vault_keys_retired.json, for backups from before; "
            "seal the folder secrets away again.",
        )
    )
