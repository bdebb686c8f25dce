"""Compile numeric kernels to machine code (即时编译), once per computer and user.

The compiled code is kept in the user's cache, not beside the source: an installed package may be
read-only, and is not the place for what a run leaves behind.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

__all__ = ["cache_folder", "compiled"]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(kernel: Kernel) -> Kernel:
    """A kernel as machine code that lets other threads run meanwhile."""
    try:
        with _cached_for_the_user():
            return cast(Kernel, numba.njit(cache=True, nogil=True)(kernel))
    except (RuntimeError, OSError):
        # No folder can be written: compile anew in every process rather than not at all.
        return cast(Kernel, numba.njit(nogil=True)(kernel))


def cache_folder() -> Path:
    """Where compiled kernels are kept: NUMBA_CACHE_DIR if that is set, else the user's cache."""
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(base) if base else Path.home() / ".cache") / "bangfu" / "kernels"


@contextmanager
def _cached_for_the_user() -> Iterator[None]:
    """The place is read when a kernel is declared; other users of numba keep theirs."""
    config: Any = numba.config
    before = config.CACHE_DIR
    config.CACHE_DIR = str(cache_folder())
    try:
        yield
    finally:
        config.CACHE_DIR = before
