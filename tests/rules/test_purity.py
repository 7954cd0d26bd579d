"""recruitment.rules imports only the standard library and itself, and never reads the clock."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import recruitment.rules

ROOT = Path(recruitment.rules.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
CLOCKS = {("date", "today"), ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("time", "time")}


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_are_the_standard_library_and_itself(path):
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        assert name.split(".")[0] in sys.stdlib_module_names or f"{name}.".startswith("recruitment.rules."), name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_clock_is_never_read(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in CLOCKS, f"line {node.lineno}"


def test_it_loads_without_anything_installed():
    """In a process that sees the standard library alone (-S leaves the installed packages out)."""
    modules = [
        ".".join(("recruitment", "rules", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        for path in MODULES
    ]
    program = "import importlib, sys; sys.path.insert(0, sys.argv[1]); list(map(importlib.import_module, sys.argv[2:]))"
    command = [sys.executable, "-I", "-S", "-c", program, str(ROOT.parents[1]), *modules]
    loaded = subprocess.run(command, capture_output=True, text=True, check=False)
    assert loaded.returncode == 0, loaded.stderr
