"""Places as written in a document, found in a table of places (地名匹配).

Takes a name as it stands, with or without its ending, or as somebody declared it. What is only
nearly right is offered in words and never taken.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from bangfu.programme.places.code_systems import refuse_mixed_systems
from bangfu.programme.places.names import Stem, stem_of
from bangfu.vocabulary.text import Text

__all__ = ["How", "Match", "NoMatch", "PlaceIndex", "find_place", "index_places"]

#: How a name was found, from the plainest to what rests most on a declaration.
How = Literal[
    "exact", "suffix", "functional_zone", "kind_change", "character_variant", "declared_alias"
]
_ORDER: Final[tuple[How, ...]] = (
    "exact",
    "suffix",
    "functional_zone",
    "kind_change",
    "character_variant",
    "declared_alias",
)
_NEAR: Final = 0.5
_OFFERED: Final = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the table of places, as far as names need it."""

    code: str
    name: str
    level: str
    parent_code: str | None
    aliases: tuple[str, ...]
    stem: Stem


@dataclass(frozen=True, slots=True)
class Match:
    """A place that was found.

    ``how`` is what rests most on a declaration among the parts of the name; ``note`` tells every
    part that was not found as written.
    """

    code: str
    name: str
    how: How
    note: Text


@dataclass(frozen=True, slots=True)
class NoMatch:
    """A place that was not found, or found more than once (``is_ambiguous``).

    ``candidates`` are codes and names to choose from, nearest first; none of them is taken.
    """

    written: str
    is_ambiguous: bool
    candidates: tuple[tuple[str, str], ...]
    note: Text


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """A table of places arranged for finding names; made by ``index_places``."""

    places: Mapping[str, Place]
    children: Mapping[str | None, Sequence[str]]
    by_name: Mapping[str, Sequence[str]]
    by_stem: Mapping[str, Sequence[str]]

    def above(self, code: str) -> Iterator[str]:
        """The codes of the places above, nearest first."""
        parent = self.places[code].parent_code
        while parent in self.places:
            assert parent is not None
            yield parent
            parent = self.places[parent].parent_code

    def full_name(self, code: str) -> str:
        """The name with the places above, as people write it."""
        above = [self.places[upper].name for upper in self.above(code)]
        return "".join([*reversed(above), self.places[code].name])


@dataclass(frozen=True, slots=True)
class _Search:
    """What a search goes by: the table and what was declared."""

    index: PlaceIndex
    aliases: Mapping[str, Sequence[str]]
    zones: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Step:
    """One part of the name: the codes it may stand for, and how they were found."""

    codes: tuple[str, ...]
    how: How
    note: Text | None = None


def index_places(places: pl.DataFrame) -> PlaceIndex:
    """Arrange a table of places for finding names.

    Parameters
    ----------
    places : frame with columns code, name, level, parent_code, code_system, aliases String
        Codes of one system; ``aliases`` joined with ``;``.

    Raises
    ------
    FaultsFound
        If the table mixes two code systems.
    """
    refuse_mixed_systems({"places": places})
    rows: dict[str, Place] = {}
    children: dict[str | None, list[str]] = defaultdict(list)
    by_name: dict[str, list[str]] = defaultdict(list)
    by_stem: dict[str, list[str]] = defaultdict(list)
    has_aliases = "aliases" in places.columns
    wanted = ["code", "name", "level", "parent_code", *(["aliases"] if has_aliases else [])]
    for code, name, level, parent, *rest in places.select(wanted).iter_rows():
        aliases = tuple(rest[0].split(";")) if rest and rest[0] else ()
        stem = stem_of(name)
        rows[code] = Place(code, name, level, parent, aliases, stem)
        children[parent].append(code)
        for text in {name, *aliases}:
            by_name[text].append(code)
        by_stem[stem.bare].append(code)
    return PlaceIndex(rows, dict(children), dict(by_name), dict(by_stem))


