"""Corpus: bring articles in, follow it, and correct, edit, remove and restore them."""

from __future__ import annotations

from dashboard_core.ui import corpus, corpus_articles, corpus_intake, furniture

furniture.heading("Corpus", "The articles behind every number: bring them in, correct them, take them out.")
store = corpus.open_corpus()
followed = corpus.follow(store)
part = corpus.views(store)
if part == "list":
    corpus_articles.article_list(store)
elif part == "earlier":
    corpus.earlier(store)
elif not (followed and corpus.stays_in_sight()):
    corpus_intake.bring_in(store)
