"""Compile locale/*/LC_MESSAGES/*.po where a catalogue is newer than its compiled form. Needs no msgfmt."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]


def compile_catalogue(source: Path) -> None:
    """Write the .mo beside `source`. Entries marked fuzzy are left out, as msgfmt does."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    draft = source.with_suffix(".mo.new")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(source.with_suffix(".mo"))


def main() -> int:
    for source in sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime <= source.stat().st_mtime:
            print(f"Compiling {source.relative_to(ROOT)} ...")
            compile_catalogue(source)
    return 0


if __name__ == "__main__":
    sys.exit(main())
