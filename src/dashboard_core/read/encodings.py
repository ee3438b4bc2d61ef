"""Bytes become text: by their mark, as UTF-8, as a page declares, or as they look."""

from __future__ import annotations

import re

from dashboard_core.read.parsed import UnreadableError

__all__ = ["declared_encoding", "decode"]

REMEDY_TEXT = "Save the article as UTF-8 plain text (.txt) or as JSONL with a text field, and try again."
_UTF8_BOM = b"\xef\xbb\xbf"
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
# Bytes that are no UTF-8, as the error handler "surrogateescape" leaves them.
_STRAY = re.compile(r"[\udc80-\udcff]+")
# So many places are damage, whatever the text's length.
_FEW_STRAY = 3
# What pages call the Western code page, or declare by habit.
_LATIN = frozenset(
    "iso-8859-1 iso8859-1 latin1 latin-1 l1 windows-1252 cp1252 us-ascii ascii utf-8 utf8".split()
)
# Code pages of one byte. Where the words look like words in two, the first counts.
_PAGES = ("cp1252", "cp1250", "cp1254", "cp1251", "koi8-r", "cp866")
_SAMPLE = 200_000
_TAG = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)>|<[^>]{0,2000}>", re.IGNORECASE | re.DOTALL)
_FOREIGN_WORD = re.compile(r"[^\s<>]*[^\x00-\x7f\s]+[^\s<>]*")
_LETTER = r"[^\W\d_]"
# What no word has: signs between letters, capitals after small ones, two scripts, accents in a row, controls.
_NO_WORD = re.compile(
    rf"[\x80-\x9f\ufffd\u2500-\u259f]|{_LETTER}[¡-©«-´¶-¹»-¿×÷]{_LETTER}|(?<!\w)[£¥¯¹³¼¾][a-zà-ÿ]|[a-z][¹³](?!\w)"
    r"|[а-яёa-zß-ÿ][А-ЯЁÀ-ÖØ-Þ]|[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]"
    r"|[À-ÖØ-öø-ÿ]{3}|[À-ÖØ-öø-ÿĀ-ž]{4}|[ЂЃЉЊЌЋЏђѓљњќћџ][а-я]*[ЂЃЉЊЌЋЏђѓљњќћџ]"
)


def declared_encoding(data: bytes) -> str:
    """Return the encoding that a page declares in its head, else "".

    >>> declared_encoding(b'<head><meta charset="windows-1251"></head>')
    'windows-1251'
    """
    match = _DECLARED.search(data[:4096])
    return match[1].decode("ascii") if match else ""


def decode(data: bytes, *, declared: str = "", remedy: str = REMEDY_TEXT) -> str:
    """Return the text of the bytes: by byte order mark, as UTF-8, as declared, or as it looks.

    In a text that is UTF-8 but for a few bytes, these are left out: one cut character must not turn every
    other one of a page into rubbish.

    Raises
    ------
    UnreadableError
        The bytes hold NUL or no encoding fits.
    """
    marked = data.startswith(_BOMS)
    if b"\x00" in data and not marked:
        # Windows programs save "Unicode" without a mark, too: then one side of the pairs has NULs.
        wide = {"utf-16-le": data[1:2000:2], "utf-16-be": data[0:2000:2]}
        nuls = {name: half.count(0) / max(len(half), 1) for name, half in wide.items()}
        fits = [name for name, share in nuls.items() if share > 0.1]
        if len(data) % 2 or len(fits) != 1 or sum(nuls.values()) != nuls[fits[0]]:
            raise UnreadableError("holds NUL bytes: this is no text file", remedy)
        text = _strict(data, fits[0])
        if text is None or "\x00" in text:
            raise UnreadableError("holds NUL bytes: this is no text file", remedy)
        return text
    # Text that is valid UTF-8 beyond ASCII is UTF-8, whatever its head declares.
    text = _strict(data, "utf-16" if marked else "utf-8-sig")
    if text is None and not marked:
        text = _damaged_utf8(data, declared)
    if text is None and declared and declared.lower() not in _LATIN:
        text = _strict(data, declared)
    if text is None and not marked:
        # Pages declare the Western code page whatever they are in.
        text = _guess(data)
    if text is None or "\x00" in text:
        raise UnreadableError("its encoding cannot be told", remedy)
    return text


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None  # LookupError: a page may declare an encoding that does not exist.


def _damaged_utf8(data: bytes, declared: str) -> str | None:
    """Return the text without its stray bytes; None if there are too many for a damaged UTF-8 text."""
    text = data.decode("utf-8", "surrogateescape")
    places = _STRAY.findall(text)
    stray = sum(map(len, places))
    sound = len(text) - len(text.encode("ascii", "ignore")) - stray
    if len(places) > max(_FEW_STRAY, len(data) // 1000):
        return None
    named = declared.lower().replace("_", "-") in {"utf-8", "utf8"}
    # A text of the Western code page with a few accents has few stray bytes, too, but nothing sound besides.
    likely = sound >= max(stray, len(places) + 1)
    if likely or data.startswith(_UTF8_BOM) or (named and sound >= max(stray / 2, len(places))):
        return _STRAY.sub("", text).removeprefix("\ufeff")
    return None


def _guess(data: bytes) -> str | None:
    """Return the text in the code page in which its words look like words."""
    sample = b" ".join(_TAG.sub(b" ", data[:_SAMPLE]).split())
    found: list[tuple[float, int, str]] = []
    for at, page in enumerate(_PAGES):
        shown = _strict(sample, page)
        if shown is not None:
            found.append((_damage(shown), at, page))
    damage, _, page = min(found, default=(1.0, 0, ""))
    foreign = sum(byte > 127 for byte in sample) > len(sample) / 10
    if damage > 0.2 and foreign:
        # Another script: with so many signs beyond ASCII statistics can tell.
        from charset_normalizer import from_bytes

        best = from_bytes(sample).best()
        page = best.encoding if best is not None else ""
    text = _strict(data, page) if page else None
    return text if text is not None or foreign else data.decode("cp1252", "replace").replace("\ufffd", "")


def _damage(text: str) -> float:
    """Return about the share of the words beyond ASCII that look like none.

    >>> _damage("Müller said so in Łódź"), _damage("£ódŸ"), _damage("Ïóòèí")
    (0.0, 1.0, 1.0)
    """
    words = _FOREIGN_WORD.findall(text)
    wrong = sum(bool(_NO_WORD.search(word)) for word in words)
    # Letters that one language alone has, without the others of its alphabet: "Erdoðan" is no Icelander.
    if sum(map(text.count, "ðþýÐÞÝ")) > 3 * sum(map(text.count, "æáíóúÆÁÍÓÚ")):
        wrong += sum(any(c in word for c in "ðþýÐÞÝ") for word in words)
    # "Øekl, že ...": Czech and Croatian in the Western page; "kõ, fû" Hungarian.
    if re.search("[šžŠŽ]", text) and re.search("[øìùèòïæØÌÈ]", text):
        wrong += len(words) // 2
    if re.search("[õûÕÛ]", text) and re.search("[áö]", text) and not re.search("[ãâêîô]", text):
        wrong += len(words) // 2
    return wrong / max(len(words), 1)
