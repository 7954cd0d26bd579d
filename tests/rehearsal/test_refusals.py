"""Which refusals there are, and which of them stand together."""

from __future__ import annotations

import pytest

from tests.rehearsal.dsl import Story

pytestmark = pytest.mark.django_db


def test_closed_stands_alone(play):
    # "`closed` alone": whatever else would be wrong with the act.
    story = Story.at("organization_talk")
    story.do("close", "2026-06-03", outcome="withdrawn").accepted(status="closed", light="green", flags=[])
    story.submit("2026-06-03", "conversion_approval", meeting_date="no day").refused("closed")
    story.verify("2026-06-03", "organization_talk", by="branch_secretary").refused("closed")
    story.do("resume", "2026-06-03", reason="").refused("closed")
    story.end = {"step": "organization_talk", "status": "closed", "light": "green"}
    play(story)


def test_frozen_stands_alone(play):
    # "else `frozen` alone"; "A frozen case takes only the acts that end its own freeze, `sweep` and `look`."
    moved = Story.at("organization_talk")
    moved.do("transfer", "2026-06-03").accepted(status="frozen", light="green", flags=[])
    for act, keys in (
        ("submit", {"fields": {"talk_date": "no day"}}),
        ("record", {}),
        ("upload", {"materials": ["D01"]}),
        ("report", {}),
        ("verify", {"as": "branch_secretary"}),
        ("return", {"reason": ""}),
        ("send_back", {"reason": ""}),
    ):
        moved.do(act, "2026-06-04", "organization_talk", **keys).refused("frozen", status="frozen")
    moved.log("2026-06-04", "halfyear_review", "review_date", "2026-06-04").refused("frozen")
    moved.explain("2026-06-04", "talk_within_one_month").refused("frozen")
    moved.do("veto", "2026-06-04", code="V17", reason="x").refused("frozen")
    moved.do("suspend", "2026-06-04", code="V25").refused("frozen")
    moved.do("resume", "2026-06-04", reason="x").refused("frozen")
    moved.do("close", "2026-06-04", outcome="died").refused("frozen")
    moved.do("transfer", "2026-06-04").refused("frozen")
    # A red's decision ends another freeze than this one.
    moved.do("confirm_veto", "2026-06-04", reason="x").refused("frozen")
    moved.do("dismiss_veto", "2026-06-04", reason="x").refused("frozen")
    moved.do("sweep", "2026-06-05").accepted(status="frozen")
    moved.look("2026-06-05").accepted(status="frozen")
    play(moved)

    red = Story.at("organization_talk")
    red.do("veto", "2026-06-03", code="V17", reason="核查发现").accepted(status="frozen", light="red", flags=["V17"])
    red.do("accept_transfer", "2026-06-04").refused("frozen")
    red.do("refuse_transfer", "2026-06-04").refused("frozen")
    red.submit("2026-06-04", "organization_talk").refused("frozen", light="red", flags=["V17"])
    red.do("sweep", "2026-06-04").accepted(next_change_on=None)
    play(red)


def test_the_wrong_step_and_the_wrong_seat_stand_together(play):
    # "else `not_this_step` and `not_allowed`; else `field_invalid`; else all others together."
    story = Story.at("organization_talk")
    story.do("submit", "2026-06-03", "recommend_activist", fields={"recommended_on": "no day"}).refused("not_this_step")
    story.do("submit", "2026-06-03", "recommend_activist", by="superior_org_department").refused(
        "not_this_step", "not_allowed"
    )
    story.do("submit", "2026-06-03", "organization_talk", by="grassroots_committee").refused("not_allowed")
    story.do("submit", "2026-06-03", "register_application", by="branch_secretary").refused("not_this_step")
    story.verify("2026-06-03", "organization_talk", by="branch_secretary").refused("not_this_step", "not_allowed")
    story.do("report", "2026-06-03", "file_activist", by="grassroots_committee").refused("not_this_step", "not_allowed")
    story.do("veto", "2026-06-03", code="nonsense", reason="", by="branch_secretary").refused("not_allowed")
    story.do("confirm_veto", "2026-06-03", reason="x", by="branch_secretary").refused("not_this_step", "not_allowed")
    story.do("suspend", "2026-06-03", code="V25", by="superior_org_department").refused("not_allowed")
    story.do("resume", "2026-06-03", reason="x", by="branch_secretary").refused("not_this_step", "not_allowed")
    story.do("send_back", "2026-06-03", "register_application", by="branch_secretary", reason="x").refused(
        "not_allowed"
    )
    play(story)


