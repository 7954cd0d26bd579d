"""A department's own templates: taken in after the check, put in force, and put out of force again."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from branches.access import Actor
from branches.models import Organisation
from branches.services.record import record
from recruitment import policies
from recruitment.documents.toolbox.catalogue import CATALOGUE
from recruitment.documents.toolbox.checking import Checked, check
from recruitment.models import TemplateVersion
from recruitment.services.base import Refusal, Refused, acting, refuse
from recruitment.words import localised


def inspect(file: File) -> tuple[bytes, Checked]:
    """Look into an uploaded template. Raises ``ValidationError`` with every fault and its place."""
    name, limit = PurePath(file.name or "").name, settings.TEMPLATE_MAX_BYTES
    if PurePath(name).suffix.lower() != ".docx":
        raise ValidationError(_("请上传 .docx 文件。"), code="not_docx")
    if (file.size or 0) > limit:
        raise ValidationError(
            _("“%(name)s”超过 %(limit)s MB 的上限。") % {"name": name, "limit": limit // 1048576}, code="too_large"
        )
    file.seek(0)
    content = file.read()
    checked = check(content)
    if checked.problems:
        raise ValidationError([ValidationError(localised(p.sentence), code="template") for p in checked.problems])
    return content, checked


@transaction.atomic
def add_version(*, organisation: Organisation, code: str, file: File, actor: Actor, now: datetime) -> TemplateVersion:
    """Keep an uploaded template as the department's next version, and put it in force.

    Raises ``Refused`` for who may not, ``ValidationError`` with every fault of the file.
    """
    actor = _allowed(actor, organisation)
    _lock(organisation)
    content, checked = inspect(file)
    last = TemplateVersion.objects.filter(organisation=organisation, code=code).order_by("-number").first()
    version = TemplateVersion(
        organisation=organisation,
        code=CATALOGUE[code].code,
        number=last.number + 1 if last else 1,
        original_name=PurePath(file.name or "").name[:200],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        names=list(checked.names),
        has_roster=checked.has_roster,
        uploaded_at=now,
        uploaded_by_id=actor.user_id,
    )
    version.file.save("template.docx", ContentFile(content), save=False)
    version.save()
    _put_in_force(version)
    _note(version, "template_uploaded", actor, now)
    return version


@transaction.atomic
def use_version(*, version: TemplateVersion, actor: Actor, now: datetime) -> TemplateVersion:
    """Switch (back) to a version. The one in force already changes nothing."""
    actor = _allowed(actor, version.organisation)
    _lock(version.organisation)
    version.refresh_from_db()
    if version.in_force:
        return version
    _put_in_force(version)
    _note(version, "template_switched", actor, now)
    return version


@transaction.atomic
def use_shipped(*, organisation: Organisation, code: str, actor: Actor, now: datetime) -> None:
    """Put the department's own template out of force: the next one up the tree, or the product's, holds again."""
    actor = _allowed(actor, organisation)
    _lock(organisation)
    version = TemplateVersion.objects.filter(organisation=organisation, code=code, in_force=True).first()
    if version is None:
        return
    version.in_force = False
    version.save(update_fields=["in_force"])
    _note(version, "template_withdrawn", actor, now)


def _allowed(actor: Actor, organisation: Organisation) -> Actor:
    answer = policies.may_set_templates(actor, organisation.pk, organisation.path)
    if isinstance(answer, policies.Denied):
        raise Refused([Refusal("not_allowed", message=str(answer.reason))])
    if organisation.kind != Organisation.Kind.DEPARTMENT:
        raise refuse("not_allowed")
    return acting(actor, answer)


def _lock(organisation: Organisation) -> None:
    # Two uploads at once queue up here, so that each has its number and one of them is in force.
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _put_in_force(version: TemplateVersion) -> None:
    TemplateVersion.objects.filter(organisation=version.organisation_id, code=version.code).update(in_force=False)
    version.in_force = True
    version.save(update_fields=["in_force"])


def _note(version: TemplateVersion, action: str, actor: Actor, now: datetime) -> None:
    payload = {"template": version.code, "version": version.number, "sha256": version.sha256}
    record(organisation=version.organisation, action=action, actor=actor, now=now, payload=payload)
