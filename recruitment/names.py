"""How a Chinese name is read: its syllables in pinyin and their initials, for finding and sorting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from pypinyin import lazy_pinyin

Key = TypeVar("Key")

#: Surnames that are read otherwise than the character alone (通用规范汉字, 姓氏读音).
_SURNAMES = {
    "万俟": "mo qi",
    "令狐": "ling hu",
    "尉迟": "yu chi",
    "单于": "chan yu",
    "长孙": "zhang sun",
    "澹台": "tan tai",
    "曾": "zeng",
    "单": "shan",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "盖": "ge",
    "区": "ou",
    "任": "ren",
    "朴": "piao",
    "翟": "zhai",
    "缪": "miao",
    "乐": "yue",
    "车": "che",
    "谌": "chen",
    "覃": "qin",
    "宓": "mi",
}
_LETTERS = re.compile(r"[^a-z]+")


def pinyin_of(name: str) -> str:
    """``张三丰`` as ``zhang san feng``: one word a syllable, without tones; letters stay as they are.

    A surname is read as one (曾 ``zeng``, 单 ``shan``). What is neither a character nor a letter is left out.
    """
    name = name.strip()
    surname = next((name[:length] for length in (2, 1) if name[:length] in _SURNAMES), "")
    read = _SURNAMES[surname].split() if surname else []
    words = [*read, *lazy_pinyin(name[len(surname) :])]
    syllables = (_LETTERS.sub(" ", word.lower().replace("ü", "v")).strip() for word in words)
    return " ".join(syllable for syllable in syllables if syllable)


def by_reading(name: str) -> tuple[str, str]:
    """The key by which names are sorted."""
    return pinyin_of(name), name


def by_letter(people: Sequence[tuple[Key, str]]) -> list[tuple[str, list[tuple[Key, str]]]]:
    """People, sorted as they are read, under the letter with which their reading begins; ``#`` for none."""
    groups: dict[str, list[tuple[Key, str]]] = {}
    for key, name in people:
        groups.setdefault(pinyin_of(name)[:1].upper() or "#", []).append((key, name))
    return list(groups.items())


def initials_of(pinyin: str) -> str:
    """``zhang san feng`` as ``zsf``."""
    return "".join(syllable[0] for syllable in pinyin.split())
