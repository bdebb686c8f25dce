"""The report put together (运行报告): sections numbered, tables numbered, one file written.

The page holds everything it needs: styles inside, no script, no font, no address to fetch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bangfu.programme.report.context import ReportContext
from bangfu.programme.report.duties import duties_section
from bangfu.programme.report.figures import figures_section
from bangfu.programme.report.funding import funding_section
from bangfu.programme.report.further_tables import (
    clusters_section,
    lists_section,
    tiers_section,
)
from bangfu.programme.report.goals import goals_section
from bangfu.programme.report.named_places import named_places_section
from bangfu.programme.report.numbers import day
from bangfu.programme.report.outcomes import (
    evaluation_section,
    exits_section,
    registers_section,
)
from bangfu.programme.report.parts import Block, Heading, Section, Table
from bangfu.programme.report.people import people_section
from bangfu.programme.report.posts import posts_section
from bangfu.programme.report.quotas import quotas_section
from bangfu.programme.report.run_facts import run_facts_section
from bangfu.programme.report.sources import clauses_section, readings_section
from bangfu.programme.report.summary import summary_section
from bangfu.programme.report.targets import targets_section
from bangfu.programme.report.words import STATUSES
from bangfu.programme.result import RunResult
from bangfu.schemes.attach import Attachment
from bangfu.schemes.load import Scheme
from bangfu.vocabulary.text import Language

__all__ = ["report_html"]

#: The sections of the steps, in the order of the chain.
_STEP_SECTIONS: Final[tuple[Callable[[ReportContext], Section | None], ...]] = (
    targets_section,
    named_places_section,
    quotas_section,
    funding_section,
    posts_section,
    people_section,
    duties_section,
    goals_section,
    evaluation_section,
    exits_section,
    clusters_section,
    lists_section,
    tiers_section,
    registers_section,
)
_CHINESE_DIGITS: Final = "零一二三四五六七八九十"


@dataclass(frozen=True)
class _Cover:
    """The head of the report: what it is about and how it may be used."""

    title: str
    kind: str
    banner: str
    trial: str
    synthetic: str
    facts: tuple[tuple[str, str], ...]
    inside_only: str
    contents: str


def report_html(
    result: RunResult,
    scheme: Scheme,
    *,
    language: Language,
    inputs: Mapping[str, str],
    generated_on: date,
    attachment: Attachment | None = None,
) -> str:
    """Write the report of a run as one HTML file.

    Parameters
    ----------
    result : RunResult
    scheme : Scheme
        The scheme as loaded; the trial settings of the result are laid over it here.
    language : {'zh', 'en'}
        Names and reasons that came with the data stay in Chinese.
    inputs : mapping of str to str
        SHA-256 of each input file, by file name.
    generated_on : date
        The day printed as the day of the report.
    attachment : Attachment, optional
        The original document, if the installation keeps it: its sentences are printed under the
        figures. Nothing is looked up here.

    Returns
    -------
    str
        A complete page without script and without anything fetched from elsewhere.

    Notes
    -----
    Of long tables the first 200 rows are printed; the rest stands in the CSV files.
    """
    report = ReportContext(result, scheme, language, attachment)
    steps = [section for view in _STEP_SECTIONS if (section := view(report)) is not None]
    readings = readings_section(report)
    sections = [
        summary_section(report, [section.anchor for section in steps]),
        *steps,
        figures_section(report),
        *([readings] if readings else []),
        clauses_section(report),
        run_facts_section(report, inputs),
    ]
    return (
        _templates()
        .get_template("page.html")
        .render(
            language=language,
            cover=_cover(report, generated_on),
            sections=_numbered(sections, language),
            word=report.word,
        )
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment


def _cover(report: ReportContext, generated_on: date) -> _Cover:
    about, result = report.scheme.about, report.result
    last_day = about.period.ends_on - timedelta(days=1)
    between = report.word("至", " to ")
    facts = [
        (report.word("截至日期", "As of"), day(result.as_of, report.language)),
        (report.word("方案状态", "Status"), report.say(STATUSES[about.status])),
        (
            report.word("实施期", "Period"),
            f"{day(about.period.starts_on, report.language)}{between}"
            f"{day(last_day, report.language)}",
        ),
        (report.word("适用范围", "Where"), report.say(about.jurisdiction)),
        (report.word("制定机关", "Issued by"), report.joined(about.issuers)),
    ]
    if about.document_number:
        facts.append((report.word("文号", "Document number"), about.document_number))
    facts.append((report.word("生成日期", "Report of"), day(generated_on, report.language)))
    trial = ""
    if result.overlay:
        trial = report.word(
            f"政策测算：改动了 {len(result.overlay)} 项取值或口径，不是按方案原值的结果。",
            f"A trial: {len(result.overlay)} figures or readings were changed; this is not the "
            "result of the scheme as it stands.",
        )
    return _Cover(
        title=report.say(about.title),
        kind=report.word("运行报告", "Report of a run"),
        banner=report.say(about.banner) if about.banner else "",
        trial=trial,
        synthetic=report.word(
            "合成样例数据，不反映任何真实地方。", "Synthetic data: they speak of no real place."
        )
        if result.synthetic
        else "",
        facts=tuple(facts),
        inside_only=report.word("仅供内部工作使用", "For internal use only"),
        contents=report.word("目录", "Contents"),
    )


def _numbered(sections: Iterable[Section], language: Language) -> list[Section]:
    """Sections, headings and tables with their numbers."""
    numbered: list[Section] = []
    tables = 0
    for place, section in enumerate(sections, start=1):
        blocks: list[Block] = []
        headings = 0
        for block in section.blocks:
            if isinstance(block, Heading):
                headings += 1
                mark = f"（{_chinese(headings)}）" if language == "zh" else f"{place}.{headings}"
                blocks.append(replace(block, number=mark, text=_capital(block.text)))
            elif isinstance(block, Table):
                tables += 1
                blocks.append(replace(block, number=tables, caption=_capital(block.caption)))
            else:
                blocks.append(block)
        mark = f"{_chinese(place)}、" if language == "zh" else f"{place}."
        numbered.append(replace(section, number=mark, blocks=tuple(blocks)))
    return numbered


def _capital(text: str) -> str:
    """A heading with a capital, for labels of a scheme that begin small in English."""
    return text[:1].upper() + text[1:]


def _chinese(number: int) -> str:
    """A number up to 99 as headings count it.

    >>> _chinese(4), _chinese(10), _chinese(13), _chinese(20)
    ('四', '十', '十三', '二十')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_CHINESE_DIGITS[tens]}十"
    return head + (_CHINESE_DIGITS[ones] if ones else "")
