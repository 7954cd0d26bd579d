"""The Guide's requirements as a check list: what a verifier ticked off stays with the decision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from recruitment import guide


def requirements(step: str, edition: str) -> dict[str, guide.Item]:
    """The step's requirements under the edition, each under a key that stays the same while its sentence does.

    A record that knows no edition is none of the Guide's business: it has no requirements.
    """
    if edition not in guide.EDITIONS:
        return {}
    return {key_of(item): item for item in guide.facets(step).under(edition).requirements}


def key_of(item: guide.Item) -> str:
    return hashlib.sha256(item.zh.encode()).hexdigest()[:12]


def ticked(step: str, edition: str, keys: Iterable[str]) -> list[dict[str, str]]:
    """The sentences under these keys as the record keeps them, for the Guide may be reworded; others are left out."""
    wanted = set(keys)
    return [{"zh": item.zh, "en": item.en} for key, item in requirements(step, edition).items() if key in wanted]
