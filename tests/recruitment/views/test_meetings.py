"""Meetings: an agenda of what is ripe, one entry for many people, one reply, and nobody decided without the rules."""

import datetime as dt
import hashlib
import io
import json
import re
from html import unescape

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from audit import services as audit
from audit.models import Entry
from audit.services import digest
from recruitment.models import Case, Material, Meeting, MeetingItem, MeetingPaper, Sitting, StagedUpload, StepRecord
from recruitment.services import materials, meetings
from recruitment.services.base import Refused
from recruitment.services.meetings import Given
from tests.branches.factories import County, make_county
from tests.recruitment import board_rows as rows
from tests.recruitment import ripe_rows as people
from tests.recruitment.desk import Desks
from tests.recruitment.sitting_cases import PDF, actor
from tests.recruitment.views.test_uploads import place_on, put

FILE, CONSENT = "filing_list.file_activist", "committee_meeting.consent_development_target"
TODAY = rows.TODAY
#: Lock and read the file, judge, write the record, settle, the audit of the act and of the vote, the agenda's row.
QUERIES_A_PERSON = 19


@pytest.fixture
def county(db) -> County:
    return make_county(members=2)


@pytest.fixture(autouse=True)
def _papers_in_memory(monkeypatch) -> None:
    storage = InMemoryStorage()
    for model in (Material, MeetingPaper):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storage)


@pytest.fixture
def desks(county, monkeypatch) -> Desks:
    return Desks(county, monkeypatch)


def agenda(county: County, chosen: list[tuple[Case, str]], day: dt.date = TODAY) -> Meeting:
    verifier = actor(county, county.committee, "committee_verifier")
    common = {"actor": verifier, "now": rows.NOW}
    given = Given(held_on=day, place="样本会议室")
    meeting = meetings.prepare(body=county.committee, kind="committee_meeting", given=given, **common)
    pairs = [(case.pk, key) for case, key in chosen]
    return meetings.arrange(meeting_id=meeting.pk, given=given, chosen=pairs, **common)


def sheet(meeting: Meeting, votes: int = 8, **once) -> dict:
    """What the sheet sends with everybody ticked and agreed to."""
    data = {
        "version": meeting.version,
        "act": "check",
        "eligible": 9,
        "present": 8,
        "absences": "样本委员，出差",
        "minutes": "样本记录",
        "hand_over": "submit",
        "filing_list_file_activist-all_opinion": "agree",
        "committee_meeting_consent_development_target-all_opinion": "agree",
        "scan": SimpleUploadedFile("minutes.pdf", PDF),
        **once,
    }
    for row in meeting.items.select_related("case"):
        values = {"on": "on", "version": row.case.version, "submitted_on": rows.day(-10).isoformat()}
        values |= {"votes_for": votes, "votes_against": 0, "abstentions": 0, "note": "样本意见"}
        data |= {f"m{row.pk}-{name}": value for name, value in values.items()}
    return data


def enter(client: Client, meeting: Meeting, **data):
    """The sheet sent, the check page confirmed; the page that follows."""
    url = reverse("meeting_entry", args=[meeting.pk])
    checked = client.post(url, sheet(meeting, **data), follow=True)
    assert checked.redirect_chain, checked.context["sheet"].attendance.errors
    version = checked.context["meeting"].version
    return checked, client.post(reverse("meeting_check", args=[meeting.pk]), {"version": version}, follow=True)


# -- Show 3 --------------------------------------------------------------------------------------------------------


