"""A stage for the stories of one test, in the test's transaction."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from recruitment.rehearsal.play import papers_in_memory
from recruitment.rehearsal.stage import build
from tests.rehearsal.dsl import Story, Theatre, check


@pytest.fixture
def play(db: None) -> Iterator[Callable[[Story], dict[str, Any]]]:
    """Play a story, compare what it expects, and give the whole answer.

    Stories of one test share what they have in common: tests put those together that begin alike.
    """
    with papers_in_memory():
        theatre = Theatre(build())
        yield lambda story: check(theatre, story)
