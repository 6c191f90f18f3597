"""The known word that is nearest to one that was not understood."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from affect_store.store.vocabulary import EMOTION_WORDS

_MAX_COMPARED = 60
"""Characters of a word that are compared: comparisons of long ones take long."""


def nearest_word(word: str, allowed: Iterable[str], *, similarity: float = 0.6) -> str:
    """Return the allowed word that means the same or is spelled most similarly; '' if none does.

    Words like `anger` mean an emotion, and misspelled ones like `hapiness` do, too. `similarity` is the ratio of
    `difflib`, from 0 to 1, that a spelling must reach.
    """
    key = word.strip()[:_MAX_COMPARED].casefold()
    words = {name.casefold(): name for name in allowed}
    meanings = {synonym: words[emotion] for synonym, emotion in EMOTION_WORDS.items() if emotion in words}
    candidates = meanings | words
    matches = [key] if key in candidates else get_close_matches(key, candidates, n=1, cutoff=similarity)
    return candidates[matches[0]] if matches else ""