def test_twenty_people_are_decided_by_one_entry_of_attendance_and_minutes_and_twenty_votes(county, desks):
    second = county.townships[0].branches[1]
    filed = [people.ripe(county, "file_activist", n, branch=second if n % 2 else None) for n in range(12)]
    asked = [people.ripe(county, "consent_development_target", n, branch=second if n % 2 else None) for n in range(8)]
    meeting = agenda(county, [*((case, FILE) for case in filed), *((case, CONSENT) for case in asked)])
    client = desks.verifier
    checked, page = enter(client, meeting)
    assert [line.reasons for _label, people_of in checked.context["groups"] for line in people_of if line.reasons] == []
    assert (checked.context["can"], checked.context["cannot"]) == (20, 0)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.eligible, meeting.present) == ("held", 9, 8)
    assert [sitting.step for sitting in meeting.sittings.order_by("pk")] == [
        "file_activist",
        "consent_development_target",
    ]
    items = list(meeting.items.all())
    assert [(item.state, item.decision, item.votes_for) for item in items] == [("done", "agree", 8)] * 20
    assert {record.status for record in StepRecord.objects.filter(sitting__meeting=meeting)} == {"recorded"}
    for case in (*filed, *asked):
        actions = list(Entry.objects.filter(chain=case.chain).order_by("seq").values_list("action", flat=True))
        assert actions[-2:] == ["step_recorded", "meeting_discussed"]
    assert "样本会议1" in page.content.decode()
    # One reply to each branch, and the sealed copy of it completes everybody at once.
    reply = reverse("meeting_issue", args=[meeting.pk, "reply"])
    client.post(reply, {"number": "样党〔2026〕8号", "dated": TODAY.isoformat(), "to": "each"})
    assert list(meeting.papers.filter(kind="reply").values_list("branch", flat=True)) == [
        county.branch.pk,
        second.pk,
    ]
    sealed = {"scan": SimpleUploadedFile("sealed.pdf", PDF + b" sealed")}
    client.post(reverse("meeting_scan", args=[meeting.pk, "sealed"]), sealed)
    assert {record.status for record in StepRecord.objects.filter(sitting__meeting=meeting)} == {"submitted"}
    assert len(set(Material.objects.filter(sitting__meeting=meeting, code__in=("D07", "D14")).values_list("file"))) == 1
    assert audit.verify() == []


def test_what_each_person_more_costs(county, desks):
    cost = {}
    for count in (2, 5):
        cases = [people.ripe(county, "file_activist", number) for number in range(count)]
        meeting = agenda(county, [(case, FILE) for case in cases])
        client = desks.verifier
        client.post(reverse("meeting_entry", args=[meeting.pk]), sheet(meeting))
        meeting.refresh_from_db()
        with CaptureQueriesContext(connection) as checking:
            client.get(reverse("meeting_check", args=[meeting.pk]))
        with CaptureQueriesContext(connection) as holding:
            client.post(reverse("meeting_check", args=[meeting.pk]), {"version": meeting.version})
        cost[count] = (len(checking), len(holding))
        assert meeting.items.filter(state="done").count() == count
    assert cost[2][0] == cost[5][0], "looking at what will happen costs the same for one and many"
    assert cost[5][1] - cost[2][1] == 3 * QUERIES_A_PERSON


# -- beforehand ----------------------------------------------------------------------------------------------------


def test_what_is_ripe_stands_on_the_page_and_what_is_not_stands_apart_with_why(county, desks):
    ripe = people.ripe(county, "file_activist", 1)
    waiting = rows.put(county, "determine_activist", "submitted", name="样本等待")
    frozen = people.ripe(county, "file_activist", 2)
    Case.objects.filter(pk=frozen.pk).update(freeze="transfer")
    meeting = agenda(county, [])
    page = desks.verifier.get(meeting.get_absolute_url())
    [group] = page.context["groups"]
    assert [person["ripe"].case.pk for person in group["people"]] == [ripe.pk]
    assert {(line.found.case.pk, line.found.status) for line in group["unripe"]} == {
        (waiting.pk, "submitted"),
        (frozen.pk, "frozen"),
    }


