"""Opening a case file that came from elsewhere: every byte is verified before anything in it is believed."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from audit.canonical import canonical_json
from recruitment.travel import verify_case_file as verifier
from recruitment.travel.keys import TrustedKeys

_CHUNK = 1 << 20
#: What the headers of a ZIP can count, and so the most that a case file can be.
_LARGEST_FILE = 2**32
#: Of one part that is no paper; a case of thirty years has a few megabytes.
_LARGEST_PART = 64 << 20
_TOLD = ("case.json", "steps.json", "verdicts.json", "interventions.json", "documents.json", verifier.AUDIT)
_ORIGIN = re.compile(r"origin/[0-9]{3}-(manifest\.json|manifest\.sig|audit\.json)")
_MANIFEST_KEYS = frozenset({"format", "number", "made_at", "made_by", "private", "public_key", "parts"})
_ACT_TEXTS = ("chain", "actor_name", "on_behalf_of", "action", "prev_hash", "hash")
_ACT_KEYS = frozenset({*_ACT_TEXTS, "seq", "at", "actor_id", "seat_id", "payload"})
_PAPER = re.compile(r"(documents|attached)/[0-9]{3,5}-[A-Za-z0-9-]+\.[a-z0-9]{1,7}")


class UnreadableError(Exception):
    """It is no case file, or not as it was issued; ``findings`` pairs each part with what is wrong with it."""

    def __init__(self, *findings: tuple[str, str]) -> None:
        super().__init__(findings)
        self.findings = findings


class UnknownKeyError(Exception):
    """It is whole, and signed with a key that nobody here has said to trust."""

    def __init__(self, fingerprint: str) -> None:
        super().__init__(fingerprint)
        self.fingerprint = fingerprint


class LayoutError(Exception):
    """It is whole, and says something that this version of the product does not understand; ``where`` says where."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


class FileTooLargeError(Exception):
    """It is larger than a case file can be."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case file that was verified: who sealed it and when, what it says, and where its papers lie in it.

    ``sha256`` is that of the whole file, ``digest`` that of its manifest.
    """

    file: BinaryIO
    manifest: Mapping[str, Any]
    fingerprint: str
    sha256: str
    digest: str
    parts: Mapping[str, Any]
    kept: Mapping[str, bytes]
    places: Mapping[str, tuple[int, int]]

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["made_at"])

    @property
    def papers(self) -> dict[str, int]:
        """The papers by the name of their part, with their sizes in bytes."""
        return {name: size for name, (_start, size) in self.places.items() if _PAPER.fullmatch(name)}

    def content(self, name: str) -> bytes:
        """The content of a part."""
        start, size = self.places[name]
        self.file.seek(start)
        return self.file.read(size)


def open_case_file(file: BinaryIO, trusted: TrustedKeys) -> Opened:
    """Verify the file, which stays open, and read what it says of the case.

    Raises :class:`FileTooLargeError`, :class:`UnreadableError`, :class:`UnknownKeyError`, :class:`LayoutError`, in
    this order: the key of a file that is not whole says nothing.
    """
    if file.seek(0, os.SEEK_END) > _LARGEST_FILE:
        raise FileTooLargeError
    file.seek(0)
    try:
        found = verifier.verify(file)
    except verifier.NotACaseFileError as error:
        raise UnreadableError((verifier.MANIFEST, str(error))) from error
    if not found.is_valid:
        raise UnreadableError(*found.altered)
    if not trusted.has(found.public_key):
        raise UnknownKeyError(verifier.fingerprint(found.public_key))
    if found.manifest["format"] != verifier.FORMAT:
        raise LayoutError(found.manifest["format"])
    places = found.places
    names = [verifier.MANIFEST, verifier.SIGNATURE, *(part["name"] for part in found.manifest["parts"])]
    _check_names(names, places)
    kept = {name: _content(file, places[name]) for name in (verifier.MANIFEST, verifier.SIGNATURE)} | found.read
    for name, content in kept.items():
        _check_kept(name, content)
    return Opened(
        file=file,
        manifest=found.manifest,
        fingerprint=verifier.fingerprint(found.public_key),
        sha256=_sha256(file),
        digest=hashlib.sha256(kept[verifier.MANIFEST]).hexdigest(),
        parts={name: _told(file, name, places[name]) for name in _TOLD},
        kept=kept,
        places=places,
    )


def _check_names(names: list[str], places: Mapping[str, tuple[int, int]]) -> None:
    """No part is unknown, twice there or missing: what is not looked at is not taken in."""
    known = {verifier.MANIFEST, verifier.SIGNATURE, *_TOLD}
    for name in names:
        if name not in known and not _ORIGIN.fullmatch(name) and not _PAPER.fullmatch(name):
            raise LayoutError(name)
    if len(names) != len(set(names)):
        raise LayoutError(next(name for name in names if names.count(name) > 1))
    for name in known:
        if name not in places:
            raise LayoutError(name)


def _told(file: BinaryIO, name: str, place: tuple[int, int]) -> Any:
    if place[1] > _LARGEST_PART:
        raise LayoutError(name)
    return _read(name, _content(file, place))


def _read(name: str, content: bytes) -> Any:
    """A part as plain values, in the one spelling in which it is sealed: nothing stands there twice under one name, no
    number is endless, and no text holds what a database cannot."""
    try:
        value = json.loads(content)
        spelled = canonical_json(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise LayoutError(name) from error
    if spelled != content:
        raise LayoutError(name)
    return value


def _check_kept(name: str, content: bytes) -> None:
    """What is kept for good is shown for good, so that it must be what pages expect: manifests and acts."""
    if name.endswith(verifier.SIGNATURE):
        return
    said = _read(name, content)
    is_sound = _is_manifest if name.endswith(verifier.MANIFEST) else _is_chain
    if not is_sound(said):
        raise LayoutError(name)


def _is_manifest(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and said.keys() == _MANIFEST_KEYS
        and isinstance(said["private"], bool)
        and isinstance(said["made_by"], str)
        and _is_moment(said["made_at"])
    )


def _is_chain(said: Any) -> bool:
    if not isinstance(said, dict) or said.keys() != {"chain", "entries"} or not isinstance(said["chain"], str):
        return False
    entries = said["entries"]
    return isinstance(entries, list) and bool(entries) and all(_is_act(entry) for entry in entries)


def _is_act(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and said.keys() == _ACT_KEYS
        and all(isinstance(said[name], str) for name in _ACT_TEXTS)
        and all(said[name] is None or isinstance(said[name], int) for name in ("actor_id", "seat_id"))
        and isinstance(said["payload"], dict)
        and _is_moment(said["at"])
    )


def _is_moment(said: Any) -> bool:
    try:
        return datetime.fromisoformat(said).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _content(file: BinaryIO, place: tuple[int, int]) -> bytes:
    start, size = place
    file.seek(start)
    return file.read(size)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
