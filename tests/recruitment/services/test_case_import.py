"""A case comes in from another installation: whole, the same as it was, and ready for its next act; or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.apps import apps
from django.core.files.storage import InMemoryStorage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from audit import services as audit
from audit.canonical import canonical_json
from audit.models import Entry
from branches.access import SYSTEM
from branches.models import Member, Organisation, User
from branches.services.roster import voters
from recruitment.models import Case, CaseOrigin, Correction, Flag, LocalRule, LogEntry, Printing, Sitting, StepRecord
from recruitment.models.person import id_number_check_digit
from recruitment.selectors.casefile import load
from recruitment.services.case_import import Arrival, ImportRefused, import_case_file
from recruitment.services.sweep import sweep
from recruitment.travel import container, verify_case_file
from recruitment.travel.container import Seal
from recruitment.travel.keys import TrustedKeys
from tests.branches.factories import County
from tests.recruitment.desk import url
from tests.recruitment.sitting_cases import actor, bring, do, make_case
from tests.recruitment.two_places import HERE, NOW, THERE, Places, eventful_case, exported

#: Of a second export everything is byte for byte the first, but for these: who sealed it and when, and the chain of
#: acts that began here. What came along from there is added as it was signed.
MAY_DIFFER = {"manifest.json", "manifest.sig", "audit.json"}
KEPT = {"origin/001-manifest.json", "origin/001-manifest.sig", "origin/001-audit.json"}


@pytest.fixture
def places(db, settings, monkeypatch) -> Places:
    return Places(settings, monkeypatch)


def fingerprint(key: str = THERE) -> str:
    """Of the key of the other installation, or of one with that key."""
    return Seal(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key))).fingerprint


def take_in(file: bytes, *, commit: bool = True, **given: Any) -> Arrival:
    given = {"trusted": TrustedKeys.known([fingerprint()]), "actor": SYSTEM, "now": NOW} | given
    return import_case_file(file=io.BytesIO(file), commit=commit, **given)


def parts_of(file: bytes) -> dict[str, bytes]:
    assert verify_case_file.verify(io.BytesIO(file)).altered == []
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def everything() -> dict[str, int]:
    """How many rows of each kind there are."""
    models = [model for app in ("recruitment", "branches", "audit") for model in apps.get_app_config(app).get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


def refused(file: bytes, places: Places, **given: Any) -> ImportRefused:
    """The import is refused with a sentence, and nothing of it stays: no row, and no paper."""
    before, papers = everything(), places.stored()
    with pytest.raises(ImportRefused) as found:
        take_in(file, **given)
    assert everything() == before
    assert places.stored() == papers
    assert all(refusal.message for refusal in found.value.refusals)
    return found.value


def resealed(file: bytes, change: Callable[[dict[str, Any]], None], **manifest: Any) -> bytes:
    """The file with its parts changed and sealed anew with the right key: what only the issuer could do."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        parts: dict[str, Any] = {name: archive.read(name) for name in archive.namelist()}
    said = json.loads(parts.pop("manifest.json")) | manifest
    del parts["manifest.sig"]
    parts |= {name: json.loads(content) for name, content in parts.items() if name.endswith(".json")}
    change(parts)
    made = [
        container._part(name, content if isinstance(content, bytes) else canonical_json(content))
        for name, content in parts.items()
    ]
    said["parts"] = [{"name": part.name, "size": part.size, "sha256": part.sha256} for part in made]
    manifest_bytes = canonical_json(said)
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(THERE))
    head = [("manifest.json", manifest_bytes), ("manifest.sig", key.sign(manifest_bytes))]
    out = io.BytesIO()
    container._write(out, [*(container._part(*one) for one in head), *made])
    return out.getvalue()


def running(county: County) -> Case:
    """A case played by its people up to the assigning of contacts, with the next step entered and not yet verified."""
    case = make_case(county)
    bring(county, case, "cultivate_educate")
    return case


def early(county: County) -> Case:
    """A case that has just begun."""
    return make_case(county)


# -- there and back -----------------------------------------------------------------------------------------------


