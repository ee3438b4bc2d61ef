"""Fine-tune the small encoder on (target, passage) pairs; needs the ``train`` extra (torch, onnx).

The encoder reads ``target [SEP] passage`` and answers two questions with two heads over one reading:
does the passage take a position on the target at all, and if so which. The first head learns from passages
without any position, paired with targets that they name or that other passages of the same article are
about: a passage that merely mentions an alliance must not come out as cautious about it.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from dashboard_core.stance.names import swap_names
from dashboard_core.stance.splits import is_held_out

__all__ = ["Example", "Recipe", "fine_tune", "read_passages"]

CLASSES = ("opposed", "cautious", "supportive")
MAX_TOKENS = 256
# So many words at most in a passage with a stranger beside it: about the encoder's limit in tokens.
_JOINED_WORDS = 170


@dataclass(frozen=True, slots=True)
class Example:
    """One (target, passage) pair; ``label`` -1 takes no position on the target."""

    text: str
    target: str
    label: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What was varied between the configurations in docs/stance.md."""

    seed: int = 0
    epochs: int = 5
    batch_tokens: int = 1400
    rate: float = 6e-5
    head_rate: float = 5e-4
    layer_decay: float = 0.92
    class_weights: tuple[float, float, float] = (0.95, 1.4, 0.9)
    smoothing: float = 0.05
    different_weight: float = 1.4
    swap: float = 0.35
    title: float = 0.15
    join: float = 0.0
    negatives: float = 1.0
    ema: float = 0.85
    sync: int = 16
    minutes: float = 600.0
    polarity_rows: int = 8672
    fields: dict[str, Any] = field(default_factory=dict)


def words(text: str) -> set[str]:
    return {w for w in re.findall(r"[a-z0-9]+", text.lower()) if len(w) > 3}


def read_passages(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.open(encoding="utf-8")]


class Sampler:
    """Draws one epoch of examples: every coded position, and for each passage other targets without one."""

    def __init__(
        self, passages: Sequence[dict[str, Any]], extra: Path | None, pairs: Path | None, recipe: Recipe
    ):
        self.passages, self.recipe, self.extra, self.pairs = passages, recipe, extra, pairs
        self.by_word: dict[str, list[str]] = {}
        for passage in passages:
            for stance in passage["stances"]:
                for word in words(stance["target"]):
                    self.by_word.setdefault(word, []).append(stance["target"])

    def other_target(self, passage: dict[str, Any], rng: random.Random) -> str | None:
        kinds = [("ents", 0.35), ("nps", 0.15), ("other", 0.5)]
        kinds = [(k, w) for k, w in kinds if passage[k]]
        if passage["kind"] != "position":
            near = [t for w in sorted(words(passage["text"])) for t in self.by_word.get(w, [])[:6]]
            if near and rng.random() < 0.25:
                return rng.choice(near)
        if not kinds:
            return None
        kind = rng.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        return str(rng.choice(passage[kind]))

    def beside_a_stranger(self, text: str, target: str, rng: random.Random) -> str:
        """Return the passage with one of another article before or after it, as in a long statement.

        Speakers in interviews talk on for paragraphs; most of the coded passages are short. The stranger says
        nothing of the target, so the label stands, and the model learns to find the place that matters.
        """
        about = words(target)
        for _ in range(4):
            other = str(rng.choice(self.passages)["text"])
            fits = len(text.split()) + len(other.split()) <= _JOINED_WORDS
            if fits and not about & words(other):
                return f"{other} {text}" if rng.random() < 0.5 else f"{text} {other}"
        return text

    def epoch(self, number: int) -> list[Example]:
        recipe, rng = self.recipe, random.Random(f"{self.recipe.seed}/{number}")  # noqa: S311
        out: list[Example] = []

        def add(text: str, target: str, label: int, weight: float, title: str = "") -> None:
            if rng.random() < recipe.swap:
                text, target, title = swap_names(rng, text, target, title)
            if rng.random() < recipe.join:
                text = self.beside_a_stranger(text, target, rng)
            if title and rng.random() < recipe.title:
                text = f"{title} | {text}"
            out.append(Example(text, target, label, weight))

        for p in self.passages:
            stances = p["stances"]
            different = len({s["stance"] for s in stances}) > 1
            for s in stances:
                weight = recipe.different_weight if different else 1.0
                add(p["text"], s["target"], CLASSES.index(s["stance"]), weight, p["title"])
            share, weight = {"position": (0.35, 1.0), "no_stance": (1.4, 1.0), "no_claim": (0.6, 0.6)}[
                p["kind"]
            ]
            share *= recipe.negatives
            for _ in range(int(share) + (rng.random() < share % 1)):
                target = self.other_target(p, rng)
                if target:
                    add(p["text"], target, -1, weight, p["title"])
        if self.extra:
            for row in read_passages(self.extra):
                add(row["text"], row["target"], CLASSES.index(row["label"]), 1.0)
        if self.pairs and self.pairs.is_file():
            pair_rows = [row for row in read_passages(self.pairs) if not is_held_out(row["text_id"], 0.3)]
            kinds: dict[str, set[str]] = {}
            for row in pair_rows:
                kinds.setdefault(row["text_id"], set()).add(row["stance"])
            for row in pair_rows:
                label = CLASSES.index(row["stance"]) if row["stance"] in CLASSES else -1
                weight = recipe.different_weight if len(kinds[row["text_id"]]) > 1 else 1.0
                add(row["text"], row["target"], label, weight)
            print(f"  {len(pair_rows)} repo pairs", flush=True)
        return out


