"""Secret keys of an installation that brings none: made once, kept in files that only their owner can read."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


def new_secret_key() -> str:
    """A key for Django's signatures."""
    return secrets.token_urlsafe(50)


def new_field_key() -> str:
    """A Fernet key for encrypted fields."""
    return Fernet.generate_key().decode()


def new_index_key() -> str:
    """A key for the keyed index over encrypted values: 256 bits in hexadecimal."""
    return secrets.token_hex(32)


def new_travel_key() -> str:
    """The private key (Ed25519) that signs case files for travel: 256 bits in hexadecimal."""
    return secrets.token_hex(32)


def kept_key(path: Path, make: Callable[[], str], *, locks: Path | None = None) -> str:
    """The key kept in the file `path`, made by `make` at the first call.

    `locks` is a database whose rows cannot be read without this key: where it exists and the key does not,
    ImproperlyConfigured is raised, since a new key would hide the loss until someone needs an old row.
    """
    if not path.exists():
        if locks is not None and locks.exists():
            raise ImproperlyConfigured(
                f"{path} is missing, and what {locks} holds encrypted cannot be read without it. "
                f"Put the key back from a copy; or, to start afresh and empty, remove {locks}."
            )
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        _write_once(path, make())
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, key: str) -> None:
    """Write the whole file or nothing; where two processes start together, the first one's key stands."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
