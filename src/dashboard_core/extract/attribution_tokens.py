"""A parsed article as plain lists, which the attribution rules and rankers read many times over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import numpy as np
from spacy.attrs import DEP, HEAD, IDX, LEMMA, LENGTH, LOWER, POS, SENT_START, SPACY, TAG
from spacy.tokens import Doc

from dashboard_core.extract.doc_words import text_of

__all__ = ["Tokens", "tokens_of"]

_OPENING = frozenset("“„«")
_CLOSING = frozenset("”»")
_KEPT = "tokens"
_STRAIGHT = frozenset(['"', "``", "''", "＂"])
_MARKS = _OPENING | _CLOSING | _STRAIGHT


class Tokens:
    """The tokens of one document, by position: words, tags, tree, sentences, paragraphs and quotations.

    ``opens`` says which start a sentence, ``spaced`` behind which a blank stands.

    Asking a spaCy token for an attribute costs more than the attribute is worth when some forty features of
    each of a thousand tokens are wanted; lists cost a tenth.
    """

    __slots__ = (
        "children",
        "dep",
        "end",
        "head",
        "left",
        "lemma",
        "lower",
        "opens",
        "para",
        "para_spans",
        "pos",
        "quote",
        "quote_spans",
        "right",
        "sent",
        "sent_spans",
        "size",
        "spaced",
        "start",
        "tag",
        "text",
    )

    def __init__(self, doc: Doc) -> None:
        self.text: str = text_of(doc)
        self.size: int = len(doc)
        table: Any = doc.to_array([IDX, LENGTH, LOWER, LEMMA, TAG, POS, DEP, HEAD, SENT_START, SPACY])
        names = doc.vocab.strings
        columns = table.T.astype(np.uint64) if self.size else np.zeros((10, 0), dtype=np.uint64)
        strings = {key: names[key] for key in np.unique(columns[2:7]).tolist()}
        self.start: list[int] = columns[0].tolist()
        self.end: list[int] = (columns[0] + columns[1]).tolist()
        self.lower, self.lemma, self.tag, self.pos, self.dep = (
            [strings[key] for key in columns[row].tolist()] for row in range(2, 7)
        )
        self.opens: list[bool] = (columns[8] == 1).tolist()
        self.spaced: list[bool] = (columns[9] == 1).tolist()
        self.head: list[int] = (np.arange(self.size) + columns[7].astype(np.int64)).tolist()
        self._read_sentences()
        self._read_tree()
        self._read_paragraphs()
        self._read_quotations()

    def _read_sentences(self) -> None:
        self.sent_spans: list[tuple[int, int]] = []
        self.sent: list[int] = [0] * self.size
        if not self.size:
            return
        starts = [0, *(index for index in range(1, self.size) if self.opens[index])]
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], self.size], strict=True)):
            self.sent_spans.append((start, end))
            self.sent[start:end] = [number] * (end - start)

    def _read_tree(self) -> None:
        self.left: list[int] = list(range(self.size))
        self.right: list[int] = list(range(self.size))
        # Each token widens the words above it until one already reaches as far: cheaper than spaCy's edges.
        for index in range(self.size):
            above = self.head[index]
            while self.left[above] > index:
                self.left[above] = index
                above = self.head[above]
        for index in range(self.size - 1, -1, -1):
            above = self.head[index]
            while self.right[above] < index:
                self.right[above] = index
                above = self.head[above]
        self.children: list[list[int]] = [[] for _ in range(self.size)]
        for index, head in enumerate(self.head):
            if head != index:
                self.children[head].append(index)

    def _read_paragraphs(self) -> None:
        self.para: list[int] = [0] * self.size
        self.para_spans: list[tuple[int, int]] = []
        number, first = 0, 0
        blanks = [index for index, pos in enumerate(self.pos) if pos == "SPACE"]
        for index in blanks:
            if "\n" in self.text[self.start[index] : self.end[index]]:
                self.para_spans.append((first, index))
                self.para[first : index + 1] = [number] * (index + 1 - first)
                number, first = number + 1, index + 1
        self.para_spans.append((first, self.size))
        self.para[first:] = [number] * (self.size - first)

    def _read_quotations(self) -> None:
        """Pair quotation marks within each paragraph; one left open runs to the paragraph's end.

        ``quote[i]`` is the number of the quotation around token i, -1 outside. A span covers its marks.
        """
        self.quote: list[int] = [-1] * self.size
        self.quote_spans: list[tuple[int, int]] = []
        marks = [index for index, word in enumerate(self.lower) if word in _MARKS]
        at = 0
        for _, last in self.para_spans:
            opened = -1
            while at < len(marks) and marks[at] < last:
                index = marks[at]
                at += 1
                mark = self.lower[index]
                if mark in _OPENING or (mark in _STRAIGHT and opened < 0):
                    if opened < 0:
                        opened = index
                elif (mark in _CLOSING or mark in _STRAIGHT) and opened >= 0:
                    self._add_quotation(opened, index + 1)
                    opened = -1
            if opened >= 0:
                self._add_quotation(opened, last)

    def _add_quotation(self, first: int, last: int) -> None:
        self.quote[first:last] = [len(self.quote_spans)] * (last - first)
        self.quote_spans.append((first, last))

    def at(self, place: int) -> int:
        """Return the token that a character of the text belongs to."""
        return max(0, bisect_right(self.start, place) - 1)

    def is_mark(self, index: int) -> bool:
        """Return whether the token is a double quotation mark."""
        word = self.lower[index]
        return word in _OPENING or word in _CLOSING or word in _STRAIGHT

    def words(self, first: int, last: int) -> str:
        """Return the text from token ``first`` to before token ``last``."""
        return self.text[self.start[first] : self.end[last - 1]] if last > first else ""

    def subtree(self, index: int) -> Iterator[int]:
        """Yield a token and everything that hangs on it, in spaCy's order."""
        waiting = [index]
        while waiting:
            at = waiting.pop()
            if at < 0:
                yield ~at
                continue
            children = self.children[at]
            waiting.extend(child for child in reversed(children) if child > at)
            waiting.append(~at)  # itself, when what hangs on its left is through
            waiting.extend(child for child in reversed(children) if child < at)


def tokens_of(doc: Doc) -> Tokens:
    """Return the tokens of a document, read once and kept with it: each step asks for them."""
    kept: Tokens | None = doc.user_data.get(_KEPT)
    if kept is None:
        kept = doc.user_data[_KEPT] = Tokens(doc)
    return kept
