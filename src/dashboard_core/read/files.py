"""Files become articles: each is read as its type asks, and one that cannot be never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path, PurePosixPath

from dashboard_core.errors import ArticleFormatError
from dashboard_core.paths import seeds_dir
from dashboard_core.read.columns import (
    LOOKED_AT,
    Header,
    cell_text,
    fields_of,
    find_header,
    propose_columns,
    seems_headless,
)
from dashboard_core.read.digests import SeveralArticles
from dashboard_core.read.fields import clean
from dashboard_core.read.formats import (
    ARCHIVES,
    FORMATS,
    MAPPED,
    PLAIN,
    REMEDY_TYPE,
    TABLES,
    parse_bytes,
    refuse_unknown,
    suffix_of,
)
from dashboard_core.read.identities import article_of
from dashboard_core.read.jsonl import jsonl_header
from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import Parses, UnreadableError
from dashboard_core.read.process import ParserProcess
from dashboard_core.read.sidecar import REMEDY as REMEDY_SIDECAR
from dashboard_core.read.sidecar import SIDECAR, SidecarRow, apply_sidecar, load_sidecar, parse_sidecar
from dashboard_core.read.tables import Layout, csv_rows
from dashboard_core.records import Article

__all__ = [
    "Columns",
    "Known",
    "ReadResult",
    "count_articles",
    "iter_articles",
    "read_articles",
    "read_columns",
    "read_layout",
    "read_table",
]

_REMEDY_FOLDER = (
    "These are read: .txt, .md, .html, .htm, .pdf, .docx, .csv, .xlsx, .jsonl, and .zip of them. "
    "Check that this is the right folder."
)
_REMEDY_LISTS = (
    "If articles stand in one of them, bring it in by itself and say which column holds their text."
)
_HINT_COLUMNS = (
    "If others are right, bring the table in by itself and say which: it is remembered for its columns."
)
_NO_ARTICLES = frozenset({"README", "LICENSE", "NOTICE"})
# What computers leave in archives and folders, and nobody put there.
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


# These never hold more than one.
_ONE_ARTICLE = frozenset({".html", ".htm", ".pdf"})
# No list of something else has such long cells.
_LONG_CELL = 500
# One mapping for all tables, or a function that returns each one's own.
Columns = Mapping[str, str] | Callable[[Path], Mapping[str, str] | None] | None
# Returns what was set before for tables with these columns.
Known = Callable[[Sequence[str]], Mapping[str, str] | None]


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The articles that could be read, and one error for each file that could not, or not wholly."""

    articles: list[Article]
    problems: list[ArticleFormatError] = field(default_factory=list)


def read_articles(
    paths: Iterable[str | Path],
    *,
    now: datetime | None = None,
    limits: Limits | None = None,
    columns: Mapping[str, str] | None = None,
) -> ReadResult:
    """Return the articles in files; a file that cannot be read never stops the others.

    A ``.txt``, ``.md``, ``.html``, ``.htm``, ``.pdf`` or ``.docx`` file holds one article; headline, outlet,
    author, day and address are looked for in it, and an ``articles.csv`` beside it (columns file, title,
    outlet, url, author, published_on) has the last word. A ``.jsonl`` file holds one article a line, taken as
    it is, so that offsets match the input; a ``.csv`` or ``.xlsx`` export one a row. A ``.zip`` holds any of
    these, but no other archive.

    Parameters
    ----------
    paths : iterable of path
        Files, or folders of such files.
    now : datetime, optional
        Stamped as ``added_at``; the present by default.
    limits : Limits, optional
        What one file may take; by default as the environment says.
    columns : mapping, optional
        For tables and jsonl: field (see :func:`~dashboard_core.read.propose_columns`) to column name, and
        where the table begins (see :func:`read_layout`); by default proposed from each table.

    Returns
    -------
    ReadResult
        Articles in the order of the files, each once; and the problems, by file and place in it.

    Raises
    ------
    SettingError
        A limit in the environment cannot be used.
    """
    articles: dict[str, Article] = {}
    problems: list[ArticleFormatError] = []
    for found in iter_articles(paths, now=now, limits=limits, columns=columns):
        if isinstance(found, ArticleFormatError):
            problems.append(found)
        else:
            articles.setdefault(found.article_id, found)
    return ReadResult(list(articles.values()), problems)


