"""A folder for what is not finished (未完成的文件), which one process at a time may use.

What a killed process left there is removed by the next one. The lock dies with its process, so
nothing has to be cleared by hand.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bangfu.records.ground.refusals import refuse
from bangfu.vocabulary.text import Text

__all__ = ["scratch_in"]


@contextmanager
def scratch_in(folder: Path, prefix: str) -> Iterator[Path]:
    """A new folder inside ``folder``, gone afterwards whatever happens."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, folder)
        for left in folder.glob(f"{prefix}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=prefix) as scratch:
            yield Path(scratch)
        # A new name stands only when its folder is on the disk as well.
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise refuse(
            "OPS-08",
            Text(
                "另一个备份或恢复正在使用这个目录。",
                "Another backup or restore is at work in this folder.",
            ),
            where=str(folder),
            remedy=Text("请等它完成后再试。", "Wait until it has finished, then try again."),
        ) from error
