from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from recruitment.models.case import Case


class CaseOrigin(models.Model):
    """What is kept of a case file with which a case came from another installation, to show that nothing was changed.

    ``manifest`` and its ``signature`` (hexadecimal) stand as they were signed there, and so do ``acts``, the chain of
    acts, whose hash the manifest gives: with the public key in the manifest they can be verified for good, without
    that installation. A case that came on from place to place has one row for each, ``number`` 1 the first.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="origins")
    number = models.PositiveSmallIntegerField(_("序号"))
    key = models.CharField(_("密钥指纹"), max_length=40)
    manifest = models.TextField()
    signature = models.CharField(max_length=128)
    acts = models.TextField()

    class Meta:
        verbose_name = _("来件")
        verbose_name_plural = _("来件")
        ordering = ["case", "number"]
        constraints = [models.UniqueConstraint(name="recruitment_case_origin_once", fields=["case", "number"])]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.number}"

    @property
    def signature_bytes(self) -> bytes:
        return bytes.fromhex(self.signature)

    @cached_property
    def said(self) -> Mapping[str, Any]:
        """The manifest: who sealed the file, when, and under which key."""
        return json.loads(self.manifest)

    @property
    def links(self) -> list[dict[str, Any]]:
        """The acts as that installation recorded them, the first one first."""
        return json.loads(self.acts)["entries"]
