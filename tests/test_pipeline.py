"""The story from files to the store: nothing is lost, nothing twice, and what is left out is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard_core import pipeline
from dashboard_core.errors import VocabularyError
from dashboard_core.stance import StanceInput, StanceLabel
from dashboard_core.store import Store

ARTICLE = (
    "The lake states met in Harborvale on Monday to speak about a joint water fund.\n\n"
    '"The joint water fund is the best thing that could happen to our farmers, and we will pay into it," '
    "said Tamsin Orrell, a professor at the University of Harborvale.\n\n"
    "Benedek Farro, a spokesman for the Fishers' League, said that the joint water fund was useless.\n"
)
RUSSIAN = (
    "Министры озёрных стран встретились в понедельник, чтобы обсудить общий водный фонд. "
    "«Мы поддерживаем фонд», — сказал представитель министерства сельского хозяйства.\n"
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "lake.txt").write_text(ARTICLE, "utf-8")
    return folder


def test_structure_finds_both_voices(files: Path, resources: pipeline.Resources) -> None:
    structured = pipeline.structure([files], resources)
    speakers = set(structured.frames.claims["speaker"])
    assert {"Tamsin Orrell", "Benedek Farro"} <= speakers
    assert structured.report.articles == 1 and structured.report.problems == []
    assert structured.report.lines()[0].startswith("1 article, ")


def test_other_languages_are_kept_and_said_so(files: Path, resources: pipeline.Resources) -> None:
    (files / "ozero.txt").write_text(RUSSIAN, "utf-8")
    structured = pipeline.structure([files], resources)
    assert set(structured.frames.articles["language"]) == {"en", "ru"}
    russian = structured.frames.articles.query("language == 'ru'")["article_id"].iloc[0]
    assert russian not in set(structured.frames.claims["article_id"])
    assert any("'ru'" in why for _, why in structured.report.skipped)


def test_nothing_to_read_needs_no_model() -> None:
    structured = pipeline.structure([])
    assert structured.report.articles == 0 and structured.frames.claims.empty


def test_ingesting_twice_changes_nothing(files: Path, tmp_path: Path, resources: pipeline.Resources) -> None:
    store = Store.create(tmp_path / "store")
    first, already = pipeline.ingest([files], store, resources)
    version = store.data_version
    assert (first.articles, already) == (1, 0)
    second, already = pipeline.ingest([files], store, resources)
    assert (second.articles, already) == (0, 1)
    assert store.data_version == version


def test_a_corrected_title_comes_in_and_keeps_the_article(
    files: Path, tmp_path: Path, resources: pipeline.Resources
) -> None:
    store = Store.create(tmp_path / "store")
    pipeline.ingest([files], store, resources)
    (files / "articles.csv").write_text("file,title,published_on\nlake.txt,Lake fund,2024-02-03\n", "utf-8")
    report, already = pipeline.ingest([files], store, resources)
    assert (report.articles, already) == (1, 0)
    rows = store.connect().execute("SELECT title, published_on::text FROM articles").fetchall()
    assert rows == [("Lake fund", "2024-02-03")]


def test_update_reads_the_store_again(files: Path, tmp_path: Path, resources: pipeline.Resources) -> None:
    store = Store.create(tmp_path / "store")
    pipeline.ingest([files], store, resources)
    report, changes = pipeline.update(store, resources)
    assert report.articles == 1
    assert "0 changed" in changes[0] and changes[-1] == "0 new, 0 gone"
    old = store.connect().execute("SELECT count(*) FROM stances").fetchone()
    sure = resources.stance.label

    class Contrary:
        """Turns every label round, as a new model might."""

        version = "contrary"
        decision = resources.stance.decision

        def label(self, inputs: list[StanceInput], **_: object) -> list[StanceLabel]:
            return [
                replace(one, stance="opposed" if one.stance != "opposed" else "none") for one in sure(inputs)
            ]

    contrary = replace(resources, stance=Contrary())  # type: ignore[arg-type]
    _, changes = pipeline.update(store, contrary)
    assert "0 changed" not in changes[0] and any("->" in line for line in changes)
    assert store.connect().execute("SELECT count(*) FROM stances").fetchone() == old
    versions = store.connect().execute("SELECT DISTINCT model_version FROM raw_stances").fetchall()
    assert len(versions) == 2, "the earlier labels are kept"


def test_progress_counts_to_the_end(files: Path, resources: pipeline.Resources) -> None:
    seen: list[tuple[int, int]] = []
    pipeline.structure([files], resources, progress=lambda done, whole: seen.append((done, whole)))
    assert seen[-1] == (1, 1)


def test_a_broken_list_is_told_before_any_model_loads(tmp_path: Path) -> None:
    (tmp_path / "targets.csv").write_text("id,name,kind,aliases,definition\nx,,proposal,,\n", "utf-8")
    with pytest.raises(VocabularyError, match=r"targets\.csv"):
        pipeline.Resources.load(tmp_path)


def test_jsonl_offsets_match_the_input(tmp_path: Path, resources: pipeline.Resources) -> None:
    text = "Menu\r\nShare\r\n\r\n" + ARTICLE.replace("\n", "\r\n")
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"article_id": "lake", "text": text}), "utf-8")
    claims = pipeline.structure([path], resources).frames.claims
    assert len(claims)
    for row in claims.itertuples():
        assert text[row.start : row.end] == row.text