def find_place(
    written: Sequence[str],
    places: pl.DataFrame | PlaceIndex,
    *,
    aliases: Mapping[str, Sequence[str]] | None = None,
    zones: Mapping[str, Sequence[str]] | None = None,
) -> Match | NoMatch:
    """Find one place written in a document.

    Parameters
    ----------
    written : sequence of str
        The parts of the name from the upper to the lower, such as county, township, village;
        upper parts may be left out. (``names.split_written`` splits a name written in one go.)
    places : frame or PlaceIndex
        The table of places; index it once where many names are looked for.
    aliases : mapping of str to sequence of str
        Declared other names: from a name as written to names or codes of the table; from a
        single character to its variants (塬 to 原).
    zones : mapping of str to sequence of str
        Functional zones (功能区) that are no division of their own, to the counties they lie in.

    Returns
    -------
    Match or NoMatch

    Notes
    -----
    A part is sought below the place found for the part before it: as written first, then with
    its ending exchanged for one of the same kind (村 for 村委会, 街道办 for 街道), then as
    declared. A different kind (镇 for 街道) counts only where it was declared. Where several
    places remain, none is taken: names are not keys.

    Examples
    --------
    >>> table = pl.DataFrame({
    ...     "code": ["610204000000", "610204104000", "610204104204"],
    ...     "name": ["耀州区", "照金镇", "高尔原村委会"],
    ...     "level": ["county", "township", "village"],
    ...     "parent_code": [None, "610204000000", "610204104000"],
    ...     "code_system": ["nbs"] * 3,
    ... })
    >>> found = find_place(["耀州区", "照金镇", "高尔塬村"], table, aliases={"塬": ["原"]})
    >>> found.code, found.how
    ('610204104204', 'character_variant')
    >>> find_place(["照金镇", "高尔塬村"], table).candidates
    (('610204104204', '高尔原村委会'),)
    """
    index = places if isinstance(places, PlaceIndex) else index_places(places)
    search = _Search(index, aliases or {}, zones or {})
    whole = "".join(written)
    within: tuple[str, ...] = ()
    steps: list[_Step] = []
    for part in written:
        step = _find_part(part, within, search)
        if not step.codes:
            return _not_found(whole, part, within, search)
        within = step.codes
        steps.append(step)
    if len(within) != 1:
        return _ambiguous(whole, within, index)
    how = max((step.how for step in steps), key=_ORDER.index)
    notes = [step.note for step in steps if step.note]
    note = Text("；".join(n.zh for n in notes), "; ".join(n.en for n in notes))
    return Match(within[0], index.places[within[0]].name, how, note)


def _find_part(part: str, within: tuple[str, ...], search: _Search) -> _Step:
    """The places one part may stand for; the plainest way that finds any is the one taken."""
    index = search.index
    named = _below([c for c in index.by_name.get(part, ()) if index.places[c].name == part],
                   within, index)  # fmt: skip
    if named:
        return _Step(named, "exact")
    stem = stem_of(part)
    alike = [c for c in index.by_stem.get(stem.bare, ()) if _same_kind(stem, index.places[c].stem)]
    found = _below(alike, within, index)
    if found:
        return _Step(found, "suffix", _said(part, found, index))
    return _declared(part, within, search)


def _same_kind(written: Stem, listed: Stem) -> bool:
    """Whether the endings may stand for each other; a name without ending for any kind."""
    return written.ending in ("", listed.ending)


def _declared(part: str, within: tuple[str, ...], search: _Search) -> _Step:
    index = search.index
    zone = [code for name in search.zones.get(part, ()) for code in _by_name_or_code(name, index)]
    found = _below(zone, within, index)
    if found:
        names = "、".join(index.places[code].name for code in found)
        note = Text(f"「{part}」是功能区，属{names}", f'"{part}" is a zone in {names}')
        return _Step(found, "functional_zone", note)
    own = [code for code in index.by_name.get(part, ()) if part in index.places[code].aliases]
    told = [c for name in search.aliases.get(part, ()) for c in _by_name_or_code(name, index)]
    found = _below([*own, *told], within, index)
    if not found:
        found = _below(_by_variant(part, search), within, index)
    if not found:
        return _Step((), "declared_alias")
    how = _kind_of_alias(part, index.places[found[0]])
    return _Step(found, how, _said(part, found, index))


def _by_name_or_code(name: str, index: PlaceIndex) -> list[str]:
    """The places a declared name stands for: by code, by name, or by its stem and kind."""
    if name in index.places:
        return [name]
    exact = [code for code in index.by_name.get(name, ()) if index.places[code].name == name]
    if exact:
        return exact
    stem = stem_of(name)
    return [c for c in index.by_stem.get(stem.bare, ()) if _same_kind(stem, index.places[c].stem)]


