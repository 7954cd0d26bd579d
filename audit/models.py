"""Rows of the tamper-evident record: entries in hash chains, and the head of each chain."""

from collections.abc import Collection, Iterable
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.canonical import GENESIS, link_hash


class AppendOnlyError(Exception):
    """Somebody tried to change or remove an entry. The remedy is always a new entry that says what is right."""

    def __init__(self, attempted: str) -> None:
        super().__init__(f"audit entries are append-only: {attempted} refused; append a correcting entry instead")


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reads and inserts only. The database triggers refuse the same; this says so before the SQL is sent."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("update()")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("delete()")

    def bulk_update(self, objs: Iterable["Entry"], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        raise AppendOnlyError("bulk_update()")

    def bulk_create(
        self,
        objs: Iterable["Entry"],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list["Entry"]:
        if ignore_conflicts or update_conflicts:
            raise AppendOnlyError("bulk_create() over existing entries")
        return super().bulk_create(objs, batch_size=batch_size)


class Entry(models.Model):
    """One act in one chain: who did what, when, for whom, and the hash that binds it to the entry before it.

    Written by `audit.services` alone. The actor is an id with the name copied beside it, not a foreign key: a record
    must outlive, and never be rewritten by, what happens to an account.
    """

    chain = models.CharField(_("链"), max_length=64)
    seq = models.PositiveBigIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(_("操作人编号"), null=True, blank=True)
    actor_name = models.CharField(_("操作人"), max_length=200)
    seat_id = models.BigIntegerField(_("席位编号"), null=True, blank=True)
    on_behalf_of = models.CharField(_("代谁录入"), max_length=200, blank=True)
    action = models.CharField(_("行为"), max_length=100)
    payload = models.JSONField(_("内容"))
    prev_hash = models.CharField(_("上一条的哈希"), max_length=64)
    hash = models.CharField(_("哈希"), max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        # There is nothing to permit but looking.
        default_permissions = ("view",)
        # The constraint's index also serves reading a chain in its order.
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_chain_seq")]
        indexes = [models.Index(fields=["at"], name="audit_entry_at")]

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert a new entry. Raises AppendOnlyError for one that is already stored."""
        if not self._state.adding:
            raise AppendOnlyError("save() of a stored entry")
        # Without force_insert a chosen primary key would first be tried as an UPDATE.
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnlyError("delete()")

    def computed_hash(self) -> str:
        """The hash that the entry's content calls for, as against the one stored in `hash`."""
        return link_hash(
            chain=self.chain,
            seq=self.seq,
            at=self.at,
            actor_id=self.actor_id,
            actor_name=self.actor_name,
            seat_id=self.seat_id,
            on_behalf_of=self.on_behalf_of,
            action=self.action,
            payload=self.payload,
            prev_hash=self.prev_hash,
        )


class ChainHead(models.Model):
    """The last link of a chain: the row that writers lock, and the witness that no link is missing at the end.

    A head moves forward only (triggers hold that too), so a chain cannot be shortened and its head set back to match.
    """

    chain = models.CharField(_("链"), max_length=64, primary_key=True)
    seq = models.PositiveBigIntegerField(_("序号"), default=0)
    hash = models.CharField(_("哈希"), max_length=64, default=GENESIS)

    class Meta:
        verbose_name = _("审计链")
        verbose_name_plural = _("审计链")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.chain} #{self.seq}"
