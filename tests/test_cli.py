"""The command line: what it writes, what it says, and the exit codes that scripts rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from dashboard_core.cli import main
from test_pipeline import ARTICLE

POSITION_COLUMNS = {"stance", "confidence", "p_stance", "p_opposed", "p_cautious", "p_supportive"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "lake.txt"
    path.write_text(ARTICLE, "utf-8")
    return path


def test_structure_writes_three_tables_and_names_what_was_left_out(article: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("", "utf-8")
    result = run("structure", article, empty, "--out", tmp_path / "out")
    assert result.exit_code == 3, result.output
    assert "empty.txt" in result.output and "the file is empty" in result.output
    tables = {p.stem: pd.read_csv(p, encoding="utf-8-sig") for p in (tmp_path / "out").glob("*.csv")}
    assert set(tables) == {"articles", "claims", "stances"}
    assert set(tables["stances"]["claim_id"]) <= set(tables["claims"]["claim_id"])


def test_structure_of_nothing_readable_is_an_error(tmp_path: Path) -> None:
    result = run("structure", tmp_path / "absent.txt", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "there is no such file" in result.output and not (tmp_path / "out").exists()


def test_ingest_then_export(article: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = run("ingest", article, "--store", store)
    assert first.exit_code == 0, first.output
    again = run("ingest", article, "--store", store)
    assert again.exit_code == 0 and "1 already in the store" in again.output
    out = tmp_path / "positions.csv"
    exported = run("export", "--store", store, "--out", out)
    assert exported.exit_code == 0, exported.output
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = pd.read_csv(out, encoding="utf-8-sig")
    assert f"{len(rows):,} rows" in exported.output
    assert {"speaker", "target", "stance", "start", "end", "outlet", "url", "model_version"} <= set(
        rows.columns
    )
    one = run("export", "--store", store, "--out", out, "--target", "no such target")
    assert one.exit_code == 2 and "no position on no such target" in one.output


def test_export_without_a_store_says_how_to_make_one(tmp_path: Path) -> None:
    result = run("export", "--store", tmp_path / "none", "--out", tmp_path / "a.csv")
    assert result.exit_code == 1
    assert "stances ingest" in result.output and "Traceback" not in result.output


def test_attributions(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps({"id": "x", "text": ARTICLE}) + "\nnonsense\n", "utf-8")
    result = run("attributions", source, "--out", out)
    assert result.exit_code == 3 and "line 2" in result.output
    (row,) = map(json.loads, out.read_text("utf-8").splitlines())
    assert row["id"] == "x" and row["attributions"]
    for one in row["attributions"]:
        assert set(one) == {"content", "cue", "source", "confidence"}
        assert all(0 <= start < end <= len(ARTICLE) for start, end in one["content"])


def test_classify_keeps_rows_columns_and_order(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    texts = [f"The council of the lake {verb} the ferry plan." for verb in ("rejects", "welcomes", "noted")]
    pd.DataFrame({"text": texts, "target": "ferry plan", "mine": [3, 1, 2]}).to_csv(source, index=False)
    result = run("classify", source, "--out", out)
    assert result.exit_code == 0, result.output
    rows = pd.read_csv(out, encoding="utf-8-sig")
    assert list(rows["text"]) == texts and list(rows["mine"]) == [3, 1, 2]
    assert set(rows.columns) >= POSITION_COLUMNS
    assert ((rows[["p_opposed", "p_cautious", "p_supportive"]].sum(axis=1) - 1).abs() < 1e-3).all()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param("text\nhello\n", "there is no column target", id="a column is missing"),
        pytest.param("text,target\n", "there are no rows", id="no rows"),
        pytest.param("", "there is no column text", id="an empty file"),
    ],
)
def test_classify_names_what_is_wrong(tmp_path: Path, content: str, problem: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text(content, "utf-8")
    result = run("classify", source, "--out", tmp_path / "out.csv")
    assert result.exit_code == 1 and problem in result.output


def test_a_broken_targets_file_is_named_with_its_line(
    article: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "targets.csv").write_text("id,name,kind,aliases,definition\nx,X,nonsense,,\n", "utf-8")
    monkeypatch.setenv("STANCES_SEEDS", str(lists))
    result = run("structure", article, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "targets.csv" in result.output and "line 2" in result.output and "Traceback" not in result.output


def test_evaluate_without_data_says_what_to_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STANCES_GOLD", raising=False)
    result = run("evaluate", "claims")
    assert result.exit_code == 2 and "--data" in result.output