def test_a_new_agenda_is_made_in_the_page_in_the_order_asked_for(county, desks):
    first, second = (people.ripe(county, "file_activist", number) for number in (1, 2))
    client = desks.verifier
    form = {"meeting": f"{county.committee.code}.committee_meeting", "held_on": rows.day(7).isoformat()}
    page = client.post(reverse("meeting_new"), form, follow=True)
    meeting = Meeting.objects.get()
    assert [person["chosen"] for person in page.context["groups"][0]["people"]] == [True, True]
    keys = [f"{case.pk}:{FILE}" for case in (first, second)]
    data = {"held_on": form["held_on"], "version": meeting.version, "pick": keys, "act": "save"}
    client.post(meeting.get_absolute_url(), {**data, f"order-{keys[1]}": "1", f"order-{keys[0]}": "2"})
    assert list(meeting.items.values_list("case", flat=True)) == [second.pk, first.pk]
    # Ahead of its day it can be filled in and not entered.
    entry = client.get(reverse("meeting_entry", args=[meeting.pk]))
    assert 'value="check"' not in entry.content.decode()
    assert client.get(reverse("meeting_check", args=[meeting.pk])).status_code == 302
    actions = Entry.objects.filter(chain=f"org:{county.committee.pk}").order_by("seq")
    assert list(actions.values_list("action", flat=True))[-2:] == ["meeting_prepared", "meeting_arranged"]


def test_people_stand_by_branch_and_as_their_names_are_read(county, desks):
    for number, name in enumerate(("张样本", "曾样本", "艾样本")):
        person = people.ripe(county, "file_activist", number).person
        person.name = name
        person.save()
    page = desks.verifier.get(agenda(county, []).get_absolute_url())
    [group] = page.context["groups"]
    assert [person["ripe"].case.person.name for person in group["people"]] == ["艾样本", "曾样本", "张样本"]


def test_who_is_not_ripe_comes_on_no_agenda_and_nothing_changes(county):
    ripe, other = people.ripe(county, "file_activist", 1), rows.put(county, "determine_activist", "submitted")
    meeting = agenda(county, [(ripe, FILE)])
    before = Entry.objects.count()
    verifier = actor(county, county.committee, "committee_verifier")
    with pytest.raises(Refused):
        meetings.arrange(
            meeting_id=meeting.pk,
            given=Given(held_on=TODAY, place="另一处"),
            chosen=[(other.pk, FILE), (ripe.pk, FILE)],
            actor=verifier,
            now=rows.NOW,
        )
    meeting.refresh_from_db()
    assert (list(meeting.items.values_list("case", flat=True)), meeting.place) == ([ripe.pk], "样本会议室")
    assert Entry.objects.count() == before


def test_a_meeting_that_is_not_held_frees_its_people(county, desks):
    case = people.ripe(county, "file_activist", 1)
    meeting = agenda(county, [(case, FILE)])
    client = desks.verifier
    assert client.get(reverse("meeting_cancel", args=[meeting.pk])).status_code == 200
    client.post(reverse("meeting_cancel", args=[meeting.pk]))
    meeting.refresh_from_db()
    assert meeting.state == "cancelled"
    assert agenda(county, [(case, FILE)]).items.count() == 1


# -- the sheet -----------------------------------------------------------------------------------------------------


def test_whoever_is_refused_is_refused_alone_and_offered_again_with_the_reason(county, desks):
    good, bad = (people.ripe(county, "file_activist", number) for number in (1, 2))
    StepRecord.objects.filter(case=bad, step="determine_activist").update(
        values={"decided_on": rows.day(5).isoformat(), "decision": "agree"}, action_on=rows.day(5)
    )
    meeting = agenda(county, [(good, FILE), (bad, FILE)])
    client = desks.verifier
    checked, page = enter(client, meeting)
    assert (checked.context["can"], checked.context["cannot"]) == (1, 1)
    assert list(meeting.items.values_list("state", flat=True)) == ["done", "refused"]
    assert "没有登记" in page.content.decode()
    assert StepRecord.objects.get(case=bad, step="file_activist").status == "open"
    later = agenda(county, [])
    [group] = client.get(later.get_absolute_url()).context["groups"]
    found = {person["ripe"].case.pk: person for person in group["people"]}
    assert found[bad.pk]["before"]
    assert {pk: person["chosen"] for pk, person in found.items()} == {good.pk: False, bad.pk: True}


