"""An invented store with enough reviewed labels to learn from: twenty-four short articles, four claims each."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from dashboard_core.frames import to_frames
from dashboard_core.learning.comparison import compare
from dashboard_core.paths import weights_dir
from dashboard_core.records import Article, Claim, Span, Speaker, Stance, Target, stable_id
from dashboard_core.stance.decision import Decision, Thresholds
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import stance_key
from dashboard_core.store.models import StoredModel, keep_model

TARGETS = (
    Target("t_ferry", "ferry agreement", "agreement"),
    Target("t_canal", "canal levy", "policy"),
    Target("t_union", "lake union", "organisation"),
)
# What the voice says, what people make of it, and what the machine once said.
SAYINGS = (
    ("We welcome the {} and will sign it this spring", "supportive", "supportive"),
    ("It is too early for the {}, the costs are not known yet", "cautious", "opposed"),
    ("We reject the {} and will leave the talks", "opposed", "opposed"),
    ("The ministers spoke about the {} on Monday", "none", "cautious"),
)


def make_learning_store(path: Path, articles: int = 24) -> Store:
    """Create the store; nothing in it is reviewed."""
    store = Store.create(path)
    texts: list[Article] = []
    claims: list[Claim] = []
    stances: list[Stance] = []
    for number in range(articles):
        article_id = f"lake-{number}"
        text = ""
        for place, (saying, _, machine) in enumerate(SAYINGS):
            target = TARGETS[(number + place) % len(TARGETS)]
            said = f"“{saying.format(f'the {target.name}'.removeprefix('the '))},” Minister {place} of Lake {number} said."
            start, text = len(text), f"{text}{said}\n\n"
            name = f"Minister {place} of Lake {number}"
            speaker = Speaker(stable_id("s", name), name, "Minister", "official", "", "", "")
            claim = Claim(
                stable_id("c", article_id, start), article_id, start, start + len(said), said, "direct",
                (Span(start, start + len(said)),), "said", name, speaker,
            )  # fmt: skip
            claims.append(claim)
            shares = dict.fromkeys(("opposed", "cautious", "supportive"), 0.2) | {machine: 0.6}
            stances.append(
                Stance(
                    stable_id("st", claim.claim_id, target.target_id), claim.claim_id, article_id, target,
                    machine, 0.6, 0.9, shares["opposed"], shares["cautious"], shares["supportive"], "",
                    "0123456789ab",
                )
            )  # fmt: skip
        texts.append(
            Article(article_id, f"News of Lake {number}", text, "Lake Herald", "", "", date(2026, 3, 1), "en",
                    f"{number:064d}", datetime(2026, 3, 2, tzinfo=UTC), f"lake-{number}.txt")
        )  # fmt: skip
    store.append(to_frames(texts, claims, stances))
    return store


def review_all(store: Store, who: str = "A. Reader", most: int = 1000) -> int:
    """Decide the labels as their templates were meant; return how many."""
    rows = store.connect().execute("SELECT * FROM positions ORDER BY article_id, start").df()
    hashes = dict(store.connect().execute("SELECT article_id, sha256 FROM articles").fetchall())
    entries = []
    for row in rows.head(most).to_dict("records"):
        meant = next(label for saying, label, _ in SAYINGS if saying.split("{")[0] in row["text"])
        action = "confirm" if meant == row["machine_stance"] else "change"
        key = stance_key({str(k): v for k, v in row.items()}, hashes[row["article_id"]])
        entries.append(Entry(who, action, "stance", key, "stance", row["stance"], meant))
    store.ledger.append(*entries)
    return len(entries)


def stand_in_model(store: Store, limit: float = 0.5, current: str = "") -> StoredModel:
    """Keep the packaged decision with another limit, with a card as learning writes it."""
    said = ["supportive", "opposed", "cautious", "none"] * 5
    figures = compare(said, ["unclear", *said[1:]], said, [str(n // 4) for n in range(20)]).as_dict()
    looked = {
        "looked_at": 96,
        "of": 96,
        "changed": 3,
        "changed_reviewed": 1,
        "moved": [["none", "opposed", 3]],
    }
    card = {
        "made_at": datetime(2026, 3, 5, 9, round(limit * 100) % 60, tzinfo=UTC).isoformat(),
        "asked_by": "A. Reader",
        "current": {"model": current, "version": "0123456789ab"},
        "learned_from": {"labels": 72, "articles": 18, "by_label": {"none": 72}, "files": 0},
        "figures": {"held_back": figures, "packaged_pairs": figures, "store": looked},
    }
    decision = Decision.load(weights_dir("stance") / "decision.npz")
    other = decision.with_thresholds(Thresholds(decision.thresholds.position, limit), decision.facts)
    with tempfile.TemporaryDirectory() as folder:
        other.save(Path(folder) / "decision.npz")
        return keep_model(store, other.digest[:12], Path(folder) / "decision.npz", card)
