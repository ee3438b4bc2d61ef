"""Several articles under headings of somebody's own: proposed, split only when asked, nothing of them lost."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard_core.cli import main
from dashboard_core.jobs import Digest, Job, Request, preview
from dashboard_core.jobs.worker import work
from dashboard_core.pipeline import ingesting
from dashboard_core.read import ReadResult, SeveralArticles, read_articles
from dashboard_core.store import Store
from dashboard_core.store.arrivals import read_arrivals
from job_stand_in import stand_in
from test_read_hostile import zipped

FIRST = "The council of the lake stopped all ferries on Friday.\n\n“We have no other way,” the harbour master said."
SECOND = "The painters came at noon. They brought blue paint."
SOURCED = f"""# Press review of the harbour, 9 March 2021

- Ferries must stop
- Piers are painted

## Ferries must stop

*The Lake Herald, 5 March 2021*

{FIRST}

## Piers are painted

{SECOND}

Source: [The Lake Post](https://lake-post.example/piers), 7 April 2021
"""
NESTED = SOURCED.replace("## ", "### ").replace("### Ferries", "## Lundland\n\n### Ferries")
NUMBERED = f"""Press review

1. Ferries must stop
The Lake Herald | 5 March 2021

{FIRST}

----

2. Piers are painted
The Lake Post | 7 April 2021 | https://lake-post.example/piers

{SECOND}
"""
BOLD = NUMBERED.replace("1. Ferries must stop", "**Ferries must stop**").replace("2. Piers are painted", "**Piers are painted**")  # fmt: skip
BARE = NUMBERED.replace("1. ", "").replace("2. ", "")
SPLIT = [
    ("Ferries must stop", "The Lake Herald", date(2021, 3, 5), "", FIRST),
    ("Piers are painted", "The Lake Post", date(2021, 4, 7), "https://lake-post.example/piers", SECOND),
]
LONG = " ".join(f"Boat {n} came back to the harbour before the storm broke." for n in range(20))
TITLES = ("Ferries must stop for a week", "Piers are painted in blue again", "Boats come back to the harbour")


def found(result: ReadResult) -> list[tuple[str, str, date | None, str, str]]:
    return [(a.title, a.outlet, a.published_on, a.url, a.text) for a in result.articles]


@pytest.mark.parametrize("digest", [SOURCED, NESTED, NUMBERED, BOLD, BARE])
def test_a_digest_stays_one_article_until_it_is_to_be_split(tmp_path: Path, digest: str) -> None:
    path = tmp_path / "digest.md"
    path.write_text(digest, "utf-8")
    one = read_articles([path])
    assert [(a.text, a.outlet) for a in one.articles] == [(digest, "")]
    assert ["2 articles" in problem.problems[0] for problem in one.problems] == [True]
    assert "--split" in one.problems[0].remedy and one.problems[0].remark
    split = read_articles([path], columns={"articles": "split"})
    assert found(split) == SPLIT and [problem.remark for problem in split.problems] == [True]


def test_a_digest_in_word_by_its_styles_or_by_bold_lines(tmp_path: Path) -> None:
    from docx import Document

    for bold in (False, True):
        document = Document()
        document.add_heading("Press review", 0)
        for title, outlet, day, _, text in SPLIT:
            if bold:
                document.add_paragraph().add_run(title).bold = True
            else:
                document.add_heading(title, 1)
            document.add_paragraph(f"{outlet}, {day:%d %B %Y}")
            for paragraph in text.split("\n\n"):
                document.add_paragraph(paragraph)
        data = io.BytesIO()
        document.save(data)
        path = tmp_path / "digest.docx"
        path.write_bytes(data.getvalue())
        assert len(read_articles([path]).articles) == 1
        split = read_articles([path], columns={"articles": "split"})
        assert found(split) == [(*row[:3], "", row[4]) for row in SPLIT]


@pytest.mark.parametrize(
    ("text", "several"),
    [
        pytest.param("\n\n".join(f"## {t}\n\n{t}. {LONG}" for t in TITLES), True, id="long texts under headlines"),
        pytest.param("\n".join(TITLES) + "\n\n" + "\n\n".join(f"## {t}\n\n{t}. {SECOND}" for t in TITLES), True, id="contents"),
        pytest.param(f"# Ferries must stop\n\n{LONG}\n\n" + "\n\n".join(f"## {t}\n\n{t}. {LONG}" for t in TITLES), False, id="subheadings"),
        pytest.param("# Ferries\n\n" + "\n\n".join(f"## {t}\n\n{t}. {LONG}" for t in ("Why", "Who pays", "What next")), False, id="short subheadings"),
        pytest.param(f"Ferries must stop\nThe Lake Post, 5 March 2021\n\n{LONG}\n\n1. Boats stay\n2. Piers close\n\n{LONG}", False, id="list of points"),
        pytest.param(f"# Ferries must stop\n\nBy Ada Berg, 5 March 2021\n\n{LONG}\n\n## What is known\n\n{LONG}", False, id="one source"),
    ],
)  # fmt: skip
def test_subheadings_of_one_article_are_not_taken_for_several(
    tmp_path: Path, text: str, several: bool
) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, "utf-8")
    assert [type(one) is SeveralArticles for one in read_articles([path]).problems] == [True] * several
    split = read_articles([path], columns={"articles": "split"})
    assert len(split.articles) == (3 if several else 1)


def test_what_stands_between_the_articles_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / "digest.md"
    note = "The harbour was quiet this week. " * 12
    path.write_text(
        SOURCED.replace("- Ferries must stop", note) + "\n## Weather\n\nIt will rain on Sunday.", "utf-8"
    )
    titles = [a.title for a in read_articles([path], columns={"articles": "split"}).articles]
    assert titles == [
        "Press review of the harbour, 9 March 2021",
        "Ferries must stop",
        "Piers are painted",
        "Weather",
    ]


def test_a_draft_proposes_and_a_job_splits_inside_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingesting, "structure_articles", stand_in())
    store = Store.create(tmp_path / "store")
    archive = zipped({"a.md": SOURCED.encode(), "b.txt": NUMBERED.encode()})
    job = Job.create(store, Request("A"), [("week.zip", archive)], draft=True)
    seen = preview(job)
    assert list(seen.digests.values()) == [Digest(2, 4, split=False)] and len(seen.articles) == 2
    path = tmp_path / "week.zip"
    path.write_bytes(archive)
    started: list[Job] = []
    monkeypatch.setattr("dashboard_core.jobs.start", started.append)
    run = CliRunner().invoke(main, ["jobs", "start", str(path), "--split", "--store", str(store.path)])
    assert run.exit_code == 0, run.output
    assert work(started[0], object).counts["added"] == 2  # the same two texts stand in both files
    assert {a.title for a in read_articles([path], columns={"articles": "split"}).articles} == {
        r[0] for r in SPLIT
    }
    assert len(read_arrivals(store)) == 2
