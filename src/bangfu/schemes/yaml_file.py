"""One YAML file read strictly (方案文件): what is written is what is meant, or it is refused.

No key twice, no tags, no anchors. Only ``true`` and ``false`` are yes and no, only plain decimal
digits are numbers; a date stays text until the format says that it is one. It knows no format.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from bangfu.vocabulary.errors import Fault, SchemeFault
from bangfu.vocabulary.text import Text

__all__ = ["read_yaml", "read_yaml_rows"]

#: What a word without quotes may be, beside text, by the characters it may start with. YAML 1.1
#: would also read ``no`` as false, ``6:3:1`` as a number to base sixty and ``0100`` as octal.
_PLAIN: Final[tuple[tuple[str, str, str], ...]] = (
    ("tag:yaml.org,2002:bool", r"true|false", "tf"),
    ("tag:yaml.org,2002:null", r"null|~|", "n~\0"),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
)


if TYPE_CHECKING:
    _Loader = yaml.SafeLoader
else:
    # The loader written in C is eight times as fast; the wheels have it.
    _Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: Levels of nesting that a scheme may need, and to spare.
_DEEPEST: Final = 40


class _StrictLoader(_Loader):
    """Safe loader that refuses what a reader could take for something else."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                None, None, "a key must be one word or number", key_node.start_mark
            )
        key = loader.construct_object(key_node)
        if key in seen:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} is written twice", key_node.start_mark
            )
        seen.add(key)
    return yaml.constructor.BaseConstructor.construct_mapping(loader, node, deep=True)


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
for _tag, _form, _first in _PLAIN:
    _StrictLoader.add_implicit_resolver(
        _tag, re.compile(f"^(?:{_form})$"), ["" if c == "\0" else c for c in _first]
    )


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file; an empty file is an empty mapping.

    Raises
    ------
    SchemeFault
        SCH-02 with file and line, where the file cannot be read, is not UTF-8, is not one
        mapping, or holds a key twice, a tag or an anchor.
    """
    content = _content(path)
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SchemeFault(
            [Fault("SCH-02", path.name, Text("文件应是键值对照。", "the file must be a mapping."))]
        )
    return content


def read_yaml_rows(path: Path) -> list[Any]:
    """The list in a YAML file; an empty file is an empty list. Refused as by ``read_yaml``."""
    content = _content(path)
    if content is None:
        return []
    if not isinstance(content, list):
        raise SchemeFault(
            [Fault("SCH-02", path.name, Text("文件应是列表。", "the file must be a list."))]
        )
    return content


def _content(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
        _refuse_events(text)
        return yaml.load(text, Loader=_StrictLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
        reason = " ".join(str(error).split()).replace('in "<unicode string>", ', "")
        raise SchemeFault(
            [
                Fault(
                    "SCH-02",
                    path.name,
                    Text(f"文件读不出来：{reason}", f"the file cannot be read: {reason}"),
                )
            ]
        ) from None


def _refuse_events(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        # Anchors can make a short file stand for an endless one.
        if getattr(event, "anchor", None):
            raise _unwanted(event, "anchors (&) and aliases (*) are not accepted")
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            raise _unwanted(event, f"the tag {tag!r} is not accepted")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise _unwanted(event, f"nested more than {_DEEPEST} levels deep")


def _unwanted(event: yaml.Event, problem: str) -> yaml.MarkedYAMLError:
    mark: Any = event.start_mark
    return yaml.MarkedYAMLError(None, None, problem, mark)
