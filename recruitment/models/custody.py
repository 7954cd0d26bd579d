from __future__ import annotations

import uuid
from pathlib import PurePosixPath

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from branches.models import Organisation
from recruitment.models.case import Case
from recruitment.models.material import material_storage
from recruitment.rules.custody import RETURN_CODES, Deed, Keeper, State
from recruitment.rules.schema import Side
from recruitment.rules.texts import CUSTODY_DEEDS, CUSTODY_RETURNS, CUSTODY_STATES, KEEPERS

_KEEPERS = [(keeper.value, KEEPERS[keeper.value].zh) for keeper in Keeper]


class ArchivePackage(models.Model):
    """An archive package as it was taken: its hash, and name, pages and hash of each file in it.

    What is handed over names its package, so that a receipt says exactly what was received. ``manifest`` is the hash
    of the list of files, the same for the ZIP and the merged PDF of one set. ``standard`` is the part of PDF/A that a
    merged PDF keeps to, empty where it keeps to none; ``obstacles`` says why.
    """

    class Extension(models.TextChoices):
        ZIP = "zip", "ZIP"
        PDF = "pdf", "PDF"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="archive_packages")
    extension = models.CharField(_("格式"), max_length=4, choices=Extension.choices)
    archive = models.CharField(_("档案"), max_length=10)
    sha256 = models.CharField(max_length=64)
    manifest = models.CharField(_("清单哈希"), max_length=64)
    files = models.JSONField(default=list)
    missing = models.JSONField(default=list, blank=True)
    standard = models.CharField(max_length=12, blank=True)
    obstacles = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField(_("取出时间"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("归档材料包")
        verbose_name_plural = _("归档材料包")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(name="recruitment_package_case", fields=["case", "-made_at"])]

    def __str__(self) -> str:
        return f"{self.case_id} {self.extension} {self.manifest[:8]}"


def _receipt_path(instance: CustodyEntry, filename: str) -> str:
    # As with the papers of a step, the name that a person chose never becomes a path.
    return str(PurePosixPath(instance.sha256[:2]) / f"{uuid.uuid4().hex}{instance.extension}")


class CustodyEntry(models.Model):
    """One link in the chain of custody of a case's archive package (档案移交), with how it stands after that.

    Rows are added and never changed but for ``is_last``, which marks the newest of a case. ``holder`` answers for the
    package: while it is on its way that is still who handed it over; ``receiver`` is to whom. ``side`` is the level
    of this system whose seats enter for the holder: its own, or the one that left the package with a body outside.
    A correction says that the entry before it does not count, and restores what stood before that.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="custody_entries")
    number = models.PositiveSmallIntegerField(_("序号"))
    is_last = models.BooleanField(default=True)
    deed = models.CharField(
        _("登记"), max_length=12, choices=[(deed.value, CUSTODY_DEEDS[deed.value].zh) for deed in Deed]
    )
    on = models.DateField(_("日期"))

    state = models.CharField(
        _("状态"), max_length=10, choices=[(state.value, CUSTODY_STATES[state.value].zh) for state in State]
    )
    since = models.DateField(_("自"))
    side = models.CharField(max_length=12, choices=[(side.value, side.value) for side in Side])
    holder = models.CharField(_("保管者"), max_length=10, choices=_KEEPERS)
    holder_name = models.CharField(_("保管单位"), max_length=120)
    holder_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    receiver = models.CharField(_("接收者"), max_length=10, choices=_KEEPERS, blank=True)
    receiver_name = models.CharField(_("接收单位"), max_length=120, blank=True)
    receiver_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    office = models.CharField(_("保管部门或者地点"), max_length=120, blank=True)
    keeper_person = models.CharField(_("保管责任人"), max_length=60, blank=True)
    shelf = models.CharField(_("柜号、盒号"), max_length=60, blank=True)
    package = models.ForeignKey(ArchivePackage, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")

    hands = models.CharField(_("经手人"), max_length=60, blank=True)
    code = models.CharField(
        _("退回原因"), max_length=12, blank=True, choices=[(code, CUSTODY_RETURNS[code].zh) for code in RETURN_CODES]
    )
    words = models.CharField(_("说明"), max_length=500, blank=True)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )

    file = models.FileField(storage=material_storage, upload_to=_receipt_path, max_length=120, blank=True)
    original_name = models.CharField(_("文件名"), max_length=200, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    extension = models.CharField(max_length=8, blank=True)
    size = models.PositiveBigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    entered_at = models.DateTimeField(_("登记时间"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    entered_for = models.CharField(max_length=60, blank=True)
    entered_from = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("档案移交")
        verbose_name_plural = _("档案移交")
        ordering = ["case", "number"]
        indexes = [
            models.Index(name="recruitment_custody_standing", fields=["state", "side"], condition=Q(is_last=True))
        ]
        constraints = [
            models.UniqueConstraint(name="recruitment_custody_number", fields=["case", "number"]),
            models.UniqueConstraint(name="recruitment_custody_last", fields=["case"], condition=Q(is_last=True)),
            models.CheckConstraint(
                name="recruitment_custody_receiver",
                condition=(Q(state="on_the_way") & ~Q(receiver="")) | (~Q(state="on_the_way") & Q(receiver="")),
            ),
            models.CheckConstraint(
                name="recruitment_custody_corrects",
                condition=Q(deed="corrected", corrects__isnull=False)
                | (~Q(deed="corrected") & Q(corrects__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.number} {self.deed}"

    def get_receipt_url(self) -> str:
        """The address of the receipt, which names every file that the entry is about."""
        return reverse("custody_receipt", args=[self.case.number, self.number])
