"""What every way of playing the script of a whole case shares: the clock, the one case, and a name for what failed."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import time_machine

from recruitment.models import Case
from tests.branches.factories import County
from tests.journeys.script import Act


class Playing:
    """Plays an act on its day by the method that bears the name of its kind."""

    def __init__(self, county: County, clock: time_machine.Traveller) -> None:
        self.county, self.clock = county, clock

    @cached_property
    def case(self) -> Case:
        """The one case there is, once somebody has opened it."""
        return Case.objects.get()

    def play(self, act: Act) -> None:
        self.clock.move_to(act.at.astimezone(dt.UTC))
        try:
            self.at_desk(act)
        except Exception as error:
            error.add_note(f"while playing: {act}")
            raise

    def at_desk(self, act: Act) -> None:
        getattr(self, act.kind)(act)
