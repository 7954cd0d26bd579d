"""The canonical form and the salted digest: no database."""

import hashlib
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum

import pytest
from django.utils.translation import gettext_lazy

from audit.canonical import GENESIS, canonical_json, link_hash, plain
from audit.services import digest, new_salt

SALT = "0123456789abcdef"


class Light(StrEnum):
    RED = "red"


class Count(Enum):
    TWO = 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": {"d": None, "c": True}}, '{"a":{"c":true,"d":null},"b":1}'),
        (OrderedDict(姓名="样本"), '{"姓名":"样本"}'),
        (["a", ("b",), []], '["a",["b"],[]]'),
        (date(2024, 2, 29), '"2024-02-29"'),
        (datetime(2026, 5, 11, 8, 0, tzinfo=timezone(timedelta(hours=8))), '"2026-05-11T00:00:00.000000+00:00"'),
        (Decimal("12.50"), '"12.50"'),
        (Decimal("1E+3"), '"1000"'),
        (Light.RED, '"red"'),
        ({Light.RED: Count.TWO}, '{"red":2}'),
    ],
)
def test_one_spelling_for_one_meaning(value, text):
    assert canonical_json(value) == text.encode()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"votes": [1, 2.0]}, r"payload\.votes\[1\]: a float"),
        ({"rate": float("nan")}, r"payload\.rate: a float"),
        ({"rate": Decimal("NaN")}, "not a number"),
        ({"at": datetime(2026, 5, 11)}, "without time zone"),  # noqa: DTZ001 - the very thing to refuse
        ({"who": {1, 2}}, "type set"),
        ({"file": b"abc"}, "type bytes"),
        ({"what": gettext_lazy("待办")}, "type __proxy__"),
        ({1: "one"}, "key 1 is not a string"),
        ({"text": "a\x00b"}, "NUL"),
        ({"text": "\ud800"}, "surrogate"),
        ({"\ud800": 1}, "surrogate"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_place(value, why):
    with pytest.raises(TypeError, match=why):
        plain(value)


def test_the_hash_is_the_documented_one():
    """Spelled out, so that an outsider could verify a chain without this program."""
    content = (
        '{"action":"step.recorded","actor_id":7,"actor_name":"样本书记","at":"2026-05-11T01:02:03.000456+00:00",'
        '"chain":"case:1","on_behalf_of":"","payload":{"step":"application"},"prev_hash":"' + "0" * 64 + '",'
        '"seat_id":null,"seq":1}'
    )
    assert (
        link_hash(
            chain="case:1",
            seq=1,
            at=datetime(2026, 5, 11, 1, 2, 3, 456, tzinfo=UTC),
            actor_id=7,
            actor_name="样本书记",
            seat_id=None,
            on_behalf_of="",
            action="step.recorded",
            payload={"step": "application"},
            prev_hash=GENESIS,
        )
        == hashlib.sha256(content.encode()).hexdigest()
    )


def test_a_digest_tells_values_and_salts_apart():
    assert digest("11010519491231002X", SALT) == digest("11010519491231002X", SALT.encode())
    assert digest("11010519491231002X", SALT) != digest("110105194912310038", SALT)
    assert digest("11010519491231002X", SALT) != digest("11010519491231002X", SALT[::-1])
    assert digest("1", SALT) != digest(1, SALT)


def test_a_digest_names_its_kind_and_hides_the_value():
    text = digest("11010519491231002X", SALT)
    kind, _, hexadecimal = text.partition(":")
    assert kind == "sha256"
    assert len(bytes.fromhex(hexadecimal)) == 32
    assert hexadecimal != hashlib.sha256(b"11010519491231002X").hexdigest()


@pytest.mark.parametrize("salt", ["", "short", b"15 bytes of it!"])
def test_a_salt_that_can_be_guessed_is_refused(salt):
    with pytest.raises(ValueError, match="at least 16 bytes"):
        digest("value", salt)


def test_salts_are_fresh():
    assert new_salt() != new_salt()
    assert digest("value", new_salt()).startswith("sha256:")
