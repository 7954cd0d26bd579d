"""The demonstration city obeys every rule, and is the same city for the same seed."""

import datetime as dt
from collections import Counter
from io import StringIO

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.files.storage import InMemoryStorage
from django.core.management import CommandError, call_command
from django.db import transaction

from audit import services as audit
from branches.models import Member, Organisation, Substitution, User
from recruitment.demonstration.build import build, found, populate
from recruitment.demonstration.seats import ACCOUNTS, PASSWORD
from recruitment.models import (
    Appeal,
    Case,
    Certificate,
    Correction,
    CustodyEntry,
    Exam,
    Flag,
    Inquiry,
    LogEntry,
    Material,
    Notification,
    Person,
    PolicyDocument,
    PolicyVersion,
    PoolAnalysis,
    Sitting,
    StepRecord,
)
from recruitment.models.person import validate_id_number
from recruitment.rules.steps import STEP_KEYS
from recruitment.selectors.casefile import load, load_many
from recruitment.services.materials import inspect
from recruitment.services.sweep import sweep
from tests.recruitment.sitting_cases import at

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)
NOW = at(TODAY, 10)
FEW = 8


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    for model, name in ((Material, "file"), (PolicyVersion, "file"), (Correction, "evidence")):
        monkeypatch.setattr(model._meta.get_field(name), "storage", InMemoryStorage())


def assert_rules_obeyed(today: dt.date) -> None:
    """Every verified act was clean or explained, every stored light is the rules' own, and the record is whole."""
    for record in StepRecord.objects.filter(counts=True, status="verified").select_related("case"):
        unmet = {finding["gate"] for finding in record.verdict["findings"] if not finding["met"]}
        explained = Flag.objects.filter(case=record.case, code__in=unmet).exclude(explanation="")
        assert unmet == set(explained.values_list("code", flat=True)), (record.case.number, record.step)
        assert record.submitted_by_id != record.verified_by_id
        assert record.submitted_at <= record.verified_at
    for file in load_many(Case.objects.select_related("person", "branch")):
        assert file.case.light == file.assess(today).light, file.case
    assert audit.verify() == []
    swept = sweep(now=at(today, 23))
    assert (swept.changed, swept.raised) == (0, 0)


def assert_marked_as_samples() -> None:
    for person in Person.objects.all():
        assert person.is_sample
        assert person.name.startswith("样本·")
        assert person.id_number.startswith("990000")
        validate_id_number(person.id_number)
    for user in User.objects.all():
        assert user.full_name.startswith("样本·")
    assert not Member.objects.exclude(name__startswith="样本").exists()
    for material in Material.objects.all()[:40]:
        assert material.original_name.startswith("样本-")
        assert inspect(material.code, material.file, material.original_name).sha256 == material.sha256


def portrait() -> list[tuple]:
    """What one sees of the city; keys, salts and file names are drawn anew each time."""
    cases = Case.objects.order_by("number").values_list("number", "step", "light", "end", "person__name", "opened_at")
    records = StepRecord.objects.order_by("case__number", "step", "round", "pk")
    acts = records.values_list("case__number", "step", "status", "action_on", "submitted_by__username", "verified_at")
    flags = Flag.objects.order_by("case__number", "step", "code", "subkey").values_list("case__number", "code", "due")
    return [*cases, *acts, *flags]


@pytest.mark.parametrize(
    "today",
    [
        # After the Spring Festival, before the new edition.
        pytest.param(dt.date(2026, 2, 25), marks=pytest.mark.embedded),
        # In a year without a published calendar.
        pytest.param(dt.date(2028, 2, 29), marks=pytest.mark.postgres),
    ],
    ids=str,
)
def test_a_few_cases_obey_every_rule_on_any_day(today):
    built = build(now=at(today, 10), limit=FEW)
    assert built.cases == Case.objects.count() == FEW
    assert built.organisations == Organisation.objects.count() == 1563
    assert_rules_obeyed(today)
    assert_marked_as_samples()


@pytest.mark.embedded
def test_the_same_seed_gives_the_same_city():
    portraits = []
    townships = found(TODAY)
    for seed in (7, 7, 8):
        with transaction.atomic():
            populate(townships, now=NOW, seed=seed, limit=2)
            portraits.append(portrait())
            transaction.set_rollback(True)
    assert portraits[0] == portraits[1]
    assert portraits[0] != portraits[2]


