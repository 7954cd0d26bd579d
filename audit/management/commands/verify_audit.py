"""manage.py verify_audit: is the record whole?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit import services, triggers
from audit.models import ChainHead, Entry


class Command(BaseCommand):
    help = "Verify the hash chains of the audit record. Names the first broken link and exits with 1 if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chain", help="verify this chain only, for example case:7 or org:12")

    def handle(self, *, chain: str | None, **options: Any) -> None:
        if chain is not None and not self._known(chain):
            raise CommandError(f"there is no chain {chain}")
        missing = triggers.expected(connection) - triggers.installed(connection)
        if missing:
            self.stderr.write(
                f"warning: the database does not refuse changes, triggers are missing: {', '.join(sorted(missing))}; "
                "manage.py migrate installs them again"
            )
        tally = services.Tally()
        first, count = None, 0
        for broken in services.broken_links(chain, tally):
            first = first or broken
            count += 1
        if first is not None:
            others = f" ({count} broken links in all)" if count > 1 else ""
            raise CommandError(f"first broken link: {first}{others}")
        self.stdout.write(f"{tally.entries} entries in {tally.chains} chains: whole")

    def _known(self, chain: str) -> bool:
        return ChainHead.objects.filter(chain=chain).exists() or Entry.objects.filter(chain=chain).exists()
