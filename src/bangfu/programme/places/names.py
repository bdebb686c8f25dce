"""Names of places without their endings (地名通名): 高尔塬村 and 高尔塬村委会 share a stem.

Knows the endings in use and the level each belongs to; it knows no place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from bangfu.vocabulary.place import Level

__all__ = ["Stem", "split_written", "stem_of"]

#: What an ending says: the level, and the kind within it.
Ending = Literal["", "县", "市", "区", "镇", "乡", "街道", "村", "社区"]

_ENDINGS: Final[tuple[tuple[str, Ending], ...]] = (
    ("社区居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("居民委员会", "社区"),
    ("居委会", "社区"),
    ("村民委员会", "村"),
    ("村委会", "村"),
    ("社区", "社区"),
    ("行政村", "村"),
    ("村", "村"),
    ("街道办事处", "街道"),
    ("街道办", "街道"),
    ("街道", "街道"),
    ("民族乡", "乡"),
    ("镇", "镇"),
    ("乡", "乡"),
    ("自治县", "县"),
    ("县", "县"),
    ("自治旗", "县"),
    ("旗", "县"),
    ("市", "市"),
    ("区", "区"),
)
_LEVELS: Final[dict[Ending, tuple[Level, ...]]] = {
    "县": ("county",),
    "市": ("county", "city"),
    "区": ("county",),
    "镇": ("township",),
    "乡": ("township",),
    "街道": ("township",),
    "村": ("village",),
    "社区": ("village",),
}
_PARTS = re.compile(
    r"(?P<county>.+?(?:自治县|县|(?<!社)区|市|旗))?"
    r"(?P<township>.+?(?:街道办事处|街道办|街道|镇|乡))?"
    r"(?P<village>.+)?"
)


@dataclass(frozen=True, slots=True)
class Stem:
    """A name taken apart: the bare name, what its ending says, the levels it may stand for."""

    bare: str
    ending: Ending
    levels: tuple[Level, ...]


def stem_of(name: str) -> Stem:
    """Take the ending off a name, and once more where a committee is named after a 村.

    >>> stem_of("高家村村委会"), stem_of("高家村") == stem_of("高家村委会")
    (Stem(bare='高家', ending='村', levels=('village',)), True)
    >>> stem_of("照金").levels
    ()
    """
    for text, ending in _ENDINGS:
        bare = name.removesuffix(text)
        if bare != name and bare:
            if ending in ("村", "社区") and bare.endswith("村") and len(bare) > 1:
                bare = bare.removesuffix("村")
            return Stem(bare, ending, _LEVELS[ending])
    return Stem(name, "", ())


def split_written(text: str) -> tuple[str, ...]:
    """Split a place written in one go into county, township and village.

    Only for names with their endings; where it is in doubt give the parts yourself.

    >>> split_written("耀州区照金镇高尔塬村")
    ('耀州区', '照金镇', '高尔塬村')
    >>> split_written("王益区王益街道办义兴村")
    ('王益区', '王益街道办', '义兴村')
    >>> split_written("新区坡头镇"), split_written("双溪社区")
    (('新区', '坡头镇'), ('双溪社区',))
    """
    match = _PARTS.fullmatch(text.strip())
    return tuple(part for part in match.groups() if part) if match else (text,)
