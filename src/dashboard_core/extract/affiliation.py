"""The role a text gives a named person: left of the name, right of it, or by a copula.

"Estonian economist Name", "a trade lawyer from Estonia, Name", "Name, rector of the
Academy and economist, said", "Name (R-Texas)", "Name, who heads the Institute", "the Institute's Name".
"""

from __future__ import annotations

import re
from typing import Any

from dashboard_core.extract.doc_words import text_of
from dashboard_core.extract.name_runs import COURTESY
from dashboard_core.extract.people import Mention, Person
from dashboard_core.extract.places import is_town
from dashboard_core.extract.roles import RoleBook

__all__ = ["read_roles"]

_QUOTES = frozenset({'"', "“", "”", "«", "»"})
_LEFT_POS = frozenset({"NOUN", "PROPN", "ADJ", "ADP", "DET", "CCONJ", "PART", "NUM", "X"})
_LEFT_STOP_WORDS = frozenset(
    {
        "than",
        "as",
        "by",
        "that",
        "including",
        "like",
        "between",
        "told",
        "according",
        "after",
        "before",
        "during",
        "since",
        "until",
        "under",
        "into",
        "over",
        "about",
        "against",
        "alongside",
    }
)
_MODIFIES = frozenset({"compound", "poss", "nmod"})
_OPENERS = frozenset({"a", "an", "the", "his", "her", "another", "its", "their"})
_CHAIN = frozenset({"of", "for", "at", "in", "on", "to", "with", "from", "and", "under"})
_PARTY = re.compile(
    r"^\s*[,(]?\s*\(?((?:[RDI]|Republican|Democrat)\s*[-–]\s*[A-Z][\w.]*(?:[ .][A-Z][\w.]*)?)"
)
_HEADS = re.compile(
    r"^,?\s*who\s+(?:(?:currently|also|now)\s+)?(?P<verb>heads|leads|chairs|directs|runs|represents|covers"
    r"|teaches|serves as|works as|is)\s+"
    r"(?P<rest>[^,;.\n]{3,120})"
)
_COPULA = re.compile(r"^\s+(?:is|was|serves as|works as)\s+(?P<rest>(?:the|a|an)\s+[^,;.\n]{3,120})")
_BODY = re.compile(
    r"^,?\s+(?:of|from|at)\s+(?:the\s+)?(?:(?:opposition|ruling|governing|centre-left|centre-right)\s+)?"
    r"(?P<body>[A-Z\"][^,;.\n]{3,90})"
)
_VERBS = {
    "heads": "head of",
    "leads": "head of",
    "runs": "head of",
    "chairs": "chair of",
    "directs": "director of",
    "represents": "representative of",
}
_CUT_VERB = frozenset({"VERB", "AUX"})
MAX_TOKENS = 60


def read_roles(person: Person, doc: Any, book: RoleBook, names: dict[int, Person]) -> None:
    """Fill ``person.roles`` and ``person.bodies`` from every naming outside other people's names.

    ``names`` maps the token positions of all names to their people: a role never reaches over another name.
    """
    for mention in person.mentions:
        left = _left(mention, doc, book, names)
        right = _right(mention, doc, book, names)
        for text in (left, right):
            if text:
                person.roles.append((mention.start, text))
        body = _body(mention, doc, book)
        if body:
            person.bodies.append((mention.start, body))


def _left(mention: Mention, doc: Any, book: RoleBook, names: dict[int, Person]) -> str:
    near = _left_of(mention, mention.first - 1, doc, book, names)
    if near and len(near.split()) == 1:
        # "the command's chief, Gen. Name": a rank may stand between the role and the name.
        rank = next(
            (p for p in range(mention.first - 1, max(-1, mention.first - 4), -1) if doc[p].text == ","), -1
        )
        further = _left_of(mention, rank, doc, book, names) if rank > 0 else ""
        return further or near
    return near


