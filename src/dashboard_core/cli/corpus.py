"""Commands over articles and the store: structure, ingest, update, attributions, classify, export."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from dashboard_core.cli.base import (
    FILES,
    PARTLY,
    SPLIT,
    STORE,
    bar,
    columns_given,
    main,
    table_options,
    tell,
)
from dashboard_core.errors import ArticleFormatError
from dashboard_core.paths import store_dir
from dashboard_core.vocabulary import STANCE_STATES


@main.command()
@FILES
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to."
)
@table_options
@SPLIT
@click.pass_context
def structure(
    ctx: click.Context,
    files: tuple[Path, ...],
    out: Path,
    columns: tuple[str, ...],
    header_row: str,
    sheet: str,
    split: bool,
) -> None:
    """Write articles.csv, claims.csv and stances.csv from article files.

    FILES are txt, md, html, pdf, docx, jsonl (article_id, title, outlet, url, author, published_on, text),
    csv or xlsx tables of articles, zip of these, or folders.

    \b
    Example
      stances structure seeds/ --out tables/
    """
    from dashboard_core import exports, pipeline

    given = columns_given(columns, header_row, sheet, split=split) or None
    with bar("Reading") as progress:
        result = pipeline.structure(files, progress=progress, columns=given)
    report = result.report
    if not report.articles:
        tell(report.problems, ["No article could be read."])
        ctx.exit(1)
    out.mkdir(parents=True, exist_ok=True)
    for name in ("articles", "claims", "stances"):
        (out / f"{name}.csv").write_bytes(exports.to_csv(getattr(result.frames, name)))
    tell(report.problems, [*report.lines(), f"written to {out}"])
    if any(not problem.remark for problem in report.problems) or report.skipped:
        ctx.exit(PARTLY)


@main.command()
@FILES
@STORE
@table_options
@SPLIT
@click.option(
    "--report", type=click.Path(path_type=Path), help="CSV file: what became of each file and article."
)
@click.pass_context
def ingest(
    ctx: click.Context,
    files: tuple[Path, ...],
    store_path: Path | None,
    columns: tuple[str, ...],
    header_row: str,
    sheet: str,
    split: bool,
    report: Path | None,
) -> None:
    """Add article files to the store; articles it already holds change nothing.

    The dashboard may stay open: it shows the new articles at the next click. Interrupted, it goes on where it
    stopped when it is called again.

    \b
    Examples
      stances ingest seeds/ new-article.txt
      stances ingest export.xlsx --column text=Story --column title=Caption --report outcome.csv
      stances ingest export.xlsx --sheet Data --header-row 4
      stances ingest press-review.md --split
    """
    from dashboard_core import pipeline
    from dashboard_core.jobs import columns_of, known_columns
    from dashboard_core.store import Store

    given = columns_given(columns, header_row, sheet, split=split)
    store = Store.create(store_path or store_dir())

    def mapping(path: Path) -> dict[str, str] | None:
        return columns_of(store, str(path), given)

    told: list[pipeline.Outcome] = []
    with bar("Reading") as progress:
        watch = pipeline.Watch(tell=told.append)
        known = known_columns(store)
        found, unchanged = pipeline.ingest(
            files, store, progress=progress, columns=mapping, known=known, watch=watch
        )
    if report:
        from dashboard_core import exports

        named = (replace(one, file=_without_folder(one.file)) for one in told)
        report.write_bytes(exports.to_csv(pipeline.outcome_table(named)))
    lines = [f"{unchanged:,} already in the store, unchanged"] if unchanged else []
    removed = sum(one.result == "removed" for one in told)
    if removed:
        lines.append(f"{removed:,} left out, removed earlier (`stances articles bring-back` undoes that)")
    lines += (
        [f"{copies:,} of them copies of other articles"]
        if (copies := sum(bool(o.copy_of) for o in told))
        else []
    )
    tell(found.problems, [*found.lines(), *lines, f"store: {store.path}"])
    if not found.articles and not unchanged and not removed:
        ctx.exit(1)
    if any(not problem.remark for problem in found.problems) or found.skipped or removed:
        ctx.exit(PARTLY)


def _without_folder(file: str) -> str:
    """Return a file's name as its articles bear it, so that all lines of a report on it have one name."""
    path, mark, rest = file.partition(" > ")
    return f"{Path(path).name}{mark}{rest}"


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@table_options
def columns(file: Path, columns: tuple[str, ...], header_row: str, sheet: str) -> None:
    """Show what is proposed for a csv, xlsx or jsonl file: its sheet, its header, which column holds what.

    \b
    Examples
      stances columns export.xlsx
      stances columns export.xlsx --sheet Data --header-row 3-4
    """
    from dashboard_core.read import COLUMN_FIELDS, PLACES, propose_columns, read_layout

    given = columns_given(columns, header_row, sheet)
    layout = read_layout(file, given)
    if layout.sheets:
        click.echo(f"sheet: {layout.sheet} (of {', '.join(layout.sheets)})")
    if layout.header.rows:
        click.echo(f"header row: {layout.header.rows}")
    found = {name: column for name, column in given.items() if name not in PLACES}
    found = found or propose_columns(layout.header.names)
    for field in COLUMN_FIELDS:
        click.echo(f"{field}: {found.get(field, '(none found: --column ' + field + '=NAME)')}")
    click.echo(f"all columns: {', '.join(name for name in layout.header.names if name) or 'none'}")


