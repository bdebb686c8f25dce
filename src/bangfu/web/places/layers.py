"""Layers of pairs in words (结对层次): as the scheme calls them, else as tables do, else the code."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from bangfu.programme.holders import post_words
from bangfu.records.catalogue.models import AdoptedScheme
from bangfu.records.organisations.models import HelperLink
from bangfu.vocabulary.text import Text

__all__ = ["layer_choices", "layer_label", "layer_labels"]

Labels = dict[tuple[str, str], Text]


def layer_labels() -> Labels:
    """The layers of the schemes in force, by scheme and layer."""
    rows = AdoptedScheme.objects.filter(replaced_at=None).order_by("scheme")
    found: Labels = {}
    for scheme, digest in rows.values_list("scheme", "content_hash"):
        found |= {(scheme, layer): label for layer, label in _layers(scheme, digest)}
    return found


def layer_label(link: HelperLink, labels: Labels) -> Text:
    """The words for the layer of a pair; one that names no scheme may be of any."""
    own = labels.get((link.scheme, link.layer))
    if own is not None:
        return own
    if not link.scheme:
        for (_scheme, layer), label in labels.items():
            if layer == link.layer:
                return label
    return _table_words().get(link.layer, Text(link.layer, link.layer))


def layer_choices(labels: Labels, titles: dict[str, Text]) -> list[tuple[str, Text]]:
    """What a new pair may be entered under: ``scheme/layer`` and its words."""
    return [
        (
            f"{scheme}/{layer}",
            Text(
                f"{label.zh}（{titles[scheme].zh}）",
                f"{label.en} ({titles[scheme].en})",
            ),
        )
        for (scheme, layer), label in labels.items()
        if scheme in titles
    ]


@lru_cache(maxsize=32)
def _layers(scheme: str, digest: str) -> tuple[tuple[str, Text], ...]:
    """Kept by the hash of the content: the same hash is the same content."""
    content = AdoptedScheme.objects.values_list("content", flat=True).get(
        scheme=scheme, content_hash=digest
    )
    return tuple(_read(content))


def _read(content: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    seen: set[str] = set()
    pairing = content.get("pairing") or {}
    for quota in pairing.get("quotas") or ():
        for layer in quota["layers"]:
            seen.add(layer["id"])
            yield layer["id"], Text(layer["label"]["zh"], layer["label"]["en"])
    words = content.get("scheme", {}).get("words") or {}
    if "helper_unit" in words and "helper_unit" not in seen:
        yield "helper_unit", Text(words["helper_unit"]["zh"], words["helper_unit"]["en"])


@cache
def _table_words() -> dict[str, Text]:
    """The first and the last word of tables for a helper: the Chinese and the English one."""
    words: dict[str, list[str]] = {}
    for word, post in post_words().items():
        words.setdefault(post, []).append(word)
    return {post: Text(names[0], names[-1]) for post, names in words.items()}