def _left_of(mention: Mention, position: int, doc: Any, book: RoleBook, names: dict[int, Person]) -> str:
    while position > 0 and doc[position].text.lower() in COURTESY:
        position -= 1
    comma = position > 0 and doc[position].text == ","
    if comma:
        position -= 1
    last = position
    while position >= 0 and last - position < 28:
        token = doc[position]
        if token.is_space and "\n" in token.text:
            break
        if position in names:
            if token.dep_ not in _MODIFIES or doc[position + 1].text in {"and", ",", "or"}:
                break
            position -= 1  # "Holt adviser Name", "Holt's spokesman Name": whom somebody works for
            continue
        if token.text == ")":
            # "former Assembly (AOB) president Name": a short acronym in brackets belongs to the body.
            opening = next(
                (p for p in range(position - 1, max(-1, position - 4), -1) if doc[p].text == "("), -1
            )
            if opening < 0:
                break
            position = opening
        elif token.text in _QUOTES:
            # A body in quotes ("the CEI "Name" director X") is short; a long quotation is somebody's speech.
            opening = next(
                (p for p in range(position - 1, max(-1, position - 7), -1) if doc[p].text in _QUOTES), -1
            )
            if opening < 0:
                break
            position = opening
        elif not token.is_space and not _belongs_left(token, doc, position):
            break
        if token.is_sent_start and not _abbreviated(doc, position - 1):
            position -= 1
            break
        position -= 1
    start = position + 1
    window = [doc[p] for p in range(start, last + 1) if not doc[p].is_space]
    return _left_role(window, book, comma, mention, doc)


def _abbreviated(doc: Any, position: int) -> bool:
    """A sentence cut after an initial ("the J. | Maran University") is no end."""
    text = doc[position].text if position >= 0 else ""
    return 1 < len(text) <= 4 and bool(text.endswith(".")) and bool(text[0].isalpha())


def _belongs_left(token: Any, doc: Any, position: int) -> bool:
    if token.text in {"-", "–", "&", "/", "."}:
        # "IN THE JAVA SEA – Cmdr. Name": a dash with blanks around it ends what belongs to the name.
        return token.text != "." and not (token.text in {"-", "–"} and bool(token.whitespace_))
    if token.text.lower() in _LEFT_STOP_WORDS:
        return False
    if token.text[:1].isupper() and token.pos_ not in _CUT_VERB:
        return True
    return (
        token.pos_ in _LEFT_POS
        or token.text in {"'s", "’s", "then"}
        or token.text.lower() in _ROLE_LIKE_VERBS
    )


_PLURAL_FIELDS = frozenset(
    {"affairs", "forces", "sciences", "resources", "relations", "rights", "operations"}
)
_ROLE_LIKE_VERBS = frozenset(
    {"retired", "acting", "outgoing", "incoming", "leading", "managing", "elected", "ranking"}
)


def _left_role(window: list[Any], book: RoleBook, comma: bool, mention: Mention, doc: Any) -> str:
    if window and window[-1].text.lower() in _CHAIN:
        return ""  # "finance chair for Name": the role is somebody else's
    heads = [i for i, token in enumerate(window) if _is_head(token, book)]
    for head in heads:
        following = window[head + 1] if head + 1 < len(window) else None
        if following is not None and not _continues(following, window, head, book):
            continue
        start = head
        while start > 0 and _premodifies(window[start - 1], window, start - 1):
            start -= 1
        if comma and not _introduces(window, start, head, mention, doc):
            return ""
        return _text(window[start:], doc)
    return (_possessor(window, doc, book) or _national(window, doc, book)) if not comma else ""


def _national(window: list[Any], doc: Any, book: RoleBook) -> str:
    """Return an unlisted occupation behind a demonym: "Slovenian ski champion Name"."""
    for start in range(len(window) - 2, max(-1, len(window) - 5), -1):
        entry = next(iter(book.lists.places.find(window[start].text)), None)
        if entry is None or entry.kind != "demonym":
            continue
        behind = window[start + 1 :]
        plain = all(token.pos_ in {"NOUN", "ADJ"} and token.text.islower() for token in behind)
        return _text(window[start:], doc) if plain and behind[-1].tag_ == "NN" else ""
    return ""


def _is_head(token: Any, book: RoleBook) -> bool:
    word = token.text.lower().rstrip(".")
    return word in book.heads or (word.endswith("s") and word[:-1] in book.heads)


