"""The library: a department adds a document, renews its file, corrects what is said about it, withdraws it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organisation, Seat
from branches.services.record import record
from recruitment import policies
from recruitment.models import LibraryVisit, Notification, PolicyDocument, PolicyVersion
from recruitment.policies import Answer, Denied
from recruitment.rules.values import dump
from recruitment.selectors.casefile import local_day
from recruitment.services.base import Refusal, Refused, acting, invalid, refuse, required_text
from recruitment.services.materials import Upload, inspect, keep
from recruitment.services.notifications import READING_ROLES
from recruitment.services.outbox.enqueue import publish
from recruitment.services.policy_text import text_of
from recruitment.words import folded, one_line

#: What is said about a document.
FIELDS = (
    "kind",
    "category",
    "title",
    "issuing_body",
    "number",
    "issued_on",
    "effective_from",
    "effective_to",
    "summary",
)
#: What the library takes: papers as they were issued, texts to adapt, and pictures.
EXTENSIONS = frozenset({".pdf", ".docx", ".jpg", ".png", ".webp"})
#: Looking again within this time is the same visit.
VISIT = timedelta(minutes=30)


def looked_into(file: File) -> Upload:
    """An uploaded file, its kind told by its content. Raises ``ValidationError`` where the library does not take it."""
    upload = inspect("", file)
    if upload.extension not in EXTENSIONS:
        raise ValidationError(_("学习资料请上传 PDF、DOCX 或者图片（JPG、PNG、WebP）。"), code="not_accepted")
    return upload


@transaction.atomic
def add(*, department_id: int, facts: Mapping[str, Any], upload: Upload, actor: Actor, now: datetime) -> PolicyDocument:
    """Put a document into the library of a department; its committee's whole subtree sees it.

    Raises ``Refused`` for whoever is no officer of that department, ``ValidationError`` by field for facts that
    cannot be.
    """
    actor = _allowed(actor, policies.may_publish(actor, department_id))
    department = Organisation.objects.get(pk=department_id)
    document = PolicyDocument(department=department, reach_id=department.parent_id, added_at=now, renewed_at=now)
    _describe(document, facts)
    document.full_clean(exclude=["search_text"])
    document.save()
    version = _attach(document, upload, "", actor, now)
    _index(document, version)
    _tell(document, version, "policy_added", now)
    _note(document, "policy_added", actor, now, {**_facts(document), "file": _file(version)})
    return document


@transaction.atomic
def revise(*, document_id: int, facts: Mapping[str, Any], actor: Actor, now: datetime) -> PolicyDocument:
    """Correct what is said about a document; its files stay as they are."""
    document, actor = _open(document_id, actor)
    before = _facts(document)
    _describe(document, facts)
    document.full_clean(exclude=["search_text"])
    document.save()
    _index(document, document.versions.order_by("-version").first())
    after = _facts(document)
    changed = {name: [before[name], after[name]] for name in FIELDS if before[name] != after[name]}
    _note(document, "policy_revised", actor, now, {"changed": changed})
    return document


@transaction.atomic
def renew(*, document_id: int, upload: Upload, note: str, actor: Actor, now: datetime) -> PolicyVersion:
    """Add a new version of the file, with a word on what is new in it; the earlier ones stay readable."""
    document, actor = _open(document_id, actor)
    note = required_text(note, "note")
    latest = document.versions.order_by("-version").first()
    if latest is not None and latest.sha256 == upload.sha256:
        raise refuse("policy_same_file", field="file", message=_("这个文件与现在的版本完全相同，不需要更新。"))
    version = _attach(document, upload, note, actor, now)
    document.renewed_at = now
    _index(document, version)
    _tell(document, version, "policy_renewed", now)
    _note(document, "policy_renewed", actor, now, {"file": _file(version), "note": note})
    return version


@transaction.atomic
def withdraw(*, document_id: int, reason: str, actor: Actor, now: datetime) -> PolicyDocument:
    """Take a document out of the lists, with the reason; who has its address still reads it and why it went."""
    document, actor = _open(document_id, actor)
    document.withdrawn_reason = required_text(reason, "reason")
    document.withdrawn_at, document.withdrawn_by_id = now, actor.user_id
    document.save(update_fields=["withdrawn_reason", "withdrawn_at", "withdrawn_by"])
    _note(document, "policy_withdrawn", actor, now, {"reason": document.withdrawn_reason})
    return document


@transaction.atomic
def visit(*, actor: Actor, now: datetime) -> datetime | None:
    """Note that the actor looks into the library; gives the time of the visit before, None for the first."""
    row, first = LibraryVisit.objects.get_or_create(user_id=actor.user_id, defaults={"seen_at": now})
    if not first and now - row.seen_at > VISIT:
        row.seen_before, row.seen_at = row.seen_at, now
        row.save(update_fields=["seen_before", "seen_at"])
    return row.seen_before


def _allowed(actor: Actor, answer: Answer) -> Actor:
    if isinstance(answer, Denied):
        raise Refused([Refusal("not_allowed", message=str(answer.reason))])
    return acting(actor, answer)


def _open(document_id: int, actor: Actor) -> tuple[PolicyDocument, Actor]:
    """The document with its row locked, for the officers of its department, while it is not withdrawn."""
    rows = PolicyDocument.objects.select_for_update(of=("self",)).select_related("department", "reach")
    document = rows.get(pk=document_id)
    actor = _allowed(actor, policies.may_publish(actor, document.department_id))
    if document.withdrawn_at is not None:
        raise refuse("policy_withdrawn", message=_("这份资料已经撤下，不能再改动。"))
    return document, actor


def _describe(document: PolicyDocument, facts: Mapping[str, Any]) -> None:
    if unknown := set(facts) - set(FIELDS):
        raise invalid(*sorted(unknown))
    for name, value in facts.items():
        setattr(document, name, value.strip() if isinstance(value, str) else value)


def _attach(document: PolicyDocument, upload: Upload, note: str, actor: Actor, now: datetime) -> PolicyVersion:
    latest = document.versions.order_by("-version").values_list("version", flat=True).first()
    row = PolicyVersion(
        document=document,
        version=(latest or 0) + 1,
        note=note[:200],
        text=text_of(upload),
        uploaded_at=now,
        uploaded_by_id=actor.user_id,
    )
    keep(row, upload)
    row.save()
    return row


def _index(document: PolicyDocument, version: PolicyVersion | None) -> None:
    """Keep what the search looks through: title, number, body, summary and the words of the present file."""
    told = (document.title, document.number, document.issuing_body, document.summary, version.text if version else "")
    document.search_text = folded("\n".join(told))
    document.save()


def _tell(document: PolicyDocument, version: PolicyVersion, code: str, now: datetime) -> None:
    """One row for each organisation of the subtree in which somebody works today."""
    seated = Seat.objects.active_on(local_day(now)).filter(
        organisation=OuterRef("pk"), role__in=READING_ROLES, user__is_active=True
    )
    readers = Organisation.objects.filter(Exists(seated), path__startswith=document.reach.path)
    version.document = document
    rows = [
        Notification(organisation=body, policy=version, code=code, created_at=now)
        for body in readers.exclude(pk=document.department_id)
    ]
    publish(rows, now)


def _facts(document: PolicyDocument) -> dict[str, Any]:
    return dump({name: getattr(document, name) for name in FIELDS})


def _file(version: PolicyVersion) -> dict[str, Any]:
    return {"version": version.version, "sha256": version.sha256, "size": version.size}


def _note(document: PolicyDocument, action: str, actor: Actor, now: datetime, payload: Mapping[str, Any]) -> None:
    record(
        organisation=document.department,
        action=action,
        actor=actor,
        now=now,
        payload={"document": document.pk, "title": one_line(document.title), **payload},
    )
