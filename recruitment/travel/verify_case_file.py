#!/usr/bin/env python3
"""Verify a case file (随案卷宗): says that it is valid, or names each part that was altered.

    python3 verify_case_file.py CASE_FILE.zip [--key FINGERPRINT]

Needs Python 3.9 or later and nothing else: no network, no installation, no other package. The file carries its public
key; that it is the right key is for you to compare: with ``--key``, give the fingerprint that the issuing organisation
shows or told you. Leaves with 0 for valid, 1 for altered, 2 for a file that is no case file.

Every byte of the file has one value only. The manifest is signed (Ed25519, RFC 8032) and gives each part's size and
SHA-256; the container is a ZIP without compression, whose headers follow from names, sizes and contents.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = "recruitment-case-file/2"
#: Files of before are sealed in the same way; what they say of the case is laid out differently.
FORMATS = ("recruitment-case-file/1", FORMAT)
MANIFEST, SIGNATURE, AUDIT = "manifest.json", "manifest.sig", "audit.json"
#: What was kept of the files with which the case came from installation to installation, the first one first.
ORIGIN = "origin/{:03d}-{}"
_READ = re.compile(r"audit\.json|origin/[0-9]{3}-(manifest\.json|manifest\.sig|audit\.json)")
#: What a name may be that is written into headers and told to a reader: no sign that a terminal would obey.
_NAME = re.compile(r"[!-~]{1,200}")
#: What the headers of a ZIP can count: parts, and bytes.
_MOST_PARTS, _LARGEST_FILE = 2**16 - 2, 2**32 - 1
#: What a text that only pretends to be a part may raise while it is read.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError)
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 16 << 20
_LARGEST_READ = 64 << 20

# -- Ed25519 (RFC 8032, section 5.1) -----------------------------------------------------------------------------------

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_SQRT_OF_MINUS_1 = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]  # x = X/Z, y = Y/Z, xy = T/Z
_NEUTRAL = (0, 1, 1, 0)


def _add(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: _Point) -> _Point:
    result = _NEUTRAL
    while number:
        if number & 1:
            result = _add(result, point)
        point = _add(point, point)
        number >>= 1
    return result


def _same(p: _Point, q: _Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


def _point(data: bytes) -> _Point:
    """The point that 32 bytes stand for. Raises ValueError where they stand for none."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        raise ValueError("no point")
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _SQRT_OF_MINUS_1 % _P
    if (x * x - square) % _P or (x == 0 and sign):
        raise ValueError("no point")
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is the Ed25519 signature of ``message`` under ``public_key`` (32 bytes)."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= _L:
        return False
    try:
        key, commitment = _point(public_key), _point(signature[:32])
    except ValueError:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % _L
    return _same(_times(scalar, _BASE), _add(commitment, _times(challenge, key)))


def fingerprint(public_key: bytes) -> str:
    """How people compare a key: the first half of its SHA-256, in groups of four."""
    digest = hashlib.sha256(public_key).hexdigest()[:32].upper()
    return "-".join(digest[start : start + 4] for start in range(0, 32, 4))


# -- the container -----------------------------------------------------------------------------------------------------

_DAY = 0x21  # 1 January 1980, the first day that a ZIP knows: the container tells no time


def local_header(name: str, crc: int, size: int) -> bytes:
    """What stands before a part."""
    raw = name.encode("ascii")
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, _DAY, crc, size, size, len(raw), 0) + raw


def directory_entry(name: str, crc: int, size: int, offset: int) -> bytes:
    """What the directory at the end says of a part."""
    raw = name.encode("ascii")
    fixed = (b"PK\x01\x02", 0x0314, 20, 0, 0, 0, _DAY, crc, size, size, len(raw), 0, 0, 0, 0, 0o100644 << 16, offset)
    return struct.pack("<4s6H3I5H2I", *fixed) + raw


def directory_end(count: int, size: int, offset: int) -> bytes:
    """What closes the file."""
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, offset, 0)


# -- verification ------------------------------------------------------------------------------------------------------


class NotACaseFileError(Exception):
    """The file is something else, or so damaged that it cannot be told from something else."""


class Finding:
    """What a verification found: ``altered`` pairs a part's name with what is wrong with it.

    ``places`` says where in the file the content of each part begins and how long it is; ``read`` holds the chains of
    acts, with what came along from other installations.
    """

    def __init__(self) -> None:
        self.manifest: dict[str, Any] = {}
        self.public_key = b""
        self.places: dict[str, tuple[int, int]] = {}
        self.read: dict[str, bytes] = {}
        self.altered: list[tuple[str, str]] = []

    def say(self, part: str, what: str) -> None:
        if (part, what) not in self.altered:
            self.altered.append((part, what))

    @property
    def is_valid(self) -> bool:
        return not self.altered


#: Name, checksum, size and place of a part, from which its entry in the directory follows.
Written = tuple[str, int, int, int]

