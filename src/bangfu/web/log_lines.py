"""Log lines (运行日志) as JSON, one a line: what happened where, never whose data."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

__all__ = ["JsonLines"]


class JsonLines(logging.Formatter):
    """Time, level, logger, message, request number; an exception's type and place, not its text.

    The text of an exception may quote what somebody entered, so it stays out.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if not record.exc_info else str(record.msg),
        }
        # Our own lines carry the number; those of the framework carry the request that bears it.
        request_id = getattr(record, "request_id", None) or getattr(
            getattr(record, "request", None), "request_id", None
        )
        if request_id:
            line["request"] = request_id
        if record.exc_info and record.exc_info[0]:
            line["exception"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                line["at_line"] = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        return json.dumps(line, ensure_ascii=False)
