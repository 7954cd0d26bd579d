"""Somebody at a desk: a signed-in client of one seat on one day, and what a browser would send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from branches.models import Organisation
from recruitment.models import Case
from recruitment.rules.schema import FieldType
from recruitment.rules.steps import STEPS
from tests.branches.factories import County
from tests.recruitment import sitting_cases as people

PDF = b"%PDF-1.4 sample "
NOW = people.at(dt.date(2026, 6, 10))


@dataclass
class Desks:
    """The desks of a county on the day that ``today`` names; the clock of the pages is the one set here."""

    county: County
    monkeypatch: pytest.MonkeyPatch
    now: dt.datetime = NOW

    def __post_init__(self) -> None:
        self.monkeypatch.setattr("recruitment.middleware.timezone.now", lambda: self.now)

    def on(self, day: dt.date, hour: int = 15) -> Desks:
        self.now = people.at(day, hour)
        return self

    def client(self, role: str, organisation: Organisation | None = None, number: int = 0) -> Client:
        """A browser in which the holder of that seat has signed in; the branch's where no other is named."""
        client = Client()
        client.force_login(self.county.user(organisation or self.county.branch, role, number))
        return client

    @property
    def secretary(self) -> Client:
        return self.client("secretary")

    @property
    def verifier(self) -> Client:
        return self.client("committee_verifier", self.county.committee)

    @property
    def officer(self) -> Client:
        return self.client("department_officer", self.county.department)


def url(case: Case, name: str = "case", *args: Any) -> str:
    return reverse(name, args=[case.number, *args])


def pdf(name: str = "paper.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def sent(step: str, values: Mapping[str, Any], version: int, *, act: str = "submit", papers: bool = True) -> dict:
    """What the form of a step sends for these typed values, with one file for each document."""
    data: dict[str, Any] = {"version": version, "act": act}
    for field in STEPS[step].fields:
        value = values.get(field.name)
        if value is None or field.computed:
            continue
        if field.type is FieldType.BOOLEAN:
            data[field.name] = "true" if value else "false"
        elif field.type is FieldType.MEMBERS:
            data |= {f"{field.name}_{place}": member for place, member in enumerate(value)}
        elif field.type is FieldType.PERSONS:
            data[field.name] = "、".join(value)
        elif field.type is FieldType.DATE:
            data[field.name] = value.isoformat() if isinstance(value, dt.date) else value
        else:
            data[field.name] = value
    if step == "branch_committee_review":
        data["checklist"] = ["D01", "D18"]
    if step == "archive_records":
        data["checklist"] = ["D25", "D01"]
    if papers:
        for code in STEPS[step].required_papers:
            data[f"paper_{code}"] = pdf(f"{code}.pdf", PDF + code.encode())
    return data
