"""The identity of a scheme version (方案版本): one canonical JSON text and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

__all__ = ["canonical_json", "content_hash"]


def canonical_json(content: Mapping[str, Any]) -> str:
    """The content as JSON with sorted keys and no spare space; dates as ISO text.

    >>> canonical_json({"b": 1, "a": {"2021-01-01": None}})
    '{"a":{"2021-01-01":null},"b":1}'
    """
    return json.dumps(
        _plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {_key(key): _plain(item) for key, item in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(item) for item in node]
    if isinstance(node, date):
        return node.isoformat()
    return node


def _key(key: Any) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)