def iter_articles(
    paths: Iterable[str | Path],
    *,
    now: datetime | None = None,
    limits: Limits | None = None,
    columns: Columns = None,
    known: Known | None = None,
    skip: Container[str] = frozenset(),
) -> Iterator[Article | ArticleFormatError]:
    """Yield articles and problems one by one as they are read, an article that comes twice twice.

    For long runs: nothing is held but what has just been read. See :func:`read_articles`. ``columns`` may
    also be a function that returns each table's own mapping; ``known`` is asked by the columns of those
    tables in folders and archives that have none. What is named in ``skip``, as ``Article.file`` names it
    (``pages.zip > a.html``), is not opened; files that may hold several articles always are.
    """
    caps = limits or Limits.from_environment()
    stamp = now or datetime.now(UTC)
    with ExitStack() as stack:
        reader = _Reader(stack.enter_context(ParserProcess(caps)), caps, stamp, columns, skip, known)
        for path in paths:
            yield from reader.read(Path(path))


def read_columns(path: str | Path, *, limits: Limits | None = None) -> list[str]:
    """Return the column names of a ``.csv``, ``.xlsx`` or ``.jsonl`` file, to propose and correct a mapping.

    Raises
    ------
    ArticleFormatError
        The file cannot be read.
    """
    return list(read_layout(path, limits=limits).header.names)


def read_layout(
    path: str | Path, columns: Mapping[str, str] | None = None, *, limits: Limits | None = None
) -> Layout:
    """Return where a table begins: sheet, header and first rows, as ``columns`` says or as it seems.

    ``columns`` may hold ``sheet``, a sheet's name, and ``header_row``, such as ``"3"`` or ``"3-4"``. The keys
    of a ``.jsonl`` file are its columns; it has neither sheets nor a header.

    Raises
    ------
    ArticleFormatError
        The file cannot be read, or has no such sheet or row.
    """
    path, caps = Path(path), limits or Limits.from_environment()
    try:
        if suffix_of(path.name) == ".jsonl":
            with path.open("rb") as source:
                return Layout(Header(tuple(jsonl_header(source.read(caps.file_bytes + 1)))))
        with ParserProcess(caps) as parser:
            return parser.layout(path, columns)
    except UnreadableError as error:
        raise ArticleFormatError(path, [error.problem], error.remedy) from error
    except OSError as error:
        raise _not_opened(path, error) from error


def read_table(path: str | Path, needed: Sequence[str], *, limits: Limits | None = None) -> list[list[str]]:
    """Return header and rows, as text, of a ``.csv`` or ``.xlsx`` file that is no export of articles.

    Of a workbook it is the first sheet with the ``needed`` columns, else the first that has anything.

    Raises
    ------
    ArticleFormatError
        The file cannot be read, or not within the limits.
    """
    with ParserProcess(limits or Limits.from_environment()) as parser:
        try:
            return parser.table(Path(path), needed)
        except UnreadableError as error:
            raise ArticleFormatError(path, [error.problem], error.remedy) from error


def count_articles(
    paths: Iterable[str | Path], *, limits: Limits | None = None, columns: Columns = None
) -> int:
    """Return about how many articles files hold, for saying how much is still to do; nothing is parsed.

    Rows without a text and pages without an article are counted in; what cannot be opened counts as one.
    """
    caps = limits or Limits.from_environment()
    whole = 0
    with ParserProcess(caps) as parser:
        reader = _Reader(parser, caps, datetime.now(UTC), columns, frozenset())
        for path in map(Path, paths):
            try:
                inside = reader._inside(path) if path.is_dir() else [path]
                whole += sum(_count(file, parser, caps, reader.mapping(file)) for file in inside)
            except OSError:
                whole += 1  # reading it will name the reason
    return whole


def _count(path: Path, parser: ParserProcess, limits: Limits, columns: Mapping[str, str] | None) -> int:
    suffix = suffix_of(path.name)
    try:
        if not path.is_file() or path.stat().st_size > limits.file_bytes:
            return 1
        if suffix in ARCHIVES:
            names = [name for _, name in parser.members(path) if not _is_litter(name)]
            return sum(suffix_of(name) in FORMATS for name in names) or 1
        if suffix == ".jsonl":
            with path.open("rb") as lines:
                return sum(bool(line.strip()) for line in lines) or 1
        if suffix in TABLES:
            return parser.rows(path, columns) or 1
    except UnreadableError:
        return 1  # reading it will name the reason
    return 1


