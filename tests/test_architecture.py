"""Imports go downhill only: the order of the layers, the pure core, and entry points that never import each other."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("recruitment", "branches", "audit", "config")

# From the top down. A module may import from its own line and from those below it; the longest prefix decides.
LAYERS = (
    ("config",),
    ("recruitment.urls", "branches.urls", "audit.urls"),
    (
        "recruitment.views",
        "recruitment.forms",
        "recruitment.context",
        "recruitment.middleware",
        "recruitment.templatetags",
        "recruitment.tasks",
        "recruitment.admin",
        "recruitment.management",
        "recruitment.rehearsal",
        "recruitment.demonstration",
        "branches.views",
        "branches.forms",
        "branches.admin",
        "branches.management",
        "audit.admin",
        "audit.management",
    ),
    ("recruitment.services",),
    ("recruitment.documents", "recruitment.travel"),
    ("recruitment.selectors",),
    ("recruitment.models", "recruitment.machine"),
    (
        "recruitment.policies",
        "recruitment.words",
        "recruitment.links",
        "recruitment.guide",
        "recruitment.training",
        "recruitment.channels",
        "recruitment.apps",
    ),
    ("branches.services",),
    ("branches.access", "branches.administration", "branches.models", "branches.apps"),
    ("audit.services", "audit.models", "audit.canonical", "audit.triggers", "audit.apps"),
    ("recruitment.rules", "recruitment.names", "recruitment.numbers"),
)

# Kinds of entry points: one kind never imports another, in any app.
KINDS = {
    "pages": (
        "recruitment.views",
        "recruitment.forms",
        "recruitment.context",
        "recruitment.middleware",
        "recruitment.templatetags",
        "branches.views",
        "branches.forms",
    ),
    "admin": ("recruitment.admin", "branches.admin", "audit.admin"),
    "tasks": ("recruitment.tasks",),
    "commands": (
        "recruitment.management",
        "recruitment.rehearsal",
        "recruitment.demonstration",
        "branches.management",
        "audit.management",
    ),
}


def modules() -> list[Path]:
    paths = (path for app in APPS for path in (ROOT / app).rglob("*.py"))
    return sorted(path for path in paths if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                package = path.parent.parents[node.level - 2] if node.level > 1 else path.parent
                module = ".".join(filter(None, (*package.relative_to(ROOT).parts, module)))
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> int | None:
    """The layer's line, counted from the top; None for what is not ours or is an empty package."""
    found = [
        (len(prefix), line)
        for line, prefixes in enumerate(LAYERS)
        for prefix in prefixes
        if module == prefix
        or module.startswith(f"{prefix}.")
        or (prefix == "recruitment.forms" and module.startswith("recruitment.forms"))
    ]
    return max(found)[1] if found else None


def kind_of(module: str) -> str | None:
    for kind, prefixes in KINDS.items():
        if any(module == prefix or module.startswith((f"{prefix}.", f"{prefix}_")) for prefix in prefixes):
            return kind
    return None


@pytest.mark.parametrize("path", modules(), ids=lambda path: name_of(path))
def test_every_module_has_its_layer(path):
    name = name_of(path)
    assert name in APPS or layer_of(name) is not None, f"{name} stands in no layer: give it one"


@pytest.mark.parametrize("path", modules(), ids=lambda path: name_of(path))
def test_imports_go_downhill(path):
    here = layer_of(name_of(path))
    uphill = [
        imported
        for imported in imports(path)
        if here is not None and (there := layer_of(imported)) is not None and there < here
    ]
    assert not uphill


@pytest.mark.parametrize("path", modules(), ids=lambda path: name_of(path))
def test_entry_points_never_import_each_other(path):
    here = kind_of(name_of(path))
    across = [
        imported
        for imported in imports(path)
        if here is not None and (there := kind_of(imported)) is not None and there != here
    ]
    assert not across


def test_the_core_is_pure():
    """recruitment.rules imports the standard library and itself: no Django, no clock, no database."""
    for path in sorted((ROOT / "recruitment" / "rules").rglob("*.py")):
        for imported in imports(path):
            top = imported.partition(".")[0]
            assert imported.startswith("recruitment.rules") or top in sys.stdlib_module_names, f"{path}: {imported}"


def test_the_core_reads_no_clock():
    for path in sorted((ROOT / "recruitment" / "rules").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert (
                    node.attr not in {"today", "now", "utcnow"}
                    or not isinstance(node.ctx, ast.Load)
                    or (isinstance(node.value, ast.Name) and node.value.id not in {"date", "datetime", "time"})
                ), f"{path}:{node.lineno} reads the clock"


def test_services_read_no_clock():
    """The clock is read at the entry points and passed down."""
    folders = [ROOT / "recruitment" / name for name in ("services", "selectors", "models")]
    for path in sorted(file for folder in folders for file in folder.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        for call in ("timezone.now(", "date.today(", "datetime.now(", "timezone.localdate()"):
            assert call not in source, f"{path}: {call} belongs to an entry point"


def test_nothing_reads_the_shared_folder():
    for path in modules():
        assert "../shared" not in path.read_text(encoding="utf-8")
