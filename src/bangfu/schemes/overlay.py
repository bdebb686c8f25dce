"""Overlays (政策测算): a scheme with some figures or readings changed, for a trial.

An overlay is written ``PATH[@DATE]=VALUE``; the scheme on disk stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from bangfu.schemes.derived import derivations_in, recompute
from bangfu.schemes.figures import Dated, FigureKind, read_figure
from bangfu.schemes.format import Reading
from bangfu.schemes.load import STEP_FILES, Scheme
from bangfu.vocabulary.errors import Fault, FaultsFound
from bangfu.vocabulary.text import Text

__all__ = ["apply_overlay", "parse_settings"]


def parse_settings(settings: list[str]) -> dict[str, str]:
    """``PATH[@DATE]=VALUE`` texts as a mapping, faults listed together."""
    overlay: dict[str, str] = {}
    faults: list[Fault] = []
    for setting in settings:
        path, equals, raw = setting.partition("=")
        if not equals or not path.strip():
            faults.append(
                Fault(
                    "SET-01",
                    setting,
                    Text("写法应为 路径[@日期]=取值。", "write it as PATH[@DATE]=VALUE."),
                )
            )
            continue
        if path.strip() in overlay:
            twice = Text("同一取值设了两次。", "the same figure is set twice.")
            faults.append(Fault("SET-06", setting, twice))
        if not raw.strip():
            faults.append(
                Fault(
                    "SET-08",
                    setting,
                    Text("等号后面没有取值。", "there is no value after the equals sign."),
                    Text("文件未明确的写 null。", "Write null for what is not stated."),
                )
            )
            continue
        overlay[path.strip()] = raw.strip()
    if faults:
        raise FaultsFound(faults)
    return overlay


def apply_overlay(scheme: Scheme, overlay: Mapping[str, str]) -> Scheme:
    """The scheme with the overlay laid over it.

    Raises
    ------
    FaultsFound
        For an unknown path, a value of another kind, an unknown option of a reading.
    """
    if not overlay:
        return scheme
    faults: list[Fault] = []
    figures = dict(scheme.figures)
    readings = dict(scheme.readings)
    for key, raw in overlay.items():
        path, at, day_text = key.partition("@")
        if path.startswith("readings.") and not at:
            _choose(path.removeprefix("readings."), raw, readings, faults)
        elif path in figures:
            _set(path, day_text, raw, figures, faults)
        else:
            near = _near(path, figures)
            faults.append(
                Fault(
                    "SET-02",
                    key,
                    Text("方案里没有这个取值。", "the scheme has no such figure."),
                    Text(f"相近的有：{'、'.join(near)}。", f"Near ones: {', '.join(near)}.")
                    if near
                    else None,
                )
            )
    steps = {step: getattr(scheme, step) for step in STEP_FILES}
    recompute(figures, derivations_in(steps), faults, compare=False)
    if faults:
        raise FaultsFound(faults)
    return replace(
        scheme, figures=figures, readings=readings, overlay={**scheme.overlay, **overlay}
    )


def _set(
    path: str, day_text: str, raw: str, figures: dict[str, Dated], faults: list[Fault]
) -> None:
    origin = figures[path]
    while origin.ref is not None:
        origin = figures[origin.ref]
    try:
        day = date.fromisoformat(day_text) if day_text else None
        figure = read_figure(raw)
    except ValueError as error:
        faults.append(Fault("SET-03", f"{path}={raw}", Text(f"读不懂：{error}", f"{error}")))
        return
    if figure is not None and origin.kind is not None and figure.kind != origin.kind:
        faults.append(
            Fault(
                "SET-04",
                f"{path}={raw}",
                Text(
                    f"取值应为{_KINDS[origin.kind]}，给的是{_KINDS[figure.kind]}。",
                    f"the figure is a {origin.kind}; given a {figure.kind}.",
                ),
            )
        )
        return
    if figure is not None and figure.kind == "ratio" and origin.entries:
        known = {key for _, each in origin.entries if each for key in each.value}
        if known and set(figure.value) != known:
            faults.append(
                Fault(
                    "SET-07",
                    f"{path}={raw}",
                    Text(
                        f"比例的各方应为 {'、'.join(sorted(known))}。",
                        f"the parts of the ratio are {', '.join(sorted(known))}.",
                    ),
                )
            )
            return
    figures[path] = replace(origin, path=path).with_entry(figure, day)


_KINDS: Final[Mapping[FigureKind, str]] = {
    "money": "金额（如 2000万元）",
    "count": "整数",
    "pct": "百分比（如 8%）",
    "ratio": "比例（如 a=6,b=4）",
    "interval": "间隔（month、quarter、half、year、once）",
    "duration": "期限（如 3年）",
    "date": "日期",
    "span": "年份区间（如 2021/2026）",
    "names": "名称列表",
    "text": "文字",
}


def _choose(reading_id: str, raw: str, readings: dict[str, Reading], faults: list[Fault]) -> None:
    reading = readings.get(reading_id)
    if reading is None or raw not in reading.options:
        options = ", ".join(reading.options) if reading else ", ".join(readings)
        faults.append(
            Fault(
                "SET-05",
                f"readings.{reading_id}={raw}",
                Text(
                    f"没有这个口径或选项；可选：{options}。",
                    f"no such reading or option; accepted: {options}.",
                ),
            )
        )
        return
    readings[reading_id] = reading.model_copy(update={"chosen": raw})


def _near(path: str, figures: Mapping[str, Dated]) -> list[str]:
    last = path.rsplit(".", 1)[-1]
    return [known for known in figures if last and last in known][:5]
