"""One stage for all stories of this folder, in one transaction that is taken back at the end."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from recruitment.rehearsal.play import papers_in_memory
from recruitment.rehearsal.stage import build
from tests.rehearsal.dsl import Story, Theatre, check


@pytest.fixture(scope="package")
def theatre(django_db_setup: None, django_db_blocker: Any) -> Iterator[Theatre]:
    with django_db_blocker.unblock(), transaction.atomic(), papers_in_memory():
        yield Theatre(build())
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(theatre: Theatre) -> None:
    """In place of pytest-django's transaction for each test: the stories share one, and what they have in common."""


@pytest.fixture
def play(theatre: Theatre) -> Callable[[Story], dict[str, Any]]:
    """Play a story, compare what it expects, and give the whole answer."""
    return lambda story: check(theatre, story)
