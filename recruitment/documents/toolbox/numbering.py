"""Document numbers (发文字号) that follow one another: 样委〔2026〕1号, 样委〔2026〕2号 …"""

from __future__ import annotations

import re

_LAST_DIGITS = re.compile(r"(\d+)(\D*)$")


def can_go_on(number: str) -> bool:
    """Whether the number has a figure that can be counted on from."""
    return _LAST_DIGITS.search(number) is not None


def following(number: str, places: int) -> str:
    """The number so many places after this one; leading noughts are kept. Raises ``ValueError`` without a figure."""
    found = _LAST_DIGITS.search(number)
    if found is None:
        raise ValueError(f"{number!r} has no figure to count on from")
    figure = found[1]
    return f"{number[: found.start()]}{int(figure) + places:0{len(figure)}d}{found[2]}"