def _by_variant(part: str, search: _Search) -> list[str]:
    """Places whose name differs by declared variants of single characters."""
    texts = {part}
    for character in part:
        for variant in search.aliases.get(character, ()):
            texts |= {text.replace(character, variant) for text in texts}
    return [
        code for text in sorted(texts - {part}) for code in _by_name_or_code(text, search.index)
    ]


def _kind_of_alias(part: str, place: Place) -> How:
    stem = stem_of(part)
    if stem.bare == place.stem.bare:
        return "kind_change"
    if len(stem.bare) == len(place.stem.bare):
        differing = sum(a != b for a, b in zip(stem.bare, place.stem.bare, strict=True))
        if differing < len(stem.bare) and differing <= 1:
            return "character_variant"
    return "declared_alias"


def _below(codes: Sequence[str], within: tuple[str, ...], index: PlaceIndex) -> tuple[str, ...]:
    """Those codes that lie below one of the places found so far, each once."""
    distinct = dict.fromkeys(codes)
    if not within:
        return tuple(distinct)
    scope = set(within)
    return tuple(code for code in distinct if not scope.isdisjoint(index.above(code)))


def _said(part: str, found: tuple[str, ...], index: PlaceIndex) -> Text | None:
    name = index.places[found[0]].name
    return Text(f"「{part}」表中作「{name}」", f'"{part}" is listed as "{name}"')


def _ambiguous(whole: str, codes: tuple[str, ...], index: PlaceIndex) -> NoMatch:
    shown = [index.full_name(code) for code in codes[:_OFFERED]]
    return NoMatch(
        whole,
        True,
        tuple((code, index.places[code].name) for code in codes),
        Text(
            f"「{whole}」在表中有 {len(codes)} 处：{'、'.join(shown)}。请写明上级，或直接给代码。",
            f'"{whole}" stands for {len(codes)} places: {", ".join(shown)}. Name the place above '
            "or give the code.",
        ),
    )


def _not_found(whole: str, part: str, within: tuple[str, ...], search: _Search) -> NoMatch:
    index = search.index
    near = _near(part, within, index)
    where = "、".join(index.places[code].name for code in within[:_OFFERED])
    place_zh = f"「{where}」之下" if where else "表中"
    place_en = f'below "{where}"' if where else "in the table"
    if near:
        names = [index.full_name(code) for code in near]
        offer_zh = f"相近的有：{'、'.join(names)}；如是其一，请在别名中声明。"
        offer_en = f"Near it: {', '.join(names)}; declare an alias if one of them is meant."
    else:
        offer_zh = "如是功能区或旧名，请声明所属县或别名。"
        offer_en = "Declare its counties if it is a functional zone, or an alias."
    return NoMatch(
        whole,
        False,
        tuple((code, index.places[code].name) for code in near),
        Text(
            f"{place_zh}没有「{part}」（{whole}）。{offer_zh}",
            f'There is no "{part}" {place_en} ({whole}). {offer_en}',
        ),
    )


def _near(part: str, within: tuple[str, ...], index: PlaceIndex) -> list[str]:
    """Places below that a person might mean: the same stem of another kind first."""
    stem = stem_of(part)
    same = [
        code
        for code in _below(index.by_stem.get(stem.bare, ()), within, index)
        if not stem.levels or index.places[code].level in stem.levels
    ]
    if not within:
        return same[:_OFFERED]
    bare: dict[str, list[str]] = defaultdict(list)
    for code in _descendants(within, index):
        place = index.places[code]
        if not stem.levels or place.level in stem.levels:
            bare[place.stem.bare].append(code)
    close = difflib.get_close_matches(stem.bare, list(bare), n=_OFFERED, cutoff=_NEAR)
    found = [*same, *(code for name in close for code in bare[name])]
    return list(dict.fromkeys(found))[:_OFFERED]


def _descendants(within: tuple[str, ...], index: PlaceIndex) -> Iterator[str]:
    waiting = list(within)
    while waiting:
        below = index.children.get(waiting.pop(), ())
        yield from below
        waiting += below
