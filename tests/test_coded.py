"""Coded claims travel: out and in again nothing is lost, in CSV, XLSX and in DNA's own file."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from dashboard_core import query
from dashboard_core.cli import main
from dashboard_core.errors import ArticleFormatError
from dashboard_core.exports import coding, dna
from dashboard_core.exports.coded_files import coded_file, read_coded_file
from dashboard_core.query import Filters
from dashboard_core.store import Entry, Store
from dashboard_core.store.decisions import stance_key
from factories import Said, said

ROWS = (
    Said(
        "Aydar Abylov",
        (("road", "supportive"),),
        "KGZ",
        "Institute of Rivers",
        article="x",
        text="a road 😀 for all",
    ),
    Said(
        "Leyla Karasu",
        (("road", "opposed"), ("rail", "cautious")),
        "TUR",
        article="x",
        text="=no road, yet rail",
    ),
    Said("Orla Vint", (("road", "none"), ("rail", "unclear")), article="y", outlet="Evening Paper"),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store")
    made.append(said(ROWS))
    return made


@pytest.fixture
def other(tmp_path: Path) -> Store:
    """The same articles elsewhere, with nothing decided."""
    made = Store.create(tmp_path / "other")
    made.append(said(ROWS))
    return made


def decide(store: Store) -> None:
    """One of each: confirmed, changed, rejected, added."""
    plan = {
        ("Aydar Abylov", "road"): ("confirm", "supportive"),
        ("Leyla Karasu", "road"): ("change", "cautious"),
        ("Leyla Karasu", "rail"): ("reject", None),
    }
    for row in query.positions(store, Filters()).to_dict("records"):
        digest = query.article_hash(store, row["article_id"])
        if (row["speaker"], row["target_id"]) in plan:
            action, after = plan[row["speaker"], row["target_id"]]
            store.ledger.append(
                Entry("Ada Ölmez", action, "stance", stance_key(row, digest), "stance", None, after, "так")
            )
        if row["speaker"] == "Aydar Abylov":
            new = row | {"target_id": "ferry", "target": "Ferry", "machine_stance": None}
            store.ledger.append(
                Entry("Ada Ölmez", "add", "stance", stance_key(new, digest), "stance", None, "opposed")
            )


def labels(store: Store) -> dict[tuple[str, str], tuple[str, str]]:
    rows = coding.coded_table(store, Filters())
    return {(r["speaker"], r["target"]): (str(r["stance"]), r["review"]) for r in rows.to_dict("records")}


def run(*arguments: Any) -> Any:
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_out_and_in_elsewhere_gives_the_same_labels(
    store: Store, other: Store, tmp_path: Path, suffix: str
) -> None:
    decide(store)
    file = tmp_path / f"coded.{suffix}"
    assert run("coded", "export", "--out", file, "--store", store.path).exit_code == 0
    result = run("coded", "import", file, "--who", "Somebody", "--store", other.path)
    assert result.exit_code == 0, result.output
    assert labels(other) == labels(store)
    assert {e.who for e in other.ledger.entries()} == {"Ada Ölmez"}
    assert {e.origin for e in other.ledger.entries()} == {"import"}
    assert {e.why for e in other.ledger.entries()} >= {"так"}
    assert {e.at for e in other.ledger.entries()} <= {e.at for e in store.ledger.entries()}
    assert "2 rows that nobody reviewed" in result.output


def test_the_table_says_who_decided_what_and_keeps_the_machines_label(store: Store) -> None:
    decide(store)
    rows = coding.coded_table(store, Filters()).set_index(["speaker", "target_id"])
    changed = rows.loc[("Leyla Karasu", "road")]
    assert (changed["stance"], changed["machine_stance"], changed["review"]) == (
        "cautious",
        "opposed",
        "changed",
    )
    assert (changed["reviewer"], changed["why"]) == ("Ada Ölmez", "так")
    gone = rows.loc[("Leyla Karasu", "rail")]
    assert (gone["review"], gone["machine_stance"], gone["reviewer"]) == ("rejected", "cautious", "Ada Ölmez")
    assert pd.isna(gone["stance"]) and gone["machine_confidence"] == 0.8
    assert rows.loc[("Orla Vint", "road")][["reviewer", "reviewed_at"]].isna().all()
    assert len(coding.coded_table(store, Filters(basis="machine"))) == 5


def test_a_table_made_by_hand_needs_few_columns_and_adds_what_is_not_there(
    other: Store, tmp_path: Path
) -> None:
    table = pd.DataFrame(
        [
            {
                "article_id": "x",
                "target": "Road",
                "stance": "Cautious",
                "text": "a road 😀 for all",
                "country": "NOR",
            },
            {
                "article_id": "x",
                "target": "Canal",
                "stance": "opposed",
                "text": "yet rail",
                "speaker": "Bo Tamm",
            },
            {"article_id": "x", "target": "Canal", "stance": "furious", "text": "yet rail"},
            {"article_id": "x", "target": "Canal", "stance": "opposed", "text": "words that stand nowhere"},
            {"article_id": "lost", "target": "Canal", "stance": "opposed", "text": "x"},
            {"article_id": "x", "target": "", "stance": "opposed", "text": "x"},
        ]
    )
    file = tmp_path / "hand.csv"
    file.write_text(table.to_csv(index=False), "utf-8")
    dry = run("coded", "import", file, "--who", "A. Reader", "--dry-run", "--store", other.path)
    assert "would be kept" in dry.output and other.ledger.entries() == ()
    result = run("coded", "import", file, "--who", "A. Reader", "--store", other.path)
    assert result.exit_code == 3
    for said_of_it in (
        "line 4: stance 'furious'",
        "line 5: the passage",
        "line 6: no article lost",
        "line 7: target is empty",
    ):
        assert said_of_it in result.output
    assert labels(other)["Aydar Abylov", "Road"] == ("cautious", "changed")
    assert labels(other)["Bo Tamm", "Canal"] == ("opposed", "added")
    assert set(query.positions(other, Filters(text="for all"))["country"]) == {"NOR"}


def test_a_file_brought_in_twice_decides_once(store: Store, other: Store, tmp_path: Path) -> None:
    decide(store)
    file = tmp_path / "coded.xlsx"
    file.write_bytes(coded_file(store, Filters(), "xlsx").content)
    first = read_coded_file(other, file, "A. Reader")
    assert first.entries and first.known == 0
    other.ledger.append(*first.entries)
    again = read_coded_file(other, file, "A. Reader")
    assert (again.entries, again.known) == ((), len(first.entries))
    assert again.unreviewed == first.unreviewed > 0


def test_a_workbook_that_could_do_harm_is_refused(store: Store, tmp_path: Path) -> None:
    """As for articles: read in a process of its own, within the limits, a bomb unpacked by nobody."""
    file = tmp_path / "bomb.xlsx"
    file.write_bytes(coded_file(store, Filters(), "xlsx").content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/media/zeros.bin", b"0" * 60_000_000)
    with pytest.raises(ArticleFormatError, match=r"bomb\.xlsx"):
        read_coded_file(store, file, "A. Reader")


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,2\n")
    with pytest.raises(ArticleFormatError, match="no column article_id"):
        coding.read_coded(tmp_path / "a.csv")
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    with pytest.raises(ArticleFormatError):
        coding.read_coded(tmp_path / "a.xlsx")
    with pytest.raises(ArticleFormatError, match="neither"):
        coding.read_coded(tmp_path / "a.txt")


class TestDna:
    def test_statements_have_person_organisation_concept_and_agreement(
        self, store: Store, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.dna"
        assert dna.write_dna(store, Filters(), file) == (3, 2)
        with closing(sqlite3.connect(file)) as base:
            rows = base.execute(
                "SELECT t.Label, e.Value, b.Value FROM STATEMENTS s JOIN STATEMENTTYPES t ON t.ID = s.StatementTypeId "
                "JOIN DATASHORTTEXT d ON d.StatementId = s.ID JOIN VARIABLES v ON v.ID = d.VariableId AND v.Variable = 'concept' "
                "JOIN ENTITIES e ON e.ID = d.Entity LEFT JOIN DATABOOLEAN b ON b.StatementId = s.ID ORDER BY 1, 3"
            ).fetchall()
            assert rows == [
                (dna.CAUTIOUS, "Rail", None),
                ("DNA Statement", "Road", 0),
                ("DNA Statement", "Road", 1),
            ]
            texts = base.execute(
                "SELECT d.Text, s.Start, s.Stop FROM STATEMENTS s JOIN DOCUMENTS d ON d.ID = s.DocumentId"
            ).fetchall()
            for text, start, stop in texts:
                java = text.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le")
                assert java.startswith("“") and java.endswith("said."), "offsets count as Java does"
            assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    def test_the_password_is_kept_as_dna_keeps_it(self, store: Store, tmp_path: Path) -> None:
        dna.write_dna(store, Filters(), tmp_path / "out.dna")
        with closing(sqlite3.connect(tmp_path / "out.dna")) as base:
            held = base64.b64decode(base.execute("SELECT Password FROM CODERS").fetchone()[0])
        value = held[:16] + dna.PASSWORD.encode()
        for _ in range(100_000):
            value = hashlib.sha256(value).digest()
        assert held[16:] == value

    def test_out_and_in_elsewhere_gives_the_same_stances(
        self, store: Store, other: Store, tmp_path: Path
    ) -> None:
        decide(store)
        file = tmp_path / "out.dna"
        assert run("coded", "export", "--labels", "only", "--out", file, "--store", store.path).exit_code == 0
        result = run("coded", "import", file, "--who", "A. Reader", "--store", other.path)
        assert result.exit_code == 0, result.output
        mine, theirs = labels(store), labels(other)
        for item in (("Aydar Abylov", "Road"), ("Leyla Karasu", "Road"), ("Aydar Abylov", "Ferry")):
            assert theirs[item] == mine[item]

    def test_a_file_of_another_kind_is_refused_and_none_is_overwritten(
        self, store: Store, tmp_path: Path
    ) -> None:
        (tmp_path / "x.dna").write_bytes(b"not a database at all, just words" * 50)
        with pytest.raises(ArticleFormatError, match="DNA 3"):
            dna.read_dna(tmp_path / "x.dna", store)
        with pytest.raises(FileExistsError):
            dna.write_dna(store, Filters(), tmp_path / "x.dna")

    @pytest.mark.parametrize(
        "harm",
        [
            "DROP TABLE DATABOOLEAN; CREATE VIEW DATABOOLEAN AS WITH RECURSIVE n(i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS ID FROM n",
            "CREATE TRIGGER t AFTER INSERT ON CODERS BEGIN DELETE FROM DOCUMENTS; END",
        ],
    )
    def test_a_file_that_would_do_more_than_hold_data_is_refused(
        self, store: Store, tmp_path: Path, harm: str
    ) -> None:
        dna.write_dna(store, Filters(), tmp_path / "x.dna")
        with closing(sqlite3.connect(tmp_path / "x.dna")) as base:
            base.executescript(harm)
        with pytest.raises(ArticleFormatError, match="views or triggers"):
            dna.read_dna(tmp_path / "x.dna", store)

    def test_documents_are_found_by_their_text_too_and_others_are_named(
        self, store: Store, other: Store, tmp_path: Path
    ) -> None:
        dna.write_dna(store, Filters(), tmp_path / "out.dna")
        with closing(sqlite3.connect(tmp_path / "out.dna")) as base, base:
            base.execute("UPDATE DOCUMENTS SET Notes = '', Text = 'another text', Title = 'Elsewhere'")
        coded, problems = dna.read_dna(tmp_path / "out.dna", other)
        assert coded == [] and "Elsewhere" in problems[0]


def test_purge_asks_and_then_removes_uploads_too(store: Store) -> None:
    (store.path / "jobs" / "20260101T000000Z-aaaaaaaa" / "files").mkdir(parents=True)
    (store.path / "jobs" / "20260101T000000Z-aaaaaaaa" / "files" / "0001.txt").write_text("Leyla Karasu")
    asked = CliRunner().invoke(
        main, ["purge", "--person", "Leyla Karasu", "--who", "DPO", "--store", str(store.path)], input="n\n"
    )
    assert asked.exit_code == 1 and query.headline(store, Filters()).claims == 3
    done = run("purge", "--person", "leyla karasu", "--who", "DPO", "--yes", "--store", store.path)
    assert done.exit_code == 0, done.output
    assert not (store.path / "jobs").exists()
    assert query.headline(store, Filters()).claims == 2
    assert run("purge", "--who", "DPO", "--store", store.path).exit_code == 2
