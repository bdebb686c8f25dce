"""The format of scheme files as JSON Schema (文件格式), for editors that complete and check YAML.

It says form only: what ``check`` finds beyond it cannot be told in a schema.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bangfu.schemes.format import ClausesFile, ReadingsFile, SchemeFile
from bangfu.schemes.format.catalogue import CatalogueFile
from bangfu.schemes.load import STEP_FILES

__all__ = ["scheme_json_schema"]

_FILES: Final[dict[str, type[BaseModel]]] = {
    "scheme": SchemeFile,
    "clauses": ClausesFile,
    "readings": ReadingsFile,
    **STEP_FILES,
    "catalogue": CatalogueFile,
}


def scheme_json_schema() -> dict[str, Any]:
    """One JSON Schema (2020-12) with a property per file of a scheme folder.

    Returns
    -------
    dict
        An editor is given ``<this file>#/properties/funding.yaml`` for ``funding.yaml``.

    Examples
    --------
    >>> scheme_json_schema()["properties"]["funding.yaml"]
    {'$ref': '#/$defs/FundingFile'}
    """
    references, definitions = models_json_schema(
        [(model, "validation") for model in _FILES.values()],
        title="Bangfu scheme files",
        ref_template="#/$defs/{model}",
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **definitions,
        "type": "object",
        "properties": {
            f"{name}.yaml": references[model, "validation"] for name, model in _FILES.items()
        },
        "additionalProperties": False,
    }
