"""From the table to django-fsm: the true edges of a case and of a step record, stacked on a few real verbs.

Targets stay static and gates are no conditions: a verb is called by a service with the verdict in its hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django_fsm import GET_STATE, transition

from recruitment.rules.steps import FIRST, LAST, REPEATED_FROM, REPEATED_TO, STEP_KEYS, STEPS, following

COMPLETED, TERMINATED, CLOSED = "completed", "terminated", "closed"
ENDS = (COMPLETED, TERMINATED, CLOSED)
STATES = (*STEP_KEYS, *ENDS)
START = FIRST

#: Each step to the next, the last to the end.
ADVANCE = tuple((key, following(key) or COMPLETED) for key in STEP_KEYS)
#: An approved extension opens a second round.
EXTEND = ((REPEATED_TO, REPEATED_FROM),)

OPEN, RECORDED, SUBMITTED, RETURNED, VERIFIED = "open", "recorded", "submitted", "returned", "verified"
STATUSES = (OPEN, RECORDED, SUBMITTED, RETURNED, VERIFIED)


def earlier_in_stage(key: str) -> tuple[str, ...]:
    """The steps of the same stage before ``key``: where a case may be sent back to."""
    return tuple(other for other in STEP_KEYS[: STEPS[key].number - 1] if STEPS[other].stage == STEPS[key].stage)


def stacked(field: Any, rows: Iterable[tuple[str, Any]]) -> Callable[[Callable], Callable]:
    """Put every row of the table on one method, keyed by its source."""

    def decorate(method: Callable) -> Callable:
        for source, target in rows:
            method = transition(field=field, source=source, target=target)(method)
        return method

    return decorate


def chosen(targets: Iterable[str]) -> GET_STATE:
    """A target named by the caller, among ``targets`` only."""
    return GET_STATE(lambda instance, to, *args, **kwargs: to, states=list(targets))


SEND_BACK = tuple((key, chosen(earlier)) for key in STEP_KEYS if (earlier := earlier_in_stage(key)))
REINSTATE = ((TERMINATED, chosen(STEP_KEYS)),)

__all__ = ["LAST", "START", "STATES", "STATUSES"]
