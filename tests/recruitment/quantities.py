"""Reading quantities out of the Guide's sentences, in either language, so that they can be compared with the rules."""

import re

#: A quantity is (number, unit); years and half years count in months, so that both languages compare.
Quantity = tuple[int, str]

CHINESE_NUMBERS = {"两": 2, **{character: value for value, character in enumerate("一二三四五六七八九", start=1)}}
ENGLISH_NUMBERS = {"one": 1, "two": 2, "three": 3, "five": 5, "six": 6}

CHINESE_QUANTITY = re.compile(
    r"(?P<half>半年)|(?P<more>半数|过半|一半)"
    r"|(?P<number>[一两二三四五六七八九十]+)(?P<unit>周岁|个月|个工作日|天|个?学时|周|年)"
)
ENGLISH_QUANTITY = re.compile(
    r"(?P<half>half[- ]year|half a year)|(?P<more>more than half|[Ee]xactly half|not enough)"
    r"|\b(?P<number>one|two|three|five|six|\d+)(?: full)?"
    r" (?P<unit>years old|years of age|years?|months?|working days|days|class hours|weeks?)\b",
    re.IGNORECASE,
)
UNITS = {
    "周岁": "age", "个月": "month", "个工作日": "working day", "天": "day", "周": "week", "学时": "hour",
    "个学时": "hour",
    "years old": "age", "years of age": "age", "month": "month", "months": "month", "working days": "working day",
    "days": "day", "class hours": "hour", "week": "week", "weeks": "week",
}  # fmt: skip


def chinese_number(text: str) -> int:
    """十八 -> 18; enough for numbers below one hundred."""
    tens, ten, ones = text.rpartition("十")
    value = (CHINESE_NUMBERS[tens] if tens else 1) * 10 if ten else 0
    return value + (CHINESE_NUMBERS[ones] if ones else 0)


def english_number(text: str) -> int:
    return int(text) if text.isdigit() else ENGLISH_NUMBERS[text.lower()]


def quantities(text: str) -> set[Quantity]:
    chinese = bool(re.search(r"[\u4e00-\u9fff]。?$", text))
    found: set[Quantity] = set()
    for match in (CHINESE_QUANTITY if chinese else ENGLISH_QUANTITY).finditer(text):
        if match["half"]:
            found.add((6, "month"))
        elif match["more"]:
            found.add((1, "half"))
        else:
            number = (chinese_number if chinese else english_number)(match["number"])
            unit = match["unit"].lower()
            if unit in ("年", "year", "years"):
                found.add((number * 12, "month"))
            elif (number, unit) != (1, "天"):  # 一天 means "a day" or "that day", never a limit
                found.add((number, UNITS[unit]))
    return found