def test_a_value_that_cannot_be_is_refused_before_the_others(play):
    # "a *value* that cannot be is refused inside as `field_invalid`"; it stands before gates, papers and dates.
    story = Story.at("organization_talk")
    story.do("submit", "2026-06-03", "organization_talk", fields={"talk_date": "2026-02-30"}, materials=[]).refused(
        "field_invalid"
    ).because("field_invalid", field="talk_date")
    # Every one of them, and nothing else beside them.
    story.do(
        "submit",
        "2026-06-03",
        "organization_talk",
        fields={"talk_date": "20260603", "summary": 7, "conclusion": ["a"]},
        materials=["D01"],
    ).refused("field_invalid", "field_invalid", "field_invalid", "field_invalid")
    story.do("upload", "2026-06-03", "organization_talk", materials=["D01"]).refused("field_invalid").because(
        "field_invalid", field="materials"
    )
    story.do("return", "2026-06-03", "organization_talk", reason=" ").refused("not_this_step")
    story.submit("2026-06-03", "organization_talk").accepted()
    story.do("return", "2026-06-03", "organization_talk", reason="  ").refused("field_invalid").because(
        "field_invalid", field="reason"
    )
    story.do("veto", "2026-06-03", code="V17", reason="").refused("field_invalid")
    story.do("close", "2026-06-03", outcome="lost").refused("field_invalid").because("field_invalid", field="outcome")
    play(story)


def test_all_other_reasons_stand_together(play):
    # "every unmet reason, never only the first"; "An action date lies neither in the future nor before the action
    # dates of the steps that it requires (`date_order`)."
    story = Story.at("organization_talk")
    story.do("submit", "2026-06-03", "organization_talk", fields={"talk_date": "2026-06-04"}, materials=[]).refused(
        "action_date_in_future", "material_missing"
    ).because("material_missing", codes=["D03"]).because("action_date_in_future")
    story.do("submit", "2026-06-03", "organization_talk", fields={"talk_date": "2026-06-01"}, materials=[]).refused(
        "date_order", "material_missing"
    )
    # "Refused like `submit`, except for missing papers."
    story.do("record", "2026-06-03", "organization_talk", fields={"talk_date": "2026-06-01"}, materials=[]).refused(
        "date_order"
    )
    play(story)

    late = Story.at("superior_talk")
    # The same day that the meeting's minimum names is also out of order.
    late.submit("2027-08-26", "superior_talk", talk_date="2027-08-22").refused(
        "date_order", "talk_after_branch_meeting"
    ).because("talk_after_branch_meeting", unlocks_on="2027-08-23")
    late.submit("2027-08-26", "superior_talk", talk_date="2027-08-23").accepted()
    play(late)


def test_only_action_dates_are_checked_against_the_future(play):
    # "Only action dates are checked against the future."
    story = Story.at("preliminary_review")
    story.submit("2027-08-16", "preliminary_review", form_issued_on="2027-08-20", submitted_on="2027-09-01").accepted()
    story.verify("2027-08-16", "preliminary_review").accepted(step="fill_application_form", unlocks_on="2027-08-20")
    # "from that day on … null"
    story.look("2027-08-19").shows(unlocks_on="2027-08-20")
    story.submit("2027-08-19", "fill_application_form").refused("fill_after_issue").because(
        "fill_after_issue", unlocks_on="2027-08-20"
    )
    story.look("2027-08-20").shows(unlocks_on=None)
    story.submit("2027-08-20", "fill_application_form").accepted()
    play(story)


