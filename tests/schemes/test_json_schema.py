"""The JSON Schema that editors use says what the loader reads."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bangfu.schemes.json_schema import scheme_json_schema
from bangfu.schemes.load import STEP_FILES
from bangfu.schemes.yaml_file import read_yaml

INVENTED = Path(__file__).parent / "invented"
SCHEMA = scheme_json_schema()


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for part in node.values():
            yield from references(part)
    elif isinstance(node, list):
        for part in node:
            yield from references(part)


def definition(file: str) -> dict[str, Any]:
    name = SCHEMA["properties"][file]["$ref"].removeprefix("#/$defs/")
    found: dict[str, Any] = SCHEMA["$defs"][name]
    return found


def test_every_file_of_a_scheme_has_its_part() -> None:
    files = {f"{name}.yaml" for name in ("scheme", "clauses", "readings", "catalogue", *STEP_FILES)}
    assert set(SCHEMA["properties"]) == files


def test_every_reference_leads_somewhere() -> None:
    known = {f"#/$defs/{name}" for name in SCHEMA["$defs"]}
    assert set(references(SCHEMA)) <= known


def test_it_is_plain_json() -> None:
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_keys_that_are_not_declared_are_refused() -> None:
    models = [part for part in SCHEMA["$defs"].values() if "properties" in part]
    assert {part["additionalProperties"] for part in models} == {False}


def test_the_keys_of_the_invented_scheme_are_declared() -> None:
    for path in INVENTED.glob("*.yaml"):
        declared = definition(path.name)
        written = set(read_yaml(path))
        assert set(declared.get("required", ())) <= written <= set(declared["properties"])