CONTENT = "内容被改动 content was altered"
CONTAINER = "容器中关于它的字节被改动 the container's bytes about it were altered"


def verify(file: BinaryIO) -> Finding:
    """Check every byte of the file. Raises NotACaseFileError."""
    if file.seek(0, os.SEEK_END) > _LARGEST_FILE:
        raise NotACaseFileError("it is larger than a case file can be")
    file.seek(0)
    found = Finding()
    message, first, whole_manifest = _head_part(file, MANIFEST)
    signature, second, whole_signature = _head_part(file, SIGNATURE)
    try:
        parts = _read_manifest(found, message)
        fits = is_signed(found.public_key, message, signature)
    except _UNREADABLE:
        if whole_manifest:
            raise NotACaseFileError("the manifest cannot be read") from None
        parts, fits = [], False
    wrong = CONTAINER if fits else CONTENT
    if not whole_manifest:
        found.say(MANIFEST, wrong)
    if not whole_signature:
        found.say(SIGNATURE, wrong)
    if whole_manifest and whole_signature and not fits:
        # Both fit their checksums, so somebody wrote them anew.
        found.say(MANIFEST, "签名不符 the signature does not fit")
    if not whole_manifest and not fits:
        # What the other parts must be stands in the manifest alone.
        found.say(MANIFEST, "其余部分无从核对 the other parts cannot be checked without it")
        return found
    written = [first, second]
    for name, size, digest in parts:
        written.append(_part(file, name, size, digest, found))
    _directory(file, found, written)
    for name, what in _broken_origins({name for name, _size, _digest in parts}, found.read):
        found.say(name, what)
    found.places = {name: (offset + len(local_header(name, 0, 0)), size) for name, _crc, size, offset in written}
    return found


def _read_manifest(found: Finding, message: bytes) -> list[tuple[str, int, str]]:
    """Name, size and SHA-256 of each part. Raises one of _UNREADABLE."""
    manifest = json.loads(message.decode("utf-8"))
    if manifest["format"] not in FORMATS:
        raise ValueError(manifest["format"])
    parts = [(part["name"], int(part["size"]), str(part["sha256"])) for part in manifest["parts"]]
    if len(parts) > _MOST_PARTS - 2:
        raise ValueError(len(parts))
    for name, size, _digest in parts:
        if not _NAME.fullmatch(name) or not 0 <= size <= _LARGEST_FILE:
            raise ValueError(name)
    found.public_key = bytes.fromhex(manifest["public_key"])
    found.manifest = manifest
    return parts


def _head_part(file: BinaryIO, name: str) -> tuple[bytes, Written, bool]:
    """One of the first two parts, whose size stands in its own header only: content, and whether its bytes agree."""
    offset = file.tell()
    header = file.read(len(local_header(name, 0, 0)))
    if len(header) < len(local_header(name, 0, 0)):
        raise NotACaseFileError("the file ends before its manifest")
    if name == MANIFEST and header[:4] != b"PK\x03\x04" and header[30:] != name.encode():
        raise NotACaseFileError("it does not begin with a manifest")
    crc, size, again = struct.unpack("<3I", header[14:26])
    start, content = file.tell(), b""
    # The size stands there twice: where the two differ, the one that the checksum bears out is the right one.
    for candidate in {SIGNATURE: (64,)}.get(name, (size, again)):
        file.seek(start)
        content = file.read(min(candidate, _LARGEST_MANIFEST))
        if zlib.crc32(content) == crc:
            break
    whole = header == local_header(name, zlib.crc32(content), len(content))
    return content, (name, crc, len(content), offset), whole


def _part(file: BinaryIO, name: str, size: int, digest: str, found: Finding) -> Written:
    """Check one part against the manifest."""
    offset = file.tell()
    header = file.read(len(local_header(name, 0, 0)))
    whole, crc, read, kept = hashlib.sha256(), 0, 0, []
    for chunk in _chunks(file, size):
        whole.update(chunk)
        crc = zlib.crc32(chunk, crc)
        read += len(chunk)
        if _READ.fullmatch(name) and size <= _LARGEST_READ:
            kept.append(chunk)
    if read < size:
        found.say(name, "缺失或不完整 missing or cut off")
    elif whole.hexdigest() != digest:
        found.say(name, CONTENT)
    elif header != local_header(name, crc, size):
        found.say(name, CONTAINER)
    elif _READ.fullmatch(name):
        if size > _LARGEST_READ:
            found.say(name, "太大，无法核对 too large to be checked")
        found.read[name] = b"".join(kept)
        for what in _broken_links(found.read[name]) if name.endswith(AUDIT) else ():
            found.say(name, what)
    if whole.hexdigest() != digest and len(header) >= 18:
        # The checksum in the directory is that of the content as it was.
        crc = struct.unpack("<I", header[14:18])[0]
    return name, crc, size, offset