class _Reader:
    """Reads one path after the other with one child process."""

    def __init__(
        self,
        parser: ParserProcess,
        limits: Limits,
        stamp: datetime,
        columns: Columns,
        skip: Container[str],
        known: Known | None = None,
    ) -> None:
        self.parser = parser
        self.limits = limits
        self.stamp = stamp
        self.columns = columns
        self.skip = skip
        self.known = known
        self._sidecars: dict[Path, Mapping[str, SidecarRow]] = {}

    def read(self, path: Path) -> Iterator[Article | ArticleFormatError]:
        try:
            if path.is_dir():
                inside = self._inside(path)
                if not inside:
                    yield ArticleFormatError(path, ["no file in it that could be read"], _REMEDY_FOLDER)
                for file in inside:
                    yield from self._file(file, asked=False)
                yield from self._lists(path)
            elif not path.is_file():
                yield ArticleFormatError(path, ["there is no such file"], "Check the path.")
            else:
                yield from self._file(path)
        except OSError as error:
            yield _not_opened(path, error)

    def _inside(self, folder: Path) -> list[Path]:
        found = []
        for path in sorted(folder.iterdir()):
            suffix = suffix_of(path.name)
            if path.stem.upper() in _NO_ARTICLES or _is_litter(path.name) or not path.is_file():
                continue
            if suffix not in FORMATS | ARCHIVES and path.name.startswith("."):
                continue  # Hidden: nobody means it. Of any other file, reading says why it is refused.
            if path.name.lower() == SIDECAR or (suffix == ".csv" and self._is_list(path)):
                continue
            found.append(path)
        return found

    def mapping(self, path: Path) -> Mapping[str, str] | None:
        return self.columns(path) if callable(self.columns) else self.columns

    def _passed_over(self, name: str) -> bool:
        # Of a table, and of a text with several articles, some may be saved and others not.
        return suffix_of(name) in _ONE_ARTICLE and name in self.skip

    def _is_list(self, path: Path) -> bool:
        """Whether a table holds something else than articles, as those in seeds/ do."""
        try:
            with path.open("rb") as source:
                start = source.read(65_536)
            top = list(islice(csv_rows(start.rsplit(b"\n", 1)[0]), LOOKED_AT))
            columns = self.mapping(path)
            header = find_header(top, columns)
        except (UnreadableError, OSError):
            return False  # Let it be read and named among the problems.
        if "text" in (fields_of(columns) or propose_columns(header.names)) or seems_headless(top, header):
            return False
        if self.known is not None and self.known(header.names):
            return False
        # Texts without a header that is known: reading it says what is missing.
        return not any(len(cell_text(cell)) >= _LONG_CELL for row in top for cell in row)

    def _lists(self, folder: Path) -> Iterator[ArticleFormatError]:
        """Name the tables of a folder that were passed over."""
        if folder.resolve() == seeds_dir().resolve():
            return  # The program's own lists stand beside the articles that it comes with.
        lists = [path.name for path in sorted(folder.iterdir()) if suffix_of(path.name) == ".csv"]
        lists = [name for name in lists if name.lower() != SIDECAR and self._is_list(folder / name)]
        if lists:
            shown = ", ".join(map(clean, lists[:20])) + (f" and {len(lists) - 20} more" if lists[20:] else "")
            told = f"passed over, for no column of them holds texts: {shown}"
            yield ArticleFormatError(folder, [told], _REMEDY_LISTS, remark=True)

    def _unasked(self, path: Path, index: int | None = None, name: str = "") -> Mapping[str, str] | None:
        """Return the mapping of a file inside another: as given, or as set for the same columns."""
        own = self.mapping(path)
        if fields_of(own) or self.known is None or suffix_of(name or path.name) not in MAPPED:
            return own
        try:
            names = self.parser.layout(path, own, member=index, name=name).header.names
        except UnreadableError:
            return own  # reading it will name the reason
        return {**(own or {}), **(self.known(names) or {})} or None

    def _file(self, path: Path, *, asked: bool = True) -> Iterator[Article | ArticleFormatError]:
        if self._passed_over(path.name):
            return
        try:
            refuse_unknown(path.name)
            size = path.stat().st_size
            if size > self.limits.file_bytes:
                problem = f"the file is {size / 1e6:,.0f} MB; the limit is {self.limits.file_megabytes:,} MB"
                raise UnreadableError(problem, "Split it and try again.")
            if size == 0:
                raise UnreadableError("the file is empty", "Save the article again.")
            if suffix_of(path.name) in ARCHIVES:
                yield from self._archive(path)
                return
            columns = self.mapping(path) if asked else self._unasked(path)
            if suffix_of(path.name) in PLAIN:
                parses = parse_bytes(path.read_bytes(), path.name, self.limits, columns=columns)
            else:
                parses = self.parser.read(path, columns)
        except UnreadableError as error:
            yield ArticleFormatError(path, [error.problem], error.remedy)
            return
        except OSError as error:
            yield _not_opened(path, error)
            return
        said = None
        if suffix_of(path.name) not in MAPPED:
            if path.parent not in self._sidecars:
                wrong: list[ArticleFormatError] = []
                self._sidecars[path.parent] = load_sidecar(path.parent / SIDECAR, wrong)
                yield from wrong
            said = self._sidecars[path.parent].get(path.name)
        yield from self._articles(parses, path, path.name, said, asked=asked)

    def _archive(self, path: Path) -> Iterator[Article | ArticleFormatError]:
        members = [(n, name) for n, name in self.parser.members(path) if not _is_litter(name)]
        tables: dict[str, Mapping[str, SidecarRow]] = {}
        for index, name in members:
            if PurePosixPath(name).name.lower() == SIDECAR:
                try:
                    rows, wrong = parse_sidecar(self.parser.member_bytes(path, index))
                except UnreadableError as error:
                    rows, wrong = {}, [error.problem]
                if rows:
                    tables[str(PurePosixPath(name).parent)] = rows
                    if wrong:
                        yield ArticleFormatError(_inside(path, name), wrong, REMEDY_SIDECAR)
        # A page that was saved whole lies beside a folder of its pictures, styles and frames.
        pages = {str(PurePosixPath(name).with_suffix("")) for _, name in members if _is_page(name)}
        parts = 0
        others: dict[str, int] = {}
        remedies: dict[str, str] = {}
        read = 0
        for index, name in members:
            plain = PurePosixPath(name)
            if (
                str(plain.parent) in tables and plain.name.lower() == SIDECAR
            ) or plain.stem.upper() in _NO_ARTICLES:
                continue
            if self._passed_over(_inside(Path(path.name), name)):
                continue
            if any(str(folder).rpartition("_")[0] in pages for folder in plain.parents):
                parts += 1
                continue
            try:
                refuse_unknown(name, inside=True)
            except UnreadableError as error:
                if "not read" not in error.problem:
                    yield ArticleFormatError(_inside(path, name), [error.problem], error.remedy)
                else:
                    # A saved page brings its pictures and styles: one line for all of a type.
                    suffix = suffix_of(name) or "(none)"
                    others[suffix] = others.get(suffix, 0) + 1
                    remedies[suffix] = error.remedy
                continue
            try:
                columns = self._unasked(path, index, name)
                parses = self.parser.read_member(path, index, name, columns)
            except UnreadableError as error:
                yield ArticleFormatError(_inside(path, name), [error.problem], error.remedy)
                continue
            read += len(parses.articles)
            said = tables.get(str(plain.parent), {}).get(plain.name)
            inner = _inside(Path(path.name), name)
            yield from self._articles(parses, _inside(path, name), inner, said, asked=False)
        if others:
            counted = ", ".join(f"{n} {suffix}" for suffix, n in sorted(others.items()))
            # What helps with a Word file of old says nothing to a picture.
            hints = [f"{one}: {remedies[one]}" for one in sorted(remedies) if remedies[one] != REMEDY_TYPE]
            remedy = " ".join(hints) or REMEDY_TYPE
            yield ArticleFormatError(path, [f"files in it of types that are not read: {counted}"], remedy)
        if parts:
            told = f"{parts:,} parts of saved pages (pictures, styles, frames) were passed over"
            yield ArticleFormatError(path, [told], "The pages themselves were read.", remark=True)
        if not members:
            yield ArticleFormatError(path, ["there is no file in it"], _REMEDY_FOLDER)

    def _articles(
        self, parses: Parses, path: Path | str, name: str, said: SidecarRow | None, *, asked: bool
    ) -> Iterator[Article | ArticleFormatError]:
        several = suffix_of(name) in MAPPED or len(parses.articles) > 1
        # Text that was taken out of a page or table belongs to its address; a bare text is its own identity.
        addressed = several or suffix_of(name) not in PLAIN
        for parsed in apply_sidecar(parses.articles, said):
            yield article_of(parsed, clean(name), self.stamp, addressed=addressed, several=several)
        if parses.problems:
            yield ArticleFormatError(path, parses.problems, parses.remedy)
        remarks, hint = list(parses.remarks), parses.hint
        if parses.columns and not asked:
            # Of a table by itself, who brings it in was asked.
            taken = ", ".join(f"{field} from {column!r}" for field, column in parses.columns.items())
            remarks.insert(0, f"columns taken: {taken}")
            hint = f"{_HINT_COLUMNS} {hint}".strip()
        if parses.several:
            split = len(parses.articles) > 1
            yield SeveralArticles(path, remarks, hint, parses.several, split)
        elif remarks:
            yield ArticleFormatError(path, remarks, hint, remark=True)


def _inside(path: Path, name: str) -> str:
    return f"{path} > {name}"


def _is_page(name: str) -> bool:
    return suffix_of(name) in {".html", ".htm"}


def _is_litter(name: str) -> bool:
    parts: Sequence[str] = PurePosixPath(name).parts
    return not parts or parts[0] == "__MACOSX" or parts[-1].lower() in _LITTER or parts[-1].startswith("._")


def _not_opened(path: Path, error: OSError) -> ArticleFormatError:
    reason = error.strerror or str(error)
    return ArticleFormatError(path, [f"cannot be opened: {reason}"], "Check its permissions.")
