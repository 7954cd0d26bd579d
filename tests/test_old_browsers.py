"""Nothing of our own needs a browser newer than Chromium 86, which 360, UOS and Kylin still carry.

Each pattern stands with the version in which Chromium learnt it (caniuse.com, chromestatus.com). What a style sheet may
use because an older browser passes over it without harm (accent-color) has no place here. Style sheets for the printing
engine alone are not bound.
"""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "static"
SHEETS = [path for path in sorted((STATIC / "css").glob("*.css")) if not path.name.endswith("_print.css")]
OLDEST = 86

STYLES = {
    r":is\(|:where\(": 88,
    r":has\(": 105,
    r":user-(?:in)?valid": 119,
    r"(?<![\w-])inset(?:-block|-inline)?(?:-start|-end)?\s*:": 87,
    r"(?<![\w-])(?:margin|padding|border)-(?:inline|block)\s*:": 87,
    r"aspect-ratio\s*:": 88,
    r"overflow(?:-x|-y)?\s*:\s*clip": 90,
    r"@layer\b": 99,
    r"@container\b|container-type\s*:": 105,
    r"@scope\b": 118,
    r"@starting-style\b": 117,
    r"(?<![\w-])(?:rotate|scale|translate)\s*:": 104,
    r"color-mix\(|oklch\(|oklab\(": 111,
    r"\b\d+(?:\.\d+)?(?:d|s|l)v[hw]\b": 108,
    r"field-sizing\s*:": 123,
    r"@media[^{]*[<>]=?": 104,
    r"(?m)^\s+&|\{\s*&": 112,
}
SCRIPTS = {
    r"\.at\(": 92,
    r"Object\.hasOwn\(": 93,
    r"structuredClone\(": 98,
    r"\.findLast(?:Index)?\(": 97,
    r"\.to(?:Sorted|Reversed|Spliced)\(": 110,
    r"Object\.groupBy\(|Map\.groupBy\(": 117,
    r"Promise\.withResolvers\(": 119,
    r"crypto\.randomUUID\(": 92,
    r"AbortSignal\.(?:timeout|any)\(": 103,
    r"\bstatic \{": 94,
    r"\.showPicker\(": 99,
    r"Array\.fromAsync\(": 121,
    r"\.checkVisibility\(": 105,
    r"\bpopover\b|\.showPopover\(": 114,
    r"navigator\.userAgentData": 90,
}


def without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/", "", source, flags=re.S)


def too_new(source: str, patterns: dict[str, int]) -> list[str]:
    plain = without_comments(source)
    return [
        f"{match[0].strip()} needs Chromium {version}"
        for pattern, version in patterns.items()
        for match in re.finditer(pattern, plain)
    ]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_style_sheets(path):
    assert too_new(path.read_text(encoding="utf-8"), STYLES) == []


@pytest.mark.parametrize("path", sorted((STATIC / "js").glob("*.js")), ids=lambda path: path.name)
def test_scripts(path):
    assert too_new(path.read_text(encoding="utf-8"), SCRIPTS) == []


@pytest.mark.parametrize(
    ("source", "patterns"),
    [
        (".a { inset: 0 }", STYLES),
        (".a:is(.b, .c) {}", STYLES),
        (".a { aspect-ratio: 1 }", STYLES),
        (".a { height: 100dvh }", STYLES),
        ("@media (width >= 600px) {}", STYLES),
        ("list.at(-1)", SCRIPTS),
        ("crypto.randomUUID()", SCRIPTS),
    ],
)
def test_the_list_finds_them(source, patterns):
    assert too_new(source, patterns)


def test_only_what_is_newer_is_listed():
    assert min((*STYLES.values(), *SCRIPTS.values())) > OLDEST


def test_what_is_old_enough_passes():
    assert too_new(".a { box-shadow: inset 0 4px red; display: flex; gap: 1px } /* :has( */", STYLES) == []
    assert too_new("a ??= b; text.replaceAll('a', 'b'); format(1)", SCRIPTS) == []
