"""Editions: each act by the edition of its day, what is still missing by today's; the change is on 2026-05-11."""

from __future__ import annotations

import pytest

from tests.rehearsal.dsl import Story

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

MEETING = "admission_branch_meeting"
LATE = "meeting_within_one_month"


def test_a_deadline_of_the_new_edition_binds_from_its_first_day(play):
    # "a deadline whose act is still missing by today's; before 2026-05-11 that is r2014, whose articles know … no
    # one-month limit for the admission meeting". The result came on 2026-03-16, the month ended on 16 April.
    story = Story.at(MEETING, months=-17)
    # "the day on which a green light changes if nobody acts"
    story.look("2026-05-10").shows(light="green", flags=[], next_change_on="2026-05-11")
    story.look("2026-05-11").shows(light="yellow", flags=[LATE], next_change_on=None)
    # "Each act is judged by the edition in force on its action date": r2014 knows no such limit.
    story.submit("2026-05-12", MEETING, meeting_date="2026-05-10").accepted(flags=[], light="green")
    play(story)

    new = Story.at(MEETING, months=-17)
    new.look("2026-05-10").shows(light="green", flags=[], next_change_on="2026-05-11")
    new.submit("2026-05-12", MEETING, meeting_date="2026-05-11").accepted(flags=[LATE])
    play(new)

    # Where the month ends under r2026, the flag rises the day after, as ever.
    running = Story.at(MEETING, months=-16)
    running.look("2026-05-01").shows(light="green", next_change_on="2026-05-17")
    running.look("2026-05-16").shows(flags=[])
    running.look("2026-05-17").shows(flags=[LATE])
    play(running)


def test_the_oath_has_no_month_before_the_new_edition(play):
    # "and none for the oath": approved on 2026-04-06.
    late = "oath_within_one_month"
    story = Story.at("admission_oath", months=-17)
    story.look("2026-05-10").shows(flags=[], next_change_on="2026-05-11")
    story.look("2026-05-11").shows(flags=[late])
    story.record("2026-05-12", "admission_oath", oath_on="2026-05-10").accepted(flags=[])
    story.submit("2026-05-12", "admission_oath", oath_on="2026-05-11").accepted(flags=[late])
    play(story)


def test_the_five_day_notice_is_of_the_new_edition(play):
    # "r2014, whose articles know no five-day notice": a national rule without an article there "does not exist in it".
    notice = "publicize_development_target"
    story = Story.at(notice, months=-15)  # consent on 2026-04-08
    story.look("2026-05-10").shows(unlocks_on=None)
    old = {"publicity_start": "2026-05-08", "publicity_end": "2026-05-10"}
    # Friday 8 May; 9 May is a made-up working day, then 11, 12, 13 and 14 May.
    story.submit("2026-05-12", notice, listed_on="2026-05-11", **old).refused("publicity_five_working_days").because(
        "publicity_five_working_days", unlocks_on="2026-05-14"
    )
    story.submit("2026-05-12", notice, listed_on="2026-05-10", **old).accepted()
    play(story)
    # Neither the order of consent and notice nor of notice and listing is written in it.
    free = Story.at(notice, months=-15)
    free.submit(
        "2026-05-10", notice, listed_on="2026-05-10", publicity_start="2026-04-01", publicity_end="2026-06-30"
    ).accepted()
    play(free)


def test_rules_of_practice_stand_in_both_editions(play):
    # "A gate whose article in an edition is null, and whose source is national, does not exist in it": this one is
    # practice. The meeting was on 2025-07-23.
    story = Story.at("probation_education", months=-25)
    story.look("2026-01-23").shows(flags=[], next_change_on="2026-01-24")
    story.look("2026-01-24").shows(flags=["probation_review_half_yearly"])
    play(story)
    # A talk is due within the month in both.
    talk = Story.at("organization_talk", months=-12)
    talk.look("2025-07-02").shows(flags=["talk_within_one_month"])
    play(talk)


def test_working_days(play):
    notice, five = "publicize_development_target", "publicity_five_working_days"
    # "so a notice posted on day S may end on day E when at least five working days lie after S up to and including E"
    # 2027 has no table: "counts Monday to Friday, provisionally". Monday 12 July: 13, 14, 15, 16 and 19 July.
    story = Story.at(notice)
    story.submit("2027-07-20", notice, publicity_start="2027-07-12", publicity_end="2027-07-18").refused(five).because(
        five, unlocks_on="2027-07-19"
    )
    # A notice that began before the consent of 8 July, and a listing before its end.
    story.submit(
        "2027-07-20", notice, publicity_start="2027-07-07", publicity_end="2027-07-15", listed_on="2027-07-14"
    ).refused("listing_after_notice", "notice_after_consent").because(
        "listing_after_notice", unlocks_on="2027-07-15"
    ).because("notice_after_consent", unlocks_on="2027-07-08")
    # Left out, both days are the action date: no day lies between them.
    story.submit("2027-07-20", notice).refused(five).because(five, unlocks_on="2027-07-27")
    story.submit("2027-07-20", notice, publicity_start="2027-07-12", publicity_end="2027-07-19").accepted()
    play(story)

    # "Working days follow the statutory holidays and make-up days": consent on 2026-09-08.
    table = Story.at(notice, months=-10)
    # Tuesday 22 September: 23, 24, then Mid-Autumn from Friday 25, so 28, 29 and 30.
    table.submit("2026-10-12", notice, publicity_start="2026-09-22", publicity_end="2026-09-29").refused(five).because(
        five, unlocks_on="2026-09-30"
    )
    # Monday 28 September: 29, 30, then National Day until 7 October, so 8, 9 and Saturday 10, which is made up.
    table.submit("2026-10-12", notice, publicity_start="2026-09-28", publicity_end="2026-10-09").refused(five).because(
        five, unlocks_on="2026-10-10"
    )
    table.submit("2026-10-12", notice, publicity_start="2026-09-28", publicity_end="2026-10-10").accepted()
    play(table)
