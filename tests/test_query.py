"""Counts are what a person would count by hand, under every filter, and lead back to their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

import factories
from dashboard_core import query
from dashboard_core.errors import VocabularyError
from dashboard_core.folding import find_folded, fold
from dashboard_core.frames import CLAIMS, POSITIONS
from dashboard_core.query import Filters, Headline
from dashboard_core.store import Store
from factories import Said, said

ROAD = "road"


def store_of(path: Path, *rows: Said, silent_articles: int = 0) -> Store:
    store = Store.create(path / "store")
    store.append(said(rows, silent_articles=silent_articles))
    return store


def votes(
    rows: pd.DataFrame, value: object, *, column: str = "votes", split: object = ...
) -> dict[str, float]:
    """Return stance -> number for one value of a tally; None picks the missing value."""
    own = rows[rows["value"].isna() if value is None else rows["value"] == value]
    if split is not ...:
        own = own[own["split"].isna() if split is None else own["split"] == split]
    return dict(zip(own["stance"].astype(str), own[column].tolist(), strict=True))


class TestVotes:
    """One vote per speaker and target, split over the different stances taken."""

    def test_one_speaker_with_many_claims_has_one_vote(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path,
            *[Said("Ana", ((ROAD, "supportive"),), "KGZ") for _ in range(5)],
            Said("Bek", ((ROAD, "opposed"),), "KGZ"),
        )
        rows = query.tally(store, Filters(), by="country")
        assert votes(rows, "KGZ") == {"opposed": 1.0, "supportive": 1.0}
        assert votes(rows, "KGZ", column="speakers") == {"opposed": 1, "supportive": 1}
        assert votes(rows, "KGZ", column="claims") == {"opposed": 1, "supportive": 5}
        by_claims = query.tally(store, Filters(), by="country", weight="claims")
        assert votes(by_claims, "KGZ") == {"opposed": 1.0, "supportive": 5.0}

    def test_different_stances_split_the_vote_whatever_their_number(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path,
            *[Said("Ana", ((ROAD, "supportive"),), "KGZ") for _ in range(5)],
            Said("Ana", ((ROAD, "opposed"),), "KGZ"),
            Said("Bek", ((ROAD, "opposed"),), "KGZ"),
            Said("Bek", ((ROAD, "cautious"),), "KGZ"),
            Said("Bek", ((ROAD, "supportive"),), "KGZ"),
        )
        rows = query.tally(store, Filters(), by="country")
        # Ana 1/2 + 1/2, Bek 1/3 + 1/3 + 1/3
        assert votes(rows, "KGZ") == pytest.approx({"opposed": 5 / 6, "cautious": 1 / 3, "supportive": 5 / 6})
        assert votes(rows, "KGZ", column="speakers") == {"opposed": 2, "cautious": 1, "supportive": 2}

    def test_thirds_add_up_to_a_whole(self, tmp_path: Path) -> None:
        each = [
            Said(f"S{n}", ((ROAD, s),), "KGZ")
            for n in range(3)
            for s in ("opposed", "cautious", "supportive")
        ]
        rows = query.tally(store_of(tmp_path, *each), Filters(), by="country")
        assert votes(rows, "KGZ") == {"opposed": 1.0, "cautious": 1.0, "supportive": 1.0}

    def test_a_speaker_has_one_vote_on_each_target(self, tmp_path: Path) -> None:
        store = store_of(tmp_path, Said("Ana", ((ROAD, "supportive"), ("rail", "opposed")), "KGZ"))
        rows = query.tally(store, Filters(), by="country")
        assert votes(rows, "KGZ") == {"opposed": 1.0, "supportive": 1.0}
        assert votes(rows, "KGZ", column="claims") == {"opposed": 1, "supportive": 1}
        by_target = query.tally(store, Filters(), by="target")
        assert votes(by_target, ROAD) == {"supportive": 1.0}
        assert by_target["label"].tolist() == ["Rail", "Road"]

    def test_unclear_and_none_count_only_voices_who_say_nothing_clearer(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path,
            Said("Ana", ((ROAD, "supportive"),), "KGZ"),
            Said("Ana", ((ROAD, "unclear"),), "KGZ"),
            Said("Ana", ((ROAD, "none"),), "KGZ"),
            Said("Ana", ((ROAD, "none"),), "KGZ"),
            Said("Bek", ((ROAD, "unclear"),), "KGZ"),
        )
        rows = query.tally(store, Filters(), by="country")
        # Ana has a clear position and is counted with it alone.
        assert votes(rows, "KGZ") == {"supportive": 1.0, "unclear": 1.0, "none": 0.0}
        assert votes(rows, "KGZ", column="speakers") == {"supportive": 1, "unclear": 1, "none": 0}
        assert votes(rows, "KGZ", column="positions") == {"supportive": 1, "unclear": 2, "none": 2}

    def test_missing_actors_are_a_row_of_their_own(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path, Said("Ana", ((ROAD, "supportive"),), "KGZ"), Said("Bek", ((ROAD, "opposed"),), tier="")
        )
        rows = query.tally(store, Filters(), by="country", split="tier")
        assert votes(rows, None, split=None) == {"opposed": 1.0}
        assert rows["value"].isna().tolist() == [False, True], "missing comes last"
        behind = query.positions(store, Filters().with_value("country", rows["value"].iloc[1]))
        assert behind["speaker"].tolist() == ["Bek"]

    def test_the_vote_is_split_within_the_group_that_is_counted(self, tmp_path: Path) -> None:
        """Opposed in one paper, supportive in another: each paper's bar shows what it printed."""
        store = store_of(
            tmp_path,
            Said("Ana", ((ROAD, "opposed"),), outlet="One"),
            Said("Ana", ((ROAD, "supportive"),), outlet="Two"),
        )
        by_outlet = query.tally(store, Filters(), by="outlet")
        assert votes(by_outlet, "One") == {"opposed": 1.0}
        assert votes(query.tally(store, Filters(outlets=("One",)), by="outlet"), "One") == {"opposed": 1.0}
        by_target = query.tally(store, Filters(), by="target")
        assert votes(by_target, ROAD) == {"opposed": 0.5, "supportive": 0.5}

    def test_a_filter_on_stances_shows_part_of_the_votes_and_changes_none(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path, Said("Ana", ((ROAD, "opposed"),), "KGZ"), Said("Ana", ((ROAD, "supportive"),), "KGZ")
        )
        rows = query.tally(store, Filters(stances=("opposed",)), by="country")
        assert votes(rows, "KGZ") == {"opposed": 0.5}

    def test_a_name_that_articles_spell_differently_is_shown_as_most_do(self, tmp_path: Path) -> None:
        rows = [
            Said("Ana", ((ROAD, "opposed"),)),
            Said("Ana", ((ROAD, "none"),)),
            Said("Bek", ((ROAD, "none"),)),
        ]
        frames = said(rows)
        frames.claims.loc[2, "speaker_id"] = frames.claims["speaker_id"][0]
        store = Store.create(tmp_path / "s")
        store.append(frames)
        assert set(query.tally(store, Filters(), by="speaker")["label"]) == {"Ana"}

    @pytest.mark.parametrize("wrong", [{"by": "colour"}, {"by": "country", "weight": "loudness"}])
    def test_unknown_words_are_refused(self, tmp_path: Path, wrong: dict[str, str]) -> None:
        with pytest.raises(ValueError, match=r"is no dimension|is not one of"):
            query.tally(store_of(tmp_path), Filters(), **wrong)  # type: ignore[arg-type]


