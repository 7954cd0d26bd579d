import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from audit.models import Entry
from branches.access import Actor
from branches.models import Organisation

NOW = dt.datetime(2026, 6, 10, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
CLERK_OF_RECORD = Actor(7, "样本管理员", ())


@pytest.fixture
def given() -> dict:
    """The two arguments that every service takes."""
    return {"actor": CLERK_OF_RECORD, "now": NOW}


@pytest.fixture
def entries() -> Callable[[Organisation], list[tuple[str, dict]]]:
    """What the audit holds of an organisation: ``[(action, payload)]`` in order."""

    def read(organisation: Organisation) -> list[tuple[str, dict]]:
        chain = Entry.objects.filter(chain=f"org:{organisation.pk}").order_by("seq")
        return list(chain.values_list("action", "payload"))

    return read
