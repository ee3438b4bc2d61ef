"""The language of a text's body."""

from __future__ import annotations

__all__ = ["find_language", "is_language"]

# Of ISO 639-1.
_CODES = frozenset(
    """aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
    dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia
    id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo
    lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl
    ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk
    tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu""".split()
)

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


def is_language(code: str) -> bool:
    """Return whether two letters name a language.

    >>> is_language("ky"), is_language("zz")
    (True, False)
    """
    return code in _CODES
