"""Word lists of the target finder: grammar and general vocabulary, no names (those are lines in seeds/)."""

from __future__ import annotations

__all__ = [
    "ACTS",
    "AGAINST",
    "AGREEMENT",
    "BETWEEN_TWO",
    "DEFINITE",
    "DETERMINERS",
    "FOR",
    "IGNORED",
    "KIND_OF_HEAD",
    "LIGHT",
    "NAMED_AGAIN",
    "NO_HEADS",
    "ORGANISATION",
    "PREPOSITIONS",
    "PROPOSAL",
    "PROVISIONAL",
    "SPELLING",
    "STRUCK",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words before a noun that point back to something named earlier.
DEFINITE = _words(
    """
    the this that these those such said its their his her our both
    """
)
# "The bloc": an organisation named earlier.
ORGANISATION = _words(
    """
    alliance bloc organisation organization union grouping group body club institution agency
    community
    """
)
# "The accord": an agreement named earlier.
AGREEMENT = _words(
    """
    deal agreement treaty pact accord convention protocol arrangement text law act bill legislation
    """
)
# "This idea": a proposal, policy or activity named earlier.
PROPOSAL = _words(
    """
    idea proposal initiative plan project scheme move step measure policy approach suggestion
    concept offer
    """
)
# What may stand before such a word without saying which one is meant: "the draft treaty".
PROVISIONAL = _words(
    """
    draft proposed planned new
    """
)
# These point back only to a target with the same word in its name: "the corridor".
NAMED_AGAIN = _words(
    """
    corridor route pipeline dam canal railway plant exercise drill talk negotiation summit sanction
    tariff ban embargo strike offensive operation intervention withdrawal purchase reform tax fund
    referendum moratorium wall program programme system force army mission ceasefire truce
    settlement nomination investigation probe inquiry war blockade election vote resolution
    amendment repeal shutdown cut expansion enlargement membership accession dialogue partnership
    cooperation coalition remark comment criticism
    """
)
# Measure, time and talk words: never what a position is about.
NO_HEADS = _words(
    """
    thing things way ways lot lots kind sort part number time times day days week weeks month months
    year years today tomorrow yesterday morning night hour hours minute minutes moment percent %
    something anything nothing everything someone anyone everyone one ones people person man men
    woman women reporter reporters statement interview spokesman spokeswoman spokesperson official
    officials monday tuesday wednesday thursday friday saturday sunday january february march april
    may june july august september october november december fact case point question answer reason
    example bit couple dozen hundred thousand million billion
    """
)
# Prepositions whose object belongs to the name: "deal with Iran".
PREPOSITIONS = _words(
    """
    of on with in for from to against over between by at into toward towards about under near
    """
)
# Words that a neutral name leaves out.
DETERMINERS = _words(
    """
    the a an this that these those any some no such all each every other another many several few
    """
)
# Verbs whose object is meant, not the doing: "supports the plan" is about the plan.
LIGHT = _words(
    """
    be have do say tell think believe know see want need like make take give get go come call ask
    let keep seem mean hope expect support oppose back reject condemn welcome favor favour endorse
    criticize criticise praise blast slam denounce urge warn note add describe accuse blame defend
    discuss consider hear show find feel try help insist argue claim suggest propose announce
    accept declare state stress emphasize emphasise express remain become
    """
)
# "Strike a deal" is no strike.
STRUCK = _words(
    """
    deal deals agreement accord pact bargain tone balance compromise chord note blow
    """
)
# Words that do not tell two names apart.
IGNORED = _words(
    """
    the a an of for to in on with by at and its their his her new proposed between against from over
    s
    """
)
# Verbs by which a speaker takes sides for something.
FOR = _words(
    """
    support back endorse welcome favor favour praise hail defend advocate promote embrace applaud
    champion urge call demand need want seek propose agree join sign ratify approve pass adopt push
    encourage help strengthen expand boost commit pledge promise like love
    """
)
# Verbs by which a speaker takes sides against something.
AGAINST = _words(
    """
    oppose reject condemn denounce criticize criticise slam blast attack decry deplore resist block
    veto ban stop halt end scrap cancel abandon leave quit withdraw repeal undermine threaten
    violate breach warn fear worry accuse blame dismiss question doubt lament regret protest
    denounce kill hurt harm damage destroy fail
    """
)
# Of both, verbs whose subject holds the view: who "fails", "harms" or "violates" is judged.
HOLDING = _words(
    """
    support back endorse welcome favor favour praise hail defend advocate applaud champion urge call
    demand want seek propose agree sign ratify approve accept oppose reject condemn denounce criticize
    criticise slam blast decry deplore resist veto warn regret protest question doubt lament fear stand
    """
)
# American spellings and the ones that names are given in, so that both make one target.
SPELLING = {
    "defense": "defence",
    "defenses": "defences",
    "program": "programme",
    "programs": "programmes",
    "labor": "labour",
    "center": "centre",
    "centers": "centres",
    "license": "licence",
    "licenses": "licences",
    "harbor": "harbour",
}
# The act behind a verb, as (noun, preposition).
ACTS: dict[str, tuple[str, str]] = {
    "withdraw": ("withdrawal", "from"),
    "leave": ("withdrawal", "from"),
    "quit": ("withdrawal", "from"),
    "exit": ("withdrawal", "from"),
    "abandon": ("withdrawal", "from"),
    "buy": ("purchase", "of"),
    "purchase": ("purchase", "of"),
    "acquire": ("purchase", "of"),
    "deploy": ("deployment", "of"),
    "attack": ("attack", "on"),
    "strike": ("strike", "on"),
    "bomb": ("strike", "on"),
    "invade": ("invasion", "of"),
    "intervene": ("intervention", "in"),
    "join": ("membership", "of"),
    "repeal": ("repeal", "of"),
    "ban": ("ban", "on"),
    "expand": ("expansion", "of"),
    "enlarge": ("enlargement", "of"),
    "renegotiate": ("renegotiation", "of"),
    "impeach": ("impeachment", "of"),
    "nominate": ("nomination", "of"),
    "criticize": ("criticism", "of"),
    "criticise": ("criticism", "of"),
    "interfere": ("interference", "in"),
    "meddle": ("interference", "in"),
    "sanction": ("sanctions", "on"),
    "release": ("release", "of"),
    "close": ("closure", "of"),
    "violate": ("violation", "of"),
    "breach": ("breach", "of"),
    "support": ("support", "for"),
    "test": ("test", "of"),
    "kill": ("killing", "of"),
    "arrest": ("arrest", "of"),
    "annex": ("annexation", "of"),
    "suspend": ("suspension", "of"),
    "expel": ("expulsion", "of"),
    "investigate": ("investigation", "of"),
    "regulate": ("regulation", "of"),
    "reform": ("reform", "of"),
    "reopen": ("reopening", "of"),
    "negotiate": ("negotiations", "with"),
    "cut": ("cuts", "in"),
    "reduce": ("reduction", "of"),
    "increase": ("increase", "in"),
    "raise": ("increase", "in"),
    "tax": ("tax", "on"),
    "remove": ("removal", "of"),
    "use": ("use", "of"),
    "fund": ("funding", "of"),
    "finance": ("funding", "of"),
    "protect": ("protection", "of"),
    "recognize": ("recognition", "of"),
    "recognise": ("recognition", "of"),
    "ratify": ("ratification", "of"),
    "extend": ("extension", "of"),
    "delay": ("delay", "of"),
    "postpone": ("delay", "of"),
    "dissolve": ("dissolution", "of"),
    "denuclearize": ("denuclearization", "of"),
    "detain": ("detention", "of"),
    "deport": ("deportation", "of"),
    "enforce": ("enforcement", "of"),
    "handle": ("handling", "of"),
    "treat": ("treatment", "of"),
    "accede": ("accession", "to"),
    "accept": ("acceptance", "of"),
    "adopt": ("adoption", "of"),
    "allocate": ("allocation", "of"),
    "approve": ("approval", "of"),
    "assassinate": ("assassination", "of"),
    "assist": ("assistance", "to"),
    "boycott": ("boycott", "of"),
    "build": ("construction", "of"),
    "construct": ("construction", "of"),
    "contribute": ("contribution", "to"),
    "control": ("control", "of"),
    "cooperate": ("cooperation", "with"),
    "create": ("creation", "of"),
    "defend": ("defence", "of"),
    "deliver": ("delivery", "of"),
    "demolish": ("demolition", "of"),
    "designate": ("designation", "of"),
    "detonate": ("detonation", "of"),
    "disclose": ("disclosure", "of"),
    "enter": ("accession", "to"),
    "evacuate": ("evacuation", "of"),
    "exclude": ("exclusion", "of"),
    "execute": ("execution", "of"),
    "export": ("export", "of"),
    "fill": ("filling", "of"),
    "freeze": ("freeze", "of"),
    "halt": ("halt", "to"),
    "hack": ("hacking", "of"),
    "import": ("import", "of"),
    "integrate": ("integration", "of"),
    "legalize": ("legalization", "of"),
    "legalise": ("legalisation", "of"),
    "liberalise": ("liberalisation", "of"),
    "modernise": ("modernisation", "of"),
    "monitor": ("monitoring", "of"),
    "nationalise": ("nationalisation", "of"),
    "occupy": ("occupation", "of"),
    "participate": ("participation", "in"),
    "patrol": ("patrol", "of"),
    "privatise": ("privatisation", "of"),
    "produce": ("production", "of"),
    "prosecute": ("prosecution", "of"),
    "relocate": ("relocation", "of"),
    "rebuild": ("reconstruction", "of"),
    "restore": ("restoration", "of"),
    "return": ("return", "of"),
    "sell": ("sale", "of"),
    "shell": ("shelling", "of"),
    "spend": ("spending", "on"),
    "station": ("stationing", "of"),
    "store": ("storage", "of"),
    "supply": ("supply", "of"),
    "train": ("training", "of"),
    "transfer": ("transfer", "of"),
    "upgrade": ("upgrade", "of"),
    "visit": ("visit", "to"),
    "admit": ("admission", "of"),
    "aid": ("aid", "to"),
    "amend": ("amendment", "of"),
    "appoint": ("appointment", "of"),
    "censor": ("censorship", "of"),
    "compensate": ("compensation", "for"),
    "comply": ("compliance", "with"),
    "confirm": ("confirmation", "of"),
    "confiscate": ("confiscation", "of"),
    "contain": ("containment", "of"),
    "coordinate": ("coordination", "with"),
    "declassify": ("declassification", "of"),
    "destroy": ("destruction", "of"),
    "deter": ("deterrence", "of"),
    "develop": ("development", "of"),
    "disarm": ("disarmament", "of"),
    "dismantle": ("dismantling", "of"),
    "dismiss": ("dismissal", "of"),
    "ease": ("easing", "of"),
    "eliminate": ("elimination", "of"),
    "escalate": ("escalation", "of"),
    "establish": ("establishment", "of"),
    "extradite": ("extradition", "of"),
    "form": ("formation", "of"),
    "implement": ("implementation", "of"),
    "imprison": ("imprisonment", "of"),
    "introduce": ("introduction", "of"),
    "invest": ("investment", "in"),
    "isolate": ("isolation", "of"),
    "jail": ("jailing", "of"),
    "launch": ("launch", "of"),
    "lift": ("lifting", "of"),
    "militarise": ("militarisation", "of"),
    "militarize": ("militarization", "of"),
    "modernize": ("modernisation", "of"),
    "normalise": ("normalisation", "of"),
    "normalize": ("normalization", "of"),
    "obstruct": ("obstruction", "of"),
    "open": ("opening", "of"),
    "oust": ("ouster", "of"),
    "overthrow": ("overthrow", "of"),
    "pardon": ("pardon", "of"),
    "persecute": ("persecution", "of"),
    "privatize": ("privatisation", "of"),
    "punish": ("punishment", "of"),
    "repress": ("repression", "of"),
    "resettle": ("resettlement", "of"),
    "resume": ("resumption", "of"),
    "restrict": ("restrictions", "on"),
    "retaliate": ("retaliation", "against"),
    "revise": ("revision", "of"),
    "seize": ("seizure", "of"),
    "separate": ("separation", "of"),
    "share": ("sharing", "of"),
    "simplify": ("simplification", "of"),
    "stabilise": ("stabilisation", "of"),
    "stabilize": ("stabilization", "of"),
    "subsidise": ("subsidies", "for"),
    "subsidize": ("subsidies", "for"),
    "surrender": ("surrender", "of"),
    "target": ("targeting", "of"),
    "terminate": ("termination", "of"),
    "testify": ("testimony", "to"),
    "threaten": ("threats", "against"),
    "transport": ("transport", "of"),
    "vaccinate": ("vaccination", "of"),
}
# Words for what two states have with each other: "talks between Ruritania and Borduria".
BETWEEN_TWO = _words(
    """
    accord agreement alliance border ceasefire cooperation deal dialogue dispute friendship integration
    meeting negotiation pact partnership peace rapprochement rivalry relation relationship summit talk
    tie trade treaty truce
    """
)
# The kind of a discovered target, by its head noun.
KIND_OF_HEAD = {
    "agreement": _words(
        """
        deal treaty agreement pact accord convention protocol ceasefire truce settlement act
        law charter constitution memorandum resolution
        """
    ),
    "proposal": _words(
        """
        plan proposal idea initiative bill amendment pipeline project corridor dam canal
        railway plant wall bid nomination scheme programme strategy referendum extension
        independence membership accession expansion enlargement candidacy offer
        """
    ),
    "activity": _words(
        """
        strike exercise drill talk negotiation summit attack war protest offensive operation
        intervention withdrawal test visit meeting investigation probe inquiry killing arrest
        deployment purchase invasion election interference boycott launch release trial
        campaign airstrike raid blockade shutdown dialogue criticism
        """
    ),
    "organisation": _words(
        """
        union alliance bloc organisation organization bank fund agency council committee
        company court party regime government administration army force movement group
        institute ministry parliament
        """
    ),
}
