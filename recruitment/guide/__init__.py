"""The Guide (导则): a handbook of six chapters in numbered articles, in Chinese and English.

:mod:`recruitment.guide.reading` reads the text, :mod:`recruitment.guide.handbook` numbers it and says which article
explains what, :mod:`recruitment.guide.search` finds words in it, :mod:`recruitment.guide.changes` sets the two editions
of the Rules side by side. Nothing here reads the database.
"""

from recruitment.guide.reading import (
    CONTENT,
    EDITIONS,
    Facets,
    GuideError,
    Item,
    Materials,
    facets,
    load,
    steps,
)

__all__ = ["CONTENT", "EDITIONS", "Facets", "GuideError", "Item", "Materials", "facets", "load", "steps"]
