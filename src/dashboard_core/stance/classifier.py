"""A claim and a target in, a label with its probabilities and its reason out.

The encoder reads the pair and scikit-learn decides (see ``decision``). ``none`` is a
passage that takes no position on the target; ``unclear`` is one where the model abstains. Neither is a
degree of support, and neither is *cautious*.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dashboard_core.errors import ModelError
from dashboard_core.paths import weights_dir
from dashboard_core.records import Span
from dashboard_core.stance.decision import Decision, Matrix, pair_features
from dashboard_core.stance.encoder import AT_ONCE, Encoder, Reading
from dashboard_core.stance.passages import clauses, find_mentions
from dashboard_core.vocabulary import STANCES

__all__ = ["Moved", "StanceInput", "StanceLabel", "StanceModel", "draw_together", "version_of"]

_WORD = re.compile(r"\w+(?:[’'.\-]\w+)*")
# Where the likelihood of the coded articles' labels is highest (docs/stance.md).
DRAWN = 0.8
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]*\s+|\n+")


@dataclass(frozen=True, slots=True)
class StanceInput:
    """One passage and one target.

    ``aliases`` are other names of the target; ``mentions`` are its spans in ``text`` where already known
    ("this idea"); ``context`` is the sentence before or the headline, read along where the passage itself
    does not name the target (codebook ruling 12).
    """

    text: str
    target: str
    aliases: tuple[str, ...] = ()
    context: str = ""
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class StanceLabel:
    """What the model says about one passage and target.

    ``stance`` is one of vocabulary.STANCE_STATES; ``confidence`` is the probability of the likeliest of the
    three stances, or for ``none`` the probability of no position. ``p_stance``: takes a position at all.
    ``p_opposed``, ``p_cautious``, ``p_supportive`` are given that it does and sum to 1. ``evidence`` are the
    words whose removal lowers the probability of the likeliest stance most among those tried ("" where
    none does).
    """

    stance: str
    confidence: float
    p_stance: float
    p_opposed: float
    p_cautious: float
    p_supportive: float
    evidence: str = ""

    @property
    def likeliest(self) -> str:
        """Return the likeliest of the three stances, whatever the thresholds say."""
        values = (self.p_opposed, self.p_cautious, self.p_supportive)
        return STANCES[int(np.argmax(values))]


@dataclass(frozen=True, slots=True)
class Moved:
    """Words (offsets into the passage) and what they add to the likeliest stance's probability."""

    start: int
    end: int
    delta: float