def test_a_finished_case_comes_in_and_goes_out_again_the_same(places):
    file, county = places.away(eventful_case)
    arrival = take_in(file)
    first = parts_of(file)
    second = parts_of(exported(county, arrival.case))
    assert second.keys() == first.keys() | KEPT
    assert {name for name in first if first[name] != second[name]} == MAY_DIFFER
    for name in MAY_DIFFER:
        assert second[f"origin/001-{name}"] == first[name]
    told = json.loads(first["interventions.json"])
    assert all(told[name] for name in told.keys() - {"obligations"})
    assert all(json.loads(first["steps.json"]).values())
    assert all(json.loads(first["documents.json"]).values())
    assert json.loads(first["case.json"])["sittings"]
    assert json.loads(first["case.json"])["membership"]
    assert json.loads(first["verdicts.json"])


def test_the_chain_here_begins_with_where_the_case_came_from(places):
    file, _county = places.away(eventful_case)
    arrival = take_in(file)
    acts = json.loads(parts_of(file)["audit.json"])
    begun = Entry.objects.get(chain=arrival.case.chain)
    assert (begun.seq, begun.action) == (1, "case_imported")
    manifest = parts_of(file)["manifest.json"]
    said = json.loads(manifest)
    assert begun.payload["origin"] == {
        "key": fingerprint(),
        "issued_at": said["made_at"],
        "issued_by": said["made_by"],
        "file": hashlib.sha256(file).hexdigest(),
        "manifest": hashlib.sha256(manifest).hexdigest(),
        "chain": acts["chain"],
        "acts": len(acts["entries"]),
        "last_hash": acts["entries"][-1]["hash"],
    }
    assert audit.verify() == []


def test_it_goes_on_to_a_third_place_with_every_chain_that_it_had(places, settings):
    file, county = places.away(eventful_case)
    with transaction.atomic():
        second = exported(county, take_in(file).case)
        transaction.set_rollback(True)
    settings.TRAVEL_KEY = "33" * 32
    arrival = take_in(second, trusted=TrustedKeys.known([fingerprint(HERE)]))
    third = parts_of(exported(county, arrival.case))
    assert third["origin/001-audit.json"] == parts_of(file)["audit.json"]
    assert third["origin/002-audit.json"] == parts_of(second)["audit.json"]
    assert list(CaseOrigin.objects.values_list("number", "key")) == [(1, fingerprint()), (2, fingerprint(HERE))]


def test_what_is_kept_of_the_origin_cannot_change_unnoticed(places):
    file, county = places.away(eventful_case)
    case = take_in(file).case
    kept = CaseOrigin.objects.get()
    for changed in (
        {"acts": kept.acts.replace("样本", "别人", 1)},
        {"signature": f"00{kept.signature[2:]}"},
        {"manifest": kept.manifest.replace('"private":true', '"private":false')},
    ):
        with transaction.atomic():
            assert CaseOrigin.objects.exclude(**changed).update(**changed) == 1
            assert verify_case_file.verify(io.BytesIO(exported(county, case))).altered
            transaction.set_rollback(True)


def test_only_the_chain_tells_keys_of_rows(places):
    file, _county = places.away(eventful_case)
    told = {name: json.loads(content) for name, content in parts_of(file).items() if name.endswith(".json")}
    for name in told.keys() - MAY_DIFFER:
        for row in _rows(told[name]):
            assert not {key for key in row if key.endswith("_id")}
    for rows in (rows for name in ("steps.json", "interventions.json") for rows in told[name].values()):
        assert [row["id"] for row in rows] == list(range(1, len(rows) + 1))


def _rows(value: Any):
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _rows(one)


# -- how people and places stand here -----------------------------------------------------------------------------


def test_whoever_acted_elsewhere_keeps_the_name_and_gets_no_way_in(places):
    file, county = places.away(eventful_case)
    arrival = take_in(file)
    people = User.objects.exclude(origin="")
    assert people.count() == len(arrival.new_accounts) >= 3
    record = StepRecord.objects.get(case=arrival.case, step="submit_application")
    assert record.entered_by in people
    assert record.entered_by.full_name in arrival.accounts
    assert not any(user.is_active or user.has_usable_password() for user in people)
    for way_in in ({"is_active": True}, {"password": "md5$a$b"}, {"is_staff": True}):
        # Not even by hand: the database holds it.
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=people[0].pk).update(**way_in)
    administrator = Client()
    administrator.force_login(county.user(county.city, "administrator"))
    assert people[0].username not in administrator.get("/admin/branches/user/").content.decode()


