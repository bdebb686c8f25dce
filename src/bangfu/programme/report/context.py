"""What every view of the report reads from (报告取材): the result, the scheme, the language.

Turns ids into the scheme's own labels and clause ids into references; computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from bangfu.programme.report.parts import Cell, ClauseRef, Column, Paragraph
from bangfu.programme.report.words import CLAUSES, FIELDS, STEP_TITLES, STEP_WORDS, TABLES
from bangfu.programme.result import RunResult
from bangfu.programme.workspace import class_index
from bangfu.schemes.attach import Attachment
from bangfu.schemes.figures import Dated
from bangfu.schemes.format import Bilingual
from bangfu.schemes.load import Scheme
from bangfu.schemes.overlay import apply_overlay
from bangfu.vocabulary.text import Language, Text

__all__ = ["ROWS_SHOWN", "ReportContext"]

#: Rows of a long table that the report prints; the rest stands in the CSV file.
ROWS_SHOWN: Final = 200


@dataclass(frozen=True)
class ReportContext:
    """A result, its scheme and the language it is told in.

    ``given`` is the scheme without the trial settings of the run; ``attachment`` the original
    document, where the installation keeps it.
    """

    result: RunResult
    given: Scheme
    language: Language
    attachment: Attachment | None = None

    @cached_property
    def scheme(self) -> Scheme:
        """The scheme as it was run, with the trial settings laid over it."""
        if not self.result.overlay or dict(self.given.overlay) == dict(self.result.overlay):
            return self.given
        return apply_overlay(self.given, self.result.overlay)

    @cached_property
    def clause_ids(self) -> frozenset[str]:
        """The clauses that the appendix lists."""
        return frozenset(self.scheme.clauses)

    @cached_property
    def class_labels(self) -> dict[str, str]:
        """The classes of all lists, by id."""
        return {
            name: self.say(found.label) for name, (_, found) in class_index(self.scheme).items()
        }

    def say(self, text: Text | Bilingual) -> str:
        """A text in the language of the report."""
        return text.zh if self.language == "zh" else text.en

    def word(self, zh: str, en: str) -> str:
        """One of two words, by the language of the report."""
        return zh if self.language == "zh" else en

    def joined(self, texts: Iterable[str]) -> str:
        """Texts as an enumeration."""
        return self.word("、", ", ").join(texts)

    def table(self, name: str) -> pl.DataFrame | None:
        """An output table, or None where the run made none or an empty one."""
        table = self.result.tables.get(name)
        return None if table is None or table.is_empty() else table

    def refs(self, ids: Sequence[str]) -> tuple[ClauseRef, ...]:
        """Clause ids as references, each once."""
        return tuple(ClauseRef(name, name in self.clause_ids) for name in dict.fromkeys(ids))

    def clause_cell(self, ids: Sequence[str] | str | None) -> Cell:
        """The clauses of a row, from a tuple or from a cell of an output table."""
        names = ids.split(";") if isinstance(ids, str) else ids or ()
        return Cell(clauses=self.refs([name for name in names if name]))

    def clause_column(self) -> Column:
        """The column that stands beside every figure."""
        return Column(self.say(CLAUSES), "clauses")

    def class_label(self, class_id: str | None) -> str:
        """The label of a class; an unnamed one says so."""
        if not class_id:
            return self.word("（未分类）", "(no class)")
        return self.class_labels.get(class_id, class_id)

    def step_title(self, step: str) -> str:
        """The title of a step, in the scheme's own word where it has one."""
        own = self.scheme.about.words.get(STEP_WORDS.get(step, ""))
        if own is not None:
            title = self.say(own)
            return title[:1].upper() + title[1:]
        return self.say(STEP_TITLES[step]) if step in STEP_TITLES else step

    def table_label(self, name: str) -> str:
        """An input table as offices call it, with its file name behind."""
        base, _, rest = name.partition(" ")
        label = TABLES.get(base)
        if base.startswith("registers/"):
            found = {r.id: r.label for r in self.scheme.registers.registers}
            register = found.get(base.removeprefix("registers/"))
            label = register.text if register else None
        shown = (
            name if label is None else self.word(f"{label.zh}（{base}）", f"{label.en} ({base})")
        )
        return f"{shown} {rest}" if rest and label is not None else shown

    def figure_label(self, path: str) -> str:
        """A figure in words: its entry and field, with the path behind."""
        own = self.scheme.figures[path]
        return f"{self.entry_label(own)}{self.word('（', ' (')}{path}{self.word('）', ')')}"

    def entry_label(self, figure: Dated) -> str:
        """The label of a figure; one that is a field of an entry names the field too."""
        field = FIELDS.get(figure.path.rpartition(".")[2])
        if field is None:
            return self.say(figure.label)
        if figure.label.zh == figure.path:
            return self.say(field)
        if figure.path.count(".") < 2:
            return self.say(figure.label)
        return f"{self.say(figure.label)}{self.word('：', ': ')}{self.say(field)}"

    def and_more(self, total: int, shown: int, file: str) -> tuple[str, ...]:
        """The remark under a table of which only the first rows are printed."""
        if total <= shown:
            return ()
        return (
            self.word(
                f"本表列前 {shown:,} 行，另有 {total - shown:,} 行，见结果文件 {file}.csv。",
                f"The first {shown:,} rows; {total - shown:,} more stand in {file}.csv.",
            ),
        )

    def nothing(self, step: str) -> tuple[Paragraph, ...]:
        """What a section says where the step made no table: why not."""
        reasons = [self.say(item.reason) for item in self.result.skipped if item.step == step]
        text = self.word("本次运行没有形成结果表。", "This run made no table here.")
        return (
            Paragraph(text, "muted"),
            *(Paragraph(reason, "warn") for reason in dict.fromkeys(reasons)),
        )
