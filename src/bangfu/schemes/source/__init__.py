"""A scheme against its original document (原文核对): every figure stands where its clause stands.

The document is given by whoever checks; nothing of it is kept here.
"""

from bangfu.schemes.source.changed import (
    Unnoticed,
    unnoticed_in_the_document,
    unnoticed_in_the_scheme,
)
from bangfu.schemes.source.check import check_source
from bangfu.schemes.source.outline import sections
from bangfu.schemes.source.report import Finding, SourceReport, Uncarried
from bangfu.schemes.source.text import read_source

__all__ = [
    "Finding",
    "SourceReport",
    "Uncarried",
    "Unnoticed",
    "check_source",
    "read_source",
    "sections",
    "unnoticed_in_the_document",
    "unnoticed_in_the_scheme",
]