def test_members_on_the_roster_are_known_again_and_others_get_no_vote(places):
    file, county = places.away(eventful_case)
    someone = Member.objects.filter(branch=county.branch).order_by("pk").last()
    told = {row["name"] for row in json.loads(parts_of(file)["case.json"])["members"]}
    assert someone.name in told
    Member.objects.filter(pk=someone.pk).update(name="样本改名")
    before = set(voters(county.branch, NOW.date()))
    arrival = take_in(file)
    assert arrival.new_members == [someone.name]
    named = set(Member.objects.filter(named_in__record__case=arrival.case))
    assert {member.name for member in named} <= told
    own = arrival.case.person.member
    assert own.standing == Member.Standing.FULL
    assert set(voters(county.branch, NOW.date())) == before | {own}


def test_a_sitting_that_came_with_another_of_its_people_is_the_same_sitting(places):
    file, _county = places.away(eventful_case)
    take_in(file)
    another = resealed(file, _of_another_person)
    case = take_in(another).case
    assert Sitting.objects.count() == 1
    assert Sitting.objects.get().records.count() == 2
    assert User.objects.exclude(origin="").count() == len(take_in_accounts(file))
    assert case.person.name == "样本另一人"


def take_in_accounts(file: bytes) -> set[str]:
    """The accounts that the file names."""
    told = [json.loads(content) for name, content in parts_of(file).items() if name.endswith(".json")]
    return {row["account"] for part in told for row in _rows(part) if "account" in row}


def _of_another_person(parts: dict[str, Any]) -> None:
    case, person = parts["case.json"]["case"], parts["case.json"]["person"]
    case["number"] = f"{case['number'][:-3]}077"
    body = "99000019900101077"
    person |= {"id_number": body + id_number_check_digit(body), "name": "样本另一人"}
    parts["documents.json"]["printings"] = []
    parts["case.json"]["membership"] = None


# -- the next act -------------------------------------------------------------------------------------------------


def judged(case_pk: int, days: range) -> list[Any]:
    """What the rules say of the case on these days from the day of import on."""
    file = load(case_pk)
    found = []
    for days_later in days:
        said = file.assess(NOW.date() + dt.timedelta(days=days_later))
        found.append(
            (
                said.light,
                said.status,
                said.unlocks_on,
                said.next_change_on,
                [(d.step, d.code, d.due, d.rises_on, d.breached) for d in said.deadlines],
                [(lock.gate.id, lock.unlocks_on) for lock in said.upcoming],
            )
        )
    return found


JUDGED: dict[str, Any] = {}
DAYS = range(-1100, 800, 97)


def running_and_judged(county: County) -> Case:
    case = running(county)
    sweep(now=NOW)
    JUDGED["there"] = judged(case.pk, DAYS)
    return case


def test_a_running_case_is_judged_the_same_and_goes_on_here(places):
    file, county = places.away(running_and_judged)
    arrival = take_in(file)
    case = arrival.case
    assert arrival.moved == []
    assert judged(case.pk, DAYS) == JUDGED["there"]
    again = parts_of(exported(county, case))
    first = parts_of(file)
    assert {name for name in first if first[name] != again[name]} == MAY_DIFFER
    assert sweep(now=NOW).changed == 0
    do(county, case, "cultivate_educate", NOW.date())
    assert Case.objects.get(pk=case.pk).step == "halfyear_review"
    assert audit.verify() == []


def test_where_local_rules_differ_the_days_that_move_are_named(places):
    file, county = places.away(running_and_judged)
    gate = "thought_report_quarterly"
    LocalRule.objects.create(
        organisation=county.county, gate=gate, effective_from=dt.date(2020, 1, 1), document="样本文件"
    )
    moved = take_in(file, commit=False).moved
    assert moved
    for one in moved:
        assert (one.step, one.code, one.there) == ("cultivate_educate", gate, None)
        assert one.here is not None


def test_deadlines_of_a_log_entry_keep_their_explanation(places):
    file, _county = places.away(eventful_case)
    arrival = take_in(file)
    flag = Flag.objects.get(case=arrival.case, code="upload_within_one_month")
    entry = LogEntry.objects.get(record__case=arrival.case, on=dt.date(2025, 5, 1))
    assert flag.subkey == f"e{entry.pk}"
    assert flag.explanation == "样本说明"


