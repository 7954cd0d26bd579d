"""Who enters, and for whom: a clerk always enters for somebody who holds an acting post in her organisation."""

from __future__ import annotations

from django.http import HttpRequest

from branches.access import Actor, actor_for
from branches.models import Seat
from recruitment.forms.base import ActForm
from recruitment.policies import Allowed, Answer
from recruitment.selectors.casepage import principals


def asked_for(answer: Answer, request: HttpRequest) -> list[tuple[int, str]] | None:
    """For whom a clerk may enter by this seat; None where nobody need be asked."""
    if isinstance(answer, Allowed) and answer.grant is not None and answer.grant.role == Seat.Role.CLERK:
        return principals(answer.grant.organisation_id, request.today)
    return None


def entering_actor(answer: Answer, request: HttpRequest, form: ActForm) -> Actor:
    """The actor of the request, entering for whom the form says."""
    if form.principal is None or not isinstance(answer, Allowed) or answer.grant is None:
        return request.actor
    return actor_for(request.user, request.today, seat_id=answer.grant.seat_id, on_behalf_of=form.principal)
