"""Zip archives, and the Office files that are zip archives inside: looked into, never unpacked to disk."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import PurePosixPath
from typing import IO

from dashboard_core.read.fields import clean
from dashboard_core.read.limits import Limits
from dashboard_core.read.parsed import UnreadableError

__all__ = ["check_office", "member_name", "open_archive", "read_member", "refuse_doctype"]

REMEDY_ZIP = "Unpack the archive yourself, check what it holds, and bring in the articles as files."
REMEDY_OFFICE = "Open it in your office program and save it again, or copy the article into a .txt file."
# So small a member is harmless however well it was compressed.
_SMALL = 1_000_000
# What Word and Excel write into one file: 200 parts would be many.
_OFFICE_PARTS = 2_000
_OLE = b"\xd0\xcf\x11\xe0"


def open_archive(data: bytes | IO[bytes], limits: Limits, *, remedy: str = REMEDY_ZIP) -> zipfile.ZipFile:
    """Return an archive whose table of contents stays within the limits. Nothing has been expanded yet.

    The table may lie; :func:`read_member` therefore counts again while it expands.

    Raises
    ------
    UnreadableError
        It is no zip archive, or holds too many members, too much, or parts compressed like a bomb.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableError(f"is damaged or no zip archive ({clean(str(error))[:80]})", remedy) from error
    members = archive.infolist()
    if len(members) > limits.archive_members:
        problem = f"holds {len(members):,} members; the limit is {limits.archive_members:,}"
        raise UnreadableError(problem, remedy)
    whole = sum(member.file_size for member in members)
    if whole > limits.expanded_bytes:
        problem = f"would expand to {whole / 1e6:,.0f} MB; the limit is {limits.expanded_megabytes:,} MB"
        raise UnreadableError(problem, remedy)
    for member in members:
        packed = max(member.compress_size, 1)
        if member.file_size > _SMALL and member.file_size / packed > limits.compression_ratio:
            problem = (
                f"{member_name(member)!r} is compressed {member.file_size / packed:,.0f}-fold, "
                f"as in a zip bomb; the limit is {limits.compression_ratio:,}"
            )
            raise UnreadableError(problem, remedy)
    return archive


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name for showing, never for opening: no root, no drive, no way up, no controls.

    >>> member_name(zipfile.ZipInfo("../../etc/a.txt")), member_name(zipfile.ZipInfo("C:\\\\x\\\\b.html"))
    ('etc/a.txt', 'x/b.html')
    """
    parts = PurePosixPath(clean(_own_name(member)).replace("\\", "/")).parts
    plain = [p for p in parts if p not in {"..", ".", "/"} and not p.endswith(":")]
    return "/".join(plain)[-150:] or "(no name)"


def _own_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name as whoever packed it wrote it; Russian Windows writes it in code page 866.

    >>> _own_name(zipfile.ZipInfo("паром.txt".encode("cp866").decode("cp437")))
    'паром.txt'
    """
    if member.flag_bits & 0x800 or member.filename.isascii():
        return member.filename
    try:
        packed = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename  # it was told in UTF-8
    for encoding in ("utf-8", "cp866"):
        try:
            name = packed.decode(encoding)
        except UnicodeDecodeError:
            continue
        letters = [c for c in name if not c.isascii()]
        if encoding == "utf-8" or all("\u0400" <= c <= "\u04ff" or c in "№«»–—" for c in letters):
            return name
    return member.filename


def read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, *, remedy: str = REMEDY_ZIP
) -> bytes:
    """Return the bytes of one member.

    Raises
    ------
    UnreadableError
        It has a password, is a link, is too large, damaged, or packed in an unknown way.
    """
    if member.flag_bits & 0x1:
        raise UnreadableError("has a password", remedy)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise UnreadableError("is a link to another file, not a file", remedy)
    try:
        with archive.open(member) as source:
            data = source.read(limits.file_bytes + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise UnreadableError(f"is damaged ({clean(str(error))[:80]})", remedy) from error
    except Exception as error:
        # zlib.error, LZMAError and the like share no base class.
        if isinstance(error, MemoryError):
            raise
        raise UnreadableError(f"is damaged ({type(error).__name__})", remedy) from error
    if len(data) > limits.file_bytes:
        problem = f"expands beyond {limits.file_megabytes:,} MB, the limit for one file"
        raise UnreadableError(problem, remedy)
    return data


def check_office(data: bytes, limits: Limits, *, main: str, what: str) -> None:
    """Refuse a Word or Excel file that could do harm when parsed, before any parser sees it.

    Raises
    ------
    UnreadableError
        It is another format, has a password, is a zip bomb, or one of its parts declares XML entities.
    """
    if data.startswith(_OLE):
        problem = f"is no {what} of today's format: it has a password, or is an old format under this name"
        raise UnreadableError(problem, REMEDY_OFFICE)
    if not data.startswith(b"PK"):
        raise UnreadableError(f"is no {what}, or a damaged one", REMEDY_OFFICE)
    with open_archive(data, limits, remedy=REMEDY_OFFICE) as archive:
        members = archive.infolist()
        if len(members) > _OFFICE_PARTS:
            raise UnreadableError(f"has {len(members):,} parts, far more than a {what} has", REMEDY_OFFICE)
        if main not in archive.namelist():
            raise UnreadableError(f"is no {what}: {main} is missing", REMEDY_OFFICE)
        for member in members:
            if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                part = read_member(archive, member, limits, remedy=REMEDY_OFFICE)
                refuse_doctype(part, member_name(member))


def refuse_doctype(part: bytes, name: str) -> None:
    """Refuse XML that declares entities: Office never writes a document type, XML bombs need one.

    >>> refuse_doctype(b"<!DOCTYPE bomb>", "word/document.xml")
    Traceback (most recent call last):
    dashboard_core.read.parsed.UnreadableError: word/document.xml declares XML entities, as XML bombs do
    """
    # UTF-16 and UTF-32 spread the letters; without their NULs the words are the same.
    plain = part.replace(b"\x00", b"")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise UnreadableError(f"{name} declares XML entities, as XML bombs do", REMEDY_OFFICE)
    declared = plain[:200].split(b"?>")[0]
    if b"encoding" in declared and not any(
        name in declared.lower() for name in (b"utf-8", b"utf-16", b"us-ascii", b"utf8", b"iso-8859-1")
    ):
        # In EBCDIC or UTF-7 a document type would not look like one.
        raise UnreadableError(f"{name} is in an encoding that Office never writes", REMEDY_OFFICE)