def test_corrections_of_a_log_entry_name_it_here(places):
    file, _county = places.away(eventful_case)
    told = json.loads(parts_of(file)["interventions.json"])
    arrival = take_in(file)
    withdrawn = LogEntry.objects.get(record__case=arrival.case, withdrawn=True)
    found = Correction.objects.filter(case=arrival.case, entry__isnull=False).order_by("pk")
    assert [correction.entry for correction in found] == [withdrawn, withdrawn]
    place = LogEntry.objects.filter(record__case=arrival.case, pk__lte=withdrawn.pk).count()
    assert [row["entry"] for row in told["corrections"]] == [None, place, place]
    item = found[0].items.get(field="member")
    here = Member.objects.in_bulk([*item.before, *item.after])
    said = next(row for row in told["correction_items"] if row["field"] == "member")["values"]
    assert here[item.before[0]].name == said["before"][0]["name"]
    assert here[item.after[0]].name == said["after"][0]["name"]


# -- the dry run --------------------------------------------------------------------------------------------------


def test_a_dry_run_says_everything_and_leaves_nothing(places):
    file, county = places.away(eventful_case)
    before = everything()
    arrival = take_in(file, commit=False)
    assert everything() == before
    assert places.stored() == []
    assert not arrival.committed
    assert arrival.case is None
    assert (arrival.branch, arrival.responsible.committee) == (county.branch, county.committee)
    assert set(arrival.organisations.values()) >= {county.branch, county.committee, county.department}
    assert len(arrival.papers) == len([name for name in parts_of(file) if name.startswith(("documents/", "attached/"))])
    assert all(size > 0 for _name, size in arrival.papers)


# -- refused, and nothing stays -----------------------------------------------------------------------------------