def polarity_examples(path: Path, limit: int, seed: int) -> list[Example]:
    """News sentences with sentiment: polarity for the second head, neutral ones for the first."""
    import gzip

    labels = {"none": -1, "opposed": 0, "supportive": 2}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rng = random.Random(seed)  # noqa: S311
    rng.shuffle(rows)
    out = []
    for row in rows[:limit]:
        text, target, _ = (
            swap_names(rng, row["text"], row["target"], "")
            if rng.random() < 0.3
            else (row["text"], row["target"], "")
        )
        out.append(Example(text, target, labels[row["label"]], 0.6 if row["label"] == "none" else 1.0))
    return out


def batches(
    tokenizer: Any, examples: Sequence[Example], batch_tokens: int, rng: random.Random | None
) -> Iterable[tuple[list[int], dict[str, Any]]]:
    """Batches of about equal token counts; passages of like length go together, so little is padding."""
    import torch

    encoded = tokenizer.encode_batch([(e.target, e.text) for e in examples])
    order = list(range(len(examples)))
    if rng:
        rng.shuffle(order)
        chunks = [order[i : i + 1024] for i in range(0, len(order), 1024)]
        order = [i for chunk in chunks for i in sorted(chunk, key=lambda i: len(encoded[i].ids))]
    else:
        order.sort(key=lambda i: len(encoded[i].ids))
    groups: list[list[int]] = [[]]
    longest = 0
    for i in order:
        longest = max(longest, len(encoded[i].ids)) if groups[-1] else len(encoded[i].ids)
        if groups[-1] and longest * (len(groups[-1]) + 1) > batch_tokens:
            groups.append([])
            longest = len(encoded[i].ids)
        groups[-1].append(i)
    if rng:
        rng.shuffle(groups)
    for group in groups:
        width = max(len(encoded[i].ids) for i in group)
        yield (
            group,
            {
                "input_ids": torch.tensor([_padded(encoded[i].ids, width) for i in group]),
                "attention_mask": torch.tensor([_padded(encoded[i].attention_mask, width) for i in group]),
                "token_type_ids": torch.tensor([_padded(encoded[i].type_ids, width) for i in group]),
            },
        )


def _padded(values: list[int], width: int) -> list[int]:
    return values + [0] * (width - len(values))


def load_tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, strategy="only_second")
    return tokenizer


def predict(model: Any, tokenizer: Any, examples: Sequence[Example]) -> np.ndarray:
    import torch

    fast = model.bfloat16() if next(model.parameters()).dtype == torch.bfloat16 else model
    fast.eval()
    out = np.zeros((len(examples), 4), dtype=np.float32)
    with torch.no_grad():
        for group, batch in batches(tokenizer, examples, 6000, None):
            out[group] = fast(**batch).float().numpy()
    return out


