"""The packaged encoder: reads ``target [SEP] passage`` with onnxruntime; four numbers and their origin."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dashboard_core.errors import ModelError
from dashboard_core.records import Span

__all__ = ["AT_ONCE", "MAX_TOKENS", "Encoder", "Reading"]

MAX_TOKENS = 256
# Longer passages are read in windows of so many tokens at most: of the passages that the encoder was tuned
# on, 996 in 1,000 have no more, so it has hardly learned what a position looks like in a longer one. It is
# part of the model's version: labels of long passages hang on it.
AT_ONCE = 150
_REMEDY = "Install the package again; the file belongs to it. Or name another model folder."


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder says about one pair.

    ``logits`` are opposed, cautious, supportive, takes a position. ``shares`` has one row per token of the
    passage: what it adds to each logit (the last layer is linear in the tokens, so this is exact for the
    passage's part of the sum); ``offsets`` are the tokens' characters.
    """

    logits: npt.NDArray[np.float32]
    shares: npt.NDArray[np.float32]
    offsets: tuple[Span, ...]


class Encoder:
    """An int8 cross-encoder in one ONNX file, with its tokenizer beside it."""

    def __init__(
        self, session: Any, tokenizer: Any, digest: str, seen: frozenset[str], size: int = 0
    ) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self.digest = digest
        self.size = size
        self._seen = seen

    @classmethod
    def load(cls, folder: Path) -> Encoder:
        """Open the encoder in a folder.

        Raises
        ------
        ModelError
            ``encoder.onnx`` or ``tokenizer.json`` is missing, cut off or of another kind.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        weights, words = folder / "encoder.onnx", folder / "tokenizer.json"
        missing = [f"{path.name} is not there" for path in (weights, words) if not path.is_file()]
        if missing:
            raise ModelError(folder, missing, _REMEDY)
        content = weights.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
            tokenizer = Tokenizer.from_file(str(words))
        except Exception as error:  # onnxruntime and tokenizers raise bare Exceptions of their own
            raise ModelError(folder, [f"cannot be opened: {error}"], _REMEDY) from error
        names = [output.name for output in session.get_outputs()]
        if names != ["logits", "shares"]:
            raise ModelError(weights, [f"gives {', '.join(names)}, not logits and shares"], _REMEDY)
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        facts = folder / "encoder.json"
        seen = (
            frozenset(json.loads(facts.read_text(encoding="utf-8"))["seen"])
            if facts.is_file()
            else frozenset()
        )
        return cls(session, tokenizer, digest, seen, len(content))

    def has_seen(self, text: str) -> bool:
        """Return whether this text was among the repo's pairs that the encoder was tuned on."""
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:8] in self._seen

    def count_tokens(self, text: str) -> int:
        """Return how many tokens a text has, its end marks not counted."""
        self._tokenizer.no_truncation()
        count = len(self._tokenizer.encode(text, add_special_tokens=False).ids)
        self._tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
        return count

    def windows(
        self, target: str, text: str, sentences: Sequence[Span], mentions: Sequence[Span]
    ) -> list[Span]:
        """Return the parts of a long passage to read one by one; a short passage is one part.

        The sentences that mention the target come first with their neighbours, so that nothing is cut off
        at a token count; sentences between mentions are read in windows of their own.
        """
        room = min(AT_ONCE, MAX_TOKENS - 3 - self.count_tokens(_short(target)))
        if len(text) < room * 2 or self.count_tokens(text) <= room:
            return [Span(0, len(text))]
        lengths = [self.count_tokens(text[s.start : s.end]) for s in sentences]
        spans: list[Span] = []
        first, used = 0, 0
        for i, length in enumerate(lengths):
            if used and used + length > AT_ONCE:
                spans.append(Span(sentences[first].start, sentences[i - 1].end))
                # One sentence of overlap: "this idea" often stands right after the sentence that names it.
                first = i - 1 if lengths[i - 1] + length <= AT_ONCE else i
                used = sum(lengths[first:i])
            used += length
        spans.append(Span(sentences[first].start, sentences[-1].end))
        named = [s for s in spans if any(m.start < s.end and m.end > s.start for m in mentions)]
        return named or spans

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return one reading per (target, passage).

        Each pair runs alone. int8 inputs take their step size from all that runs together, so in a batch a
        pair's figures would hang on its neighbours; alone they never change, and on one core it is faster.
        Pairs are read side by side on all cores but one, which is left to the pages.
        """
        cut = [(_short(target), text) for target, text in pairs]
        encoded = self._tokenizer.encode_batch(cut)
        if _READERS == 1 or len(encoded) < 2:
            return [self._run(one) for one in encoded]
        with ThreadPoolExecutor(_READERS) as readers:
            return list(readers.map(self._run, encoded))

    def _run(self, encoded: Any) -> Reading:
        values = (encoded.ids, encoded.attention_mask, encoded.type_ids)
        feed = {name: np.array([value], dtype=np.int64) for name, value in zip(_INPUTS, values, strict=True)}
        logits, shares = self._session.run(None, feed)
        # The closing [SEP] belongs to segment 1 as well; it has no characters, and drops out here.
        places = enumerate(zip(encoded.type_ids, encoded.offsets, strict=True))
        kept = [k for k, (kind, (start, end)) in places if kind and end > start]
        return Reading(logits[0], shares[0, kept], tuple(Span(*encoded.offsets[k]) for k in kept))


# More than eight would read faster than the articles of one import are taken apart.
_READERS = min(8, max(1, (os.cpu_count() or 1) - 1))
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


def _short(target: str) -> str:
    """Return at most the first thirty words: a target is a noun phrase, and the passage needs the room."""
    return " ".join(target[:400].split()[:30])
