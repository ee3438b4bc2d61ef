"""The closed lists: the only values that stances, tiers and kinds can take, and their reading order.

The open lists (targets, organisations, countries, outlets, aliases, cue words) are files in ``seeds/``.
"""

from __future__ import annotations

from typing import Final

import pandas as pd

# Order is meaning: from against to for. `unclear` (the model abstains) and `none` (discussed without a
# position) are no degrees of support, so they stand behind the three and never between them.
STANCES: Final = ("opposed", "cautious", "supportive")
STANCE_STATES: Final = (*STANCES, "unclear", "none")
CLAIM_KINDS: Final = ("direct", "indirect", "mixed")
TARGET_KINDS: Final = ("organisation", "agreement", "country", "proposal", "policy", "activity")
TIERS: Final = (
    "head_of_state_or_government",
    "official",
    "semi_official",
    "legislator",
    "military",
    "expert",
    "academic",
    "journalist",
    "ngo",
    "business",
    "organisation",
    "other",
)
COUNTRY_EVIDENCE: Final = (
    "role phrase",
    "demonym",
    "organisation",
    "metonym",
    "dateline",
    "list",
    "inferred",
)
# What says that a claim is about a target; see records.TargetMention.
TARGET_BASES: Final = ("named", "resolved", "context")
# Whether a person has looked at a position, and what they did with it.
REVIEW_STATES: Final = ("unreviewed", "confirmed", "changed", "added", "rejected")
# Which labels are counted: the machine's alone; people's where there are any; people's alone.
BASES: Final = ("reviewed", "machine", "only")

STANCE_LABELS: Final = {
    "opposed": "Opposed",
    "cautious": "Cautious",
    "supportive": "Supportive",
    "unclear": "Unclear",
    "none": "No position found",
}
TIER_LABELS: Final = {
    "head_of_state_or_government": "Head of state or government",
    "official": "Official",
    "semi_official": "Semi-official",
    "legislator": "Legislator",
    "military": "Military",
    "expert": "Expert",
    "academic": "Academic",
    "journalist": "Journalist",
    "ngo": "NGO",
    "business": "Business",
    "organisation": "Organisation",
    "other": "Other",
}
TARGET_KIND_LABELS: Final = {
    "organisation": "Organisation or bloc",
    "agreement": "Agreement",
    "country": "Country",
    "proposal": "Proposal",
    "policy": "Policy",
    "activity": "Activity",
}
REVIEW_LABELS: Final = {
    "unreviewed": "Not reviewed",
    "confirmed": "Confirmed",
    "changed": "Changed",
    "added": "Added by hand",
    "rejected": "Rejected",
}
BASIS_LABELS: Final = {
    "reviewed": "Reviewed where available",
    "machine": "Machine labels",
    "only": "Reviewed only",
}

STANCE_DTYPE: Final = pd.CategoricalDtype(list(STANCE_STATES), ordered=True)