@pytest.mark.embedded
def test_the_command_builds_once_and_names_the_accounts_each_time():
    def demo() -> str:
        out = StringIO()
        with time_machine.travel(NOW):
            call_command("demo", "--cases", "2", stdout=out)
        return out.getvalue()

    first = demo()
    entries = audit.Entry.objects.count()
    second = demo()
    assert audit.Entry.objects.count() == entries
    assert second in first
    for account in ACCOUNTS:
        assert account.username in second
        user = authenticate(username=account.username, password=PASSWORD)
        assert [seat.role for seat in user.seats.all()] == [account.role]
    assert PASSWORD in second
    assert "make run" in second


def test_a_database_in_use_is_left_alone():
    Organisation.objects.create(code="1", name="市委", kind=Organisation.Kind.CITY_COMMITTEE)
    out = StringIO()
    call_command("demo", stdout=out)
    assert Organisation.objects.count() == 1
    assert PASSWORD not in out.getvalue()


def test_production_gets_no_accounts_with_a_published_password(settings):
    settings.SETTINGS_MODULE = "config.settings.production"
    with pytest.raises(CommandError):
        call_command("demo", stdout=StringIO())
    assert not User.objects.exists()


def assert_library_and_tests_to_show() -> None:
    assert set(PolicyDocument.objects.values_list("kind", flat=True)) == set(PolicyDocument.Kind.values)
    assert all(row.title.startswith("样本") and row.search_text for row in PolicyDocument.objects.all())
    assert Exam.objects.filter(passed=True).count() == Certificate.objects.count() == 4
    assert Exam.objects.filter(passed=False).count() == 2
    told = Notification.objects.filter(case=None)
    assert {"policy_added", "pass_due", "pass_late"} == set(told.values_list("code", flat=True))
    owing = told.filter(code="pass_late", recipient__username="deputy")
    assert owing.count() == 1


@pytest.mark.embedded
@pytest.mark.timeout(900)  # on a busy machine its two thousand acts take minutes
def test_the_whole_city():
    """All 31 steps and every kind of end, on the engine on which `make run` builds it; PostgreSQL has a small one."""
    build(now=NOW)
    running = Case.objects.open()
    assert Case.objects.count() >= 120
    assert set(running.values_list("step", flat=True)) == set(STEP_KEYS)
    assert set(Case.objects.values_list("light", flat=True)) == {"green", "yellow", "red"}
    ends = set(Case.objects.exclude(end="").values_list("end", flat=True))
    assert ends == set(Case.End.values)
    statuses = set(StepRecord.objects.filter(counts=True, case__in=running).values_list("status", flat=True))
    assert statuses == set(StepRecord.Status.values)
    assert set(running.values_list("freeze", flat=True)) == {"", "veto", "transfer"}
    assert running.filter(round=2).exists()
    assert running.exclude(suspended_codes=[]).exists()
    yellow = Flag.objects.filter(resolved_at=None, needs_explanation=True)
    assert yellow.exclude(explanation="").exists()
    assert yellow.filter(explanation="").exists()
    assert {edition for edition in StepRecord.objects.values_list("edition", flat=True) if edition} == {
        "r2014",
        "r2026",
    }
    sizes = Counter(StepRecord.objects.exclude(sitting=None).values_list("sitting", flat=True))
    assert max(sizes.values()) >= 8
    assert set(Sitting.objects.values_list("kind", flat=True)) == set(Sitting.Kind.values)
    home = Organisation.objects.get(code="321323101211")
    assert Case.objects.filter(branch=home).count() >= 25
    assert load(running.filter(branch=home).first().pk).case.branch == home
    assert Appeal.objects.get().status == Appeal.Status.PENDING
    assert Correction.objects.get().status == Correction.Status.REQUESTED
    assert Inquiry.objects.filter(answered_on=None).count() == 2
    assert PoolAnalysis.objects.get().people > 0
    opinions = LogEntry.objects.exclude(member=None).values_list("kind", "member__name")
    assert {kind for kind, _ in opinions} == {"contact_opinion", "introducer_opinion"}
    assert len(set(opinions)) == len(opinions) >= 3
    assert CustodyEntry.objects.get().case.end == Case.End.COMPLETED
    assert Substitution.objects.count() == 1
    assert_rules_obeyed(TODAY)
    assert_marked_as_samples()
    assert_library_and_tests_to_show()
