"""The home folder of one installation (安装目录): database, secrets, attachments, backups."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Home"]


@dataclass(frozen=True, slots=True)
class Home:
    """Where an installation keeps its things; nothing is made until `make` is called."""

    root: Path

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.root / "bangfu.sqlite3"

    @property
    def secrets(self) -> Path:
        """Keys, outside the database and outside its backups."""
        return self.root / "secrets"

    @property
    def attachments(self) -> Path:
        """Scans and photos, by hash."""
        return self.root / "attachments"

    @property
    def backups(self) -> Path:
        """Where backups go unless told otherwise."""
        return self.root / "backups"

    @property
    def is_made(self) -> bool:
        """Whether ``bangfu init`` ran here."""
        return (self.secrets / "signing_key").exists()

    def make(self) -> None:
        """Make the folders and the signing key; keep what is there."""
        for folder in (self.root, self.attachments, self.backups):
            folder.mkdir(parents=True, exist_ok=True)
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        key = self.secrets / "signing_key"
        if not key.exists():
            _write_secret(key, secrets.token_urlsafe(64))

    def secret_key(self) -> str:
        """The key that signs sessions: from the environment, or the folder.

        Before ``bangfu init`` a key for this process alone, so that the command itself can run.
        """
        given = os.environ.get("BANGFU_SIGNING_KEY")
        if given:
            return given
        key = self.secrets / "signing_key"
        return key.read_text().strip() if key.exists() else secrets.token_urlsafe(64)


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
