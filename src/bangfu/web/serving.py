"""The site as one process (运行): a threaded server, and a worker thread beside it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any, Final

import waitress

from bangfu.web.wsgi import application

__all__ = ["listen", "serve"]

#: What a front server says about a request; believed from its own address alone.
_FORWARDED: Final = frozenset({"x-forwarded-for", "x-forwarded-proto"})


def serve(*, host: str, port: int, threads: int, with_worker: bool) -> None:
    """Serve until interrupted; running jobs are put back to be resumed."""
    stop = threading.Event()
    worker = _start_worker(stop) if with_worker else None
    server = listen(host=host, port=port, threads=threads)
    sys.stdout.write(f"http://{host}:{port}/\n")
    sys.stdout.flush()

    def end(number: int, frame: FrameType | None) -> None:
        # Nothing that takes a lock belongs here, and a second signal must not interrupt the end.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        stop.set()
        server.close()
        if worker is not None:
            worker.join(timeout=20)


def listen(*, host: str, port: int, threads: int) -> Any:
    """The server, bound but not yet running.

    Without a trusted front server the headers that name the client would be dropped: every
    request would seem to come from this machine, and none by HTTPS.
    """
    return waitress.create_server(
        application,
        host=host,
        port=port,
        threads=threads,
        trusted_proxy=os.environ.get("BANGFU_PROXY", "127.0.0.1"),
        trusted_proxy_headers=set(_FORWARDED),
    )


def _start_worker(stop: threading.Event) -> threading.Thread:
    from bangfu.records.jobs.worker import Worker
    from bangfu.records.operations.daily import start_daily_thread

    start_daily_thread(stop)
    worker = threading.Thread(
        target=Worker("serve").run, args=(stop,), name="bangfu-worker", daemon=True
    )
    worker.start()
    return worker
