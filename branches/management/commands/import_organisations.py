"""manage.py import_organisations FILE [--commit]"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from branches.access import SYSTEM
from branches.services.importing import LEVELS, Report, import_organisations


class Command(BaseCommand):
    help = (
        "Enter the organisations of a table of administrative divisions (CSV in UTF-8 with the columns code, "
        "parent_code, level, name). Says what it would do; with --commit it does it, all or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--commit", action="store_true", help="write what the dry run announced")

    def handle(self, *, file: Path, commit: bool, **options: Any) -> None:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(
                _("无法读取文件 %(file)s：%(error)s") % {"file": file, "error": error.strerror}
            ) from error
        report = import_organisations(data=data, actor=SYSTEM, now=timezone.now(), commit=commit)
        self._print(report)
        if report.errors:
            raise CommandError(_("共 %(count)d 处错误，没有写入任何内容。") % {"count": len(report.errors)})

    def _print(self, report: Report) -> None:
        for error in report.errors:
            self.stderr.write(str(error))
        counts = ", ".join(f"{level} {report.divisions[level]}" for level in LEVELS)
        self.stdout.write(_("行政区划：%(counts)s") % {"counts": counts})
        if report.errors:
            return
        self.stdout.write(
            _("党组织：新增 %(new)d，变更 %(changed)d，不变 %(unchanged)d")
            % {"new": report.new, "changed": report.changed, "unchanged": report.unchanged},
        )
        if report.committed:
            self.stdout.write(self.style.SUCCESS(_("已写入。")))
        else:
            self.stdout.write(_("这是预演，没有写入任何内容；加 --commit 才会写入。"))
