"""The language of templates: a sandbox that knows names, the list of people, conditions, and nothing else."""

from __future__ import annotations

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Blank(str):
    """A blank to write on: it shows its line, and counts as nothing in a condition."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False


#: In a cell of a table the cell itself is the blank.
CELL_FILTER = "格"


def _in_cell(value: object) -> object:
    return "" if isinstance(value, Blank) else value


def environment() -> ImmutableSandboxedEnvironment:
    """A fresh environment; typed text is escaped and never read as a template."""
    made = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    made.globals.clear()
    made.filters.clear()
    made.filters[CELL_FILTER] = _in_cell
    return made
