"""Bringing articles in: one bad file stops nothing, a run can be stopped and goes on, copies are recognised."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard_core import pipeline
from dashboard_core.pipeline import Outcome, Watch, ingesting
from dashboard_core.query.articles import copies_of
from dashboard_core.read import CopyIndex, count_articles, find_duplicates, read_articles
from dashboard_core.records import Article, stable_id
from dashboard_core.store import Store
from dashboard_core.store.arrivals import read_arrivals, read_copies, read_versions
from dashboard_core.store.corrections import read_corrections
from dashboard_core.store.ledger import Entry, Ledger
from job_stand_in import stand_in
from test_pipeline import ARTICLE, RUSSIAN

REPORT = " ".join(
    f"On day {n} the ferry council heard captain number {n} speak about pier {n * 7} and its lamps."
    for n in range(20)
)


def page(title: str, text: str = REPORT, url: str = "") -> str:
    canonical = f'<link rel="canonical" href="{url}">' if url else ""
    body = "".join(f"<p>{one}.</p>" for one in text.split(". "))
    return f"<html><head><title>{title}</title>{canonical}</head><body><article><h1>{title}</h1>{body}</article></body></html>"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "store")


def run(paths: list[Path], store: Store, resources: Any, **options: Any) -> list[Outcome]:
    told: list[Outcome] = []
    pipeline.ingest(paths, store, resources, watch=Watch(tell=told.append, **options))
    return told


def jsonl(path: Path, *rows: dict[str, str]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


class TestNames:
    def test_one_text_in_two_outlets_is_two_articles_whenever_it_comes_in(
        self, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ingesting, "structure_articles", stand_in())
        rows = [{"outlet": name, "text": REPORT} for name in ("Harrow Post", "Quill Mirror")]
        rows += [
            {"outlet": "Quill Mirror", "text": f"{REPORT} It rained.", "url": url}
            for url in ("https://q.example/1", "http://www.q.example/1/?utm_source=tw#top")
        ]
        path = jsonl(tmp_path / "wire.jsonl", *rows)
        assert [one.result for one in run([path], store, object())] == ["same", "added", "added", "added"]
        before = read_arrivals(store)
        assert len(before) == 3
        # Nothing flips between the rows of one article when the file comes in again.
        assert {one.result for one in run([path], store, object())} == {"same"}
        assert read_arrivals(store) == before

    def test_what_an_earlier_version_named_otherwise_is_recognised(
        self, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ingesting, "structure_articles", stand_in())
        path = jsonl(tmp_path / "wire.jsonl", {"outlet": "Harrow Post", "text": REPORT})
        (read,) = read_articles([path]).articles
        earlier = replace(read, article_id=stable_id("a", read.sha256))
        assert earlier.article_id != read.article_id
        pipeline.ingest_found([earlier], store, object())
        assert [one.result for one in run([path], store, object())] == ["same"]
        assert list(read_arrivals(store)) == [earlier.article_id]

    def test_a_poorer_copy_takes_nothing_away(
        self, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ingesting, "structure_articles", stand_in())
        row = {"outlet": "Harrow Post", "title": "Tunnel opens", "published_on": "2024-05-01", "text": REPORT}
        run([jsonl(tmp_path / "a.jsonl", row)], store, object())
        before = read_arrivals(store)
        plain = tmp_path / "b.txt"
        plain.write_text(REPORT, "utf-8")
        other = jsonl(tmp_path / "c.jsonl", {"outlet": "Harrow Post", "title": "A worse one", "text": REPORT})
        told = [one for path in (plain, other) for one in run([path], store, object())]
        assert [one.result for one in told] == ["same", "same"] and read_arrivals(store) == before
        assert "'A worse one'" in told[1].reason and "stays" in told[1].reason
        # The file itself, put right, has its say; what it leaves out stays.
        run(
            [jsonl(tmp_path / "a.jsonl", row | {"title": "Tunnel open", "published_on": ""})], store, object()
        )
        (name,) = read_arrivals(store)
        versions = [(row["title"], row["published_on"]) for row in read_versions(store, name)]
        assert versions == [("Tunnel opens", date(2024, 5, 1)), ("Tunnel open", date(2024, 5, 1))]


class TestOutcomes:
    def test_each_file_is_told_with_its_reason(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        paths = [
            tmp_path / name for name in ("lake.txt", "ozero.txt", "broken.pdf", "empty.txt", "again.txt")
        ]
        for path, content in zip(paths, (ARTICLE, RUSSIAN, "%PDF-1.4 broken", "", ARTICLE), strict=True):
            path.write_text(content, "utf-8")
        told = {Path(one.file).name: one for one in run(paths, store, resources)}
        assert {name: one.result for name, one in told.items()} == {
            "lake.txt": "added",
            "ozero.txt": "added",
            "broken.pdf": "failed",
            "empty.txt": "failed",
            "again.txt": "same",
        }
        assert told["lake.txt"].claims == 2
        assert "English" in told["ozero.txt"].reason
        assert "the file is empty" in told["empty.txt"].reason
        assert "earlier among these files" in told["again.txt"].reason
        table = pipeline.outcome_table(told.values())
        assert len(table) == 5 and set(table["what became of it"]) == {"added", "already there", "not read"}

    def test_an_outcome_is_told_only_when_the_article_is_on_disk(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        there: list[bool] = []
        path = jsonl(tmp_path / "a.jsonl", *({"text": f"Ferry {n} left late. {ARTICLE}"} for n in range(3)))
        watch = Watch(tell=lambda one: there.append(one.article_id in read_arrivals(store)))
        pipeline.ingest([path], store, resources, watch=watch)
        assert there == [True] * 3

    def test_an_article_that_breaks_the_analysis_stops_no_other(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        class Brittle:
            def parse(self, texts: Any) -> Any:
                texts = list(texts)
                if any("POISON" in text for text in texts):
                    raise IndexError("token 7")
                return resources.parser.parse(texts)

        path = jsonl(
            tmp_path / "a.jsonl",
            {"text": ARTICLE},
            {"text": f"POISON. {ARTICLE}"},
            {"text": f"Late. {ARTICLE}"},
        )
        told = run([path], store, replace(resources, parser=Brittle()))  # type: ignore[arg-type]
        assert sorted(one.result for one in told) == ["added", "added", "failed"]
        assert any("IndexError" in one.reason for one in told)
        assert len(read_arrivals(store)) == 2
        assert [o.result for o in run([path], store, resources)].count("added") == 1, "it can be tried again"

    def test_a_stopped_run_goes_on(self, tmp_path: Path, store: Store, resources: pipeline.Resources) -> None:
        path = tmp_path / "pages.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for n in range(40):
                archive.writestr(f"{n}.html", page(f"Pier {n}", f"Pier {n} was closed. " + REPORT[n * 40 :]))
        told: list[Outcome] = []
        pipeline.ingest(
            [path], store, resources, watch=Watch(tell=told.append, stopped=lambda: len(told) >= 32)
        )
        assert len(told) == len(read_arrivals(store)) == 32
        rest = run([path], store, resources)
        assert sum(one.result == "same" for one in rest) == 32 and len(read_arrivals(store)) == 40

    def test_nothing_new_needs_no_model(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        path = jsonl(tmp_path / "a.jsonl", {"text": ARTICLE})
        run([path], store, resources)
        broken = replace(resources, parser=None, stance=None)  # type: ignore[arg-type]
        assert [one.result for one in run([path], store, broken)] == ["same"]

    def test_how_many_there_will_be(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name in ("a.html", "b.txt", "picture.png", "__MACOSX/._a.html"):
                archive.writestr(name, "x")
        (tmp_path / "t.csv").write_text("title,text\nA,B\nC,D\n\n", "utf-8")
        rows = jsonl(tmp_path / "a.jsonl", {"text": "a"}, {"text": "b"}, {"text": "c"})
        (tmp_path / "no.zip").write_bytes(b"PK broken")
        paths = [tmp_path / "a.zip", tmp_path / "t.csv", rows, tmp_path / "no.zip", tmp_path / "absent.txt"]
        assert [count_articles([path]) for path in paths] == [2, 2, 3, 1, 1]


class TestCorrections:
    def test_a_removed_article_does_not_come_back_by_itself(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        path = jsonl(tmp_path / "a.jsonl", {"article_id": "lake", "text": ARTICLE})
        run([path], store, resources)
        key = {"article_id": "lake"}
        Ledger(store.path).append(Entry("A. Reader", "remove", "article", key, why="a test page"))
        (told,) = run([path], store, resources)
        assert told.result == "removed" and "A. Reader" in told.reason
        Ledger(store.path).append(Entry("A. Reader", "restore", "article", key))
        assert run([path], store, resources)[0].result == "same"

    def test_a_correction_decides_how_an_article_is_read(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        path = jsonl(tmp_path / "a.jsonl", {"article_id": "lake", "title": "Old", "text": ARTICLE})
        key = {"article_id": "lake"}
        Ledger(store.path).append(
            Entry("A", "change", "article", key, "language", "en", "ru"),
            Entry("A", "change", "article", key, "published_on", None, "2024-05-06"),
        )
        (told,) = run([path], store, resources)
        assert told.claims == 0 and "'ru'" in told.reason
        applied = read_corrections(store).applied(Article("lake", "Old", ARTICLE, language="en"))
        assert (applied.language, str(applied.published_on), applied.title) == ("ru", "2024-05-06", "Old")
        (row,) = read_versions(store, "lake")
        assert row["language"] == "en" and row["published_on"] is None, "kept as it was read"

    def test_a_new_text_is_read_anew_and_the_old_one_stays(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        path = jsonl(tmp_path / "a.jsonl", {"article_id": "lake", "text": ARTICLE})
        run([path], store, resources)
        key = {"article_id": "lake"}
        Ledger(store.path).append(Entry("A", "change", "article", key, "text", "old hash", "new hash"))
        shorter = ARTICLE[: ARTICLE.index("Benedek")]
        report = pipeline.reread(store, ["lake"], resources, texts={"lake": shorter})
        assert report.articles == 1
        rows = store.connect().execute("SELECT speaker FROM claims").fetchall()
        assert rows == [("Tamsin Orrell",)]
        assert [len(row["text"]) for row in read_versions(store, "lake")] == [len(ARTICLE), len(shorter)]
        (told,) = run([path], store, resources)
        assert told.result == "same" and "edited" in told.reason


class TestCopies:
    def test_copies_are_found_across_runs(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        agency = {"article_id": "a", "outlet": "Lake Agency", "text": REPORT}
        edited = {
            "article_id": "b",
            "outlet": "Shore Post",
            "text": REPORT.replace("heard", "listened to", 2),
        }
        cut = {"article_id": "c", "outlet": "Pier News", "text": REPORT[: len(REPORT) // 2]}
        other = {"article_id": "d", "outlet": "Pier News", "text": ARTICLE}
        run([jsonl(tmp_path / "1.jsonl", agency)], store, resources)
        told = run([jsonl(tmp_path / "2.jsonl", edited, cut, other)], store, resources)
        assert [one.copy_of for one in told] == ["a", "a", ""]
        assert {row["article_id"]: row["copy_of"] for row in read_copies(store)} == {
            "a": "a",
            "b": "a",
            "c": "a",
            "d": "d",
        }

    def test_articles_that_nobody_compared_yet_are_compared_once(
        self, tmp_path: Path, resources: pipeline.Resources, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As in a store of an earlier version: its articles, alike among themselves, have no sketches."""
        rows = [
            {"article_id": "a", "outlet": "Lake Agency", "text": REPORT},
            {"article_id": "b", "outlet": "Shore Post", "text": REPORT.replace("heard", "listened to", 2)},
        ]
        articles = read_articles([jsonl(tmp_path / "old.jsonl", *rows)]).articles
        store = Store.create(tmp_path / "old")
        store.append(pipeline.structure_articles(articles, resources).frames)
        assert not list(read_copies(store))
        cut = {"article_id": "c", "outlet": "Pier News", "text": REPORT[: len(REPORT) // 2]}
        (told,) = run([jsonl(tmp_path / "new.jsonl", cut)], store, resources)
        assert told.copy_of == "a"
        assert {row["article_id"]: row["copy_of"] for row in read_copies(store)} == dict.fromkeys("abc", "a")
        assert set(copies_of(store, "b")["outlet"]) == {"Lake Agency", "Pier News"}
        asked: list[str] = []
        find = CopyIndex.add
        monkeypatch.setattr(
            CopyIndex, "add", lambda self, one: asked.append(one.article_id) or find(self, one)
        )
        run([jsonl(tmp_path / "more.jsonl", {"article_id": "d", "text": ARTICLE})], store, resources)
        assert asked == ["d"], "what was compared before is not compared again"

    def test_the_same_address_is_the_same_article(
        self, tmp_path: Path, store: Store, resources: pipeline.Resources
    ) -> None:
        url = "https://lake.example/news/7"
        first = {"article_id": "a", "url": f"{url}?utm_source=feed", "text": REPORT}
        later = {"article_id": "b", "url": f"{url}/", "text": REPORT[: len(REPORT) // 3] + " " + ARTICLE * 3}
        sitewide = {"article_id": "c", "url": url, "text": ARTICLE * 4}
        told = run([jsonl(tmp_path / "1.jsonl", first, later, sitewide)], store, resources)
        assert [one.copy_of for one in told][:2] == ["", "a"]

    def test_an_unrelated_text_under_one_address_is_no_copy(self) -> None:
        words = [f"word{n}" for n in range(400)]
        texts = {"a": " ".join(words[:200]), "b": " ".join(words[200:])}
        index = CopyIndex(texts.__getitem__)
        for name, text in texts.items():
            assert index.add(Article(name, "", text, url="https://lake.example/all")).copy_of == name

    def test_the_growing_index_agrees_with_the_list(self) -> None:
        texts = {f"{n}-{m}": REPORT.replace("council", f"board{n}").replace(f"day {n}", f"night {m}") + f" {n} lamps" * 9
                 for n in range(6) for m in range(3)}  # fmt: skip
        articles = [Article(name, "", text) for name, text in texts.items()]
        index = CopyIndex(texts.__getitem__)
        groups: dict[str, list[str]] = {}
        for article in articles:
            groups.setdefault(index.add(article).copy_of, []).append(article.article_id)
        assert sorted(tuple(g) for g in groups.values() if len(g) > 1) == sorted(find_duplicates(articles))