def _continues(token: Any, window: list[Any], head: int, book: RoleBook) -> bool:
    """After a role's head comes its complement, another role, or the name itself."""
    word = token.text.lower()
    if word in _CHAIN or token.text in {'"', "“"}:
        return True
    # "Secretary General", "Vice President": the head of one role opens a longer one.
    return _is_head(token, book) or token.text in {"-", "–", "and"}


def _premodifies(token: Any, window: list[Any], position: int) -> bool:
    if token.text in {"-", "–", "'s", "’s", "/", ".", "(", ")"}:
        return True
    word = token.text.lower()
    if word in _CHAIN or word in {
        "the",
        "a",
        "an",
        "his",
        "her",
        "its",
        "their",
        "when",
        "while",
        "meanwhile",
    }:
        return False
    if token.tag_ == "NNS" and token.text[:1].islower() and word not in _PLURAL_FIELDS:
        # "fisheries minister", but "statements President Holt made", too, was parsed as one phrase
        head = token.head
        return bool(token.dep_ == "compound" and head.i == token.i + 1 and head.text[:1].islower())
    if token.pos_ in {"ADJ", "NOUN", "PROPN", "NUM", "X"} or word in _ROLE_LIKE_VERBS:
        return True
    return token.text[:1].isupper() and token.pos_ not in {"ADP", "DET", "CCONJ", "ADV", "SCONJ", "PRON"}


def _introduces(window: list[Any], start: int, head: int, mention: Mention, doc: Any) -> bool:
    """Whether the phrase before a comma is the role of the name behind it.

    "a trade lawyer from X, Name, said": it opens with an article or at the sentence start, and the name is
    closed by a comma or a verb.
    """
    before = window[start].i - 1
    opened = before >= 0 and doc[before].text.lower() in _OPENERS
    opened = opened or window[start].is_sent_start or window[start].text[:1].isupper()
    after = doc[mention.last] if mention.last < len(doc) else None
    closed = after is None or after.text in {",", "(", "–", "—", ".", ":", ";"} or after.pos_ in _CUT_VERB
    return opened and closed


def _possessor(window: list[Any], doc: Any, book: RoleBook) -> str:
    """Return whom a person belongs to without a role: "Turkey's Name", "the Crisis Group's Name"."""
    if len(window) < 2 or window[-1].text not in {"'s", "’s"}:
        return ""
    start = len(window) - 1
    while start > 0 and window[start - 1].text[:1].isupper():
        start -= 1
    return _text(window[start:], doc) if start < len(window) - 1 else ""


def _text(tokens: list[Any], doc: Any) -> str:
    if not tokens:
        return ""
    raw = doc[tokens[0].i : tokens[-1].i + 1].text
    return re.sub(r"\s+", " ", raw).strip(" ,-–—")


def _right(mention: Mention, doc: Any, book: RoleBook, names: dict[int, Person]) -> str:
    rest = _behind(mention, doc)
    party = _PARTY.match(rest)
    if party:
        return party[1].strip()
    heads = _HEADS.match(rest)
    if heads:
        verb = heads["verb"]
        if verb in _VERBS:
            return f"{_VERBS[verb]} {heads['rest'].strip()}"
        if verb == "teaches":
            return f"lecturer {heads['rest'].strip()}" if heads["rest"].startswith(("at ", "in ")) else ""
        return _cut(heads["rest"].strip(), mention, doc, book)
    copula = _COPULA.match(rest)
    if copula and book.head(copula["rest"]):
        return _article_off(copula["rest"])
    if rest.startswith(" (") and ")" in rest:
        inside = rest[2 : rest.index(")")]
        return inside if book.head(inside) else ""
    if re.match(r",\s|\s[–—-]\s", rest):
        return _apposition(mention, doc, book, names)
    return ""


def _behind(mention: Mention, doc: Any) -> str:
    """Return what follows a name on its line, without building the whole text for each name."""
    name, last = doc[mention.last - 1], doc[min(mention.last + MAX_TOKENS, len(doc)) - 1]
    if last.i < mention.last:
        return str(name.whitespace_)
    return text_of(doc)[name.idx + len(name) : last.idx + len(last)].split("\n")[0]


def _cut(text: str, mention: Mention, doc: Any, book: RoleBook) -> str:
    return _article_off(text) if book.head(text) else ""


