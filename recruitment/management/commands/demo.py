"""manage.py demo [--seed N] [--cases N]"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.models import Organisation, User
from recruitment.demonstration.build import Progress, build
from recruitment.demonstration.seats import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = (
        "Build the demonstration city where the database has no organisations yet: the real divisions of Suqian, and "
        "sample persons in all 31 steps. Prints the accounts each time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1, help="the same seed on the same day gives the same city")
        parser.add_argument("--cases", type=int, metavar="N", help="build only N of its cases")

    def handle(self, *, seed: int, cases: int | None, **options: Any) -> None:
        if not Organisation.objects.exists():
            if settings.SETTINGS_MODULE == "config.settings.production":
                raise CommandError(_("演示账号的密码是公开的，不能建在正式环境里。"))
            self._build(seed, cases)
        self._print_accounts()

    def _build(self, seed: int, cases: int | None) -> None:
        self.stdout.write(_("正在建立演示城市（全部为样本人员）……"))
        built = build(now=timezone.now(), seed=seed, limit=cases, progress=self._progress())
        self.stdout.write(
            _("演示城市已建成：党组织 %(organisations)d 个，纪实 %(cases)d 份，办理 %(acts)d 次。")
            % {"organisations": built.organisations, "cases": built.cases, "acts": built.acts}
        )

    def _progress(self) -> Progress:
        """A line that is written over on a terminal; elsewhere one line each tenth."""
        shown = -1

        def show(share: float) -> None:
            nonlocal shown
            percent = int(share * 100)
            terminal = sys.stdout.isatty()
            step = 1 if terminal else 10
            if percent // step == shown:
                return
            shown = percent // step
            end = "\n" if not terminal or percent == 100 else "\r"
            self.stdout.write(f"  {percent:3d} %", ending=end)
            self.stdout.flush()

        return show

    def _print_accounts(self) -> None:
        if not User.objects.filter(username=ACCOUNTS[0].username).exists():
            self.stdout.write(_("数据库中已有党组织，没有建立演示城市。"))
            return
        self.stdout.write(_("演示账号（密码均为 %(password)s）：") % {"password": PASSWORD})
        users = User.objects.in_bulk([account.username for account in ACCOUNTS], field_name="username")
        for account in ACCOUNTS:
            user = users.get(account.username)
            seat = user.seats.select_related("organisation").first() if user else None
            if seat is not None:
                self.stdout.write(f"  {account.username:<13}{seat.organisation} · {seat.get_role_display()}")
        self.stdout.write(_("要重新建立：停止运行，删除 var/ 下的 db.sqlite3* 和 materials/，再运行 make run。"))