def test_acts_that_the_status_does_not_allow(play):
    # "An act that the step's status does not allow … is `not_this_step`."
    story = Story.at("organization_talk")
    story.verify("2026-06-03", "organization_talk").refused("not_this_step")
    story.submit("2026-06-03", "organization_talk").accepted(status="submitted")
    story.submit("2026-06-03", "organization_talk").refused("not_this_step")
    story.record("2026-06-03", "organization_talk").refused("not_this_step")
    story.do("upload", "2026-06-03", "organization_talk").refused("not_this_step")
    story.do("confirm_veto", "2026-06-03", reason="x").refused("not_this_step")
    story.do("dismiss_veto", "2026-06-03", reason="x").refused("not_this_step")
    story.do("resume", "2026-06-03", reason="x").refused("not_this_step")
    story.do("accept_transfer", "2026-06-03").refused("not_this_step")
    story.do("refuse_transfer", "2026-06-03").refused("not_this_step")
    story.log("2026-06-03", "halfyear_review", "review_date", "2026-06-03").refused("not_this_step")
    story.do("veto", "2026-06-03", "register_application", code="V11", reason="x").refused("not_this_step")
    story.verify("2026-06-03", "organization_talk").accepted(step="recommend_activist", status="open")
    story.verify("2026-06-03", "organization_talk").refused("not_this_step")
    play(story)


def test_nobody_verifies_what_they_submitted_themselves(play):
    # "the same explicit role for submitting and verifying is the same person." "Nobody verifies what they submitted
    # themselves."
    department = "superior_org_department"
    story = Story.at("file_with_org_department")
    story.do("submit", "2027-09-08", "file_with_org_department", by=department).accepted()
    story.verify("2027-09-08", "file_with_org_department", by=department).refused("own_submission").because(
        "own_submission"
    )
    # "always another person than the one before", also where much happens in between.
    story.verify("2027-09-09", "file_with_org_department").accepted(step="assign_to_branch_group")
    play(story)

    # The filing's department acts and verifies: whoever explains in between, somebody else can verify.
    late = Story.at("file_with_org_department")
    late.bare("2027-09-08", "file_with_org_department").accepted()
    late.submit("2027-10-20", "file_with_org_department").accepted(has=["upload_within_one_month"])
    late.explain("2027-10-20", "upload_within_one_month").accepted(hasnot=["upload_within_one_month"])
    late.verify("2027-10-21", "file_with_org_department").accepted(step="assign_to_branch_group")
    play(late)


def test_everything_that_stands_against_a_green_light_stands_together(play):
    story = Story.at("file_activist")
    story.do("submit", "2026-07-05", "file_activist", by="superior_org_department").refused("not_allowed")
    story.bare("2026-07-05", "file_activist").accepted()
    story.do("submit", "2026-09-01", "file_activist").accepted(flags=["upload_within_one_month"])
    story.do("suspend", "2026-09-01", code="V25").accepted(flags=["V25", "upload_within_one_month"])
    story.verify("2026-09-02", "file_activist").refused("flag_unexplained", "suspended").because(
        "flag_unexplained", codes=["upload_within_one_month"]
    ).because("suspended")
    play(story)


@pytest.mark.parametrize("key", ["reason", "text", "code", "flag", "outcome", "override"])
def test_a_key_that_an_act_does_not_read_is_ignored(play, key):
    # "A key that an act does not read is ignored."
    story = Story()
    story.do("look", "2026-06-01", **{key: ["no", "text"]}).accepted()
    story.do("submit", "2026-06-01", "submit_application", **{key: ""} if key != "override" else {}).accepted()
    story.do("verify", "2026-06-01", "submit_application", fields={"received_on": "no day"}, materials=[]).accepted()
    play(story)