def test_the_others_take_what_the_first_has_and_nothing_is_entered_by_it(county, desks):
    cases = [people.ripe(county, "file_activist", number) for number in (1, 2, 3)]
    meeting = agenda(county, [(case, FILE) for case in cases])
    first, second, third = meeting.items.all()
    data = sheet(meeting, act=f"first:{FILE}")
    data |= {f"m{first.pk}-votes_for": 7, f"m{first.pk}-votes_against": 1, f"m{second.pk}-note": "本人意见"}
    del data[f"m{third.pk}-on"]
    page = desks.verifier.post(reverse("meeting_entry", args=[meeting.pk]), data, follow=True)
    shown = {person.row.pk: person for _label, group in page.context["groups"] for person in group.people}
    assert [shown[second.pk][name].value() for name in ("votes_for", "votes_against", "note")] == [
        "7",
        "1",
        "本人意见",
    ]
    assert shown[third.pk]["votes_for"].value() == "8", "who is not ticked keeps what was typed"
    assert Sitting.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "where"),
    [({"absences": ""}, "absences"), ({"present": 10}, "present"), ({"eligible": ""}, "eligible")],
)
def test_an_attendance_that_cannot_be_is_named_and_what_was_typed_is_kept(county, desks, wrong, where):
    case = people.ripe(county, "file_activist", 1)
    meeting = agenda(county, [(case, FILE)])
    page = desks.verifier.post(reverse("meeting_entry", args=[meeting.pk]), sheet(meeting, **wrong))
    assert page.status_code == 422
    assert where in page.context["form"].errors
    meeting.refresh_from_db()
    assert meeting.entry["minutes"] == ["样本记录"]


def test_more_votes_than_people_present_are_refused_before_and_at_the_entry(county, desks):
    case = people.ripe(county, "file_activist", 1)
    meeting = agenda(county, [(case, FILE)])
    checked, page = enter(desks.verifier, meeting, votes=9)
    assert (checked.context["can"], checked.context["cannot"]) == (0, 1)
    assert page.status_code == 422
    meeting.refresh_from_db()
    assert meeting.state == "planned"
    assert StepRecord.objects.get(case=case, step="file_activist").status == "open"


def test_a_sheet_that_somebody_else_has_changed_is_refused(county, desks):
    case = people.ripe(county, "file_activist", 1)
    meeting = agenda(county, [(case, FILE)])
    client = desks.verifier
    url = reverse("meeting_entry", args=[meeting.pk])
    old = sheet(meeting)
    client.post(url, sheet(meeting, minutes="别人写的"))
    assert client.post(url, old).status_code == 422
    meeting.refresh_from_db()
    assert meeting.entry["minutes"] == ["别人写的"]


def test_a_case_that_has_moved_since_the_sheet_is_refused_alone(county, desks):
    good, moved = (people.ripe(county, "file_activist", number) for number in (1, 2))
    meeting = agenda(county, [(good, FILE), (moved, FILE)])
    client = desks.verifier
    client.post(reverse("meeting_entry", args=[meeting.pk]), sheet(meeting))
    Case.objects.filter(pk=moved.pk).update(version=9)
    meeting.refresh_from_db()
    client.post(reverse("meeting_check", args=[meeting.pk]), {"version": meeting.version})
    assert list(meeting.items.values_list("state", flat=True)) == ["done", "refused"]


# -- its papers ----------------------------------------------------------------------------------------------------


def held(county: County, desks: Desks, count: int = 2) -> tuple[Meeting, list[Case]]:
    second = county.townships[0].branches[1]
    cases = [people.ripe(county, "file_activist", n, branch=second if n else None) for n in range(count)]
    meeting = agenda(county, [(case, FILE) for case in cases])
    enter(desks.verifier, meeting)
    meeting.refresh_from_db()
    return meeting, cases


