"""Sittings: their list, the two pages on which one is entered for all its people, and one sitting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches.access import Actor, Grant, actor_for
from branches.models import Organisation, Seat
from branches.services import roster
from recruitment.forms_sitting import (
    MAX_PEOPLE,
    Agenda,
    BranchFilterForm,
    ChoiceForm,
    Choices,
    PersonForm,
    SittingFilterForm,
    SittingForm,
    item_label,
)
from recruitment.models import Case, Sitting
from recruitment.policies import ENTERING_ROLES
from recruitment.rules import texts
from recruitment.rules.editions import edition_of
from recruitment.rules.explain import Explanation
from recruitment.rules.steps import STEPS
from recruitment.rules.texts import Text
from recruitment.selectors.agenda import AgendaItem, Candidate, candidates, item_of, items_of, ripe_cases
from recruitment.selectors.casefile import load
from recruitment.selectors.sittings import PersonRow, SittingFile, heard, sitting_file, sittings_of, visible_sitting
from recruitment.services.base import Done, Refused
from recruitment.services.sittings import PersonResult, SittingResult, hold_sitting, join_sitting
from recruitment.views.base import Page, mark

PER_PAGE = 30
