"""Encrypted columns and the keyed index by which an identity number is found."""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(text: str) -> str:
    """Encrypt with the first of ``FIELD_KEYS``."""
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Decrypt with whichever of ``FIELD_KEYS`` fits; raises ``cryptography.fernet.InvalidToken`` where none does."""
    return _fernet(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode()


def blind_index(value: str) -> str:
    """A keyed digest: equal values have equal digests, and without ``INDEX_KEY`` nobody can try values out."""
    return hmac.new(settings.INDEX_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that stands encrypted in the database. It cannot be searched; empty text stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return seal(value) if value else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return unseal(value) if value else value


class EncryptedJSONField(models.TextField):
    """A JSON document that stands encrypted in the database; an empty one stays empty."""

    def get_prep_value(self, value: Any) -> Any:
        return seal(json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)) if value else ""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return json.loads(unseal(value)) if value else {}

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) and value else value or {}

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), ensure_ascii=False, cls=DjangoJSONEncoder)