def votes_by_hand(rows: pd.DataFrame, by: str, split: str | None) -> dict[tuple[object, ...], float]:
    """Count votes one row at a time, the slow and obvious way."""
    keys = [by] if split is None else [by, split]
    held: dict[tuple[object, ...], set[str]] = {}
    for row in rows.to_dict("records"):
        group = tuple("" if pd.isna(row[k]) else row[k] for k in keys)
        held.setdefault((*group, row["speaker_id"], row["target_id"]), set()).add(row["stance"])
    counted: dict[tuple[object, ...], float] = {}
    for key, states in held.items():
        taken = states & {"opposed", "cautious", "supportive"}
        counting = taken or (states & {"unclear"}) or states
        for state in states:
            group = (*key[: len(keys)], state)
            counted[group] = counted.get(group, 0.0) + (state in counting) / len(counting)
    return counted


COLUMN = {"country": "country", "organisation": "organisation", "target": "target_id", "tier": "tier"}
COLUMN |= {"speaker": "speaker_id", "outlet": "outlet"}


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store.create(tmp_path_factory.mktemp("big") / "store")
    store.append(factories.frames(1500, seed=5))
    return store


@pytest.mark.parametrize(
    ("by", "split"),
    [
        ("country", None),
        ("organisation", None),
        ("speaker", "target"),
        ("outlet", "tier"),
        ("target", "country"),
    ],
)
def test_the_engine_counts_as_by_hand(big: Store, by: str, split: str | None) -> None:
    filters = Filters(min_confidence=0.5, date_from=date(2022, 1, 1))
    rows = query.positions(big, filters)
    expected = votes_by_hand(rows, COLUMN[by], COLUMN[split] if split else None)
    found = query.tally(big, filters, by=by, split=split)
    names = ["value", "split", "stance"] if split else ["value", "stance"]
    texts = [found[n].astype("str").fillna("") for n in names]
    assert len(expected) > 20
    assert dict(zip(zip(*texts, strict=True), found["votes"], strict=True)) == pytest.approx(expected)


