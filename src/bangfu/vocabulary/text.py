"""Text in two languages (双语文本). Chinese is the legal word; English is complete."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Language", "Text"]

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The text in the language asked for.

        >>> Text("村", "village").in_language("en")
        'village'
        """
        return self.zh if language == "zh" else self.en
