"""Writing results (结果输出): plain CSV, and a folder that is there whole or not at all.

Knows how a table is put on disk; what the results mean is said by those who write them.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import secrets
import shutil
from pathlib import Path
from types import TracebackType
from typing import Final

import polars as pl

from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["OutputFolder", "write_csv"]

#: The file by which an earlier result is known, and may be replaced.
RESULT_MARK: Final = "run.json"
_RENAME_EXCHANGE: Final = 2
_AT_FDCWD: Final = -100
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BARRED: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 without BOM, lines ended by LF.

    Parameters
    ----------
    frame : frame
        Dates are written ISO, booleans ``true`` and ``false``, null as an empty cell; a column
        of lists is joined with ``;``.
    path : Path
        Its folder exists.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "targets.csv"
    ...     write_csv(pl.DataFrame({"code": ["330102"], "met": [True], "rank": [None]}), path)
    ...     path.read_text(encoding="utf-8")
    'code,met,rank\\n330102,true,\\n'
    """
    joined = [
        pl.col(name).cast(pl.List(pl.String)).list.join(";")
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.List)
    ]
    frame.with_columns(joined).write_csv(
        path,
        include_bom=False,
        line_terminator="\n",
        null_value="",
        date_format="%Y-%m-%d",
        datetime_format="%Y-%m-%dT%H:%M:%S",
    )


class OutputFolder:
    """A folder of results, written aside and put in place only when everything is done.

    Parameters
    ----------
    out : Path
        Where the results shall be. It may be missing, empty, or an earlier result, which is
        then replaced at once; any other content is refused.
    mark : str
        The file by which an earlier result is known.

    Raises
    ------
    FaultsFound
        On entering, if ``out`` holds something else; on leaving, if the disk is full or barred.

    Notes
    -----
    ``with OutputFolder(out) as folder`` gives a hidden sibling of ``out`` to write into. If the
    block fails, or the process is killed at any moment, ``out`` is what it was before. What a
    killed process left behind is removed by the next run; a folder another process is writing
    is known by its lock and left alone.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as base:
    ...     with OutputFolder(Path(base) / "out") as folder:
    ...         _ = (folder / "run.json").write_text("{}")
    ...     sorted(path.name for path in Path(base).iterdir())
    ['out']
    """

    def __init__(self, out: Path, *, mark: str = RESULT_MARK) -> None:
        self.out = Path(out).resolve()
        self._mark = mark
        self._part: Path | None = None
        self._lock: int | None = None

    def __enter__(self) -> Path:
        self._refuse_other_content()
        try:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            self._recover_and_clean()
            self._part, self._lock = self._new_part()
        except OSError as error:
            self._drop()
            raise self._fault_of(error) or error from error
        return self._part

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._put_in_place()
        except OSError as failure:
            error = failure
            raise self._fault_of(failure) or failure from failure
        finally:
            self._drop()
        if isinstance(error, OSError):
            fault = self._fault_of(error)
            if fault is not None:
                raise fault from error

    @property
    def _prefix(self) -> str:
        return f".{self.out.name}.part-"

    @property
    def _aside(self) -> Path:
        """Where an earlier result waits on a file system that cannot exchange two folders."""
        return self.out.parent / f".{self.out.name}.before"

    def _refuse_other_content(self) -> None:
        if not self.out.exists():
            return
        if self.out.is_dir() and ((self.out / self._mark).is_file() or not any(self.out.iterdir())):
            return
        raise _refusal(
            "OUT-01",
            self.out,
            Text("已有其他内容，不会覆盖。", "It holds something else, which is not overwritten."),
            Text("请另选一个输出文件夹，或先清空它。", "Choose another folder, or empty it first."),
        )

    def _recover_and_clean(self) -> None:
        if self._aside.exists():
            # A process was killed between moving the earlier result aside and the new one in.
            if self.out.exists():
                shutil.rmtree(self._aside)
            else:
                self._aside.rename(self.out)
        for left in self.out.parent.glob(f"{_escaped(self._prefix)}*"):
            lock = _locked(left)
            if lock is not None:
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)

    def _new_part(self) -> tuple[Path, int]:
        while True:
            part = self.out.parent / f"{self._prefix}{secrets.token_hex(8)}"
            part.mkdir()
            lock = _locked(part)
            # Another run may clean up between these two steps: then take another name.
            if lock is not None and part.is_dir():
                return part, lock
            if lock is not None:
                os.close(lock)

    def _put_in_place(self) -> None:
        assert self._part is not None
        self._refuse_other_content()
        if not self.out.exists():
            self._part.rename(self.out)
            self._part = None
        elif not _exchanged(self._part, self.out):
            self.out.rename(self._aside)
            self._part.rename(self.out)
            self._part = None
            shutil.rmtree(self._aside, ignore_errors=True)

    def _drop(self) -> None:
        """Remove what is left aside: an unfinished result, or the earlier one after exchange."""
        if self._part is not None:
            shutil.rmtree(self._part, ignore_errors=True)
            self._part = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _fault_of(self, error: OSError) -> FaultsFound | None:
        if error.errno in _NO_ROOM:
            return _refusal(
                "OUT-02",
                self.out,
                Text("磁盘空间不足，没有写出结果。", "The disk is full; no result was written."),
                Text("请清理磁盘后重新运行。", "Make room and run again."),
            )
        if error.errno in _BARRED:
            return _refusal(
                "OUT-03",
                self.out,
                Text("没有写入权限。", "Writing here is not permitted."),
                Text("请另选一个文件夹。", "Choose another folder."),
            )
        return None


def _refusal(code: str, out: Path, message: Text, remedy: Text) -> FaultsFound:
    return FaultsFound([Fault(code, str(out), message, remedy)])


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _locked(folder: Path) -> int | None:
    """An open lock on a folder, or None where a living process holds it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _exchanged(part: Path, out: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    done = renameat2(_AT_FDCWD, os.fsencode(part), _AT_FDCWD, os.fsencode(out), _RENAME_EXCHANGE)
    return bool(done == 0)
