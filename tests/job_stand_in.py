"""A job's process with a stand-in for the models, so that it can be killed often and quickly.

``python tests/job_stand_in.py FOLDER SECONDS``: each article "speaks" once, and each batch takes that long. A fresh
program takes over every twenty-four articles.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dashboard_core.frames import to_frames
from dashboard_core.jobs import Job, worker
from dashboard_core.pipeline import Report, Structured, ingesting
from dashboard_core.records import Article, Claim, Span, Speaker, stable_id


def stand_in(seconds: float = 0.0) -> Any:
    """Return a replacement for structure_articles: the first words of each article are its one claim."""

    def structure(articles: Sequence[Article], resources: object = None, **_: object) -> Structured:
        claims = []
        for article in articles:
            if "POISON" in article.text:
                raise ValueError("this text breaks the analysis")
            end = min(20, len(article.text))
            speaker = Speaker(stable_id("s", "Ada Berg"), "Ada Berg")
            claims.append(
                Claim(stable_id("c", article.article_id), article.article_id, 0, end, article.text[:end],
                      "direct", (Span(0, end),), "said", "Berg", speaker)
            )  # fmt: skip
        time.sleep(seconds)
        return Structured(to_frames(articles, claims, []), Report(articles=len(articles), claims=len(claims)))

    return structure


if __name__ == "__main__":
    ingesting.structure_articles = stand_in(float(sys.argv[2]))
    ingesting._APPENDED_AT_ONCE = 4
    worker._ARTICLES_A_PROGRAM = 24
    models: Any = object()
    if len(sys.argv) > 3:
        print("a fresh program", file=sys.stderr)
    left = worker.Relay(**json.loads(sys.argv[3])) if len(sys.argv) > 3 else None
    command = [sys.executable, *sys.argv[:3]]
    worker.work(Job(Path(sys.argv[1])), lambda: models, successor=command, relay=left)