def words(content: bytes) -> str:
    paper = Document(io.BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


def test_scans_wait_for_their_form_like_every_other_paper(county, desks):
    case = people.ripe(county, "file_activist", 0)
    meeting, client = agenda(county, [(case, FILE)]), desks.verifier
    address = reverse("meeting_entry", args=[meeting.pk])
    scan = put(client, place_on(client, address), PDF + b" minutes", field="scan")
    client.post(address, {"version": meeting.version, "act": "save", "scan-staged": scan})
    meeting.refresh_from_db()
    assert [paper.sha256 for paper in meeting.papers.all()] == [hashlib.sha256(PDF + b" minutes").hexdigest()]
    assert not any(name.endswith("-staged") for name in meeting.entry)
    enter(client, meeting)
    places = re.findall(r'data-place="([^"]+)"', client.get(meeting.get_absolute_url()).content.decode())
    minutes, sealed = [put(client, unescape(place), PDF + b" sealed", field="scan") for place in places]
    address = reverse("meeting_scan", args=[meeting.pk, "sealed"])
    assert client.post(address, {"scan-staged": minutes}).status_code == 422, "that one waits in the other form"
    assert client.post(address, {"scan-staged": sealed}).status_code == 302
    assert [str(row.token) for row in StagedUpload.objects.all()] == [minutes]
    assert StepRecord.objects.get(case=case, step="file_activist").status == "submitted"


def test_a_later_scan_hands_over_no_step_that_was_returned_and_says_who_waits_for_what(county, desks):
    meeting, (whole, back, frozen) = held(county, desks, count=3)
    StepRecord.objects.filter(case=back, step="file_activist").update(status="returned", return_reason="样本退回")
    Case.objects.filter(pk=frozen.pk).update(freeze="transfer")
    address = reverse("meeting_scan", args=[meeting.pk, "sealed"])
    page = desks.verifier.post(address, {"scan": SimpleUploadedFile("sealed.pdf", PDF + b" sealed")}, follow=True)
    status = {case.pk: StepRecord.objects.get(case=case, step="file_activist").status for case in (whole, back, frozen)}
    assert status == {whole.pk: "submitted", back.pk: "returned", frozen.pk: "recorded"}
    filed = Material.objects.filter(code="D07", original_name="sealed.pdf").values_list("case", flat=True)
    assert set(filed) == {whole.pk, back.pk}
    told = [str(message) for message in page.context["messages"]]
    assert "归到 2 人名下，其中 1 人" in told[0]
    assert [name in line for line, name in zip(told[1:], (back.person.name, frozen.person.name), strict=True)]
    people_of = Entry.objects.get(action="meeting_papers_added").payload["people"]
    assert {one["case"]: (one["filed"], one["handed_over"]) for one in people_of} == {
        whole.pk: (True, True),
        back.pk: (True, False),
        frozen.pk: (False, False),
    }


def test_who_was_absent_cannot_be_guessed_from_the_record(county, desks):
    meeting, _cases = held(county, desks, count=1)
    payload = Entry.objects.get(action="meeting_held").payload
    entered = Meeting.objects.get().entered_at.isoformat()
    assert payload["absences"] == digest(meeting.absences, meeting.salt)
    assert payload["absences"] != digest(meeting.absences, f"meeting:{meeting.pk}:{entered}")
    assert meeting.salt not in json.dumps(list(Entry.objects.values_list("payload", flat=True)))


def test_a_wrong_scan_is_taken_away_before_it_ends_with_everybody(county, desks, django_capture_on_commit_callbacks):
    case = people.ripe(county, "file_activist", 0)
    meeting, client = agenda(county, [(case, FILE)]), desks.verifier
    address = reverse("meeting_entry", args=[meeting.pk])
    for name in (b"wrong", b"right"):
        meeting.refresh_from_db()
        scan = SimpleUploadedFile("minutes.pdf", PDF + name)
        client.post(address, {**sheet(meeting), "act": "save", "scan": scan})
    wrong, right = meeting.papers.order_by("version")
    assert f'value="drop:{wrong.pk}"' in client.get(address).content.decode()
    meeting.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {**sheet(meeting), "act": f"drop:{wrong.pk}", "scan": ""})
    assert list(meeting.papers.all()) == [right]
    assert not wrong.file.storage.exists(wrong.file.name)
    meeting.refresh_from_db()
    assert meeting.entry["minutes"] == ["样本记录"], "what was typed stays"
    enter(client, meeting, scan="")
    meeting.refresh_from_db()
    assert meeting.is_held
    # Once entered it stands, and nobody else's page takes it away.
    assert client.post(address, {**sheet(meeting), "act": f"drop:{right.pk}"}).status_code == 422
    assert list(meeting.papers.all()) == [right]