@main.command()
@STORE
def update(store_path: Path | None) -> None:
    """Read every article in the store again, after an edit of the lists in seeds/ or with a new model.

    Says which labels changed. The earlier labels stay in the store's older batches.

    \b
    Example
      stances update
    """
    from dashboard_core import pipeline
    from dashboard_core.store import Store

    store = Store(store_path or store_dir())
    with bar("Reading again") as progress:
        report, changes = pipeline.update(store, progress=progress)
    tell(report.problems, [*report.lines(), *changes])


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="JSONL file to write.")
@click.pass_context
def attributions(ctx: click.Context, file: Path, out: Path) -> None:
    """Write who said what in each article of a JSONL file, before claims are put together.

    \b
    Each line out: {"id", "attributions": [{"content": [[start, end]], "cue": [[start, end]],
    "source": [[start, end]], "confidence"}]}; offsets point into the text given.

    \b
    Example
      stances attributions articles.jsonl --out attributions.jsonl
    """
    from dashboard_core.extract.attribution import AttributionModel
    from dashboard_core.extract.parse import Parser

    rows, wrong = _jsonl_texts(file)
    model, parser = AttributionModel.load(), Parser()
    with out.open("w", encoding="utf-8") as sink, bar("Reading") as progress:
        for done, ((name, _), doc) in enumerate(zip(rows, parser.parse(t for _, t in rows), strict=True), 1):
            found = [
                {
                    "content": [list(span) for span in one.content],
                    "cue": [list(one.cue)] if one.cue else [],
                    "source": [list(one.source)] if one.source else [],
                    "confidence": round(one.confidence, 4),
                }
                for one in model.find_attributions(doc)
            ]
            sink.write(json.dumps({"id": name, "attributions": found}, ensure_ascii=False) + "\n")
            progress(done, len(rows))
    _leave(ctx, file, wrong, len(rows))


def _jsonl_texts(file: Path) -> tuple[list[tuple[str, str]], list[str]]:
    rows: list[tuple[str, str]] = []
    wrong: list[str] = []
    with file.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                rows.append((str(row.get("id") or row["article_id"]), str(row["text"])))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                wrong.append(f"line {number}: needs id and text ({type(error).__name__}: {error})")
    return rows, wrong


def _leave(ctx: click.Context, file: Path, wrong: list[str], good: int) -> None:
    if wrong:
        remedy = "The other lines were used." if good else "Nothing was written."
        click.echo(str(ArticleFormatError(file, wrong, remedy)), err=True)
        ctx.exit(PARTLY if good else 1)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
