from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import connection

from audit import services, triggers
from audit.models import Entry

NOW = datetime(2026, 5, 11, 1, 2, 3, 456, tzinfo=UTC)


@dataclass(frozen=True)
class SampleActor:
    """Stands in for branches.access.Actor, of which the record reads four attributes."""

    user_id: int | None = 7
    name: str = "样本书记"
    seat_id: int | None = 70
    on_behalf_of_name: str = ""


@pytest.fixture
def actor() -> SampleActor:
    return SampleActor()


@pytest.fixture
def append(actor: SampleActor) -> Callable[..., Entry]:
    """Append to case:1 unless told otherwise."""

    def append(chain: str = "case:1", **payload: object) -> Entry:
        return services.append(chain=chain, action="step.recorded", actor=actor, now=NOW, payload=payload)

    return append


@pytest.fixture
def tamper() -> Callable[..., None]:
    """Run SQL as the owner of the database would who has dropped the triggers."""

    def tamper(sql: str, params: list[object] | None = None) -> None:
        triggers.drop(connection)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)

    return tamper