def test_a_reply_names_the_people_of_its_branch_and_stands_with_each_of_them(county, desks):
    meeting, (here, there) = held(county, desks)
    reply = reverse("meeting_issue", args=[meeting.pk, "reply"])
    desks.verifier.post(reply, {"number": "样党〔2026〕8号", "dated": TODAY.isoformat(), "to": "each"})
    own, other = meeting.papers.filter(kind="reply").order_by("pk")
    secretary = desks.secretary
    text = words(b"".join(secretary.get(own.get_absolute_url()).streaming_content))
    assert "样本会议0" in text
    assert "样本会议1" not in text
    assert "样党〔2026〕8号" in text
    assert secretary.get(other.get_absolute_url()).status_code == 404
    for case in (here, there):
        entry = Entry.objects.filter(chain=case.chain).order_by("-seq").first()
        assert (entry.action, entry.payload["number"]) == ("meeting_paper_issued", "样党〔2026〕8号")
    page = secretary.get(f"{reverse('case', args=[here.number])}?tab=materials")
    assert own.get_absolute_url() in page.content.decode()
    history = secretary.get(reverse("case_history", args=[here.number])).content.decode()
    assert own.get_absolute_url() in history
    assert meeting.get_absolute_url() in history


def test_replies_to_several_branches_are_kept_all_or_none(county, desks):
    meeting, _people = held(county, desks)
    nobodys = county.townships[1].branches[0]
    letter = materials.inspect("", SimpleUploadedFile("样本.pdf", PDF))
    with pytest.raises(Refused) as refused:
        meetings.issue_to_each(
            letters={county.branch: letter, nobodys: letter},
            meeting_id=meeting.pk,
            kind="reply",
            number="",
            dated=TODAY,
            actor=actor(county, county.committee, "committee_verifier"),
            now=desks.now,
        )
    assert refused.value.codes == ("not_this_step",)
    assert not meeting.papers.filter(kind="reply").exists()
    assert not Entry.objects.filter(action="meeting_paper_issued").exists()


def test_whoever_was_sent_back_since_is_in_no_paper_of_the_meeting(county, desks):
    meeting, (stands, gone) = held(county, desks)
    StepRecord.objects.filter(case=gone, step="file_activist").update(counts=False)
    # Neither is whoever was only looked at in the analysis of the pool, which no reply speaks of.
    analysed = rows.put(county, "halfyear_review", name="样本分析")
    record = analysed.records.get()
    given = {"case": analysed, "branch": county.branch, "state": "done", "position": 9, "record": record}
    MeetingItem.objects.create(meeting=meeting, step="halfyear_review", entry="annual_analysis", **given)
    issued = {"number": "样党〔2026〕8号", "dated": TODAY.isoformat()}
    desks.verifier.post(reverse("meeting_issue", args=[meeting.pk, "filing_list"]), issued)
    desks.verifier.post(reverse("meeting_issue", args=[meeting.pk, "reply"]), {**issued, "to": "each"})
    sealed = {"scan": SimpleUploadedFile("sealed.pdf", PDF + b" sealed")}
    desks.verifier.post(reverse("meeting_scan", args=[meeting.pk, "sealed"]), sealed)
    listed, reply = meeting.papers.get(kind="filing_list"), meeting.papers.get(kind="reply")
    assert reply.branch_id == stands.branch_id
    assert gone.person.name not in words(listed.file.read())
    actions = set(Entry.objects.filter(chain=gone.chain).values_list("action", flat=True))
    assert "meeting_paper_issued" not in actions
    told = Entry.objects.filter(chain=analysed.chain, action="meeting_paper_issued")
    assert [entry.payload["meeting_paper_kind"] for entry in told] == ["filing_list"]
    assert not Material.objects.filter(case=gone, code="D07").exists()


def test_the_list_for_the_department_names_everybody_and_the_agenda_is_printed(county, desks):
    meeting, _cases = held(county, desks)
    client = desks.verifier
    client.post(reverse("meeting_issue", args=[meeting.pk, "filing_list"]), {"dated": TODAY.isoformat()})
    paper = meeting.papers.get(kind="filing_list")
    text = words(b"".join(desks.officer.get(paper.get_absolute_url()).streaming_content))
    assert "样本会议0" in text
    assert "样本会议1" in text
    assert "样本会议1" in words(client.get(reverse("meeting_agenda", args=[meeting.pk, "docx"])).content)
    wrong = client.post(reverse("meeting_issue", args=[meeting.pk, "reply"]), {"dated": "2026-02-30", "to": "each"})
    assert (wrong.status_code, meeting.papers.filter(kind="reply").count()) == (422, 0)


