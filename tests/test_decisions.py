"""People's decisions laid over the batches: they show, they are counted, they survive, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard_core import query
from dashboard_core.frames import ARTICLES, Frames
from dashboard_core.query import Filters
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import claim_key, passage_hash, stance_key
from factories import Said, said

ROWS = (
    Said("Aydar Abylov", (("road", "supportive"),), "KGZ", article="x"),
    Said(
        "Leyla Karasu",
        (("road", "opposed"), ("rail", "supportive")),
        "TUR",
        article="x",
        text="no road, but rail",
    ),
    Said(
        "Orla Vint", (("road", "none"),), "NOR", article="y", outlet="Evening Paper", text="a road is planned"
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store")
    made.append(said(ROWS))
    return made


def positions(store: Store, basis: str = "reviewed") -> dict[tuple[str, str], dict[str, Any]]:
    rows = store.snapshot(basis).cursor().execute("SELECT * FROM positions").df()
    return {(row["speaker"], row["target_id"]): row for row in rows.to_dict("records")}


def decide(store: Store, speaker: str, target: str, action: str, after: Any = None, **more: Any) -> Entry:
    """Put a decision about one position into the ledger, as the review page does."""
    row = positions(store)[speaker, target]
    key = stance_key(row, text_hash(store, row["article_id"]))
    entry = Entry(
        "A. Reader", action, "stance", key, more.pop("field", "stance"), row["stance"], after, **more
    )
    store.ledger.append(entry)
    return entry


def text_hash(store: Store, article_id: str) -> str:
    return str(query.article(store, article_id)["sha256"][0])


def about_claim(store: Store, speaker: str, action: str, field: str = "", after: Any = None) -> Entry:
    row = next(row for (who, _), row in positions(store).items() if who == speaker)
    entry = Entry(
        "A. Reader", action, "claim", claim_key(row, text_hash(store, row["article_id"])), field, None, after
    )
    store.ledger.append(entry)
    return entry


def stance_of(store: Store, speaker: str, target: str, basis: str = "reviewed") -> tuple[str, Any, str]:
    row = positions(store, basis)[speaker, target]
    machine = row["machine_stance"]
    return row["stance"], machine if isinstance(machine, str) else None, row["review"]


class TestStances:
    def test_without_decisions_everything_is_as_the_machine_left_it(self, store: Store) -> None:
        assert {row["review"] for row in positions(store).values()} == {"unreviewed"}
        assert positions(store).keys() == positions(store, "machine").keys()
        assert positions(store, "only") == {}
        assert store.snapshot("only").cursor().execute("SELECT count(*) FROM all_rows").fetchone() == (0,)

    def test_a_changed_label_shows_and_the_machines_is_kept(self, store: Store) -> None:
        before = store.data_version
        decide(store, "Aydar Abylov", "road", "change", "cautious")
        assert stance_of(store, "Aydar Abylov", "road") == ("cautious", "supportive", "changed")
        assert stance_of(store, "Aydar Abylov", "road", "machine") == (
            "supportive",
            "supportive",
            "unreviewed",
        )
        assert list(positions(store, "only")) == [("Aydar Abylov", "road")]
        assert stance_of(store, "Leyla Karasu", "road") == ("opposed", "opposed", "unreviewed")
        assert store.data_version != before
        votes = query.tally(store, Filters(), by="stance").set_index("value")["claims"]
        assert votes["cautious"] == 1

    def test_confirming_keeps_the_label_against_a_newer_model(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "confirm", "supportive")
        assert stance_of(store, "Aydar Abylov", "road") == ("supportive", "supportive", "confirmed")
        newer = said(
            [replace(row, stances=tuple((t, "opposed") for t, _ in row.stances), model="m2") for row in ROWS]
        )
        store.append(Frames(ARTICLES.empty(), newer.claims[:0], newer.stances))
        assert stance_of(store, "Aydar Abylov", "road") == ("supportive", "opposed", "changed")
        assert stance_of(store, "Orla Vint", "road") == ("opposed", "opposed", "unreviewed")

    def test_a_reviewed_label_passes_the_filter_on_confidence(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "confirm", "supportive")
        found = query.positions(store, Filters(min_confidence=0.95))
        assert found[["confidence", "machine_confidence"]].to_numpy().tolist() == [[1.0, 0.8]]
        assert len(query.positions(store, Filters(min_confidence=0.95, basis="machine"))) == 0

    def test_a_rejected_position_is_gone_and_remembered(self, store: Store) -> None:
        decide(store, "Leyla Karasu", "rail", "reject")
        assert ("Leyla Karasu", "rail") not in positions(store)
        assert ("Leyla Karasu", "rail") in positions(store, "machine")
        rejected = store.snapshot().rejected
        assert [(r["target_id"], r["stance"], r["review"]) for r in rejected] == [
            ("rail", "supportive", "rejected")
        ]
        assert query.headline(store, Filters()).positions == 3
        row = query.rejected(store, Filters(countries=("TUR",))).iloc[0]
        assert row[["machine_stance", "machine_confidence", "review"]].tolist() == [
            "supportive",
            0.8,
            "rejected",
        ]
        assert pd.isna(row["stance"])
        for none in (Filters(countries=("NOR",)), Filters(basis="machine"), Filters(stances=("supportive",))):
            assert len(query.rejected(store, none)) == 0
        assert len(query.rejected(store, Filters(basis="only", min_confidence=0.95, text="RAIL"))) == 1
        counts = query.review_counts(store, Filters())
        assert (counts.reviewed_labels, counts.labels) == (1, 4)

    def test_the_labels_of_a_rejected_claim_are_kept_until_it_is_taken_back(self, store: Store) -> None:
        about_claim(store, "Leyla Karasu", "change", "country", "FIN")
        entry = about_claim(store, "Leyla Karasu", "reject")
        gone = query.rejected(store, Filters())
        assert sorted(gone["target_id"]) == ["rail", "road"]
        assert set(gone["country"]) == {"FIN"} and set(gone["text"].str.contains("no road")) == {True}
        assert query.review_counts(store, Filters()).labels == 4
        store.ledger.undo(entry.entry_id, "A. Reader")
        assert len(query.rejected(store, Filters())) == 0

    def test_what_was_added_by_hand_and_taken_out_again_is_no_rejected_label(self, store: Store) -> None:
        new = {"target_id": "ferry", "target": "Ferry", "target_kind": "proposal", "machine_stance": None}
        key = stance_key(positions(store)["Aydar Abylov", "road"] | new, text_hash(store, "x"))
        for action, after in (("add", "opposed"), ("reject", None)):
            store.ledger.append(Entry("A. Reader", action, "stance", key, "stance", None, after))
        assert len(query.rejected(store, Filters())) == 0
        assert query.review_counts(store, Filters()).labels == 4

    def test_a_label_moved_to_a_new_target_and_then_rejected(self, store: Store) -> None:
        after = {"target_id": "ferry", "target": "Ferry", "target_kind": "proposal"}
        decide(store, "Aydar Abylov", "road", "change", after, field="target")
        decide(store, "Aydar Abylov", "ferry", "reject")
        assert query.rejected(store, Filters())["target"].tolist() == ["Ferry"]

    def test_a_claim_left_without_a_position_still_counts_as_read(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "reject")
        assert query.headline(store, Filters()).claims == 3
        assert "Aydar Abylov" in set(query.claims(store, Filters())["speaker"])

    def test_a_position_added_by_hand(self, store: Store) -> None:
        row = positions(store)["Aydar Abylov", "road"]
        key = stance_key(
            row | {"target_id": "ferry", "target": "Ferry", "target_kind": "proposal"}, text_hash(store, "x")
        )
        store.ledger.append(Entry("A. Reader", "add", "stance", key, "stance", None, "opposed"))
        assert stance_of(store, "Aydar Abylov", "ferry") == ("opposed", None, "added")
        assert ("Aydar Abylov", "ferry") not in positions(store, "machine")
        found = query.positions(store, Filters(targets=("ferry",)))
        assert found["machine_stance"].isna().all() and found["target"].tolist() == ["Ferry"]
        assert found["p_opposed"].tolist() == [1.0]

    def test_another_target(self, store: Store) -> None:
        after = {"target_id": "ferry", "target": "Ferry", "target_kind": "proposal"}
        decide(store, "Aydar Abylov", "road", "change", after, field="target")
        assert stance_of(store, "Aydar Abylov", "ferry") == ("supportive", "supportive", "changed")
        assert ("Aydar Abylov", "road") not in positions(store)
        decide(store, "Aydar Abylov", "ferry", "confirm", "supportive")
        assert stance_of(store, "Aydar Abylov", "ferry")[2] == "changed"

    def test_another_target_that_the_claim_already_has(self, store: Store) -> None:
        after = {"target_id": "rail", "target": "Rail", "target_kind": "proposal"}
        decide(store, "Leyla Karasu", "road", "change", after, field="target")
        assert stance_of(store, "Leyla Karasu", "rail") == ("supportive", "supportive", "unreviewed")
        assert len(positions(store)) == 3

    def test_undo_brings_back_what_was_and_an_undo_can_be_undone(self, store: Store) -> None:
        entry = decide(store, "Aydar Abylov", "road", "change", "opposed")
        back = store.ledger.undo(entry.entry_id, "A. Reader")
        assert stance_of(store, "Aydar Abylov", "road") == ("supportive", "supportive", "unreviewed")
        store.ledger.undo(back.entry_id, "B. Reader")
        assert stance_of(store, "Aydar Abylov", "road") == ("opposed", "supportive", "changed")

    def test_of_two_people_the_later_word_counts(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "change", "opposed")
        decide(store, "Aydar Abylov", "road", "change", "cautious", why="she sets conditions")
        assert stance_of(store, "Aydar Abylov", "road")[0] == "cautious"

    def test_a_blind_second_reading_changes_nothing(self, store: Store) -> None:
        entry = decide(store, "Aydar Abylov", "road", "code", "opposed")
        assert stance_of(store, "Aydar Abylov", "road") == ("supportive", "supportive", "unreviewed")
        article, claim, target = store.snapshot().resolved[entry.entry_id]
        assert (article, target) == ("x", "road") and claim == positions(store)["Aydar Abylov", "road"][
            "claim_id"
        ]


class TestClaims:
    def test_country_and_organisation_and_speaker(self, store: Store) -> None:
        about_claim(store, "Aydar Abylov", "change", "country", "MNG")
        about_claim(store, "Aydar Abylov", "change", "organisation", "Institute of Rivers")
        about_claim(store, "Aydar Abylov", "change", "tier", "academic")
        about_claim(store, "Aydar Abylov", "change", "speaker", {"speaker": "Aidar Abylow"})
        row = positions(store)["Aidar Abylow", "road"]
        assert (row["country"], row["organisation"], row["tier"]) == (
            "MNG",
            "Institute of Rivers",
            "academic",
        )
        assert row["country_evidence"] == "reviewer"
        assert row["review"] == "unreviewed", "the label itself was not looked at"
        assert query.tally(store, Filters(countries=("MNG",)), by="country")["claims"].tolist() == [1]
        assert positions(store, "machine")["Aydar Abylov", "road"]["country"] == "KGZ"

    def test_a_country_taken_away_is_missing(self, store: Store) -> None:
        about_claim(store, "Aydar Abylov", "change", "country", "")
        assert query.headline(store, Filters()).without_country == 1

    def test_new_borders_move_the_passage_and_keep_its_labels(self, store: Store) -> None:
        row = positions(store)["Leyla Karasu", "rail"]
        text = query.article(store, "x")["text"][0]
        start = text.index("but rail")
        about_claim(store, "Leyla Karasu", "change", "borders", {"start": start, "end": start + 8})
        moved = positions(store)["Leyla Karasu", "rail"]
        assert (moved["text"], moved["claim_id"]) == ("but rail", row["claim_id"])
        assert query.headline(store, Filters(text="no road")).claims == 0
        assert query.headline(store, Filters(text="but rail")).claims == 1

    def test_a_rejected_claim_takes_its_positions_along(self, store: Store) -> None:
        about_claim(store, "Leyla Karasu", "reject")
        assert {who for who, _ in positions(store)} == {"Aydar Abylov", "Orla Vint"}
        assert query.headline(store, Filters()).claims == 2
        assert len(store.snapshot().rejected) == 2

    def test_an_article_whose_only_claim_is_rejected_still_counts_as_read(self, store: Store) -> None:
        about_claim(store, "Orla Vint", "reject")
        assert query.headline(store, Filters()).articles == 2

    def test_a_claim_added_by_hand_with_its_stance(self, store: Store) -> None:
        text = query.article(store, "y")["text"][0]
        start = text.index("a road")
        place = {"article_id": "y", "claim_id": "c_hand", "start": start, "end": start + 6,
                 "passage": passage_hash("a road"), "text": text_hash(store, "y")}  # fmt: skip
        voice = {"speaker": "Bo Tamm", "country": "EST", "tier": "journalist"}
        store.ledger.append(
            Entry("A. Reader", "add", "claim", place, after=voice),
            Entry("A. Reader", "add", "stance", place | {"target_id": "road", "target": "Road", "target_kind": "proposal"},
                  "stance", None, "supportive"),
        )  # fmt: skip
        row = positions(store)["Bo Tamm", "road"]
        assert (row["text"], row["country"], row["stance"], row["review"]) == (
            "a road",
            "EST",
            "supportive",
            "added",
        )
        assert query.headline(store, Filters(text="a road")).claims == 2
        assert ("Bo Tamm", "road") not in positions(store, "machine")


class TestArticlesTargetsSpeakers:
    def test_metadata_is_corrected_for_all_its_positions(self, store: Store) -> None:
        for field, after in (
            ("outlet", "Lake Herald"),
            ("published_on", "2025-12-24"),
            ("title", "The road"),
        ):
            store.ledger.append(
                Entry("A. Reader", "change", "article", {"article_id": "x"}, field, None, after)
            )
        found = query.positions(store, Filters(outlets=("Lake Herald",)))
        assert len(found) == 3 and set(found["title"]) == {"The road"}
        assert found["published_on"].dt.date.astype(str).unique().tolist() == ["2025-12-24"]
        assert query.article(store, "x")["title"].tolist() == ["The road"]

    def test_a_removed_article_is_gone_and_comes_back(self, store: Store) -> None:
        entry = Entry("A. Reader", "remove", "article", {"article_id": "x"}, why="a parody")
        store.ledger.append(entry)
        assert query.headline(store, Filters()).articles == 1
        assert query.article(store, "x").empty
        store.ledger.append(Entry("A. Reader", "restore", "article", {"article_id": "x"}))
        assert query.headline(store, Filters()).articles == 2

    def test_merged_targets_are_one_and_a_claim_on_both_counts_once(self, store: Store) -> None:
        into = {"target_id": "road", "target": "Road", "target_kind": "proposal"}
        store.ledger.append(Entry("A. Reader", "merge", "target", {"target_id": "rail"}, after=into))
        assert {target for _, target in positions(store)} == {"road"}
        assert len(positions(store)) == 3

    def test_merges_in_a_row_and_in_a_circle_end(self, store: Store) -> None:
        for old, new in (("rail", "track"), ("track", "road"), ("road", "rail")):
            into = {"target_id": new, "target": new.title(), "target_kind": "proposal"}
            store.ledger.append(Entry("A. Reader", "merge", "target", {"target_id": old}, after=into))
        assert len({target for _, target in positions(store)}) <= 2

    def test_a_hidden_target_is_out_and_comes_back(self, store: Store) -> None:
        store.ledger.append(Entry("A. Reader", "hide", "target", {"target_id": "road"}))
        assert set(positions(store)) == {("Leyla Karasu", "rail")}
        assert query.headline(store, Filters()).claims == 3
        store.ledger.append(Entry("A. Reader", "restore", "target", {"target_id": "road"}))
        assert len(positions(store)) == 4

    def test_a_decision_follows_its_merged_target(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "change", "opposed")
        into = {"target_id": "ring", "target": "Ring road", "target_kind": "proposal"}
        store.ledger.append(Entry("A. Reader", "merge", "target", {"target_id": "road"}, after=into))
        assert stance_of(store, "Aydar Abylov", "ring") == ("opposed", "supportive", "changed")

    def test_merged_speakers_are_one_voice(self, store: Store) -> None:
        rows = positions(store)
        old, new = rows["Aydar Abylov", "road"], rows["Leyla Karasu", "road"]
        into = {"speaker_id": new["speaker_id"], "speaker": "Leyla Karasu"}
        store.ledger.append(
            Entry("A. Reader", "merge", "speaker", {"speaker_id": old["speaker_id"]}, after=into)
        )
        assert query.headline(store, Filters()).speakers == 2

    def test_a_speakers_country_for_all_their_claims(self, store: Store) -> None:
        who = {"speaker_id": positions(store)["Orla Vint", "road"]["speaker_id"]}
        store.ledger.append(Entry("A. Reader", "change", "speaker", who, "country", "NOR", "SWE"))
        assert positions(store)["Orla Vint", "road"]["country"] == "SWE"
        store.ledger.append(Entry("A. Reader", "change", "speaker", who, "country", "SWE", ""))
        assert query.headline(store, Filters()).without_country == 1


class TestReadAnew:
    """A decision is tied to its passage: it stands as long as the passage does, whoever reads the article."""

    def test_other_borders(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "change", "opposed")
        self.read_anew(
            store,
            lambda row: (
                row | {"start": row["start"], "end": row["end"] - 6, "claim_id": f"{row['claim_id']}b"}
            ),
        )
        assert stance_of(store, "Aydar Abylov", "road") == ("opposed", "supportive", "changed")
        assert store.snapshot().orphans == ()

    def test_another_speaker(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "change", "opposed")
        new = {"speaker": "Unknown Voice"}
        self.read_anew(store, lambda row: row | new if row["speaker"] == "Aydar Abylov" else row)
        assert stance_of(store, "Unknown Voice", "road")[0] == "opposed"

    def test_the_machine_no_longer_sees_the_claim(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "confirm", "supportive")
        decide(store, "Leyla Karasu", "road", "reject")
        self.read_anew(store, lambda row: None)
        assert stance_of(store, "Aydar Abylov", "road") == ("supportive", None, "added")
        assert positions(store)["Aydar Abylov", "road"]["country"] == "KGZ"
        assert store.snapshot().orphans == (), "what was rejected is not there: that is no contradiction"

    def test_the_machine_no_longer_sees_the_target(self, store: Store) -> None:
        decide(store, "Leyla Karasu", "rail", "confirm", "supportive")
        frames = said([replace(row, stances=row.stances[:1]) for row in ROWS])
        store.append(frames)
        assert stance_of(store, "Leyla Karasu", "rail") == ("supportive", None, "added")

    def test_the_passage_stands_elsewhere_in_an_edited_text(self, store: Store) -> None:
        decide(store, "Aydar Abylov", "road", "change", "opposed")
        store.append(said([Said("New Voice", (), article="x", text="A first word"), *ROWS[:2]]))
        assert stance_of(store, "Aydar Abylov", "road") == ("opposed", "supportive", "changed")

    def test_corrected_borders_follow_their_words_into_an_edited_text(self, store: Store) -> None:
        text = query.article(store, "x")["text"][0]
        start = text.index("but rail")
        after = {"start": start, "end": start + 8, "passage": passage_hash("but rail")}
        about_claim(store, "Leyla Karasu", "change", "borders", after)
        store.append(said([Said("New Voice", (), article="x", text="A first word"), *ROWS[:2]]))
        assert positions(store)["Leyla Karasu", "rail"]["text"] == "but rail"

    def test_a_confirmed_country_holds_against_a_later_reading(self, store: Store) -> None:
        about_claim(store, "Aydar Abylov", "confirm", "country", "KGZ")
        store.append(said([replace(ROWS[0], country="UZB"), ROWS[1]]))
        assert positions(store)["Aydar Abylov", "road"]["country"] == "KGZ"
        assert positions(store, "machine")["Aydar Abylov", "road"]["country"] == "UZB"

    def test_a_passage_that_is_gone_leaves_an_orphan_and_comes_back_with_its_text(self, store: Store) -> None:
        entry = decide(store, "Aydar Abylov", "road", "change", "opposed")
        store.append(said([replace(ROWS[0], text="entirely other words"), ROWS[1]]))
        assert stance_of(store, "Aydar Abylov", "road")[2] == "unreviewed"
        assert [(e.entry_id, why) for e, why in store.snapshot().orphans] == [
            (entry.entry_id, "the passage no longer stands in the article")
        ]
        store.append(said(ROWS))
        assert stance_of(store, "Aydar Abylov", "road")[2] == "changed"
        assert store.snapshot().orphans == ()

    def test_an_article_that_is_not_there_leaves_an_orphan(self, store: Store) -> None:
        store.ledger.append(Entry("A. Reader", "confirm", "claim", {"article_id": "lost"}))
        store.ledger.append(Entry("A. Reader", "confirm", "claim", {}))
        assert [why for _, why in store.snapshot().orphans] == [
            "it names no article",
            "the article is not in the store",
        ]

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"action": "change", "after": "furious"}, "no stance"),
            ({"action": "change", "field": "target", "after": {}}, "names no target"),
            ({"subject": "claim", "action": "change", "field": "mood", "after": "x"}, "no field"),
            (
                {"subject": "claim", "action": "change", "field": "borders", "after": {"start": 5, "end": 2}},
                "no part",
            ),
            (
                {"subject": "claim", "action": "change", "field": "tier", "after": "wizard"},
                "no kind of voice",
            ),
            ({"subject": "article", "action": "change", "field": "published_on", "after": "soon"}, "no date"),
            ({"subject": "target", "action": "merge", "after": "rail"}, "does not say into what"),
        ],
    )
    def test_a_decision_that_says_nothing_usable_is_listed_and_changes_nothing(
        self, store: Store, changes: Mapping[str, Any], reason: str
    ) -> None:
        row = positions(store)["Aydar Abylov", "road"]
        key = stance_key(row, text_hash(store, "x"))
        before = positions(store).keys()
        given: dict[str, Any] = {"action": "confirm", "subject": "stance", **changes}
        store.ledger.append(Entry("A. Reader", key=key, **given))
        assert reason in store.snapshot().orphans[0][1]
        assert positions(store).keys() == before

    def read_anew(self, store: Store, change: Any) -> None:
        given = said(ROWS)
        rows = [change(row) for row in given.claims.to_dict("records")]
        renamed = {
            old: new["claim_id"] for old, new in zip(given.claims["claim_id"], rows, strict=True) if new
        }
        rows = [r | {"text": self.text(given, r)} for r in rows if r]
        claims = type(given.claims)(rows, columns=given.claims.columns) if rows else given.claims[:0]
        stances = given.stances[given.stances["claim_id"].isin(renamed)]
        stances = stances.assign(claim_id=stances["claim_id"].map(renamed).astype("str"))
        store.append(Frames(given.articles, claims.astype(given.claims.dtypes.to_dict()), stances))

    @staticmethod
    def text(given: Frames, row: Mapping[str, Any]) -> str:
        texts = dict(zip(given.articles["article_id"], given.articles["text"], strict=True))
        return str(texts[row["article_id"]][row["start"] : row["end"]])


class TestAtScale:
    def test_a_cursor_taken_before_a_decision_still_reads(self, store: Store) -> None:
        old = store.connect()
        decide(store, "Aydar Abylov", "road", "reject")
        newer = store.connect()
        decide(store, "Leyla Karasu", "road", "reject")
        counts = [
            c.execute("SELECT count(*) FROM positions").fetchone()[0] for c in (old, newer, store.connect())
        ]
        assert counts == [4, 3, 2]

    def test_a_decision_does_not_read_the_batches_again(self, store: Store) -> None:
        base = store.snapshot().base
        decide(store, "Aydar Abylov", "road", "change", "opposed")
        assert store.snapshot().base is base
        about_claim(store, "Aydar Abylov", "change", "country", "MNG")
        assert store.snapshot().base is not base, (
            "a country that no batch names needs a new list of countries"
        )
        widened = store.snapshot().base
        about_claim(store, "Leyla Karasu", "change", "country", "MNG")
        assert store.snapshot().base is widened
