"""The article with its marks: what a mark says, and of what."""

from __future__ import annotations

from dashboard_core.charts import THEMES
from dashboard_core.ui.reader import Passage, article_html, card_html

TEXT = "We want the bridge and the road.\n\nBut no tolls.  \n"


def marked(*stances: tuple[str, str], end: int = 32) -> str:
    return article_html(TEXT, [Passage("c1", 0, end, "Ada Berg", stances)])


def test_a_mark_says_on_what_its_stance_is() -> None:
    assert "▲ Supportive: River bridge</span>" in marked(("River bridge", "supportive"))


def test_one_stance_on_several_targets_is_counted_and_named_in_the_tip() -> None:
    html = marked(("River <bridge>", "supportive"), ("road", "supportive"), ("tolls", "none"))
    assert '<span title="River &lt;bridge&gt;; road">' in html
    assert "▲ Supportive: 2 targets</span>" in html


def test_different_stances_have_a_chip_each_and_no_stance_has_none() -> None:
    html = marked(("River bridge", "supportive"), ("tolls", "opposed"))
    assert "▲ Supportive: River bridge</span>" in html
    assert "▼ Opposed: tolls</span>" in html
    assert "dc-chip" not in marked(("tolls", "unclear"))


def test_the_chips_stand_once_where_the_passage_ends() -> None:
    # over a paragraph, and with the spaces that follow the last line
    html = marked(("River bridge", "supportive"), end=TEXT.index("  \n") + 2)
    assert html.count("dc-chip-supportive") == 1
    assert html.index("no tolls") < html.index("dc-chip-supportive")


def test_a_passage_within_another_leaves_it_its_own_end() -> None:
    outer = Passage("c1", 0, 32, "Ada Berg", (("road", "supportive"),))
    inner = Passage("c2", 19, 32, "Bo Celik", (("River bridge", "opposed"),))
    html = article_html(TEXT, [outer, inner])
    assert "▲ Supportive: road</span>" in html
    assert "▼ Opposed: River bridge</span>" in html


def test_a_folded_passage_shows_the_words_that_weighed_most() -> None:
    row = {
        "text": f"{'It was a long day. ' * 30}We cannot accept the tolls. {'It was late. ' * 30}",
        "speaker": "Ada Berg",
        "evidence": "cannot accept the tolls",
        "stances": (("road tolls", "opposed"),),
    }
    shown = card_html(row, THEMES["light"], folded=True)
    summary = shown.split("<summary>")[1].split("</summary>")[0]
    assert "… We cannot accept the tolls." in summary
    assert shown.count("It was a long day.") == 30
    first = card_html(row | {"evidence": "long day"}, THEMES["light"], folded=True)
    assert first.split("<summary>")[1].startswith("It was a long day.")
