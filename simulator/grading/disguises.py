"""Text made to look like other text: hidden characters, look-alike letters, digits for letters,
capitals throughout."""

from __future__ import annotations

import re
from collections.abc import Mapping

from simulator.grading.sentences import fold

_HIDDEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u202a\u202b\u202d\u202e")
_MIXED = re.compile(r"\b(?=\w*[a-z])(?=\w*\d)\w+")
_SHOUT = 20  # letters under which capitals may be a name
_LEET = str.maketrans("013457", "oieast")


def hides(raw: str) -> bool:
    """Whether a text has characters that nobody sees, or that turn its direction."""
    return not _HIDDEN.isdisjoint(raw)


def plain(text: str, confusables: Mapping[int, str]) -> str:
    """Look-alike letters read as Latin in a text that is mostly Latin; other texts as they are."""
    latin_text = text.translate(confusables)
    latin = sum("a" <= char <= "z" for char in fold(latin_text))
    letters = sum(char.isalpha() for char in latin_text)
    return latin_text if letters and latin >= 0.8 * letters else text


def calm(text: str) -> str:
    """A text in capitals in small letters, which embeddings and models read better; others as they
    are, a name in capitals among them."""
    letters = [char for char in text if char.isalpha()]
    shouted = sum(char.isupper() for char in letters)
    return text.lower() if len(letters) >= _SHOUT and shouted >= 0.9 * len(letters) else text


def unleet(folded: str) -> str:
    """Digits inside words as the letters that they stand for ("n0t4"); `folded` by `fold`."""
    return _MIXED.sub(lambda word: word.group().translate(_LEET), folded)
