"""A case comes in from another installation: whole, the same as it was, and ready for its next act; or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.files.storage import InMemoryStorage
from django.core.management import CommandError, call_command
from django.db import models, transaction

from audit import services as audit
from audit.canonical import canonical_json
from audit.models import Entry
from branches.access import SYSTEM
from branches.models import Member, Organisation, User
from recruitment.models import (
    Case,
    CaseOrigin,
    Flag,
    LogEntry,
    Material,
    Obligation,
    Person,
    Printing,
    Sitting,
    StepRecord,
)
from recruitment.selectors.casefile import load, local_day
from recruitment.services.case_import import ImportRefused, import_case_file
from recruitment.services.sweep import sweep
from recruitment.travel import container, verify_case_file
from recruitment.travel.container import Seal, seal
from recruitment.travel.content import content_of
from recruitment.travel.keys import TrustedKeys
from tests.branches.factories import County, MemberFactory, OrganisationFactory, UserFactory
from tests.recruitment.sitting_cases import actor, at, bring, do, make_case, verify_step
from tests.recruitment.two_places import HERE, NOW, THERE, Places, eventful_case, exported

#: Of a second export everything is byte for byte the first, but for these: who sealed it and when, the chain of acts
#: that began here, and the kept origin.
MAY_DIFFER = {"manifest.json", "manifest.sig", "audit.json"}
ORIGIN = {"origin/001-manifest.json", "origin/001-manifest.sig", "origin/001-audit.json"}


@pytest.fixture
def places(db, settings, monkeypatch) -> Places:
    return Places(settings, monkeypatch)


def keys(*also: str) -> TrustedKeys:
    return TrustedKeys.known(also)


def fingerprint(key: str = THERE) -> str:
    """Of the key of the other installation, or of one with that key."""
    return Seal(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))).fingerprint


def take_in(file: bytes, *, commit: bool = True, **given: Any):
    given = {"trusted": keys(fingerprint()), "actor": SYSTEM, "now": NOW} | given
    return import_case_file(file=io.BytesIO(file), commit=commit, **given)


def parts_of(file: bytes) -> dict[str, bytes]:
    assert verify_case_file.verify(io.BytesIO(file)).altered == []
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def finished(county: County) -> tuple[Case, str]:
    return eventful_case(county), "secretary"


def everything() -> dict[str, int]:
    """How many rows of each kind there are."""
    counted = (model for app in ("recruitment", "branches", "audit") for model in _models(app))
    return {model._meta.label: model._default_manager.count() for model in counted}


def _models(app: str) -> list[type[models.Model]]:
    from django.apps import apps

    return list(apps.get_app_config(app).get_models())


def refused(file: bytes, places: Places, **given: Any) -> ImportRefused:
    """The import is refused, and nothing of it stays: no row, and no paper."""
    before, papers = everything(), places.stored()
    with pytest.raises(ImportRefused) as found:
        take_in(file, **given)
    assert everything() == before
    assert places.stored() == papers
    assert all(refusal.message for refusal in found.value.refusals)
    return found.value


# -- there and back -----------------------------------------------------------------------------------------------


def test_a_finished_case_comes_in_and_goes_out_again_the_same(places):
    file, county = places.away(finished)
    arrival = take_in(file)
    first = parts_of(file)
    second = parts_of(exported(county, arrival.case))
    assert second.keys() == first.keys() | ORIGIN
    assert {name for name in first if first[name] != second[name]} == MAY_DIFFER
    for name in ("manifest.json", "manifest.sig", "audit.json"):
        assert second[f"origin/001-{name}"] == first[name]
    begun = json.loads(second["audit.json"])["entries"][0]
    assert begun["action"] == "case_imported"
    assert begun["payload"]["origin"] | {"issued_at": ""} == {
        "key": fingerprint(),
        "issued_at": "",
        "issued_by": f"{county.branch.name} {json.loads(first['manifest.json'])['made_by'].rpartition(' ')[2]}",
        "file": hashlib.sha256(file).hexdigest(),
        "manifest": hashlib.sha256(first["manifest.json"]).hexdigest(),
        "chain": json.loads(first["audit.json"])["chain"],
        "acts": len(json.loads(first["audit.json"])["entries"]),
        "last_hash": json.loads(first["audit.json"])["entries"][-1]["hash"],
    }
    assert audit.verify() == []


def test_it_goes_on_to_a_third_place_with_every_chain_that_it_had(places, settings):
    file, county = places.away(finished)
    with transaction.atomic():
        second = exported(county, take_in(file).case)
        transaction.set_rollback(True)
    settings.TRAVEL_KEY = "33" * 32
    arrival = take_in(second, trusted=keys(fingerprint(HERE)))
    third = parts_of(exported(county, arrival.case))
    assert third["origin/001-audit.json"] == parts_of(file)["audit.json"]
    assert third["origin/002-audit.json"] == parts_of(second)["audit.json"]
    assert list(CaseOrigin.objects.values_list("number", flat=True)) == [1, 2]

