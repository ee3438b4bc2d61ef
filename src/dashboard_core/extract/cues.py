"""The editable list of words that report what somebody says, believes, intends or supports."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from dashboard_core.errors import VocabularyError
from dashboard_core.paths import seeds_dir

__all__ = ["CUE_KINDS", "CueList", "find_phrase", "load_cues", "read_cues"]

CUE_KINDS: Final = ("speech", "belief", "intention", "support")
_FORMS: Final = ("verb", "noun", "adjective", "phrase")
_COLUMNS: Final = ["cue", "form", "kind", "notes"]


@dataclass(frozen=True)
class CueList:
    """Cue lemmas by form, each with its kind; phrases are tuples of lower-case words, ``*`` a possessive."""

    verbs: dict[str, str]
    nouns: dict[str, str]
    adjectives: dict[str, str]
    phrases: dict[tuple[str, ...], str]

    @cached_property
    def phrases_by_word(self) -> dict[str, list[tuple[str, ...]]]:
        """The phrases by their first word, the longest first."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(self.phrases, key=len, reverse=True):
            found.setdefault(phrase[0], []).append(phrase)
        return found

    def kind(self, lemma: str, pos: str = "VERB") -> str:
        """Return the kind of a cue by its lemma: "" when the list does not have it.

        >>> cues = CueList({"say": "speech"}, {"fear": "belief"}, {}, {})
        >>> cues.kind("say"), cues.kind("fear", "NOUN"), cues.kind("walk")
        ('speech', 'belief', '')
        """
        first, *others = (
            (self.nouns, self.verbs)
            if pos == "NOUN"
            else (self.adjectives, self.verbs)
            if pos == "ADJ"
            else (self.verbs,)
        )
        for words in (first, *others):
            if lemma in words:
                return words[lemma]
        return ""


def read_cues(path: str | Path) -> CueList:
    """Return the cue list of a CSV file with the columns cue, form, kind, notes.

    Raises
    ------
    VocabularyError
        Columns are missing, or lines name an unknown form or kind, or repeat a cue.
    """
    lists: dict[str, dict[str, str]] = {form: {} for form in _FORMS}
    problems: list[str] = []
    with Path(path).open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        missing = [column for column in _COLUMNS if column not in (reader.fieldnames or [])]
        if missing:
            raise VocabularyError(
                path, [f"no column {name}" for name in missing], "The header is: " + ",".join(_COLUMNS)
            )
        for row in reader:
            cue, form, kind = ((row[name] or "").strip().lower() for name in _COLUMNS[:3])
            where = f"line {reader.line_num}"
            if not cue:
                problems.append(f"{where}: the cue is empty")
            elif form not in _FORMS:
                problems.append(f"{where}: {cue}: form {form!r} is none of {', '.join(_FORMS)}")
            elif kind not in CUE_KINDS:
                problems.append(f"{where}: {cue}: kind {kind!r} is none of {', '.join(CUE_KINDS)}")
            elif cue in lists[form]:
                problems.append(f"{where}: {cue} stands twice as {form}")
            else:
                lists[form][cue] = kind
    if problems:
        raise VocabularyError(path, problems, "Correct these lines, one cue a line: say,verb,speech,")
    phrases = {tuple(cue.split()): kind for cue, kind in lists["phrase"].items()}
    return CueList(lists["verb"], lists["noun"], lists["adjective"], phrases)


@lru_cache(maxsize=4)
def _read_cached(path: str, changed: float) -> CueList:
    return read_cues(path)


def load_cues() -> CueList:
    """Return the cue list in ``seeds/cues.csv``, read again when the file has changed.

    Raises
    ------
    VocabularyError
        The file is missing or has unusable lines.
    """
    path = seeds_dir() / "cues.csv"
    if not path.is_file():
        raise VocabularyError(path, ["the file does not exist"], "Restore seeds/cues.csv from the project.")
    return _read_cached(str(path), path.stat().st_mtime)


def find_phrase(words: Sequence[str], at: int, cues: CueList) -> int:
    """Return the length of the cue phrase that starts at ``at``, 0 where none does.

    >>> cues = CueList({}, {}, {}, {("in", "*", "view"): "belief"})
    >>> find_phrase(["but", "in", "his", "view", ",", "no"], 1, cues)
    3
    """
    best = 0
    following = words[at + 1] if at + 1 < len(words) else ""
    for first in (words[at], "*"):
        for phrase in cues.phrases_by_word.get(first, ()):
            # The second word tells most phrases apart without a walk.
            if first != "*" and len(phrase) > 1 and phrase[1] not in (following, "*"):
                continue
            if len(phrase) > best:
                best = max(best, _match(words, at, phrase) - at)
    return best


def _match(words: Sequence[str], at: int, phrase: tuple[str, ...]) -> int:
    """Return where the phrase ends; ``*`` is a possessive pronoun or up to five words with a genitive."""
    for number, part in enumerate(phrase):
        if at >= len(words):
            return 0
        if part == "*":
            if words[at] in _POSSESSIVES:
                at += 1
                continue
            for end in range(at + 1, min(at + 6, len(words))):
                if words[end] in ("'s", "’s") or (words[end] in ("'", "’")):
                    at = end + 1
                    break
            else:
                return 0
        elif words[at] == part:
            at += 1
        else:
            return 0
        del number
    return at


_POSSESSIVES: Final = frozenset(["his", "her", "their", "its", "my", "our", "your"])
