"""manage.py sweep [--as-of DATE|DATETIME]"""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from recruitment.services.sweep import sweep


def moment(text: str) -> datetime:
    """A moment in the product's time zone; of a date alone, its first minutes, when the nightly sweep runs."""
    try:
        day = parse_date(text)
        given = datetime.combine(day, time(0, 5)) if day else parse_datetime(text)
    except ValueError:
        given = None
    if given is None:
        raise ArgumentTypeError(f"{text!r} is neither a date such as 2026-07-01 nor a time such as 2026-07-01T00:05")
    return given if timezone.is_aware(given) else timezone.make_aware(given)


class Command(BaseCommand):
    help = (
        "Raise the flags of deadlines that were missed and let those fall that were met, as the worker does each hour. "
        "A second sweep of the same day changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as-of", type=moment, metavar="DATE|DATETIME", help="sweep as if it were that day")

    def handle(self, *, as_of: datetime | None, **options: Any) -> None:
        now = as_of or timezone.now()
        swept = sweep(now=now)
        self.stdout.write(
            _(
                "%(day)s：检查 %(seen)d 份，变化 %(changed)d 份，新增提醒 %(raised)d 条，"
                "解除提醒 %(fallen)d 条，报上级 %(escalated)d 条，提醒测试和年度分析 %(reminded)d 条"
            )
            % {
                "day": timezone.localtime(now).strftime("%Y-%m-%d %H:%M"),
                "seen": swept.seen,
                "changed": swept.changed,
                "raised": swept.raised,
                "fallen": swept.fallen,
                "escalated": swept.escalated,
                "reminded": swept.reminded,
            }
        )
