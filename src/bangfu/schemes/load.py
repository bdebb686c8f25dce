"""Load a scheme folder: read, check the form, index every figure by its path.

All faults of all files are listed at once. What a scheme must say beyond its form (clauses that
exist, expressions that parse) is in ``check``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from bangfu.schemes.figure_index import index_figures
from bangfu.schemes.figures import Dated, Figure
from bangfu.schemes.find import SHARED_FOLDER, find_scheme
from bangfu.schemes.format import (
    AssistanceFile,
    Clause,
    ClausesFile,
    ClustersFile,
    DutiesFile,
    EvaluationFile,
    ExitFile,
    FundingFile,
    GoalsFile,
    PairingFile,
    Reading,
    ReadingsFile,
    RegistersFile,
    SchemeFile,
    StaffingFile,
    TargetingFile,
)
from bangfu.schemes.format.catalogue import CatalogueFile, DataElement
from bangfu.schemes.identity import content_hash
from bangfu.schemes.yaml_file import read_yaml
from bangfu.vocabulary.errors import Fault, SchemeFault
from bangfu.vocabulary.text import Text

__all__ = ["STEP_FILES", "Scheme", "load_catalogue", "load_scheme"]

#: The step files of a scheme folder; all but these, scheme, clauses and readings are refused.
STEP_FILES: Final[dict[str, type[BaseModel]]] = {
    "targeting": TargetingFile,
    "pairing": PairingFile,
    "staffing": StaffingFile,
    "duties": DutiesFile,
    "funding": FundingFile,
    "goals": GoalsFile,
    "registers": RegistersFile,
    "clusters": ClustersFile,
    "evaluation": EvaluationFile,
    "exit": ExitFile,
    "assistance": AssistanceFile,
}

_M = TypeVar("_M", bound=BaseModel)

#: What pydantic finds wrong, in Chinese; what is not here is passed on as it is.
_FORM_ZH: Final[dict[str, str]] = {
    "missing": "缺少必填项",
    "extra_forbidden": "没有这个键",
    "literal_error": "应为下列之一：{expected}",
    "string_pattern_mismatch": "写法应符合 {pattern}",
    "string_type": "应为文本，数字请加引号",
    "string_too_short": "不能为空",
    "string_too_long": "最多 {max_length} 个字符",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "date_from_datetime_parsing": "应为日期，例如 2025-12-31",
    "tuple_type": "应为列表",
    "model_type": "应为键值对照",
    "dict_type": "应为键值对照",
}


@dataclass(frozen=True)
class Scheme:
    """A policy as data: its files, and every figure by path.

    ``overlay`` records what was changed for a trial; ``content_hash`` is that of the folder
    without it.
    """

    id: str
    folder: Path
    about: SchemeFile
    clauses_file: ClausesFile
    targeting: TargetingFile
    pairing: PairingFile
    staffing: StaffingFile
    duties: DutiesFile
    funding: FundingFile
    goals: GoalsFile
    registers: RegistersFile
    clusters: ClustersFile
    evaluation: EvaluationFile
    exit: ExitFile
    assistance: AssistanceFile
    readings: Mapping[str, Reading]
    figures: Mapping[str, Dated]
    catalogue: Mapping[str, DataElement]
    content_hash: str
    overlay: Mapping[str, str] = field(default_factory=dict)
    #: What the hash is taken of: the files as plain data, defaults left out.
    content: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def clauses(self) -> dict[str, Clause]:
        """The clauses by id."""
        return {clause.id: clause for clause in self.clauses_file.clauses}

    def figure(self, path: str, on: date) -> Figure | None:
        """The figure at a path on a day, through references; None where nothing is stated."""
        dated = self.figures[path]
        while dated.ref is not None:
            dated = self.figures[dated.ref]
        return dated.on(on)

    def origin(self, path: str) -> Dated:
        """The entry a path finally stands for: its label, clauses and assumption."""
        dated = self.figures[path]
        while dated.ref is not None:
            dated = self.figures[dated.ref]
        return dated

    def chosen(self, reading_id: str) -> str | None:
        """The option taken for a doubtful point."""
        return self.readings[reading_id].chosen


def load_catalogue() -> dict[str, DataElement]:
    """The data elements all schemes share, by id."""
    faults: list[Fault] = []
    file = _parse(SHARED_FOLDER / "catalogue.yaml", CatalogueFile, faults)
    if faults or file is None:
        raise SchemeFault(faults)
    for part in ("id", "name"):
        times = Counter(getattr(element, part) for element in file.elements)
        for word in (word for word, number in times.items() if number > 1):
            text = Text(f"「{word}」写了两次。", f"{word!r} is given twice.")
            faults.append(Fault("SCH-13", f"catalogue.yaml {part}", text))
    if faults:
        raise SchemeFault(faults)
    return {element.id: element for element in file.elements}


def load_scheme(name: str | Path) -> Scheme:
    """Load a scheme by id or path.

    Raises
    ------
    SchemeFault
        With every fault of form in every file.
    """
    folder = name if isinstance(name, Path) else find_scheme(name)
    faults: list[Fault] = []
    about = _parse(folder / "scheme.yaml", SchemeFile, faults)
    clauses_file = _parse(folder / "clauses.yaml", ClausesFile, faults)
    own_readings = _parse(folder / "readings.yaml", ReadingsFile, faults, optional=True)
    shared_readings = _parse(SHARED_FOLDER / "readings.yaml", ReadingsFile, faults, optional=True)
    steps = {
        step: _parse(folder / f"{step}.yaml", model, faults, optional=True)
        for step, model in STEP_FILES.items()
    }
    faults.extend(_unexpected_files(folder))
    if faults or about is None or clauses_file is None:
        raise SchemeFault(faults)
    figures = index_figures(steps, about, faults)
    mine = {clause.id for clause in clauses_file.clauses}
    readings = _readings(own_readings, shared_readings, mine, faults)
    if faults:
        raise SchemeFault(faults)
    # What a file leaves at its default is left out: a new key or step moves no other scheme's hash.
    parsed: dict[str, Any] = {
        "scheme": about.model_dump(mode="json", exclude_defaults=True),
        "clauses": clauses_file.model_dump(mode="json", exclude_defaults=True),
        "readings": {
            key: r.model_dump(mode="json", exclude_defaults=True) for key, r in readings.items()
        },
        **{
            step: content
            for step, file in steps.items()
            if file and (content := file.model_dump(mode="json", exclude_defaults=True))
        },
    }
    return Scheme(
        id=about.id,
        folder=folder,
        about=about,
        clauses_file=clauses_file,
        readings=readings,
        figures=figures,
        catalogue=load_catalogue(),
        content_hash=content_hash(parsed),
        content=parsed,
        **steps,  # type: ignore[arg-type]
    )


def _parse(
    path: Path, model: type[_M], faults: list[Fault], *, optional: bool = False
) -> _M | None:
    if not path.is_file():
        if optional:
            return model()
        faults.append(
            Fault("SCH-03", path.name, Text("方案缺这个文件。", "the scheme lacks this file."))
        )
        return None
    try:
        return model.model_validate(read_yaml(path))
    except ValidationError as error:
        faults.extend(_form_faults(path.name, error))
    except SchemeFault as fault:
        faults.extend(fault.faults)
    return None


def _form_faults(file: str, error: ValidationError) -> Iterator[Fault]:
    for problem in error.errors(include_url=False):
        where = ".".join(str(part) for part in problem["loc"])
        given, en = repr(problem.get("input"))[:80], problem["msg"]
        facts = {key: str(fact) for key, fact in problem.get("ctx", {}).items()}
        known = _FORM_ZH.get(problem["type"])
        zh = known.format_map(facts) if known else f"不符合格式（{en}）"
        text = Text(f"{zh}；写的是 {given}。", f"{en}; given {given}.")
        yield Fault("SCH-04", f"{file} {where}", text)


def _readings(
    own: ReadingsFile | None, shared: ReadingsFile | None, mine: set[str], faults: list[Fault]
) -> dict[str, Reading]:
    """The scheme's own readings, and those of all schemes that touch one of its clauses."""
    readings: dict[str, Reading] = {}
    touching = [r for r in (shared.readings if shared else ()) if mine & set(r.clauses)]
    for reading in [*touching, *(own.readings if own else ())]:
        if reading.id in readings:
            text = Text("这个执行口径写了两次。", "this reading is given twice.")
            faults.append(Fault("SCH-11", f"readings.{reading.id}", text))
        readings[reading.id] = reading
    return readings


def _unexpected_files(folder: Path) -> Iterator[Fault]:
    known = {f"{step}.yaml" for step in STEP_FILES} | {
        "scheme.yaml",
        "clauses.yaml",
        "readings.yaml",
    }
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in known:
            accepted = ", ".join(sorted(known))
            yield Fault(
                "SCH-05",
                path.name,
                Text(
                    f"方案中没有这种文件；可用：{accepted}。",
                    f"no such file in a scheme; accepted: {accepted}.",
                ),
            )
