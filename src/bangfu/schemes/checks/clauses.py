"""Clauses (条款): every one that is cited exists, stands somewhere, and is carried by something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bangfu.schemes.checks.walk import entries, fault, listed
from bangfu.schemes.format import Clause, Reading
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.errors import Fault

__all__ = ["clause_faults", "clauses_cited", "uncarried_clauses"]


def clause_faults(scheme: Scheme) -> Iterator[Fault]:
    """CHK-01 an unknown clause is cited, CHK-02 a clause is given twice, CHK-03 its section."""
    known = scheme.clauses
    for path, clause in _citations(scheme):
        if clause not in known:
            yield fault(
                "CHK-01",
                path,
                f"引用的条款「{clause}」不在 clauses.yaml 中。",
                f"cites the clause {clause}, which clauses.yaml does not hold.",
            )
    times = Counter(clause.id for clause in scheme.clauses_file.clauses)
    for clause in sorted(clause for clause, number in times.items() if number > 1):
        yield fault("CHK-02", f"clauses.{clause}", "这一条款写了两次。", "is given twice.")
    yield from _section_faults(scheme)


def clauses_cited(scheme: Scheme) -> dict[str, tuple[str, ...]]:
    """The paths of what cites each clause, by clause id."""
    paths: dict[str, list[str]] = {}
    for path, clause in _citations(scheme):
        paths.setdefault(clause, []).append(path)
    return {clause: tuple(dict.fromkeys(found)) for clause, found in paths.items()}


def uncarried_clauses(scheme: Scheme) -> Iterator[Fault]:
    """CHK-51: a clause that nothing in the scheme rests on; it is told, not refused."""
    cited = clauses_cited(scheme)
    for clause in scheme.clauses_file.clauses:
        if clause.id not in cited:
            yield fault(
                "CHK-51",
                f"clauses.{clause.id}",
                f"方案中没有内容引用这一条款（{clause.label.zh}）。",
                f"nothing in the scheme rests on this clause ({clause.label.en}).",
            )


def _citations(scheme: Scheme) -> Iterator[tuple[str, str]]:
    own = {_series(clause) for clause in scheme.clauses}
    for path, node in entries(scheme):
        if isinstance(node, Clause):
            continue
        for name in type(node).model_fields:
            if name != "clauses" and not name.endswith("_clauses"):
                continue
            for clause in getattr(node, name):
                # A reading may touch several schemes; the others answer for theirs.
                elsewhere = isinstance(node, Reading) and _series(clause) not in own
                if isinstance(clause, str) and not elsewhere:
                    yield path, clause


def _series(clause: str) -> str:
    return clause.rsplit("-", 1)[0]


def _section_faults(scheme: Scheme) -> Iterator[Fault]:
    outline = [mark.section for mark in scheme.clauses_file.source.outline]
    for section, times in Counter(outline).items():
        if times > 1:
            yield fault(
                "CHK-03",
                "clauses.source.outline",
                f"章节「{section}」写了两次。",
                f"the section {section} is given twice.",
            )
    accepted = listed(outline)
    for clause in scheme.clauses_file.clauses:
        for section in clause.sections:
            if section not in outline:
                yield fault(
                    "CHK-03",
                    f"clauses.{clause.id}",
                    f"章节「{section}」不在文件提纲中；可用：{accepted.zh}。",
                    f"the section {section} is not in the outline; accepted: {accepted.en}.",
                )
        if not clause.sections:
            yield fault(
                "CHK-03",
                f"clauses.{clause.id}",
                "没有写明在文件的哪一节。",
                "the section of the document it stands in is not named.",
            )