def test_a_changed_byte_is_named(places):
    file, _county = places.away(eventful_case)
    for part in ("case.json", "audit.json", "documents/001-D01-v1.pdf", "attached/001-appeal.pdf", "manifest.sig"):
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            info = archive.getinfo(part)
        changed = bytearray(file)
        changed[info.header_offset + 30 + len(part) + info.file_size // 2] ^= 1
        found = refused(bytes(changed), places)
        assert found.codes == ("case_file_invalid",)
        assert part in found.refusals[0].message


def test_what_is_no_whole_case_file_is_refused(places):
    file, _county = places.away(early)
    with zipfile.ZipFile(packed := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        # Fifty megabytes in fifty kilobytes.
        archive.writestr("manifest.json", "0" * 50_000_000)
    for wrong in (file[: len(file) // 2], file + b"x", b"", b"%PDF" * 99, packed.getvalue()):
        assert set(refused(wrong, places).codes) == {"case_file_invalid"}


def test_a_file_larger_than_any_is_not_read(places):
    places.away(early)

    class Endless(io.BytesIO):
        def seek(self, place: int, whence: int = 0) -> int:
            return 2**40 if whence == 2 else super().seek(place, whence)

        def read(self, size: int | None = -1) -> bytes:
            raise AssertionError("read")

    with pytest.raises(ImportRefused) as found:
        import_case_file(file=Endless(), trusted=TrustedKeys.known(), actor=SYSTEM, now=NOW, commit=True)
    assert found.value.codes == ("too_large",)


def test_an_unknown_key_waits_for_a_decision(places, settings):
    file, _county = places.away(early)
    found = refused(file, places, trusted=TrustedKeys.known())
    assert found.codes == ("case_file_key",)
    assert fingerprint() in found.refusals[0].message
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(THERE)).public_key().public_bytes_raw().hex()
    for decision in (fingerprint().lower(), public):
        assert take_in(file, trusted=TrustedKeys.known([decision]), commit=False).number
    settings.TRAVEL_TRUSTED_KEYS = [fingerprint()]
    assert take_in(file, trusted=TrustedKeys.known(), commit=False).number


def test_every_missing_organisation_is_named(places):
    file, county = places.away(early)
    Organisation.objects.filter(pk=county.department.pk).update(code="900X")
    Organisation.objects.filter(pk=county.branch.pk).update(code="900Y")
    told = json.loads(parts_of(file)["case.json"])["case"]
    found = refused(file, places)
    assert set(found.codes) == {"organisation_missing"}
    said = " ".join(refusal.message for refusal in found.refusals)
    assert told["branch"]["code"] in said
    assert told["department"]["code"] in said
    assert found.arrival.person == "样本人员1"


def test_another_branch_may_receive_it_and_its_bodies_go_with_it(places):
    file, county = places.away(early)
    township = county.townships[1]
    told = json.loads(parts_of(file)["case.json"])["case"]
    Organisation.objects.filter(code=told["branch"]["code"]).update(code="900Y")
    case = take_in(file, branch=township.branches[0]).case
    assert (case.branch, case.committee) == (township.branches[0], township.committee)
    assert Entry.objects.get(chain=case.chain).payload["places"] == {told["branch"]["code"]: township.branches[0].code}


def test_a_place_may_be_told_by_code(places):
    file, county = places.away(early)
    told = json.loads(parts_of(file)["case.json"])["case"]["branch"]["code"]
    case = take_in(file, places={told: county.townships[0].branches[1].code}).case
    assert case.branch == county.townships[0].branches[1]


def test_a_committee_receives_no_case(places):
    file, county = places.away(early)
    assert refused(file, places, branch=county.committee).codes == ("organisation_missing",)


def test_a_case_comes_in_once(places):
    file, _county = places.away(early)
    take_in(file)
    assert refused(file, places).codes == ("case_here", "case_here")


def test_a_person_with_an_open_case_here_is_not_taken_in_twice(places):
    file, county = places.away(early)
    other = make_case(county, branch=county.townships[1].branches[0])
    found = refused(file, places)
    assert found.codes == ("case_here",)
    assert other.number not in found.refusals[0].message


def test_a_finished_case_of_somebody_with_an_open_one_leaves_her_facts_alone(places):
    file, county = places.away(eventful_case)
    other = make_case(county, branch=county.townships[1].branches[0])
    case = take_in(file).case
    assert case.person == other.person
    assert case.person.phone == ""


def test_the_newer_facts_of_somebody_known_here_are_named_and_never_shown(places, tmp_path):
    file, county = places.away(early)
    with transaction.atomic():
        known = take_in(file).case.person
        transaction.set_rollback(True)
    known.pk, known.member = None, None
    known.phone, known.education = "13900000000", "样本学历"
    known.save(force_insert=True)
    planned = command(tmp_path, file, "--key", fingerprint())
    known.refresh_from_db()
    assert known.phone == "13900000000"
    assert "以卷宗为准：学历、联系电话" in planned
    case = take_in(file, actor=actor(county, county.county, "administrator")).case
    assert case.person == known
    assert case.person.phone != "13900000000"
    entry = Entry.objects.get(chain=case.chain, action="case_imported")
    assert entry.payload["person_changed"] == ["education", "phone"]
    assert "13900000000" not in json.dumps(entry.payload)
    client = Client()
    client.force_login(county.user(county.branch, "secretary"))
    history = client.get(url(case, "case_history")).content.decode()
    assert "本人信息改为卷宗所载：学历、联系电话" in history


def test_a_check_code_of_another_case_is_not_taken_over(places):
    file, county = places.away(eventful_case)
    code = json.loads(parts_of(file)["documents.json"])["printings"][0]["code"]
    other = make_case(county, branch=county.townships[1].branches[0], number=7)
    Printing.objects.create(
        case=other, paper="F01", extension="pdf", private=True, code=code, digest="0", printed_at=NOW
    )
    found = refused(file, places)
    assert found.codes == ("case_here",)
    assert code in found.refusals[0].message


def test_a_file_without_what_is_private_cannot_go_on_here(places):
    file, _county = places.away(eventful_case, role="inspector")
    assert refused(file, places).codes == ("case_file_withheld",)


def _unknown_column(parts: dict[str, Any]) -> None:
    parts["steps.json"]["records"][0]["colour"] = "blue"


def _missing_column(parts: dict[str, Any]) -> None:
    del parts["case.json"]["case"]["round"]


def _unknown_table(parts: dict[str, Any]) -> None:
    parts["interventions.json"]["omens"] = []


def _path_outside(parts: dict[str, Any]) -> None:
    parts["../../etc/passwd"] = b"x"


def _unnamed_paper(parts: dict[str, Any]) -> None:
    parts["documents/999-D01-v1.pdf"] = b"%PDF-1.4"


def _program(parts: dict[str, Any]) -> None:
    """A paper that is none, under a right signature, with its right hash."""
    name = parts["documents.json"]["documents"][0]["part"]
    parts[name] = b"MZ" + b"\0" * 90
    row = parts["documents.json"]["documents"][0]
    row |= {"sha256": hashlib.sha256(parts[name]).hexdigest(), "size": 92}


def _other_paper(parts: dict[str, Any]) -> None:
    parts[parts["documents.json"]["documents"][0]["part"]] = b"%PDF-1.4 another"


def _bad_number(parts: dict[str, Any]) -> None:
    parts["case.json"]["case"]["number"] = "../1"


def _bad_identity(parts: dict[str, Any]) -> None:
    parts["case.json"]["person"]["id_number"] = "110101199001010000"


def _bad_step(parts: dict[str, Any]) -> None:
    parts["case.json"]["case"]["step"] = "coronation"


def _bad_date(parts: dict[str, Any]) -> None:
    parts["steps.json"]["records"][0]["action_on"] = "yesterday"


def _bad_reference(parts: dict[str, Any]) -> None:
    parts["steps.json"]["entries"][0]["record"] = 999


def _two_that_count(parts: dict[str, Any]) -> None:
    records = parts["steps.json"]["records"]
    records.append(records[0] | {"id": len(records) + 1})


def _spelled(parts: dict[str, Any], old: str, new: str) -> None:
    """The case in another spelling than the one in which parts are sealed."""
    text = canonical_json(parts["case.json"]).decode()
    assert old in text
    parts["case.json"] = text.replace(old, new, 1).encode()


def _twice_under_one_name(parts: dict[str, Any]) -> None:
    _spelled(parts, '"case":{', '"case":{"number":"321324006001-2026-999",')


def _without_end(parts: dict[str, Any]) -> None:
    _spelled(parts, '"round":1', '"round":1e999')


def _no_text(parts: dict[str, Any]) -> None:
    _spelled(parts, '"name":"', r'"name":"\u0000')


def _half_a_character(parts: dict[str, Any]) -> None:
    _spelled(parts, '"name":"', r'"name":"\ud800')


def _no_acts(parts: dict[str, Any]) -> None:
    parts["audit.json"]["entries"] = []


def _a_strange_act(parts: dict[str, Any]) -> None:
    """The chain holds, and its act says something that no page can show."""
    act = parts["audit.json"]["entries"][-1]
    del act["hash"]
    act["colour"] = "blue"
    act["hash"] = hashlib.sha256(canonical_json(act)).hexdigest()


WRONG = (
    _twice_under_one_name,
    _without_end,
    _no_text,
    _half_a_character,
    _no_acts,
    _a_strange_act,
    _unknown_column,
    _missing_column,
    _unknown_table,
    _path_outside,
    _unnamed_paper,
    _program,
    _other_paper,
    _bad_number,
    _bad_identity,
    _bad_step,
    _bad_date,
    _bad_reference,
    _two_that_count,
)


def test_what_cannot_be_is_refused_even_under_a_right_signature(places):
    file, _county = places.away(eventful_case)
    for change in WRONG:
        assert set(refused(resealed(file, change), places).codes) == {"case_file_invalid"}, change
    for version in ("recruitment-case-file/1", "recruitment-case-file/3"):
        assert refused(resealed(file, lambda _parts: None, format=version), places).codes == ("case_file_invalid",)
    for manifest in ({"private": "yes"}, {"made_at": "2026-06-10T08:00:00"}, {"made_by": None}, {"colour": "blue"}):
        assert refused(resealed(file, lambda _parts: None, **manifest), places).codes == ("case_file_invalid",)


def test_an_origin_without_its_signature_is_none(places):
    """Whoever seals a file anew cannot say in the name of another installation what that one never signed."""
    file, county = places.away(early)
    onward = exported(county, take_in(file).case)

    def unsigned(parts: dict[str, Any]) -> None:
        del parts["origin/001-manifest.sig"]
        parts["origin/001-manifest.json"]["made_by"] = "样本别人"

    key = Seal(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(THERE))).public_key.hex()
    found = verify_case_file.verify(io.BytesIO(resealed(onward, unsigned, public_key=key))).altered
    assert {part for part, _what in found} == {"origin/001-audit.json", "origin/001-manifest.json"}


def test_a_disk_that_fails_halfway_keeps_no_paper(places, monkeypatch):
    file, _county = places.away(eventful_case)
    save, calls = InMemoryStorage.save, []

    def fail_on_the_third(self, name, content, max_length=None):
        calls.append(name)
        stored = save(self, name, content, max_length)
        if len(calls) == 3:
            # Half of it lies on the disk already.
            raise OSError(28, "No space left on device")
        return stored

    monkeypatch.setattr(InMemoryStorage, "save", fail_on_the_third)
    found = refused(file, places)
    assert found.codes == ("paper_not_kept",)
    assert len(calls) == 3


def test_only_the_administrator_above_the_branch_takes_it_in(places):
    file, county = places.away(early)
    for organisation, role in (
        (county.branch, "secretary"),
        (county.committee, "committee_verifier"),
        (county.department, "department_officer"),
        (county.county, "inspector"),
    ):
        assert refused(file, places, actor=actor(county, organisation, role)).codes == ("not_allowed",)
    administrator = actor(county, county.county, "administrator")
    case = take_in(file, actor=administrator).case
    entry = Entry.objects.get(chain=case.chain)
    assert (entry.actor_id, entry.seat_id) == (administrator.user_id, administrator.seat_id)


# -- pages --------------------------------------------------------------------------------------------------------


def test_the_timeline_tells_of_the_import_and_of_what_was_before(places):
    file, county = places.away(eventful_case)
    case = take_in(file, actor=actor(county, county.county, "administrator")).case
    client = Client()
    client.force_login(county.user(county.branch, "secretary"))
    page = client.get(url(case, "case_history")).content.decode()
    assert "由外单位的随案卷宗转入" in page
    assert fingerprint() in page
    assert county.user(county.county, "administrator").full_name in page
    assert "转入以前的办理记录" in page
    assert "建档" in page
    client.force_login(county.user(county.committee, "committee_verifier"))
    story = client.get(url(case, "case_story")).content.decode()
    assert "转入以前的办理记录" in story
    assert fingerprint() in story
    client.force_login(county.user(county.branch, "secretary"))
    for name in ("case", "case_archive", "case_forms", "case_corrections", "case_person"):
        assert client.get(url(case, name)).status_code == 200
    assert client.get(Sitting.objects.get(records__case=case).get_absolute_url()).status_code == 200


def test_a_paper_printed_elsewhere_says_so(places):
    file, county = places.away(eventful_case)
    case = take_in(file).case
    client = Client()
    client.force_login(county.user(county.branch, "secretary"))
    page = client.get(Printing.objects.get(case=case).get_absolute_url()).content.decode()
    assert "转来以前打印的表" in page
    assert "不是现行内容" not in page


# -- the command --------------------------------------------------------------------------------------------------


def command(tmp_path, file: bytes, *arguments: str) -> str:
    path = tmp_path / "case.zip"
    path.write_bytes(file)
    out = io.StringIO()
    call_command("import_case_file", str(path), *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_plans_first_and_writes_when_told(places, tmp_path):
    file, county = places.away(eventful_case)
    said = command(tmp_path, file, "--key", fingerprint())
    for word in ("样本人员1", county.branch.code, county.committee.name, "documents/001-D01-v1.pdf", "预演"):
        assert word in said
    assert not Case.objects.exists()
    with pytest.raises(CommandError, match="--actor"):
        command(tmp_path, file, "--key", fingerprint(), "--commit")
    name = county.user(county.county, "administrator").username
    assert "已写入" in command(tmp_path, file, "--key", fingerprint(), "--commit", "--actor", name)
    assert Case.objects.get().number in said


def test_the_command_says_why_not_and_how(places, tmp_path):
    file, county = places.away(early)
    out = io.StringIO()
    path = tmp_path / "case.zip"
    path.write_bytes(file)
    with pytest.raises(CommandError):
        call_command("import_case_file", str(path), stdout=out, stderr=out)
    assert "--key" in out.getvalue()
    Organisation.objects.filter(pk=county.branch.pk).update(code="900Y")
    with pytest.raises(CommandError):
        call_command("import_case_file", str(path), "--key", fingerprint(), stdout=out, stderr=out)
    assert "--branch" in out.getvalue()
    for wrong in (("--place", "x"), ("--branch", "NONE"), ("--actor", "nobody"), ("--key", "zz" * 32)):
        with pytest.raises(CommandError):
            call_command("import_case_file", str(path), *wrong, stdout=out, stderr=out)
    with pytest.raises(CommandError):
        call_command("import_case_file", str(tmp_path / "none.zip"), stdout=out, stderr=out)