# -- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "role", "sees", "enters"),
    [
        ("committee", "committee_verifier", 200, 200),
        ("committee", "organiser", 200, 200),
        ("department", "department_officer", 200, 404),
        ("county", "inspector", 200, 404),
        ("branch", "secretary", 404, 404),
        ("sibling", "committee_verifier", 404, 404),
    ],
)
def test_who_sees_a_meeting_in_preparation_and_who_enters_it(county, desks, body, role, sees, enters):
    meeting = agenda(county, [(people.ripe(county, "file_activist", 1), FILE)])
    place = county.townships[1].committee if body == "sibling" else getattr(county, body)
    client = desks.client(role, place)
    assert client.get(meeting.get_absolute_url()).status_code == sees
    assert client.get(reverse("meeting_agenda", args=[meeting.pk, "docx"])).status_code == sees
    for name in ("meeting_entry", "meeting_cancel"):
        assert client.get(reverse(name, args=[meeting.pk])).status_code == enters
    before = Entry.objects.count()
    if enters == 404:
        for name, args in (
            ("meeting", []),
            ("meeting_entry", []),
            ("meeting_check", []),
            ("meeting_cancel", []),
            ("meeting_issue", ["reply"]),
            ("meeting_scan", ["sealed"]),
        ):
            assert client.post(reverse(name, args=[meeting.pk, *args]), sheet(meeting)).status_code == 404
        assert Entry.objects.count() == before


def test_a_branch_reads_of_a_committees_meeting_what_concerns_its_own_people(county, desks):
    meeting, _cases = held(county, desks)
    page = desks.secretary.get(meeting.get_absolute_url())
    assert [line.row.case.person.name for _label, lines in page.context["groups"] for line in lines] == ["样本会议0"]
    text = page.content.decode()
    assert "另有 1 人" in text
    assert "样本记录" not in text
    assert "出差" not in text


def test_minutes_and_lists_stay_with_the_body_and_those_above_it(county, desks):
    meeting, (here, _there) = held(county, desks)
    for kind, to in (("reply", "each"), ("filing_list", "")):
        issued = {"number": "样党〔2026〕8号", "dated": TODAY.isoformat(), "to": to}
        desks.verifier.post(reverse("meeting_issue", args=[meeting.pk, kind]), issued)
    every = {(paper.kind, paper.branch_id): paper for paper in meeting.papers.all()}
    assert len(every) == 4
    own = {("reply", county.branch.pk)}
    for client, read in ((desks.secretary, own), (desks.verifier, every.keys()), (desks.officer, every.keys())):
        status = {key: client.get(paper.get_absolute_url()).status_code for key, paper in every.items()}
        assert status == {key: 200 if key in read else 404 for key in every}
        page = client.get(here.get_absolute_url(), {"tab": "materials"})
        named = {key for key, paper in every.items() if paper.get_absolute_url() in page.content.decode()}
        assert named == read & {*own, ("filing_list", None)}


def test_pages_cost_the_same_for_one_and_many(county, desks):
    def cost(count: int) -> list[int]:
        cases = [people.ripe(county, "file_activist", n) for n in range(count)]
        meeting = agenda(county, [(case, FILE) for case in cases])
        client, numbers = desks.verifier, []
        for name in ("meeting_list", "meeting", "meeting_entry"):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(name, args=[] if name == "meeting_list" else [meeting.pk]))
            numbers.append(len(queries))
        enter(client, meeting)
        with CaptureQueriesContext(connection) as queries:
            client.get(meeting.get_absolute_url())
        meetings_items = MeetingItem.objects.filter(meeting=meeting, state="done").count()
        assert meetings_items == count
        return [*numbers, len(queries)]

    cost(1)
    assert cost(1) == cost(4) == [11, 22, 17, 15]