def train_epochs(
    model: Any, tokenizer: Any, epochs: Sequence[Any], recipe: Recipe, out: Path, stage: str, check: Any
) -> None:
    """Train in place. The network computes in bfloat16; the weights that are stepped are float32 masters."""
    import torch
    from torch.nn import functional as F

    model.bfloat16()
    names, masters, groups = [], [], []
    for name, parameter in model.named_parameters():
        if name.startswith("word."):  # names learn nothing about their owners when the word vectors stay
            parameter.requires_grad_(False)
            continue
        found = re.search(r"layers\.(\d+)\.", name)
        depth = int(found.group(1)) + 1 if found else 0
        rate = (
            recipe.head_rate if name.startswith("head") else recipe.rate * recipe.layer_decay ** (12 - depth)
        )
        master = parameter.detach().float().clone()
        if name in START:
            master = START[name].clone()
        names.append(name)
        masters.append(master)
        groups.append({"params": [master], "lr": rate, "weight_decay": 0.01 if master.dim() > 1 else 0.0})
    live = [dict(model.named_parameters())[n] for n in names]
    optimiser = torch.optim.AdamW(groups, fused=True)
    rng = random.Random(recipe.seed)  # the same on both workers: they share out one order of batches  # noqa: S311
    first = epochs[0]()
    rank, world = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    total = (
        sum(1 for _ in batches(tokenizer, first, recipe.batch_tokens, random.Random(0)))  # noqa: S311
        * len(epochs)
        // world
    )
    step = 0
    started = time.time()

    def done() -> float:
        return max(step / total, (time.time() - started) / 60 / recipe.minutes)

    # The rate falls to nothing over the steps planned, or over the time allowed where that is less.
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / 40) * max(0.02, 1 - done())
    )
    over = False
    weights = torch.tensor(recipe.class_weights)
    average = [m.clone() for m in masters]

    def meet() -> bool:
        if world > 1:
            flat = torch.cat([*(m.flatten() for m in masters), torch.tensor([float(done() >= 1)])])
            torch.distributed.all_reduce(flat)
            at = 0
            for m in masters:
                m.copy_(flat[at : at + m.numel()].view_as(m) / world)
                at += m.numel()
            put(masters)
            return bool(flat[-1] > 0)
        return done() >= 1

    def put(values: Sequence[Any]) -> None:
        with torch.no_grad():
            for p, v in zip(live, values, strict=True):
                p.copy_(v)

    def save(values: Sequence[Any], tag: str) -> None:
        state = {n: v.clone() for n, v in zip(names, values, strict=True)}
        state["word.weight"] = WORD["weight"]
        torch.save(state, out / f"{stage}_s{recipe.seed}_{tag}.pt")

    for number, draw in enumerate(epochs):
        examples = first if number == 0 else draw()
        began, losses, seen = time.time(), [], 0
        model.train()
        # Two single-threaded workers read every other batch and average their weights every few steps: on
        # shared cores that trains twice as fast as two threads waiting for each other in every layer.
        mine = list(batches(tokenizer, examples, recipe.batch_tokens, rng))
        mine = mine[rank : len(mine) - len(mine) % world : world]
        for group, batch in mine:
            labels = torch.tensor([examples[i].label for i in group])
            weight = torch.tensor([examples[i].weight for i in group])
            logits = model(**batch).float()
            coded = labels >= 0
            loss = torch.zeros(())
            if coded.any():
                each = F.cross_entropy(
                    logits[coded, :3],
                    labels[coded],
                    weight=weights,
                    label_smoothing=recipe.smoothing,
                    reduction="none",
                )
                loss = loss + (each * weight[coded]).sum() / len(group)
            each = F.binary_cross_entropy_with_logits(
                logits[:, 3], coded.float() * 0.94 + 0.03, reduction="none"
            )
            loss = loss + 0.5 * (each * weight).mean()
            loss.backward()
            for m, p in zip(masters, live, strict=True):
                m.grad = p.grad.float()
                p.grad = None
            torch.nn.utils.clip_grad_norm_(masters, 1.0)
            optimiser.step()
            schedule.step()
            put(masters)
            step += 1
            seen += len(group)
            losses.append(float(loss.detach()))
            if step % recipe.sync == 0:
                over = meet()
                torch._foreach_lerp_(average, masters, 1 - min(recipe.ema, step / (step + 4 * recipe.sync)))
            if over:
                break
            if step % 25 == 0 and rank == 0:
                print(
                    f"{stage} e{number + 1} step {step}/{total} loss {np.mean(losses[-50:]):.3f}",
                    flush=True,
                )
        meet()
        if rank:
            if over:
                break
            continue
        print(
            f"{stage} epoch {number + 1}: loss {np.mean(losses):.3f}, {time.time() - began:.0f}s",
            flush=True,
        )
        save(masters, f"e{number + 1}")
        if check and stage == "stance":
            if over or number >= len(epochs) - 2:
                check(model, f"{stage} s{recipe.seed} e{number + 1}")
            put(average)
            save(average, f"e{number + 1}_ema")
            check(model, f"{stage} s{recipe.seed} e{number + 1} ema")
            put(masters)
        if over:
            break
    START.update(zip(names, masters, strict=True))


START: dict[str, Any] = {}
WORD: dict[str, Any] = {}


def fine_tune(
    encoder: Path,
    tokenizer_path: Path,
    passages: Path,
    polarity: Path | None,
    drafts: Path | None,
    pairs: Path | None,
    out: Path,
    recipe: Recipe,
    check: Any = None,
    start: Path | None = None,
) -> Any:
    import torch

    from dashboard_core.stance.cross_encoder import CrossEncoder

    torch.manual_seed(recipe.seed * 100 + int(os.environ.get("RANK", "0")))
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(tokenizer_path)
    model = CrossEncoder.from_int8(encoder)
    WORD["weight"] = model.word.weight.detach().clone()
    if start:
        START.update(torch.load(start))
        model.load_state_dict(START)
    elif polarity:
        one = polarity_examples(polarity, recipe.polarity_rows, recipe.seed)
        train_epochs(
            model,
            tokenizer,
            [lambda: one],
            Recipe(seed=recipe.seed, class_weights=(1.0, 1.0, 1.0), rate=6e-5),
            out,
            "polarity",
            check,
        )
    rows = [p for p in read_passages(passages) if not is_held_out(p["article_id"])]
    sampler = Sampler(rows, drafts, pairs, recipe)
    train_epochs(
        model,
        tokenizer,
        [lambda n=n: sampler.epoch(n) for n in range(recipe.epochs)],
        recipe,
        out,
        "stance",
        check,
    )
    return model
