"""Write the toolbox's .docx files from their sources."""

from typing import Any

from django.core.management.base import BaseCommand

from recruitment.documents.toolbox.building import build_all


class Command(BaseCommand):
    help = "Write recruitment/documents/toolbox/shipped/*.docx from sources/*.txt. A test fails while they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        for entry, content in build_all():
            entry.shipped.parent.mkdir(exist_ok=True)
            entry.shipped.write_bytes(content)
            self.stdout.write(f"{entry.shipped.name}  {len(content)} bytes")