class StanceModel:
    """The packaged stance model; ``StanceModel.load().label([...])``."""

    def __init__(self, encoder: Encoder, decision: Decision) -> None:
        if decision.encoder and decision.encoder != encoder.digest[:16]:
            raise ModelError(
                "decision.npz",
                [f"was fitted to encoder {decision.encoder}, but {encoder.digest[:16]} is here"],
                "Keep encoder.onnx and decision.npz of one version together, or run `stances train stance`; "
                "from a model learned from reviews go back with `stances learn rollback` and learn again.",
            )
        self._encoder = encoder
        self.decision = decision

    @classmethod
    def load(cls, path: Path | None = None) -> StanceModel:
        """Return the model in a folder, or the packaged one.

        A folder may hold a ``decision.npz`` only (as ``stances train stance`` writes it); the packaged
        encoder then serves it.

        Raises
        ------
        ModelError
            A file is missing, damaged, or belongs to another version.
        """
        packaged = weights_dir("stance")
        folder = path or packaged
        encoder = Encoder.load(folder if (folder / "encoder.onnx").is_file() else packaged)
        return cls(encoder, Decision.load(folder / "decision.npz"))

    @property
    def encoder(self) -> Encoder:
        """Return the encoder, for those who fit a new decision on it."""
        return self._encoder

    @property
    def version(self) -> str:
        """Return a short hash of all that a label hangs on; it travels in every row."""
        return version_of(self._encoder.digest, self.decision)

    def label(
        self,
        inputs: Iterable[StanceInput],
        *,
        evidence: bool = True,
        voices: Sequence[Hashable] | None = None,
        about: Sequence[float] | None = None,
    ) -> list[StanceLabel]:
        """Return one label per input, in order; give the claims of a whole article at once.

        ``evidence=False`` saves the second reading that checks which words moved the label. ``voices``, one
        per input, names who speaks on what in which article: inputs of one voice are read in each other's
        light (:func:`draw_together`). Without it every input stands alone. ``about``, one per input, is how
        likely the passage is about the target at all, where that is known (:func:`weigh_about`).
        """
        rows = list(inputs)
        if not rows:
            return []
        features, readings = read_features(self._encoder, rows)
        takes, alone = self.decision.probabilities(features)
        which = alone if voices is None else draw_together(takes, alone, voices)
        limits = self.decision.thresholds
        if about is not None:
            takes = weigh_about(takes, np.asarray(about, dtype=np.float64), limits.position)
        # Where no position is shown there is nothing to explain, and a second reading costs as much as one.
        asked = [i for i in range(len(rows)) if takes[i] >= limits.position] if evidence else []
        words = dict.fromkeys(range(len(rows)), "")
        words |= dict(
            zip(
                asked,
                self._evidence(
                    [rows[i] for i in asked],
                    [readings[i] for i in asked],
                    alone[asked],
                    which[asked].argmax(1),
                ),
                strict=True,
            )
        )
        labels = []
        for p, q, why in zip(takes, which, words.values(), strict=True):
            stance, confidence = self.decision.shown(p, q)
            against, caution, favour = (float(x) for x in q)
            labels.append(
                StanceLabel(
                    stance, confidence, float(p), against, caution, favour, why if stance != "none" else ""
                )
            )
        return labels

    def probabilities(self, inputs: Sequence[StanceInput]) -> tuple[Matrix, Matrix]:
        """Return p_stance (n) and opposed, cautious, supportive given a position (n x 3)."""
        return self.decision.probabilities(read_features(self._encoder, inputs)[0])

    def explain(self, item: StanceInput) -> list[Moved]:
        """Return what moved the label: clauses, and words of the strongest, by what removing them changes.

        A positive ``delta`` is the fall of the likeliest stance's probability when the words are taken out
        and the whole model reads again; a negative one says that the words speak against the label. Largest
        first by size.
        """
        likeliest = int(self.probabilities([item])[1][0].argmax())
        spans = clauses(item.text)
        moved = self._removals(item, spans, likeliest) if len(spans) > 1 else []
        strongest = max(moved, key=lambda m: m.delta, default=Moved(0, len(item.text), 0.0))
        inner = [
            Span(strongest.start + m.start(), strongest.start + m.end())
            for m in _WORD.finditer(item.text[strongest.start : strongest.end])
        ]
        if len(inner) > 1:
            moved += [m for m in self._removals(item, inner, likeliest) if abs(m.delta) >= 0.02]
        return sorted(moved, key=lambda m: (-abs(m.delta), m.start))

    def _removals(self, item: StanceInput, spans: Sequence[Span], likeliest: int) -> list[Moved]:
        which = self.probabilities([item, *(without(item, span) for span in spans)])[1][:, likeliest]
        return [Moved(s.start, s.end, float(which[0] - p)) for s, p in zip(spans, which[1:], strict=True)]

    def _evidence(
        self,
        rows: Sequence[StanceInput],
        readings: Sequence[Reading],
        which: Matrix,
        shown: npt.NDArray[np.intp],
    ) -> list[str]:
        """Return each row's clause that moved it: proposed by the tokens' shares, kept if removal agrees.

        ``which`` is what each row says alone, ``shown`` the stance that its label gives as the likeliest.
        """
        proposals: dict[int, list[Span]] = {}
        for i, (row, reading) in enumerate(zip(rows, readings, strict=True)):
            spans = clauses(row.text)
            if len(spans) < 2:
                continue
            likeliest = int(shown[i])
            rest = [k for k in range(len(STANCES)) if k != likeliest]
            worth = reading.shares[:, likeliest] - reading.shares[:, rest].max(axis=1)
            sums = [
                sum(w for w, o in zip(worth, reading.offsets, strict=True) if s.start <= o.start < s.end)
                for s in spans
            ]
            proposals[i] = [spans[k] for k in np.argsort(sums)[::-1][:2]]
        found: dict[int, Span] = {}
        # The second proposal is read only where taking the first out changed nothing: each costs a reading.
        for rank in range(2):
            asked = [i for i in proposals if i not in found and len(proposals[i]) > rank]
            if not asked:
                break
            changed = self.probabilities([without(rows[i], proposals[i][rank]) for i in asked])[1]
            for i, q in zip(asked, changed, strict=True):
                likeliest = int(shown[i])
                if q[likeliest] < which[i][likeliest]:
                    found[i] = proposals[i][rank]
        return [row.text[found[i].start : found[i].end] if i in found else "" for i, row in enumerate(rows)]


def version_of(encoder: str, decision: Decision) -> str:
    """Return the version of the model of an encoder, by its hash, and a decision."""
    return hashlib.sha256(f"{encoder}{decision.digest}{DRAWN}{AT_ONCE}".encode()).hexdigest()[:12]


