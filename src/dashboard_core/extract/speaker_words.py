"""Closed word lists of English that tell persons, groups, bodies and texts apart; no names."""

from __future__ import annotations

from typing import Final

__all__ = [
    "BODY_KINDS",
    "BODY_NOUNS",
    "COMPANY_ENDINGS",
    "FIGHTERS",
    "GENDER_OF_HEAD",
    "PLURAL_PRONOUNS",
    "PRONOUNS",
    "RELATIVE",
    "SAME_HEADS",
    "SIDES",
    "TEXTS",
    "TRADES",
    "VAGUE_DETERMINERS",
    "VAGUE_HEADS",
    "VIEWS",
    "words",
]


def words(listed: str) -> frozenset[str]:
    """Return the words of a list written as running text."""
    return frozenset(listed.split())


PRONOUNS: Final = {
    "he": "m",
    "him": "m",
    "his": "m",
    "himself": "m",
    "she": "f",
    "her": "f",
    "hers": "f",
    "herself": "f",
}
PLURAL_PRONOUNS: Final = words("they them their we us our i me my you your one")
RELATIVE: Final = words("who whom whose which that")
VIEWS: Final = words("opinion view words assessment estimate estimation belief")
VAGUE_DETERMINERS: Final = words(
    """some many several most few various numerous other others both all any such certain two three four
    five dozens"""
)
# In the plural these are nobody, also with a country ("Kazakh analysts"); alone they are nobody in any
# number.
VAGUE_HEADS: Final = words(
    """analyst expert critic observer people person opponent supporter activist source specialist economist
    scientist commentator proponent skeptic sceptic west world country state nation public media community
    society
    reader user resident voter student investor pundit citizen farmer protester demonstrator group report poll
    survey document text
    history law"""
)
# "a statement by the ministry": whoever made it speaks.
TEXTS: Final = words(
    """statement report letter communique communiqué declaration release message tweet post press article
    interview
    appeal study analysis editorial op-ed memo"""
)
# "the Russian side", "his government": a country speaks when the words before name one.
SIDES: Final = words(
    """side delegation leadership government authority regime camp dictatorship kingdom presidency monarchy
    junta cabinet"""
)
# "the alliance", "the agency": the last body of such a kind that was named.
BODY_KINDS: Final = {
    "alliance": words("international"),
    "bloc": words("international"),
    "union": words("international ngo business"),
    "organisation": words("international ngo think_tank business"),
    "organization": words("international ngo think_tank business"),
    "group": words("ngo think_tank business"),
    "association": words("ngo business"),
    "lobby": words("ngo business"),
    "watchdog": words("ngo international"),
    "charity": words("ngo"),
    "agency": words("media state_media government international"),
    "newspaper": words("media state_media"),
    "paper": words("media state_media"),
    "magazine": words("media"),
    "network": words("media"),
    "channel": words("media state_media"),
    "outlet": words("media state_media"),
    "company": words("business"),
    "firm": words("business"),
    "commission": words("international government"),
    "party": words("party"),
}
# "rights group Name", "drug maker Name": what a noun in front of an unlisted name says the name is of.
BODY_NOUNS: Final = {
    **dict.fromkeys(
        words(
            """company firm bank maker startup start-up retailer airline carmaker automaker giant utility
            conglomerate corporation insurer shipbuilder consultancy"""
        ),
        "business",
    ),
    **dict.fromkeys(
        words(
            """group charity watchdog organisation organization movement network union association foundation
            collective coalition federation confederation ngo body"""
        ),
        "ngo",
    ),
    **dict.fromkeys(words("think-tank institute"), "think_tank"),
    **dict.fromkeys(
        words("newspaper broadcaster magazine channel website portal outlet daily weekly"), "media"
    ),
    "party": "party",
    "agency": "government",
}
# Last words of the names of firms and networks, which are nobody's surname.
COMPANY_ENDINGS: Final = words(
    """international holding holdings industries motors airlines airways systems technologies solutions
    partners logistics petroleum minerals biologics pharmaceuticals foods labs enterprises ventures"""
)
# Before a group or an association: whose interests it looks after, and groups that are no voice of society.
TRADES: Final = words(
    """industry trade business employers employer lobby banking manufacturers exporters farm farming producers
    retail shipping mining"""
)
FIGHTERS: Final = words("militant rebel armed terror terrorist islamist jihadist insurgent extremist")
# Words by which texts speak of one person again; a group lists what may stand for what.
SAME_HEADS: Final = (
    words(
        """expert analyst specialist scientist scholar researcher economist observer fellow professor
        commentator
        historian director head academic consultant strategist lecturer"""
    ),
    words("minister secretary"),
    words("president leader head chairman chief chair boss"),
    words("leader premier chancellor minister king emir chief president"),
    words(
        """lawmaker legislator senator sen rep congressman congresswoman representative mp mep deputy
        parliamentarian
        democrat republican politician speaker"""
    ),
    words("diplomat ambassador envoy minister secretary representative negotiator official"),
    words(
        """official minister secretary spokesman spokeswoman spokesperson chief head director
        commissioner governor"""
    ),
    words("spokesman spokeswoman spokesperson representative"),
    words("general gen commander admiral adm colonel col officer chief"),
    words("journalist reporter editor columnist correspondent blogger author writer"),
    words("businessman entrepreneur executive ceo"),
    words("activist campaigner ecologist environmentalist"),
    words("politician leader minister president candidate chancellor premier"),
)
GENDER_OF_HEAD: Final = {
    "spokeswoman": "f",
    "congresswoman": "f",
    "chairwoman": "f",
    "businesswoman": "f",
    "woman": "f",
    "spokesman": "m",
    "congressman": "m",
    "businessman": "m",
    "man": "m",
}