@pytest.mark.parametrize("by", [*COLUMN, "stance", "membership:NATO", "membership:CSTO+OTS"])
@pytest.mark.parametrize(
    "filters",
    [
        pytest.param(Filters(), id="no filter"),
        pytest.param(
            Filters(text="border posts", undated=False, targets=("t_001", "t_002", "t_003")), id="text"
        ),
        pytest.param(Filters(stances=("opposed", "none"), min_confidence=0.6), id="stances"),
    ],
)
def test_every_mark_leads_to_its_speakers_claims_and_positions(big: Store, by: str, filters: Filters) -> None:
    rows = query.tally(big, filters, by=by)
    assert len(rows) > 1
    for mark in rows.iloc[:: max(1, len(rows) // 3)].to_dict("records"):
        narrowed = filters.with_value(by, mark["value"]).with_value("stance", mark["stance"])
        behind = query.positions(big, narrowed)
        assert len(behind) == mark["positions"]
        counted = behind
        if mark["stance"] in {"unclear", "none"} and by != "stance":
            # Only voices who say nothing clearer are counted with it.
            only = replace(filters, apart=mark["stance"]).with_value(by, mark["value"])
            counted = query.positions(big, only)
            assert set(counted["claim_id"]) <= set(behind["claim_id"])
            assert len(counted[["speaker_id", "target_id"]].drop_duplicates()) == mark["votes"]
        assert counted["speaker_id"].nunique() == mark["speakers"]
        claims = query.claims(big, narrowed)
        assert set(claims["claim_id"]) == set(behind["claim_id"])
        assert len(claims) == mark["claims"]
        whole = filters.with_value(by, mark["value"])
        if by != "stance":
            same = query.tally(big, whole, by=by)
            value = None if pd.isna(mark["value"]) else mark["value"]
            assert votes(same, value)[mark["stance"]] == pytest.approx(mark["votes"]), (
                "bar and filtered bar agree"
            )


def test_facets_count_what_choosing_the_value_would_show(big: Store) -> None:
    filters = Filters(countries=("KGZ", "TUR", ""), stances=("opposed", "supportive"), text="speech")
    found = query.facets(big, filters)
    for facet, part in found.groupby("facet"):
        for row in part.iloc[:: max(1, len(part) // 4)].to_dict("records"):
            chosen = filters.with_value(str(facet), row["value"])
            assert len(query.positions(big, chosen)) == row["positions"], (facet, row)
    everything = query.facets(big, Filters())
    assert len(found) == len(everything), "dead ends are listed, with 0"
    assert (found["positions"] == 0).any()


class TestMatrix:
    def test_balance_and_n_by_hand(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path,
            Said("Ana", ((ROAD, "supportive"),), "KGZ"),
            Said("Bek", ((ROAD, "supportive"),), "KGZ"),
            Said("Cem", ((ROAD, "opposed"),), "KGZ"),
            Said("Dil", ((ROAD, "cautious"), ("rail", "unclear")), "KGZ"),
        )
        cells = query.matrix(store, Filters()).set_index("column")
        assert cells.loc[ROAD, ["opposed", "cautious", "supportive", "n", "balance"]].tolist() == [
            1,
            1,
            2,
            4,
            0.25,
        ]
        assert cells.loc["rail", "n"] == 0
        assert pd.isna(cells.loc["rail", "balance"]), "nothing that takes a position is not a balance of 0"
        assert cells.loc["rail", "unclear"] == 1
        assert list(cells["row_label"]) == ["KGZ", "KGZ"]


class TestFilters:
    ROWS = (
        Said("Ana", ((ROAD, "opposed"),), "KGZ", "Institute", on=date(2026, 1, 10), confidence=0.9),
        Said("Bek", ((ROAD, "opposed"),), "KAZ", on=date(2026, 2, 10), confidence=0.5, tier="official"),
        Said("Cem", ((ROAD, "opposed"),), "TUR", on=None, confidence=0.7, outlet="Evening Paper"),
        Said("Dil", (), "UZB", text="nobody asked us"),
    )

    @pytest.mark.parametrize(
        ("filters", "speakers"),
        [
            pytest.param(Filters(), "Ana Bek Cem", id="nothing chosen"),
            pytest.param(Filters(countries=("KGZ", "TUR")), "Ana Cem", id="two countries are either"),
            pytest.param(Filters(countries=("XXX",)), "", id="a country that nobody has"),
            pytest.param(Filters(organisations=("",)), "Bek Cem", id="missing organisation"),
            pytest.param(Filters(organisations=("", "Institute")), "Ana Bek Cem", id="missing or named"),
            pytest.param(Filters(date_from=date(2026, 2, 1)), "Bek Cem", id="undated stay in"),
            pytest.param(Filters(date_from=date(2026, 2, 1), undated=False), "Bek", id="undated out"),
            pytest.param(Filters(date_to=date(2026, 1, 10), undated=False), "Ana", id="last day is in"),
            pytest.param(Filters(undated=False), "Ana Bek", id="only dated"),
            pytest.param(Filters(min_confidence=0.7), "Ana Cem", id="confidence reached counts"),
            pytest.param(Filters(tiers=("official",)), "Bek", id="tier"),
            pytest.param(Filters(outlets=("Evening Paper",)), "Cem", id="outlet"),
            pytest.param(Filters(stances=("nonsense",)), "", id="a stance that is none"),
            pytest.param(Filters(targets=("road' OR '1'='1",)), "", id="a quote in a value is a letter"),
            pytest.param(Filters(countries=("KGZ",), tiers=("official",)), "", id="all filters hold at once"),
        ],
    )
    def test_filters(self, tmp_path: Path, filters: Filters, speakers: str) -> None:
        rows = query.positions(store_of(tmp_path, *self.ROWS), filters)
        assert sorted(rows["speaker"]) == speakers.split()
        assert list(rows.columns) == POSITIONS.names

    def test_newest_first_undated_last(self, tmp_path: Path) -> None:
        store = store_of(tmp_path, *self.ROWS)
        assert query.positions(store, Filters())["speaker"].tolist() == ["Bek", "Ana", "Cem"]
        assert query.positions(store, Filters(), limit=2)["speaker"].tolist() == ["Bek", "Ana"]

    def test_claims_without_a_position_are_claims_all_the_same(self, tmp_path: Path) -> None:
        store = store_of(tmp_path, *self.ROWS)
        assert sorted(query.claims(store, Filters())["speaker"]) == ["Ana", "Bek", "Cem", "Dil"]
        assert sorted(query.claims(store, Filters(targets=(ROAD,)))["speaker"]) == ["Ana", "Bek", "Cem"]
        assert query.claims(store, Filters(text="nobody asked"))["speaker"].tolist() == ["Dil"]
        first = query.claims(store, Filters(), limit=1)
        assert list(first.columns)[: len(CLAIMS.names)] == CLAIMS.names
        assert first[["outlet", "url"]].values.tolist() == [["Morning Paper", "https://news.example/1"]]

    def test_headline_by_hand(self, tmp_path: Path) -> None:
        store = store_of(tmp_path, *self.ROWS, Said("Eli", ((ROAD, "unclear"),)), silent_articles=2)
        found = query.headline(store, Filters())
        assert found == Headline(
            articles=6,
            claims=5,
            positions=4,
            speakers=5,
            countries=4,
            organisations=1,
            outlets=2,
            undated=3,
            without_country=1,
            unclear=1,
            none=0,
            first_on=date(2026, 1, 10),
            last_on=date(2026, 3, 1),
        )
        assert query.headline(store, Filters(countries=("KGZ",))).articles == 1
        assert query.headline(store, Filters(targets=("nothing",))) == Headline()

    def test_articles_with_voices_and_without_an_outlet_are_counted(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path,
            Said("Ana", ((ROAD, "opposed"),), "KGZ"),
            Said("Bek", ((ROAD, "opposed"),), "KAZ", outlet="", article="y"),
            Said("Cem", outlet="", article="z"),
            silent_articles=1,
        )
        found = query.headline(store, Filters())
        assert (found.outlets, found.unnamed) == (1, 2)
        assert query.headline(store, Filters(targets=(ROAD,))).unnamed == 1
        assert query.headline(store, Filters(countries=("KGZ",))).unnamed == 0

    def test_one_article_in_the_order_of_its_text(self, tmp_path: Path) -> None:
        store = store_of(tmp_path, *(Said(n, ((ROAD, "none"),), article="x") for n in ("Zoe", "Ana", "Mia")))
        rows = query.article_claims(store, "x")
        assert rows["speaker"].tolist() == ["Zoe", "Ana", "Mia"]
        text = query.article(store, "x")["text"][0]
        assert [text[a:b] for a, b in zip(rows["start"], rows["end"], strict=True)] == rows["text"].tolist()


class TestText:
    @pytest.mark.parametrize(
        ("text", "sought", "found"),
        [
            pytest.param("a 100% duty", "100%", True, id="per cent is a letter"),
            pytest.param("a 1000 duty", "100%", False, id="per cent is no wildcard"),
            pytest.param("form a_b", "a_b", True, id="underscore is a letter"),
            pytest.param("form axb", "a_b", False, id="underscore is no wildcard"),
            pytest.param("back\\slash", "k\\s", True, id="backslash"),
            pytest.param("it's 'so'", "'so'", True, id="quotes"),
            pytest.param("Türkiye agrees", "TURKIYE", True, id="accents and case"),
            pytest.param("İstanbul talks", "istanbul", True, id="Turkish dotted capital"),
            pytest.param("ISPARTA ve Iğdır", "ığdır", True, id="Turkish dotless i"),
            pytest.param("Жээнбеков келди", "ЖЭЭНБЕКОВ", True, id="Cyrillic capitals"),
            pytest.param("Қазақстан", "қазақстан", True, id="Kazakh letters"),
            pytest.param("a don’t and a “may”", 'don\'t and a "may"', True, id="curly marks"),
            pytest.param("joint\n  exercises", "joint exercises", True, id="line break"),
            pytest.param("joint exercises", "  joint   exercises ", True, id="blanks around"),
            pytest.param("plain words", "other", False, id="not there"),
        ],
    )
    def test_search(self, tmp_path: Path, text: str, sought: str, found: bool) -> None:
        store = store_of(
            tmp_path, Said("Ana", ((ROAD, "none"),), text=text), Said("Bek", ((ROAD, "none"),), text="x")
        )
        rows = query.positions(store, Filters(text=sought))
        assert (rows["speaker"].tolist() == ["Ana"]) is found
        assert bool(find_folded(text, sought)) is found, "what is found is what is highlighted"

    def test_highlights_lie_where_the_words_are(self) -> None:
        text = "Straße, ﬁrst İ and STRASSE"
        assert [text[s.start : s.end] for s in find_folded(text, "strasse")] == ["Straße", "STRASSE"]
        assert [text[s.start : s.end] for s in find_folded(text, "first i")] == ["ﬁrst İ"]
        assert find_folded(text, "  ") == []

    def test_a_text_of_blanks_restricts_nothing(self, tmp_path: Path) -> None:
        store = store_of(tmp_path, Said("Ana", ((ROAD, "none"),)))
        assert len(query.positions(store, Filters(text="  \n"))) == 1

    @pytest.mark.parametrize("text", ["", "ß", "İi̇ıI", "\u200fعربي\u200e", "é"])
    def test_folding_twice_changes_nothing(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)


class TestMemberships:
    def test_the_file_loads_and_names_the_organisations(self) -> None:
        assert {"OTS", "CSTO", "SCO", "NATO", "EAEU", "CIS", "EU", "C5+1"} <= set(query.membership_groups())
        assert all(fact.source for fact in query.load_memberships())

    def test_members_on_the_day_of_the_article(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path,
            Said("Ana", ((ROAD, "opposed"),), "SWE", on=date(2024, 3, 6)),
            Said("Bek", ((ROAD, "supportive"),), "SWE", on=date(2024, 3, 7)),
            Said("Cem", ((ROAD, "cautious"),), "SWE", on=None),
            Said("Dil", ((ROAD, "cautious"),), "KGZ"),
            Said("Eli", ((ROAD, "none"),)),
        )
        rows = query.tally(store, Filters(), by="membership:NATO")
        assert votes(rows, "member") == {"cautious": 1.0, "supportive": 1.0}
        assert votes(rows, "non-member") == {"opposed": 1.0, "cautious": 1.0}
        assert votes(rows, None) == {"none": 1.0}

    def test_states_in_two_camps(self, tmp_path: Path) -> None:
        places = {"KGZ": "both", "TUR": "only OTS", "RUS": "only CSTO", "FRA": "neither"}
        store = store_of(tmp_path, *(Said(c, ((ROAD, "opposed"),), c) for c in places))
        rows = query.tally(store, Filters(), by="membership:CSTO+OTS", split="country")
        assert dict(zip(rows["split"], rows["value"], strict=True)) == places
        alone = query.positions(store, Filters(memberships=("CSTO+OTS:both",)))
        assert alone["country"].tolist() == ["KGZ"]

    def test_a_name_with_a_plus_of_its_own(self, tmp_path: Path) -> None:
        store = store_of(
            tmp_path, Said("Ana", ((ROAD, "opposed"),), "KGZ"), Said("Bek", ((ROAD, "none"),), "TUR")
        )
        assert votes(query.tally(store, Filters(), by="membership:C5+1"), "member") == {"opposed": 1.0}

    def test_an_unknown_organisation_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="known are"):
            query.tally(store_of(tmp_path), Filters(), by="membership:ABCD")

    def test_every_bad_line_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "memberships.csv"
        lines = [
            "organisation,iso3,status,since,until,source",
            "X,KGZ,member,2001-01-01,,a list",
            "X,KGZ,observer,2005-01-01,,a list",
            "X,kaz,member,2001-01-01,,a list",
            "X,UZB,friend,2001-01-01,,a list",
            "X,TJK,member,soon,,a list",
            "X,TUR,member,2005-01-01,2004-01-01,a list",
            "X,AZE,member,2005-01-01,,",
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        with pytest.raises(VocabularyError) as raised:
            query.load_memberships(path)
        told = str(raised.value)
        for part in (
            "line 4",
            "line 5",
            "line 6",
            "line 7",
            "line 8: source is empty",
            "KGZ: member still holds",
        ):
            assert part in told, part


def test_answers_are_copies(big: Store) -> None:
    first = query.tally(big, Filters(), by="country")
    first.loc[0, "votes"] = -1.0
    assert query.tally(big, Filters(), by="country").loc[0, "votes"] != -1.0


def test_filters_compare_by_what_they_hold() -> None:
    for one, other in product((Filters(), Filters(countries=("KGZ",))), repeat=2):
        assert (one == other) is (hash(one) == hash(other))
    assert Filters().is_empty
    assert not Filters(text="x").is_empty
