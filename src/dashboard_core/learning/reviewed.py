"""What people's labels there are to learn from, and which of them are kept back for comparing.

The articles kept back are told by a hash of their id: whoever learns again, and however many reviews come in,
an article stays on its side. Copies of one report go together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard_core.pipeline import context_before
from dashboard_core.read import find_body, mask
from dashboard_core.records import Target
from dashboard_core.stance import StanceInput
from dashboard_core.stance.splits import is_held_out
from dashboard_core.store import Store
from dashboard_core.vocabulary import STANCES

__all__ = ["LEAST", "Least", "Row", "Supply", "is_kept_back", "read_rows", "shortfall", "supply"]

KEPT_BACK = 0.3
_LABELS = (*STANCES, "none")


@dataclass(frozen=True, slots=True)
class Least:
    """How many reviewed labels, of how many articles, there must be to learn from and to compare on."""

    learn: int = 30
    learn_articles: int = 3
    compare: int = 15
    compare_articles: int = 3


LEAST = Least()


@dataclass(frozen=True, slots=True)
class Supply:
    """How many reviewed labels there are on each side, in how many articles; copies count as one."""

    learn: int = 0
    learn_articles: int = 0
    compare: int = 0
    compare_articles: int = 0
    by_label: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """One position as the model reads it.

    ``label`` is what people say of it ("" where nobody has reviewed it, "none" also where they say that the
    passage is not about the target). ``group`` is the article, or the first of its copies; ``voice`` who
    speaks on what in it.
    """

    group: str
    voice: tuple[str, str, str]
    item: StanceInput
    label: str


def is_kept_back(group: str) -> bool:
    """Return whether the reviewed labels of an article are kept for comparing; the same on every machine.

    >>> sum(is_kept_back(f"article {n}") for n in range(10_000)) in range(2850, 3150)
    True
    """
    return is_held_out(f"{group}/reviewed", KEPT_BACK)


def supply(store: Store) -> Supply:
    """Return how many reviewed labels there are to learn from and to compare on."""
    rows = (
        store.snapshot("only")
        .cursor()
        .execute(
            "SELECT p.article_id, coalesce(c.copy_of, p.article_id), p.stance::VARCHAR FROM positions p "
            "LEFT JOIN main.copy_rows c ON c.article_id = p.article_id"
        )
    )
    told = [(group, stance) for _, group, stance in rows.fetchall() if stance in _LABELS]
    told += [(group, "none") for group in _rejected_groups(store)]
    sides: dict[bool, list[str]] = {True: [], False: []}
    for group, _ in told:
        sides[is_kept_back(group)].append(group)
    return Supply(
        len(sides[False]),
        len(set(sides[False])),
        len(sides[True]),
        len(set(sides[True])),
        Counter(stance for _, stance in told),
    )


def shortfall(found: Supply, least: Least = LEAST) -> list[str]:
    """Return what is missing before anything can be learned, in words; nothing if there is enough.

    >>> shortfall(Supply(30, 3, 2, 1, {"opposed": 20, "none": 12}))[0]
    '2 of at least 15 reviewed labels to compare on (in 1 of at least 3 articles)'
    """
    said = []
    for have, want, articles, least_articles, purpose in (
        (found.learn, least.learn, found.learn_articles, least.learn_articles, "learn from"),
        (found.compare, least.compare, found.compare_articles, least.compare_articles, "compare on"),
    ):
        if have < want or articles < least_articles:
            said.append(
                f"{have:,} of at least {want} reviewed labels to {purpose} "
                f"(in {articles:,} of at least {least_articles} articles)"
            )
    if sum(bool(found.by_label.get(stance)) for stance in STANCES) < 2:
        said.append("labels of at least two of the three stances: people have used one at most")
    return said


def read_rows(store: Store, catalogue: Sequence[Target], articles: Sequence[str] | None = None) -> list[Row]:
    """Return the positions of articles as the model reads them, with people's labels where there are any.

    Parameters
    ----------
    store : Store
        The store; each claim stands as people corrected it.
    catalogue : sequence of Target
        For the other names of a target.
    articles : sequence of str, optional
        Ids; by default every article in which somebody has reviewed a label.
    """
    snapshot = store.snapshot()
    cursor = snapshot.cursor()
    if articles is None:
        found = cursor.execute("SELECT DISTINCT article_id FROM positions WHERE review <> 'unreviewed'")
        articles = sorted({row[0] for row in found.fetchall()} | {r["article_id"] for r in snapshot.rejected})
    claims = _ask(
        cursor,
        "SELECT c.claim_id, c.article_id, c.start, c.text, c.speaker_id, a.title, a.text AS whole, "
        "coalesce(k.copy_of, c.article_id) AS grouped FROM claims c JOIN articles a USING (article_id) "
        "LEFT JOIN main.copy_rows k ON k.article_id = c.article_id "
        "WHERE c.article_id IN (SELECT unnest($ids::VARCHAR[]))",
        articles,
    )
    positions = _ask(
        cursor,
        "SELECT claim_id, target_id, target, stance::VARCHAR AS stance, review FROM positions "
        "WHERE article_id IN (SELECT unnest($ids::VARCHAR[]))",
        articles,
    )
    positions += [dict(row) | {"stance": "none"} for row in snapshot.rejected]
    return _rows(claims, positions, {one.target_id: one.aliases for one in catalogue})


def _rows(
    claims: Sequence[Mapping[str, Any]],
    positions: Sequence[Mapping[str, Any]],
    aliases: Mapping[str, tuple[str, ...]],
) -> list[Row]:
    by_id = {claim["claim_id"]: claim for claim in claims}
    bodies: dict[str, str] = {}
    rows = []
    for one in positions:
        claim = by_id.get(one["claim_id"])
        if claim is None:  # the claim itself was rejected: that says nothing about a stance
            continue
        article = claim["article_id"]
        if article not in bodies:
            bodies[article] = mask(claim["whole"], find_body(claim["whole"]))
        item = StanceInput(
            text=claim["text"],
            target=one["target"],
            aliases=aliases.get(one["target_id"], ()),
            context=context_before(bodies[article], claim["start"], claim["title"] or ""),
        )
        label = str(one["stance"]) if one["review"] != "unreviewed" else ""
        voice = (article, claim["speaker_id"], one["target_id"])
        rows.append(Row(claim["grouped"], voice, item, label if label in _LABELS else ""))
    return rows


def _ask(cursor: Any, text: str, articles: Sequence[str]) -> list[dict[str, Any]]:
    cursor.execute(text, {"ids": list(articles)})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _rejected_groups(store: Store) -> list[str]:
    snapshot = store.snapshot()
    standing = {
        row[0]
        for row in snapshot.cursor()
        .execute(
            "SELECT claim_id FROM claims WHERE claim_id IN (SELECT unnest($ids::VARCHAR[]))",
            {"ids": [row["claim_id"] for row in snapshot.rejected]},
        )
        .fetchall()
    }
    copies = dict(snapshot.cursor().execute("SELECT article_id, copy_of FROM main.copy_rows").fetchall())
    return [
        str(copies.get(row["article_id"], row["article_id"]))
        for row in snapshot.rejected
        if row["claim_id"] in standing
    ]