def _article_off(text: str) -> str:
    return re.sub(r"^(?:now|currently)?\s*(?:the|a|an|its|their)\s+", "", text.strip(), flags=re.IGNORECASE)


def _apposition(mention: Mention, doc: Any, book: RoleBook, names: dict[int, Person]) -> str:
    """Return the roles that stand between commas after a name, as far as they go on being roles."""
    position = mention.last + 1
    kept: list[str] = []
    if doc[position : position + 3].text.lower() == "at the time":
        position += 3
    while position < len(doc) and len(kept) < 4:
        end, closed = _segment_end(doc, position)
        own = names.get(mention.first)
        if any(names.get(p, own) is not own for p in range(position, min(end, position + 12))) and not kept:
            # "with Mr A, Prime Minister B said": the role is B's.
            tail = names.get(end - 1)
            if tail is not None and tail is not own and not _hangs_on(end - 1, tail, names, doc):
                break
        text = _text(list(doc[position:end]), doc)
        if re.fullmatch(r"\d{1,3}", text):
            position = end + 1
            continue
        if not text or not _is_role(text, doc[position], book, bool(kept)):
            break
        kept.append(_article_off(text))
        if not closed:
            break
        position = end + 1
    return ", ".join(kept)


def _hangs_on(position: int, tail: Person, names: dict[int, Person], doc: Any) -> bool:
    """Whether a segment ends in whom the role is for: "a spokeswoman for Holt"."""
    while position > 0 and names.get(position) is tail:
        position -= 1
    return doc[position].text.lower() in _CHAIN or doc[position].text.endswith(".")


def _is_role(text: str, first: Any, book: RoleBook, further: bool) -> bool:
    lower = first.text.lower()
    plain = first.pos_ in {"VERB", "AUX", "SCONJ", "PRON", "ADV"} and not first.text[:1].isupper()
    if plain and lower not in {"then", "now", "currently", *_ROLE_LIKE_VERBS}:
        return False
    if first.pos_ == "ADP" and lower != "head":
        return False
    if lower in {"and", "but", "or", "his", "her", "said", "who", "which", "that", "whose"}:
        return False
    return bool(book.head(text))


def _segment_end(doc: Any, position: int) -> tuple[int, bool]:
    """Return where a segment ends and whether a comma closed it; quotes and brackets hide commas."""
    depth = 0
    quote = False
    start = position
    limit = min(len(doc), position + MAX_TOKENS)
    while position < limit:
        token = doc[position]
        text = token.text
        if token.is_space and "\n" in text:
            return position, False
        if text in {'"', "“", "”"}:
            quote = not quote
        elif text in {"(", "["}:
            depth += 1
        elif text in {")", "]"}:
            if depth == 0:
                return position, False
            depth -= 1
        elif not quote and depth == 0:
            if text in {",", ";"}:
                return position, text == ","
            if text in {"–", "—"} and token.whitespace_:
                return position, False
            if text in {".", "!", "?", ":"}:
                return position, False
            if token.pos_ in _CUT_VERB and position > start and _finite(token):
                return position, False
            if token.pos_ in {"SCONJ", "PRON"} and text.lower() in {"who", "that", "which", "whose", "when"}:
                return position, False
        position += 1
    return position, False


def _finite(token: Any) -> bool:
    return token.tag_ in {"VBD", "VBZ", "VBP", "MD"} or (token.pos_ == "AUX" and token.tag_ != "VBG")


def _body(mention: Mention, doc: Any, book: RoleBook) -> str:
    rest = _behind(mention, doc)[:140]
    match = _BODY.match(rest)
    if not match:
        return ""
    body = match["body"]
    for token in doc[mention.last : min(len(doc), mention.last + 25)]:
        offset = token.idx - mention.end - match.start("body")
        if 0 < offset < len(body) and token.pos_ in _CUT_VERB and _finite(token):
            body = body[:offset]
            break
    cut = re.split(r"\s(?:in(?!\s[A-Z])|since|during|who|which|that)\s|\son\s(?=[a-z\d]|\w+day\b)", body)[0]
    town = re.search(r"\sin\s(?=[A-Z])", cut)
    if town and not is_town(cut[town.end() :], book.lists):
        cut = cut[: town.start()]
    return cut.strip(" \"'")
