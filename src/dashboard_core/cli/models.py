"""Commands over models: train, evaluate, benchmark."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from dashboard_core.cli.base import PARTLY, STORE, bar, main
from dashboard_core.errors import ArticleFormatError
from dashboard_core.paths import store_dir
from dashboard_core.quality import record_quality

_DATA = click.option(
    "--data",
    "data",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="File of coded data. May repeat.",
)
_RECORD = click.option("--record", is_flag=True, help="Keep the figures for the Method page (quality.json).")


# What the Method page calls the figures: words that need no course in statistics.
_FIGURE_NAMES = {
    "claims_found": "coded claims that are found",
    "claim_precision": "found claims that are claims",
    "right_speaker": "coded claims with the right speaker",
    "country_right": "speakers with the right country",
    "country_left_empty": "countries left empty where the text does not say",
    "tier_right": "speakers with the right kind of voice",
    "target_found": "coded positions whose target is found",
    "position_right": "coded positions that come out right",
    "position_right_forced": "the same, had the model never abstained",
    "predicted_per_coded": "positions shown for each coded one",
}


def _say(line: str) -> None:
    click.echo(line, err=True)


def _show(figures: dict[str, Any]) -> None:
    click.echo(json.dumps(figures, indent=1, ensure_ascii=False))


@main.group()
def train() -> None:
    """Rebuild a model from coded data."""


@train.command("stance")
@_DATA
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the new decision.")
@click.pass_context
def train_stance(ctx: click.Context, data: tuple[Path, ...], out: Path | None) -> None:
    """Fit the stance decision on the project's pairs, or on your CSV or JSONL of text, target, stance.

    Without --out the packaged model is replaced. Rows that cannot be used are named and left out.

    \b
    Examples
      stances train stance --out my-model/
      stances train stance --data pairs.csv --data more.jsonl --out my-model/
    """
    from dashboard_core.paths import weights_dir
    from dashboard_core.stance.training import data_dir
    from dashboard_core.stance.training import train_stance as fit

    folder = out or weights_dir("stance")
    folder.mkdir(parents=True, exist_ok=True)
    own = data_dir() / "training_pairs.jsonl"
    model, read = fit([own, *data], folder=folder)
    for problem in read.problems:
        _say(problem)
    _say(f"{len(read.pairs):,} pairs read; model {model.version} written to {folder}")
    if read.problems:
        ctx.exit(PARTLY)


@train.command("attribution")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path), help="File for the weights (else the packaged ones).")
def train_attribution(files: tuple[Path, ...], out: Path | None) -> None:
    """Learn who-said-what from PolNeAR-format files ({id, text, gold: [{source, cue, content}]} a line).

    \b
    Example
      stances train attribution polnear_train.jsonl.gz --out attribution.npz
    """
    from dashboard_core.extract.attribution_training import train_attribution as fit
    from dashboard_core.paths import weights_dir

    target = out or weights_dir("extract") / "attribution.npz"
    fit(files, progress=_say).save(target)
    _say(f"written to {target}")


@train.command("targets")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=click.Path(path_type=Path), help="File for the weights (else the packaged ones).")
def train_targets(file: Path, out: Path | None) -> None:
    """Learn which targets a claim is about from coded passages ({article_id, text, stances} a line).

    \b
    Example
      stances train targets coded_passages.jsonl --out targets.npz
    """
    from dashboard_core.extract.target_training import read_coded_articles, train_ranker
    from dashboard_core.extract.targets import load_targets
    from dashboard_core.paths import seeds_dir, weights_dir

    target = out or weights_dir("extract") / "targets.npz"
    train_ranker(read_coded_articles(file), load_targets(seeds_dir() / "targets.csv")).save(target)
    _say(f"written to {target}")


@main.group()
def evaluate() -> None:
    """Measure a model on coded data, with 95 % intervals over articles."""


@evaluate.command("attribution")
@_DATA
@_RECORD
def evaluate_attribution(data: tuple[Path, ...], record: bool) -> None:
    """Measure who-said-what on PolNeAR-format files.

    \b
    Example
      stances evaluate attribution --data polnear_dev.jsonl.gz
    """
    from dataclasses import asdict

    from dashboard_core.extract.attribution_evaluation import evaluate_attribution as measure

    for path in _needed(data):
        figures = asdict(measure(path, progress=_say))
        _show(figures)
        if record:
            record_quality(
                "who said what, in per cent", figures, command=_command("attribution", [path]), data=path.name
            )


@evaluate.command("claims")
@_DATA
@_RECORD
def evaluate_claims(data: tuple[Path, ...], record: bool) -> None:
    """Measure claims, speakers, countries, targets and whole positions on coded articles.

    Data: JSONL of {id, title, text, statements: [{text, speaker, country, tier, stances}]}.

    \b
    Example
      stances evaluate claims --data dev_news.jsonl
    """
    from dashboard_core import pipeline
    from dashboard_core.extract.evaluation import evaluate_claims as measure_claims
    from dashboard_core.scoring import evaluate_positions

    files = _needed(data)
    resources = pipeline.Resources.load()
    for path in files:
        gold = _coded(path)
        articles = [_article(row) for row in gold]
        with bar("Reading") as progress:
            frames = pipeline.structure_articles(articles, resources, progress=progress).frames
        found = [
            *measure_claims(gold, frames.claims),
            *evaluate_positions(gold, frames.claims, frames.stances),
        ]
        figures = {
            f.name: {
                "value": round(f.share, 3),
                "low": round(f.low, 3),
                "high": round(f.high, 3),
                "hits": f.hits,
                "of": f.of,
            }
            for f in found
            if f.of
        }
        _show({path.name: figures})
        if record:
            section = f"claims, speakers and targets in {path.stem}"
            named = {_FIGURE_NAMES[name]: figure for name, figure in figures.items()}
            record_quality(section, named, command=_command("claims", [path]), data=_described(path, gold))


@evaluate.command("stance")
@_DATA
@_RECORD
@click.option("--no-peers", is_flag=True, help="Leave VADER, TextBlob and the majority out.")
def evaluate_stance(data: tuple[Path, ...], record: bool, no_peers: bool) -> None:
    """Measure stance labels on coded articles or pairs, beside VADER, TextBlob and the majority.

    Data: coded articles, or CSV or JSONL of text, target, stance. Without any, the files in STANCES_GOLD.

    \b
    Examples
      stances evaluate stance --data dev_news.jsonl --data dev_region.jsonl
      stances evaluate stance --data my-pairs.csv
    """
    from dashboard_core.stance.evaluation import evaluate_stance as measure

    files = _needed(data)
    report = measure(files, peers=not no_peers)
    for line in report.lines():
        click.echo(line)
    if record:
        described = f"{', '.join(p.name for p in files)}: {report.articles} articles, {report.n} positions"
        command = _command("stance", files)
        record_quality("stance labels", _card(report), command=command, data=described)


def _card(report: Any) -> dict[str, Any]:
    """Return the figures of the model card, named as a reader without statistics can follow them."""

    def score(one: Any) -> dict[str, Any]:
        return {"value": round(one.macro_f1, 3), "low": round(one.low, 3), "high": round(one.high, 3)}

    card: dict[str, Any] = {"model": report.version, "macro-F1 over the three stances": score(report.every)}
    for name, value in report.every.by_stance.items():
        card[f"F1 of {name}"] = round(value, 3)
    if report.different:
        card["macro-F1 where one claim takes different stances"] = score(report.different)
    for share, value in report.accuracy_at.items():
        card[f"right among the most confident {share} %"] = round(value, 3)
    card["calibration error"] = round(report.ece, 3)
    card |= {name.replace("_", " "): round(value, 3) for name, value in report.shown.items()}
    card |= {f"position: {k.replace('_', ' ')}": round(v, 3) for k, v in report.position.items()}
    card |= {f"for comparison, {name}": score(one) for name, one in report.peers.items()}
    for coded, given in report.confusion.items():
        card[f"coded {coded}"] = ", ".join(f"{count} {label}" for label, count in given.items())
    return card


@evaluate.command("bias")
@_RECORD
@click.option("--every", default=1, show_default=True, help="Use every n-th of the 200 templates.")
def evaluate_bias(record: bool, every: int) -> None:
    """Swap the names of countries and organisations in neutral sentences and count labels that flip.

    \b
    Example
      stances evaluate bias --every 10
    """
    from dashboard_core.stance import StanceModel
    from dashboard_core.stance.bias import evaluate_bias as measure

    report = measure(StanceModel.load(), every=every)
    figures: dict[str, Any] = {
        "readings": report.readings,
        "labels that flip with the name": round(report.flips, 4),
        "likeliest stances that flip": round(report.stance_flips, 4),
        "median change of probability": round(report.median_change, 4),
        "worst names": ", ".join(f"{name} {share:.1%}" for name, share in report.worst[:8]),
    }
    _show(figures)
    if record:
        command = f"stances evaluate bias --every {every}"
        record_quality(
            "names that move labels",
            figures,
            command=command,
            data=f"{report.readings:,} sentences with a swapped name",
        )


@main.group()
def benchmark() -> None:
    """Measure speed and memory, as ratios in one run."""


@benchmark.command("extraction")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--limit", type=int, help="Only the first so many articles.")
@click.option("--peer-articles", default=40, show_default=True, help="Articles that the peer reads, too.")
def benchmark_extraction(file: Path, limit: int | None, peer_articles: int) -> None:
    """Articles and tokens per CPU second and peak memory, beside textacy's direct_quotations.

    \b
    Example
      stances benchmark extraction articles.jsonl.gz --limit 300
    """
    from dataclasses import asdict

    from dashboard_core.benchmarks.extraction import benchmark_extraction as measure

    _show(asdict(measure(file, limit, peer_articles, progress=_say)))


@benchmark.command("dashboard")
@click.option("--rows", default=1_000_000, show_default=True, help="Synthetic positions in the store.")
@click.option("--sessions", default=20, show_default=True, help="Further tabs to open, for their memory.")
@click.option("--no-browser", is_flag=True, help="Time the store alone, without Chromium.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the synthetic store here and use it again.",
)
def benchmark_dashboard(rows: int, sessions: int, no_browser: bool, folder: Path | None) -> None:
    """Time what one click asks of the store and what it takes in Chromium, beside plain pandas and plotly.

    \b
    Examples
      stances benchmark dashboard --rows 100000 --no-browser
      stances benchmark dashboard --folder million
    """
    from tempfile import TemporaryDirectory

    from dashboard_core.benchmarks.engine import benchmark_query
    from dashboard_core.benchmarks.pages import benchmark_pages

    with TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        for line in benchmark_query(rows, folder=place / "store", tell=_say).lines():
            click.echo(line)
        if not no_browser:
            for line in benchmark_pages(rows, place, sessions=sessions, tell=_say):
                click.echo(line)


@benchmark.command("paint")
@click.option("--times", default=5, show_default=True, help="How often each page is opened in each way.")
@STORE
def benchmark_first_paint(times: int, store_path: Path | None) -> None:
    """Time every page of the store from opening to its first chart, in Chromium, on a warm server.

    \b
    Example
      stances benchmark paint --store seeds-store
    """
    from dashboard_core.benchmarks.paint import benchmark_paint

    for line in benchmark_paint(store_path or store_dir(), times=times, tell=_say):
        click.echo(line)


@benchmark.command("labelling")
@click.option("--data", type=click.Path(path_type=Path, exists=True, dir_okay=False), multiple=True)
@click.option("--limit", type=int, help="Only the first so many pairs.")
def benchmark_labels(data: tuple[Path, ...], limit: int | None) -> None:
    """Processor time per claim and target, beside the parser on the same passages.

    \b
    Example
      stances benchmark labelling --data coded.jsonl --limit 200
    """
    from dashboard_core.benchmarks.labelling import benchmark_labelling

    for line in benchmark_labelling(_needed(data), limit).lines():
        click.echo(line)


def _needed(data: Iterable[Path]) -> list[Path]:
    """Return the files named, else the coded articles in the folder STANCES_GOLD."""
    files = list(data)
    folder = os.environ.get("STANCES_GOLD")
    if not files and folder:
        files = sorted(Path(folder).glob("*.jsonl"))
    if not files:
        raise click.UsageError("Name coded data with --data FILE, or set STANCES_GOLD to their folder.")
    return files


def _coded(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    wrong: list[str] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            rows.append({"id": row["id"], "text": row["text"], "statements": row["statements"], **row})
        except (ValueError, KeyError, TypeError) as error:
            wrong.append(f"line {number}: needs id, text and statements ({type(error).__name__}: {error})")
    if wrong:
        raise ArticleFormatError(path, wrong, "Give coded articles, one JSON object a line.")
    return rows


def _article(row: dict[str, Any]) -> Any:
    from datetime import UTC, datetime
    from hashlib import sha256

    from dashboard_core.records import Article

    digest = sha256(row["text"].encode()).hexdigest()
    title, outlet = str(row.get("title") or ""), str(row.get("outlet") or "")
    now = datetime.now(UTC)
    return Article(str(row["id"]), title, row["text"], outlet, language="en", sha256=digest, added_at=now)


def _described(path: Path, gold: list[dict[str, Any]]) -> str:
    statements = sum(len(row["statements"]) for row in gold)
    return f"{path.name}: {len(gold)} coded articles, {statements} claims"


def _command(what: str, paths: Iterable[Path]) -> str:
    return f"stances evaluate {what} " + " ".join(f"--data {path.name}" for path in paths)
