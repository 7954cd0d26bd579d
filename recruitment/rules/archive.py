"""What goes into the archive when a case is closed (r2026 art 36, r2014 art 37): papers and forms, by edition.

The two editions name the same papers but one: r2026 has the two national registers where r2014 speaks of the papers
of cultivation and examination. What one edition names and the other does not is filed beside it where it is there.
"""

from __future__ import annotations

from collections.abc import Iterable

from recruitment.rules.editions import R2026
from recruitment.rules.papers import DOCUMENTS

#: The step that closes a case.
ARCHIVE_STEP = "archive_records"
#: Which archive the papers are filed in: the personnel archive, or a Party member archive where there is none.
PERSONNEL, PARTY = "personnel", "party"

_R2026 = ("D25", "D01", "D46", "D18", "D19", "D47", "D36")
_R2014 = ("D25", "D01", "D08", "D09", "D10", "D18", "D19", "D35", "D36")


def named_papers(edition: str) -> tuple[str, ...]:
    """The papers without which the archive is incomplete, in the order in which they are filed."""
    return _R2026 if edition == R2026 else _R2014


def companion_papers(edition: str) -> tuple[str, ...]:
    """Papers that are filed with them where the case has them."""
    named = named_papers(edition)
    return tuple(code for code, paper in DOCUMENTS.items() if paper.personnel_archive and code not in named)


def missing_papers(held: Iterable[str], edition: str) -> tuple[str, ...]:
    """The named papers that are not among ``held``."""
    held = frozenset(held)
    return tuple(code for code in named_papers(edition) if code not in held)
