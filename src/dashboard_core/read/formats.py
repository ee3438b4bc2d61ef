"""Which parser reads which file; the parsers load when they are first needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath

from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import Parses, UnreadableError

__all__ = [
    "ARCHIVES",
    "FORMATS",
    "MAPPED",
    "PLAIN",
    "REMEDY_TYPE",
    "TABLES",
    "parse_bytes",
    "preload",
    "refuse_unknown",
    "suffix_of",
]

# Read by Python alone, in this process; everything else by a child process with limits.
PLAIN = frozenset({".txt", ".md", ".jsonl"})
TABLES = frozenset({".csv", ".xlsx"})
# Of these it can be said which column or key holds what.
MAPPED = TABLES | {".jsonl"}
ARCHIVES = frozenset({".zip"})
FORMATS = PLAIN | TABLES | frozenset({".html", ".htm", ".docx", ".pdf"})

REMEDY_TYPE = (
    "These are read: .txt, .md, .html, .htm, .pdf, .docx, .csv, .xlsx, .jsonl, and .zip of them. "
    "Save the article as one of them."
)
_INSTEAD = {
    ".doc": "Open it in Word and save it as .docx.",
    ".docm": "Open it in Word and save it as .docx, without macros.",
    ".odt": "Save it as .docx.",
    ".rtf": "Save it as .docx.",
    ".xls": "Open it in Excel and save it as .xlsx.",
    ".xlsm": "Open it in Excel and save it as .xlsx, without macros.",
    ".ods": "Save it as .xlsx.",
    ".tsv": "Save it as .csv.",
    ".mht": "Save the page again as web page, HTML only.",
    ".mhtml": "Save the page again as web page, HTML only.",
    ".webarchive": "Save the page again as page source (.html), or print it to PDF.",
    ".eml": "Save the message's text as .txt, or its attachment as a file.",
    ".msg": "Save the message's text as .txt, or its attachment as a file.",
    ".json": "If it holds a list of articles, or one a line, rename it to end in .jsonl.",
    ".epub": "Print the article to PDF.",
}
_REMEDY_PACKED = "Unpack it, and bring in the files that are in it, or pack them as .zip."
_PACKED = frozenset(
    {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar", ".cab", ".iso"}
)


def suffix_of(name: str) -> str:
    """Return a file name's ending in small letters, with its dot.

    >>> suffix_of("Report.HTM")
    '.htm'
    """
    return PurePath(name).suffix.lower()


def refuse_unknown(name: str, *, inside: bool = False) -> None:
    """Refuse a file of a type that is not read, by its name.

    Raises
    ------
    UnreadableError
        The type is unknown, or an archive inside an archive.
    """
    suffix = suffix_of(name)
    if inside and suffix in _PACKED:
        raise UnreadableError(
            "is an archive inside an archive",
            "Unpack the outer archive and bring in the inner one by itself.",
        )
    if suffix not in FORMATS and not (suffix in ARCHIVES and not inside):
        problem = f"files of type {suffix or '(none)'} are not read"
        remedy = _REMEDY_PACKED if suffix in _PACKED else _INSTEAD.get(suffix, REMEDY_TYPE)
        raise UnreadableError(problem, remedy)


def preload(name: str) -> None:
    """Load the parser for a file's type, so that loading does not count as reading."""
    suffix = suffix_of(name)
    if suffix in {".html", ".htm"}:
        import trafilatura  # noqa: F401
    elif suffix == ".pdf":
        import pypdf  # noqa: F401
    elif suffix == ".docx":
        import docx  # noqa: F401
    elif suffix == ".xlsx":
        import openpyxl  # noqa: F401


def parse_bytes(
    data: bytes, name: str, limits: Limits, *, columns: Mapping[str, str] | None = None
) -> Parses:
    """Return the articles in the bytes of a file, read as its name says.

    Raises
    ------
    UnreadableError
        The file cannot be read.
    """
    refuse_unknown(name, inside=True)
    suffix = suffix_of(name)
    if len(data) > limits.file_bytes:
        problem = f"the file is {len(data) / 1e6:,.0f} MB; the limit is {limits.file_megabytes:,} MB"
        raise UnreadableError(problem, "Split it and try again.")
    _refuse_disguised(data, suffix)
    if suffix == ".jsonl":
        from dashboard_core.read.jsonl import parse_jsonl

        found = parse_jsonl(data, columns)
    elif suffix in PLAIN:
        from dashboard_core.read.text import parse_text

        found = parse_text(data, columns)
    elif suffix in {".html", ".htm"}:
        from dashboard_core.read.html import parse_html

        found = parse_html(data, limits)
    elif suffix == ".pdf":
        from dashboard_core.read.pdf import parse_pdf

        found = parse_pdf(data, limits)
    elif suffix == ".docx":
        from dashboard_core.read.word import parse_docx

        found = parse_docx(data, limits, columns)
    else:
        from dashboard_core.read.tables import parse_csv, parse_xlsx

        parse = parse_csv if suffix == ".csv" else parse_xlsx
        found = parse(data, limits, columns)
    return _within(found, limits)


def _refuse_disguised(data: bytes, suffix: str) -> None:
    """Refuse a file whose content is of another type than its name says, with what it is."""
    start = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    packed = start.startswith(b"PK\x03\x04")
    page = start[:15].lower().startswith((b"<html", b"<!doctype html"))
    for what, ending, told in (
        ("a PDF", ".pdf", start.startswith(b"%PDF-")),
        ("a Word file", ".docx", packed and b"word/document.xml" in data),
        ("an Excel file", ".xlsx", packed and b"xl/workbook.xml" in data),
        ("a web page", ".html", page and suffix in {".docx", ".xlsx", ".pdf"}),
    ):
        if told and suffix != ending and not (suffix in {".docx", ".xlsx"} and packed):
            remedy = f"Rename it to end in {ending} and bring it in again."
            if ending == ".html" and suffix == ".xlsx":
                remedy = "Open it in Excel and save it as .xlsx."
            raise UnreadableError(f"is {what} under the name of a {suffix} file", remedy)
    if start.startswith(b"{\\rtf"):
        problem = f"is an RTF file under the name of a {suffix} file"
        raise UnreadableError(problem, "Open it in Word and save it as .docx.")


def _within(found: Parses, limits: Limits) -> Parses:
    """Return the articles that are not too long; the others become problems."""
    most = limits.text_characters
    long = [(n, a) for n, a in enumerate(found.articles, 1) if len(a.text) > most]
    if not long:
        return found
    remedy = "An article is a few pages: split a book or a log into its articles."
    said = [f"the text has {len(a.text):,} characters; the limit is {most:,}" for _, a in long]
    if len(found.articles) == 1:
        raise UnreadableError(said[0], remedy)
    problems = [f"article {n}: {problem}" for (n, _), problem in zip(long, said, strict=True)]
    kept = [a for a in found.articles if len(a.text) <= most]
    return replace(found, articles=kept, problems=[*found.problems, *problems], remedy=found.remedy or remedy)