def draw_together(takes: Matrix, which: Matrix, voices: Sequence[Hashable]) -> Matrix:
    """Return ``which`` with the readings of one voice drawn towards their common mean.

    Who speaks on one thing several times in an article mostly holds one position, so the claims tell about
    each other. Log probabilities go the share ``DRAWN`` of the way to the voice's mean, in which claims
    count by how likely they take a position at all. A voice with one claim stays as it is.

    Parameters
    ----------
    takes : Matrix
        p_stance, n values.
    which : Matrix
        Opposed, cautious, supportive given a position, n x 3.
    voices : Sequence[Hashable]
        One per row; rows of equal value are drawn together.

    Examples
    --------
    >>> apart = np.array([[0.6, 0.3, 0.1], [0.1, 0.5, 0.4]])
    >>> draw_together(np.array([0.9, 0.9]), apart, ["x", "x"]).argmax(1).tolist()
    [1, 1]
    >>> draw_together(np.array([0.9, 0.9]), apart, ["x", "y"]).argmax(1).tolist()
    [0, 1]
    """
    rows: dict[Hashable, list[int]] = defaultdict(list)
    for i, voice in enumerate(voices):
        rows[voice].append(i)
    drawn = which.copy()
    logs = np.log(np.clip(which, 1e-9, 1.0))
    for same in rows.values():
        if len(same) > 1:
            mean = np.average(logs[same], axis=0, weights=np.clip(takes[same], 1e-9, 1.0))
            mixed = np.exp((1 - DRAWN) * logs[same] + DRAWN * mean)
            drawn[same] = mixed / mixed.sum(axis=1, keepdims=True)
    return drawn


def weigh_about(takes: Matrix, about: Matrix, limit: float) -> Matrix:
    """Return the probabilities of a position, given also how likely each passage is about its target.

    The odds of both are multiplied: a passage surely about a thing needs less to count as a position on it,
    one that hardly is needs more. The product is scaled so that odds of 1 meet ``limit``, from which a
    position is shown.

    >>> weigh_about(np.array([0.2, 0.7]), np.array([0.9, 0.1]), 0.36).round(2).tolist()
    [0.56, 0.13]
    """
    odds = _odds(takes) * _odds(about) * _odds(np.array(limit))
    weighed: Matrix = odds / (1 + odds)
    return weighed


def _odds(shares: Matrix) -> Matrix:
    kept: Matrix = np.clip(shares, 1e-4, 1 - 1e-4)
    odds: Matrix = kept / (1 - kept)
    return odds


def without(item: StanceInput, span: Span) -> StanceInput:
    """Return the input with the words of a span taken out, the target's spans moved along.

    >>> item = StanceInput("No bloc, yes to drills.", "drills", mentions=(Span(16, 22),))
    >>> less = without(item, Span(0, 8))
    >>> less.text, [less.text[a:b] for a, b in less.mentions]
    (' yes to drills.', ['drills'])
    """
    size = span.end - span.start
    kept = [m for m in item.mentions if m.end <= span.start or m.start >= span.end]
    moved = tuple(m if m.end <= span.start else Span(m.start - size, m.end - size) for m in kept)
    return replace(item, text=item.text[: span.start] + item.text[span.end :], mentions=moved)


def read_features(encoder: Encoder, rows: Sequence[StanceInput]) -> tuple[Matrix, list[Reading]]:
    """Return the decision's input and the encoder's reading, one per row.

    A passage longer than the encoder reads at once is read in windows of whole sentences; the windows'
    logits are averaged, each weighed by how likely it takes a position at all.
    """
    pairs: list[tuple[str, str]] = []
    places: list[list[tuple[int, int]]] = []
    for row in rows:
        names = (row.target, *row.aliases)
        mentions = find_mentions(row.text, names, row.mentions)
        target = _target_words(row)
        lead = f"{row.context} | " if row.context and not mentions else ""
        parts = (
            encoder.windows(target, row.text, _sentences(row.text), mentions) if row.text else [Span(0, 0)]
        )
        own = []
        for part in parts:
            own.append((len(pairs), part.start - len(lead)))
            pairs.append((target, lead + row.text[part.start : part.end]))
        places.append(own)
    read = encoder.read(pairs)
    joined = [_join([read[i] for i, _ in own], [shift for _, shift in own]) for own in places]
    logits = np.stack([reading.logits for reading in joined]) if joined else np.zeros((0, 4), np.float32)
    return pair_features(logits), joined


def _join(readings: Sequence[Reading], shifts: Sequence[int]) -> Reading:
    takes = np.array([reading.logits[3] for reading in readings], dtype=np.float64)
    weights = np.exp(takes - takes.max())
    weights /= weights.sum()
    logits = np.sum([w * r.logits for w, r in zip(weights, readings, strict=True)], axis=0)
    logits[3] = takes.max()
    shares, offsets = [], []
    for w, reading, shift in zip(weights, readings, shifts, strict=True):
        for row, offset in zip(reading.shares, reading.offsets, strict=True):
            if offset.start + shift >= 0:
                shares.append(w * row)
                offsets.append(Span(offset.start + shift, offset.end + shift))
    block = np.asarray(shares, dtype=np.float32).reshape(len(offsets), 4)
    return Reading(logits.astype(np.float32), block, tuple(offsets))


def _target_words(row: StanceInput) -> str:
    """Return the target as the encoder reads it: its name, and the alias that stands in the text instead."""
    if row.target.lower() in row.text.lower():
        return row.target
    named = [alias for alias in row.aliases if alias and alias.lower() in row.text.lower()]
    return f"{row.target} ({max(named, key=len)})" if named else row.target


def _sentences(text: str) -> list[Span]:
    cuts = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
    return [Span(a, b) for a, b in pairwise(cuts) if b > a]
