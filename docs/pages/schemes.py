"""The page of the built-in schemes (内置方案): what each holds, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel

from bangfu.programme.cases import read_cases
from bangfu.schemes.figures import Dated, figure_text
from bangfu.schemes.find import scheme_folders
from bangfu.schemes.format import Bilingual, FigureText, Reading, TargetList
from bangfu.schemes.load import STEP_FILES, Scheme, load_scheme
from pages.markdown import code, page, table

__all__ = ["render"]

_WORDS = {
    "zh": {
        "title": "内置方案",
        "intro": "每个方案是一个文件夹，见[方案怎么写](../explanation/schemes.zh.md)。\n"
        "条款编号的位置见各方案的 `clauses.yaml`；`bangfu scheme show 编号` 列出每个取值。",
        "status": "状态",
        "period": "期间",
        "size_of": "规模",
        "lists": "名单与类别",
        "list_heads": ["名单", "类别", "名称", "文件所列个数", "条款"],
        "readings": "会影响结果的执行口径",
        "reading_heads": ["编号", "问题", "选项", "现采用"],
        "notes": "另有 {} 处疑点只作说明，不影响计算。",
        "open": "文件没有给出的取值",
        "open_heads": ["路径", "名称", "自"],
        "open_intro": "以下取值文件未明确、待定；在方案里写作 `null`，相应的结果不计算或显示待核实。",
        "counts": "条款 {} 条，取值 {} 个，疑点 {} 处，算例 {} 个。",
        "not_stated": "文件未明确",
        "whole": "（整个名单）",
        "from": "自 {} 至 {}",
    },
    "en": {
        "title": "Built-in schemes",
        "intro": "Each scheme is a folder; see [policy as data](../explanation/schemes.md).\n"
        "Where a clause stands is said in the scheme's `clauses.yaml`; `bangfu scheme show ID` lists "
        "every figure.",
        "status": "Status",
        "period": "Period",
        "size_of": "Holds",
        "lists": "Lists and classes",
        "list_heads": ["List", "Class", "Label", "Number in the document", "Clauses"],
        "readings": "Readings that move a result",
        "reading_heads": ["Id", "Doubt", "Options", "Taken"],
        "notes": "{} further doubtful points are notes and move no result.",
        "open": "What the document leaves open",
        "open_heads": ["Path", "Label", "From"],
        "open_intro": "The document does not state these; the scheme holds `null`, and what would need "
        "them is not computed or is shown as unknown.",
        "counts": "{} clauses, {} figures, {} doubtful points, {} cases.",
        "not_stated": "not stated",
        "whole": "(the whole list)",
        "from": "{} to {}",
    },
}
_STATUS = {
    "in_force": {"zh": "执行中", "en": "in force"},
    "ended": {"zh": "已结束", "en": "ended"},
    "consultation_draft": {"zh": "征求意见稿，不是正式文件", "en": "consultation draft, not final"},
}
#: Fields that a document is expected to fill, so that leaving them out says something.
_EXPECTED = ("every", "weight")


def render(language: str) -> str:
    """The page in one language; only the schemes that come with the software."""
    words = _WORDS[language]
    parts = [words["intro"]]
    for folder in scheme_folders({}).values():
        parts += _scheme(load_scheme(folder), language)
    other = "schemes.md" if language == "zh" else "schemes.zh.md"
    return page(str(words["title"]), [str(part) for part in parts], language=language, other=other)


def _in(text: Bilingual, language: str) -> str:
    return text.zh if language == "zh" else text.en


def _scheme(scheme: Scheme, language: str) -> Iterator[str]:
    words, about = _WORDS[language], scheme.about
    yield f"## {scheme.id}"
    yield f"**{_in(about.title, language)}**"
    yield _in(about.summary, language)
    if about.banner:
        yield f"> {_in(about.banner, language)}"
    period = str(words["from"]).format(about.period.starts_on, about.period.ends_on)
    counts = str(words["counts"]).format(
        len(scheme.clauses),
        len(scheme.figures),
        len(scheme.readings),
        len(read_cases(scheme.folder)),
    )
    ends = "（不含止日）" if language == "zh" else " (the last day excluded)"
    yield "\n".join(
        [
            f"- {words['status']}: {_STATUS[about.status][language]}",
            f"- {words['period']}: {period}{ends}",
            f"- {words['size_of']}: {counts}",
        ]
    )
    yield f"### {scheme.id}: {words['lists']}"
    rows = [row for listed in scheme.targeting.lists for row in _classes(scheme, listed, language)]
    yield table(list(words["list_heads"]), rows)
    yield from _readings(scheme, language)
    yield from _open(scheme, language)


def _classes(scheme: Scheme, listed: TargetList, language: str) -> Iterator[list[str]]:
    whole = str(_WORDS[language]["whole"])
    path = f"targeting.{listed.id}"
    yield [
        code(listed.id),
        whole,
        _in(listed.label, language),
        _size(scheme, f"{path}.size", language),
        ", ".join(listed.clauses),
    ]
    for target_class in listed.classes:
        yield [
            code(listed.id),
            code(target_class.id),
            _in(target_class.label, language),
            _size(scheme, f"{path}.{target_class.id}.size", language),
            ", ".join(target_class.clauses),
        ]


def _size(scheme: Scheme, path: str, language: str) -> str:
    if path not in scheme.figures:
        return ""
    figure = scheme.figure(path, scheme.about.period.starts_on)
    if figure is None:
        return str(_WORDS[language]["not_stated"])
    return figure_text(figure, "zh" if language == "zh" else "en")


def _readings(scheme: Scheme, language: str) -> Iterator[str]:
    words = _WORDS[language]
    computed = [r for r in scheme.readings.values() if r.effect == "computed"]
    yield f"### {scheme.id}: {words['readings']}"
    if computed:
        rows = [_reading_row(reading, language) for reading in sorted(computed, key=lambda r: r.id)]
        yield table(list(words["reading_heads"]), rows)
    yield str(words["notes"]).format(len(scheme.readings) - len(computed))


def _reading_row(reading: Reading, language: str) -> list[str]:
    options = [f"{code(key)} {_in(text, language)}" for key, text in reading.options.items()]
    return [
        code(reading.id),
        f"{_in(reading.problem, language)} ({', '.join(reading.clauses)})",
        "<br>".join(options),
        f"{code(reading.chosen or '')} {_in(reading.why, language)}",
    ]


def _open(scheme: Scheme, language: str) -> Iterator[str]:
    words = _WORDS[language]
    rows = [
        [
            code(dated.path),
            dated.label.zh if language == "zh" else dated.label.en,
            since.isoformat(),
        ]
        for dated, since in _open_figures(scheme)
    ]
    if rows:
        yield f"### {scheme.id}: {words['open']}"
        yield str(words["open_intro"])
        yield table(list(words["open_heads"]), rows)


def _open_figures(scheme: Scheme) -> Iterator[tuple[Dated, date]]:
    """Figures the scheme says are not stated, and the first day on which they are not."""
    named = {path for step in STEP_FILES for path in _said_open(getattr(scheme, step), step)}
    for dated in scheme.figures.values():
        if dated.ref is not None:
            continue
        silent = [day for day, figure in dated.entries if figure is None]
        is_dated = len(dated.entries) > 1
        if silent and (is_dated or dated.path in named):
            yield dated, silent[0]


def _said_open(node: BaseModel, path: str) -> Iterator[str]:
    """Paths of figures written as null, or of those a document is expected to give."""
    for name, info in type(node).model_fields.items():
        item = getattr(node, name)
        if info.annotation == FigureText or (name == "value" and hasattr(node, "derived")):
            expected = name in _EXPECTED or name in node.model_fields_set
            if item is None and expected:
                yield path if name == "value" else f"{path}.{name}"
        elif isinstance(item, BaseModel):
            yield from _said_open(item, f"{path}.{name}")
        elif isinstance(item, tuple):
            for part in item:
                if isinstance(part, BaseModel):
                    own_id = getattr(part, "id", None)
                    yield from _said_open(part, f"{path}.{own_id or name}")
