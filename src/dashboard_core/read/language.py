"""The language of a text's body."""

from __future__ import annotations

__all__ = ["find_language"]

_FEWEST_WORDS = 12
_SAMPLE = 4000


def find_language(text: str) -> str:
    """Return the ISO 639-1 code of the text's language, or "" when there is too little text to tell.

    Give it the body, not the headline: on short titles the identifier is wrong one time in eight.

    >>> find_language("The ministers agreed on Monday to open the border crossing again before winter comes.")
    'en'
    >>> find_language("Министры договорились в понедельник снова открыть переход на границе до зимы в горах.")
    'ru'
    >>> find_language("Agreed.")
    ''
    """
    if len(text.split()) < _FEWEST_WORDS:
        return ""
    import py3langid  # its model takes a moment to load: only when a text needs it

    code, _ = py3langid.classify(text[:_SAMPLE])
    return str(code)
