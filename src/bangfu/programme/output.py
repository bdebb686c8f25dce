"""The folder a run leaves behind (结果文件夹): tables, record and reports, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bangfu.programme.papers import run_workbook
from bangfu.programme.report import report_html
from bangfu.programme.result import RunResult
from bangfu.programme.tables.write import OutputFolder, write_csv
from bangfu.programme.versions import software_versions
from bangfu.schemes.attach import Attachment
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Language

__all__ = ["run_record", "write_results"]


def write_results(  # noqa: PLR0913 (the attachment beside what every result has)
    result: RunResult,
    scheme: Scheme,
    out: Path,
    *,
    inputs: Mapping[str, str],
    language: Language,
    generated_on: date,
    attachment: Attachment | None = None,
) -> None:
    """Write every table as CSV, the record of the run and the report, all at once.

    ``attachment`` is the original document, where the installation keeps it; the report then
    quotes it.

    Raises
    ------
    FaultsFound
        If ``out`` holds anything but an earlier result, or cannot be written.
    """
    with OutputFolder(out) as folder:
        for name, table in result.tables.items():
            write_csv(table, folder / f"{name}.csv")
        record = json.dumps(run_record(result, inputs), ensure_ascii=False, indent=2)
        (folder / "run.json").write_text(record + "\n", encoding="utf-8")
        report = report_html(
            result,
            scheme,
            language=language,
            inputs=inputs,
            generated_on=generated_on,
            attachment=attachment,
        )
        (folder / "report.html").write_text(report, encoding="utf-8")
        workbook = run_workbook(
            result, scheme, language=language, inputs=inputs, generated_on=generated_on
        )
        (folder / "report.xlsx").write_bytes(workbook)


def run_record(result: RunResult, inputs: Mapping[str, str]) -> dict[str, Any]:
    """``run.json``: what was run on what, how long it took, what came out and what did not."""
    return {
        "scheme": result.scheme_id,
        "scheme_hash": result.scheme_hash,
        "overlay": dict(result.overlay),
        "synthetic": result.synthetic,
        "inputs": dict(inputs),
        "as_of": result.as_of.isoformat(),
        "versions": software_versions(),
        "seconds": result.seconds,
        "skipped": [
            {
                "step": item.step,
                "needs": item.needs,
                "reason": item.reason.zh,
                "reason_en": item.reason.en,
            }
            for item in result.skipped
        ],
        "checks": [
            {
                "id": check.id,
                "outcome": check.outcome,
                "message": check.message.zh,
                "message_en": check.message.en,
                "clauses": list(check.clauses),
            }
            for check in result.checks
        ],
        "notices": [
            {"step": notice.step, "message": notice.message.zh, "message_en": notice.message.en}
            for notice in result.notices
        ],
        "summary": [
            {
                "id": item.id,
                "label": item.label.zh,
                "label_en": item.label.en,
                "value": item.value,
                "unit": item.unit,
                "basis": item.basis.zh if item.basis else None,
                "clauses": list(item.clauses),
            }
            for item in result.headlines
        ],
    }
