"""manage.py send_outbox"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from recruitment.services.outbox.digests import compose_digests
from recruitment.services.outbox.sending import send_due


class Command(BaseCommand):
    help = (
        "Make the digests whose hour has come and send what waits in the outbox, as the worker does each minute. "
        "What was sent is never sent again."
    )

    def handle(self, **options: Any) -> None:
        made = compose_digests(now=timezone.now())
        run = send_due(clock=timezone.now)
        self.stdout.write(
            _("汇总 %(made)d 份；发出 %(sent)d 条，推迟 %(postponed)d 条，失败 %(failed)d 条，不能确定 %(unsure)d 条")
            % {"made": made, **run.counts()}
        )
