"""One table for the codebook's rulings: a sentence, its target, the label, and what the row proves.

Rows in ``WRONG`` are what the packaged model still gets wrong; each is expected to fail and becomes a plain
row when a better model turns it.
"""

from __future__ import annotations

import pytest

from dashboard_core.stance import StanceInput, StanceModel

ROWS: list[tuple[str, str, str, str]] = [
    # id, text, target, label ("none" must come out as none; others by the likeliest of the three)
    ("1 unless", "Unless the auditors are let in, do not sign the port treaty, Senator Ilse Drummond told her colleagues.", "port treaty", "cautious"),
    ("1 yes if", '"Yes to the pipeline, if they pay for the clean-up," said Governor Tomas Areck.', "pipeline", "cautious"),
    ("1 flat no", '"Do not sign the port treaty. It is not on our agenda," Prime Minister Odell Varga said.', "port treaty", "opposed"),
    ("2 worry alone", "Fisheries commissioner Nadia Holm said she was worried about the new quota scheme.", "quota scheme", "cautious"),
    ("2 worry and blame", '"I am worried, and rightly: the quota scheme does more harm than good and cheats small boats," said Nadia Holm.', "quota scheme", "opposed"),
    ("3 proponent's list", "Energy minister Pavel Ostrand, who proposed the grid link, said engineers must still finish the survey and the tender before it opens in spring.", "grid link", "supportive"),
    ("3 put off", '"We should put off the decision on the grid link until after the election," said Pavel Ostrand.', "grid link", "cautious"),
    ("4 forecast", "Analyst Ruth Kimber predicted that the grain accord would be signed in March.", "grain accord", "none"),
    ("4 own project", '"We will build the harbour by 2030, and nothing will stop us," Mayor Anselm Quist promised.', "harbour project", "supportive"),
    ("5 costs", "The tunnel will cost eleven billion and take up half the transport budget, auditor Lena Morrow noted.", "tunnel", "cautious"),
    ("5 current form", '"We oppose the bill in its current form but are open to talks," said union leader Marc Adeyo.', "labour bill", "cautious"),
    ("6 own measure", "President Elin Sabo announced a ban on plastic imports from January.", "ban on plastic imports", "supportive"),
    ("6 withdrawal", "President Elin Sabo announced that the country will withdraw from the river commission.", "river commission", "opposed"),
    ("7 threat to leave", "Should the talks fail, we would have to think about leaving the customs bloc, foreign minister Igo Brandel warned.", "customs bloc", "cautious"),
    ("8 fails", '"The asylum rules have failed everyone. They must be replaced," said deputy Carla Winn.', "asylum rules", "opposed"),
    ("8 the reform", '"The asylum rules have failed everyone. We need the reform now," said deputy Carla Winn.', "asylum reform", "supportive"),
    ("9 rebuttal", '"They say the dam will drown our valley. That is nonsense: the dam protects it," said engineer Otis Vale.', "dam", "supportive"),
    ("9 denial", "The spokesman denied a report that the cabinet had discussed the airline merger.", "airline merger", "none"),
    ("10 praise of a person", '"Minister Rolfe is a decent man and a good friend," said Senator Ilse Drummond, asked about the tax plan.', "tax plan", "none"),
    ("10 praise of an act", 'Senator Ilse Drummond praised the tax plan as "bold and right".', "tax plan", "supportive"),
    ("11 cautious welcome", "Farm leader Jon Petter cautiously welcomed the water treaty.", "water treaty", "supportive"),
    ("11 not against but", '"I am not against the water treaty, but it says nothing on drought," said farm leader Jon Petter.', "water treaty", "cautious"),
    ("13 neutral harms", "The toll could slow trade and raise prices in the border towns, economist Ada Lund said.", "bridge toll", "cautious"),
    ("13 retaliation", '"If the bridge toll comes, we will answer with tolls of our own," Trade minister Bo Carew threatened.', "bridge toll", "opposed"),
    ("14 dead", '"The assembly is dead. It has failed in every crisis," said President Elin Sabo.', "regional assembly", "opposed"),
    ("14 wants more", '"The assembly is too slow and must do far more for its members," said President Elin Sabo.', "regional assembly", "cautious"),
    ("15 open to", "Prime Minister Odell Varga said he was open to the student exchange and that it was not off the table.", "student exchange", "cautious"),
    ("15 unacceptable", '"This fence is unacceptable and I am very disturbed by it," said Governor Tomas Areck.', "border fence", "opposed"),
    ("16 others' law", "Under the neighbours' constitution the base treaty needs two thirds of parliament, jurist Mina Sole explained.", "base treaty", "none"),
    ("18 mirror", 'Ambassador Piet Royal called the breach of the missile accord "a grave mistake" and demanded compliance.', "compliance with the missile accord", "supportive"),
]  # fmt: skip
CONTEXT_ROWS = [
    ("12 headline", '"It is a fine idea and we will vote for it," said Carla Winn.', "metro extension", "Metro extension goes to the council", "supportive"),
    ("17 this claim only", "Carla Winn said that the vote on the metro extension will be on Tuesday.", "metro extension", "Winn has fought the metro extension for years.", "none"),
]  # fmt: skip
WRONG: frozenset[str] = frozenset(
    {
        "3 put off",
        "5 costs",
        "5 current form",
        "9 rebuttal",
        "10 praise of a person",
        "13 retaliation",
        "16 others' law",
        "17 this claim only",
        "18 mirror",
    }
)


@pytest.fixture(scope="module")
def model() -> StanceModel:
    return StanceModel.load()


def _params(rows: list[tuple[str, ...]]) -> list[object]:
    late = pytest.mark.xfail(strict=True, reason="the packaged model reads this ruling wrong")
    return [pytest.param(*row[1:], id=row[0], marks=[late] if row[0] in WRONG else []) for row in rows]


def _said(model: StanceModel, row: StanceInput, expected: str) -> str:
    label = model.label([row], evidence=False)[0]
    return "none" if label.stance == "none" else label.likeliest if expected != "none" else label.stance


@pytest.mark.parametrize(("text", "target", "expected"), _params(list(ROWS)))
def test_ruling(model: StanceModel, text: str, target: str, expected: str) -> None:
    assert _said(model, StanceInput(text, target), expected) == expected


@pytest.mark.parametrize(("text", "target", "context", "expected"), _params(list(CONTEXT_ROWS)))
def test_ruling_with_context(model: StanceModel, text: str, target: str, context: str, expected: str) -> None:
    assert _said(model, StanceInput(text, target, context=context), expected) == expected
