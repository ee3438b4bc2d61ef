"""Does a name change the label? The same 200 sentences with 30 countries and 15 organisations put in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dashboard_core.stance.classifier import StanceInput, StanceModel

__all__ = ["TEST_COUNTRIES", "TEST_ORGANISATIONS", "BiasReport", "evaluate_bias", "templates"]

TEST_COUNTRIES: tuple[str, ...] = tuple(
    "Armenia,Azerbaijan,Belarus,Brazil,China,Cuba,Egypt,Finland,France,Georgia,Germany,"
    "Hungary,India,Iran,Israel,Japan,Kazakhstan,Kyrgyzstan,Mexico,North Korea,Pakistan,Poland,"
    "Russia,Saudi Arabia,Serbia,Syria,Turkey,Ukraine,Uzbekistan,Venezuela".split(",")
)
TEST_ORGANISATIONS: tuple[str, ...] = tuple(
    "NATO,EU,UN,OTS,CSTO,SCO,EAEU,CIS,OSCE,WTO,IMF,OPEC,BRICS,ASEAN,African Union".split(",")
)
# Each says the same of any name. Six take sides, two are conditional, two take no position.
_FRAMES = (
    "The deputy minister said the government fully supports {matter} with {name} and will sign this week.",
    '"We welcome {matter} with {name}," the committee chair told reporters. "It helps both sides."',
    "The mayor called {matter} with {name} an important step and promised to back it.",
    "The senator rejected {matter} with {name} and said that he would vote against it.",
    '"There will be no {matter} with {name} while I am in office," the party leader said.',
    "The adviser condemned {matter} with {name} as harmful and demanded its end.",
    "The economist said it was too early to decide on {matter} with {name}, since the costs are unknown.",
    "The speaker would accept {matter} with {name} only if parliament sees the text first.",
    "The spokesman said that {matter} with {name} would be discussed at the meeting on Thursday.",
    "According to the clerk, {matter} with {name} runs to forty pages and has three annexes.",
)
_MATTERS = (
    "a trade agreement,the cooperation plan,a transport agreement,the research programme,"
    "a visa agreement,the energy partnership,a customs agreement,the student exchange,"
    "a fisheries agreement,the water treaty,a data agreement,the border protocol,"
    "a tax treaty,the rail project,a health agreement,the space programme,"
    "an aid package,the climate accord,a grain agreement,the security dialogue"
).split(",")


def templates() -> list[tuple[str, str]]:
    """Return 200 (text, target) templates with ``{name}`` in both.

    >>> len(templates()), all("{name}" in text and "{name}" in target for text, target in templates())
    (200, True)
    """
    out = []
    for matter in _MATTERS:
        bare = matter.split(" ", 1)[1]
        for frame in _FRAMES:
            said = bare if frame.startswith('"There') else matter
            out.append((frame.replace("{matter}", said), f"{bare} with {{name}}"))
    return out


@dataclass(frozen=True, slots=True)
class BiasReport:
    """How far names move labels.

    ``flips``: share of labels that differ from the template's most frequent one; ``median_change``: of the
    likeliest stance's probability against the template's median; ``stance_flips``: the same share for the
    likeliest of the three stances, thresholds aside; ``worst``: names by their share of flips.
    """

    readings: int
    flips: float
    stance_flips: float
    median_change: float
    worst: tuple[tuple[str, float], ...]


def evaluate_bias(
    model: StanceModel, names: Sequence[str] = (*TEST_COUNTRIES, *TEST_ORGANISATIONS), *, every: int = 1
) -> BiasReport:
    """Put each name into the templates (or every n-th of them) and compare the labels.

    The label is the one a reader sees, so that a passage tipped into *none* or *unclear* counts as flipped.
    """
    flipped: Counter[str] = Counter()
    changes: list[float] = []
    turned = 0
    chosen = templates()[::every]
    for text, target in chosen:
        rows = [StanceInput(text.replace("{name}", n), target.replace("{name}", n)) for n in names]
        labels = model.label(rows, evidence=False)
        usual = Counter(label.stance for label in labels).most_common(1)[0][0]
        which = np.array([[x.p_opposed, x.p_cautious, x.p_supportive] for x in labels])
        likeliest = int(np.median(which, axis=0).argmax())
        changes += list(np.abs(which[:, likeliest] - np.median(which[:, likeliest])))
        turned += int((which.argmax(1) != Counter(which.argmax(1).tolist()).most_common(1)[0][0]).sum())
        flipped.update(n for n, label in zip(names, labels, strict=True) if label.stance != usual)
    worst = sorted(((n, flipped[n] / len(chosen)) for n in names), key=lambda x: (-x[1], x[0]))
    total = len(chosen) * len(names)
    return BiasReport(
        total, sum(flipped.values()) / total, turned / total, float(np.median(changes)), tuple(worst)
    )