def _chunks(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0:
        chunk = file.read(min(size, _CHUNK))
        if not chunk:
            return
        size -= len(chunk)
        yield chunk


def _directory(file: BinaryIO, found: Finding, written: list[Written]) -> None:
    start = file.tell()
    for name, crc, size, offset in written:
        expected = directory_entry(name, crc, size, offset)
        actual = file.read(len(expected))
        if actual != expected and not any(part == name for part, _what in found.altered):
            found.say(name, CONTAINER)
    expected = directory_end(len(written), file.tell() - start, start)
    if file.read(len(expected)) != expected or file.read(1):
        found.say("目录 directory", "容器末尾的字节被改动 the bytes at the end of the container were altered")


def _broken_links(audit: bytes) -> Iterator[str]:
    """Where the chain of acts does not hold: each act's hash covers the act before it."""
    try:
        entries = json.loads(audit)["entries"]
        before = "0" * 64
        for number, entry in enumerate(entries, start=1):
            content = {key: value for key, value in entry.items() if key != "hash"}
            text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            right = hashlib.sha256(text.encode("utf-8")).hexdigest()
            if (entry["seq"], entry["prev_hash"], entry["hash"]) != (number, before, right):
                yield f"第{number}条起记录链不符 the chain of acts does not hold from act {number}"
                return
            before = entry["hash"]
    except _UNREADABLE:
        yield "记录链无法读取 the chain of acts cannot be read"


def _broken_origins(names: set[str], read: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Where a chain of acts that came from another installation is not as it was signed there, or does not lead on.

    ``names`` are those of all parts, ``read`` the parts that are as the manifest says.
    """
    kept = {name for name in names if name.startswith("origin/")}
    count = len(kept) // 3
    whole = {ORIGIN.format(number + 1, part) for number in range(count) for part in (MANIFEST, SIGNATURE, AUDIT)}
    for name in sorted(kept ^ whole):
        # Without its signature anything could stand there in the name of another installation.
        yield name, "来件的记录不齐 what came from another installation is not all there"
    for number in range(1, count + 1):
        manifest, signature, audit = (ORIGIN.format(number, part) for part in (MANIFEST, SIGNATURE, AUDIT))
        following = ORIGIN.format(number + 1, AUDIT) if number < count else AUDIT
        if not {manifest, signature, audit, following} <= read.keys():
            return
        try:
            said = json.loads(read[manifest])
            digests = {part["name"]: part["sha256"] for part in said["parts"]}
            if not is_signed(bytes.fromhex(said["public_key"]), read[manifest], read[signature]):
                yield manifest, "签名不符 the signature does not fit"
            if digests[AUDIT] != hashlib.sha256(read[audit]).hexdigest():
                yield audit, "与当时签名的不是同一份 not the one that was signed then"
            came = json.loads(read[following])["entries"][0]["payload"]["origin"]
            if came["manifest"] != hashlib.sha256(read[manifest]).hexdigest():
                yield following, "第1条说的是另一份来件 act 1 names another file from which the case came"
            if came["last_hash"] != json.loads(read[audit])["entries"][-1]["hash"]:
                yield following, "与来件的记录链不相接 the chain does not continue the one that came"
        except _UNREADABLE:
            yield manifest, "来件的记录无法读取 what came from another installation cannot be read"


# -- the command -------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """A fingerprint as it is compared: without dashes and blanks, in capitals."""
    return "".join(char for char in text if char.isalnum()).upper()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="校验随案卷宗 Verify a case file")
    parser.add_argument("file")
    parser.add_argument("--key", default="", help="签发单位公布的密钥指纹 fingerprint of the issuer's key")
    options = parser.parse_args(arguments)
    try:
        with Path(options.file).open("rb") as file:
            found = verify(file)
    except (OSError, NotACaseFileError) as error:
        print(f"不是随案卷宗，或无法读取 No case file, or not readable: {error}")
        return 2
    print(f"文件 File: {options.file}")
    if found.manifest:
        print("纪实编号 Case: {}".format(found.manifest.get("number", "")))
        print("签发 Issued: {} {}".format(found.manifest.get("made_at", ""), found.manifest.get("made_by", "")))
        print(f"密钥指纹 Key: {fingerprint(found.public_key)}")
    if options.key and plain(options.key) != plain(fingerprint(found.public_key)):
        found.say(MANIFEST, "签名的密钥不是所给的密钥 signed with another key than the one given")
    if found.is_valid:
        print("有效 VALID：{} 个部分全部与签发时一致 all parts are as issued".format(len(found.manifest["parts"])))
        if not options.key:
            print("请把密钥指纹与签发单位公布的核对 Compare the key with the one that the issuer shows.")
        return 0
    print("无效 NOT VALID")
    for part, what in found.altered:
        print(f"  {part}: {what}")
    return 1


if __name__ == "__main__":
    # A console of another encoding still gets the answer.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