@click.pass_context
def classify(ctx: click.Context, file: Path, out: Path) -> None:
    """Label the rows of a CSV file with columns text and target (optionally context).

    Adds stance, confidence, p_stance, p_opposed, p_cautious, p_supportive, evidence and model_version;
    rows and other columns stay as they are, in the same order.

    \b
    Example
      stances classify pairs.csv --out labelled.csv
    """
    import pandas as pd

    from dashboard_core import exports
    from dashboard_core.stance import StanceInput, StanceModel

    rows = _csv_rows(file, ("text", "target"))
    model = StanceModel.load()
    labels: list[dict[str, Any]] = []
    size = 64
    with tqdm(desc="Labelling", total=len(rows), unit=" rows", file=sys.stderr, disable=None) as shown:
        for at in range(0, len(rows), size):
            batch = rows[at : at + size]
            inputs = [
                StanceInput(text=r["text"], target=r["target"], context=r.get("context", "")) for r in batch
            ]
            for label in model.label(inputs):
                labels.append(
                    {
                        "stance": label.stance,
                        "confidence": label.confidence,
                        "p_stance": label.p_stance,
                        "p_opposed": label.p_opposed,
                        "p_cautious": label.p_cautious,
                        "p_supportive": label.p_supportive,
                        "evidence": label.evidence,
                        "model_version": model.version,
                    }
                )
            shown.update(len(batch))
    joined = [row | label for row, label in zip(rows, labels, strict=True)]
    out.write_bytes(exports.to_csv(pd.DataFrame(joined)))
    click.echo(f"{len(joined):,} rows labelled, written to {out}", err=True)


def _csv_rows(file: Path, needed: tuple[str, ...]) -> list[dict[str, str]]:
    csv.field_size_limit(10**9)
    remedy = f"The first line names the columns; {' and '.join(needed)} must be among them (UTF-8)."
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            absent = [name for name in needed if name not in (reader.fieldnames or [])]
            if absent:
                raise ArticleFormatError(
                    file, [f"line 1: there is no column {name}" for name in absent], remedy
                )
            rows = [{k: v or "" for k, v in row.items() if isinstance(k, str)} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ArticleFormatError(file, [str(error)], remedy) from error
    if not rows:
        raise ArticleFormatError(file, ["there are no rows under the first line"], remedy)
    return rows


@main.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="CSV file to write.")
@STORE
@click.option("--table", type=click.Choice(["positions", "claims"]), default="positions", show_default=True)
@click.option("--target", "targets", multiple=True, help="Only this target (its id or its name). May repeat.")
@click.option("--country", "countries", multiple=True, help="Only this country (ISO 3166-1 alpha-3).")
@click.option("--organisation", "organisations", multiple=True, help="Only speakers of this organisation.")
@click.option("--stance", "stances", multiple=True, type=click.Choice(STANCE_STATES))
@click.option("--text", default="", help="Only passages that hold these words.")
@click.option("--plain", is_flag=True, help="UTF-8 without a byte order mark, for programs instead of Excel.")
def export(
    out: Path,
    store_path: Path | None,
    table: str,
    targets: tuple[str, ...],
    countries: tuple[str, ...],
    organisations: tuple[str, ...],
    stances: tuple[str, ...],
    text: str,
    plain: bool,
) -> None:
    """Write positions or claims from the store to a CSV file.

    \b
    Examples
      stances export --out positions.csv
      stances export --target CSTO --stance opposed --out csto-opposed.csv
    """
    from dashboard_core import exports, query
    from dashboard_core.store import Store

    store = Store(store_path or store_dir())
    filters = query.Filters(
        targets=_target_ids(store, targets),
        countries=tuple(code.upper() for code in countries),
        organisations=organisations,
        stances=stances,
        text=text,
    )
    rows = query.extract(store, filters) if table == "positions" else query.claims(store, filters)
    out.write_bytes(exports.to_csv(rows, bom=not plain))
    click.echo(f"{len(rows):,} rows written to {out}", err=True)


def _target_ids(store: Any, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ids of targets given by id or by name, whatever the case."""
    if not wanted:
        return ()
    rows = store.connect().execute("SELECT DISTINCT target_id, target FROM stances").fetchall()
    by_name = {name.casefold(): ident for ident, name in rows} | {ident: ident for ident, _ in rows}
    absent = [w for w in wanted if w not in by_name and w.casefold() not in by_name]
    if absent:
        raise click.BadParameter(f"no position on {', '.join(absent)} is in the store", param_hint="--target")
    return tuple(by_name.get(w) or by_name[w.casefold()] for w in wanted)
