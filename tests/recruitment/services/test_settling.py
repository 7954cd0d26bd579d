"""What every act leaves behind: obligations as the rules say, few queries, and nothing sensitive in clear."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Entry
from recruitment.models import Flag, Obligation, Person, StepRecord
from recruitment.rehearsal.scenario import TIMEZONE
from recruitment.rules.steps import STEPS
from recruitment.selectors.casefile import load, local_day
from recruitment.services import acts, review
from recruitment.services.sweep import sweep
from tests.rehearsal.dsl import Story

#: Queries of one act, literal, the worst of the regular case: six to read the case (five without an open log), the
#: audit's three, and a row each for the papers, the record, the case, the drafts that go, what the act itself adds or
#: moves, and of a hand-over the holidays and the row of its service limit.
SUBMIT, VERIFY = 19, 14
#: The two approvals also write the roster and a second chain of the audit; their service limit goes.
VERIFY_APPROVAL = 22


@pytest.mark.parametrize("step", ["organization_talk", "cultivate_educate", "committee_approval", "archive_records"])
def test_the_rows_of_obligations_and_flags_equal_the_assessment(case_of, step):
    story = Story.at(step)
    story.look(f"{story.events[-1]['at'][:10]}T20:00")
    case = case_of(story)
    for day in (datetime.fromisoformat(story.events[-1]["at"]), datetime(2031, 1, 1, 9, 0)):  # noqa: DTZ001 - made aware below
        now = day.replace(tzinfo=TIMEZONE)
        sweep(now=now, case_ids=[case.pk])
        file = load(case.pk)
        assessment = file.assess(local_day(now))
        rows = {
            (row.kind, row.step, row.code, row.subkey, row.changes_on, row.holder)
            for row in Obligation.objects.filter(case=case).exclude(kind=Obligation.Kind.SERVICE)
        }
        wanted = {("deadline", d.step, d.code, d.subkey, d.rises_on, d.holder.value) for d in assessment.deadlines}
        for lock in assessment.upcoming:
            side = STEPS[lock.gate.step].side.value
            wanted.add(("lock", lock.gate.step, lock.gate.id, "", lock.unlocks_on, side))
        assert rows == wanted
        flags = Flag.objects.filter(case=case, resolved_at__isnull=True)
        assert sorted(flags.values_list("code", flat=True)) == sorted(flag.code for flag in assessment.flags)
        assert file.case.light == assessment.light
        assert file.case.next_change_on == assessment.next_change_on
        # "Sweep twice: the second changes nothing."
        entries = Entry.objects.count()
        assert sweep(now=now, case_ids=[case.pk]).changed == 0
        assert Entry.objects.count() == entries


def test_the_queries_of_submit_and_verify(case_of, monkeypatch):
    worst: dict[str, int] = defaultdict(int)

    def counted(name, act):
        def call(**arguments):
            with CaptureQueriesContext(connection) as captured:
                done = act(**arguments)
            queries = [query["sql"] for query in captured if not re.search("SAVEPOINT", query["sql"])]
            kind = f"{name} {arguments['step']}" if arguments["step"].endswith("_approval") else name
            worst[kind] = max(worst[kind], len(queries))
            return done

        return call

    monkeypatch.setattr(acts, "submit", counted("submit", acts.submit))
    monkeypatch.setattr(review, "verify", counted("verify", review.verify))
    case_of(Story.at(None))
    assert worst["submit"] == SUBMIT
    assert worst["verify"] == VERIFY
    assert max(count for kind, count in worst.items() if kind.startswith("verify ")) == VERIFY_APPROVAL


SECRETS = {
    "residence": "样本省样本市样本路一号",
    "household_registration": "样本省样本县样本村",
    "phone": "13900000000",
    "work_history": "样本经历不外传",
    "family": "样本家庭成员",
    "social_relations": "样本社会关系",
}
OPINION = "只在会上说过的意见"


def test_sensitive_values_are_never_in_clear(case_of):
    story = Story.at("solicit_opinions", person=SECRETS)
    story.submit("2027-07-02", "solicit_opinions", party_group_opinion=OPINION, contact_opinion=OPINION).accepted()
    case = case_of(story)
    number = case.person.id_number
    record = StepRecord.objects.get(case=case, step="solicit_opinions")
    assert record.sealed["party_group_opinion"] == OPINION
    assert Person.objects.get(pk=case.person_id).family == SECRETS["family"]
    with connection.cursor() as cursor:
        stored = []
        for table in ("recruitment_person", "recruitment_steprecord", "audit_entry"):
            cursor.execute(f"SELECT * FROM {table}")  # a literal of this test
            stored += [str(row) for row in cursor.fetchall()]
    for secret in (number, OPINION, *SECRETS.values()):
        escaped = json.dumps(secret)[1:-1]
        assert not [row for row in stored if secret in row or escaped in row], secret
    # What the audit keeps of them is a salted digest.
    [opened] = Entry.objects.filter(chain=case.chain, action="case_opened")
    assert opened.payload["person"]["id_number"].startswith("sha256:")
    entered = Entry.objects.filter(chain=case.chain, action="step_submitted").latest("seq")
    assert entered.payload["values"]["party_group_opinion"].startswith("sha256:")
    # The keyed index finds the person all the same, however the number is written.
    assert Person.objects.get(id_index=Person.index_of(f" {number.lower()} ")) == case.person
    assert number not in case.person.id_index
    assert case.person.masked_id_number == f"{number[:3]}{'*' * 13}{number[-2:]}"


def test_a_computed_field_is_never_taken_from_a_person(case_of):
    story = Story.at("admission_branch_meeting")
    story.submit("2027-08-23", "admission_branch_meeting", passed=False).accepted(outcome="passed")
    case = case_of(story)
    record = StepRecord.objects.get(case=case, step="admission_branch_meeting")
    assert "passed" not in record.values
    assert record.ballots.get().passed is True
