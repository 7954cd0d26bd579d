"""Plays the script of a whole case through HTTP: every form fetched and sent as its page offers it."""

from __future__ import annotations

import datetime as dt

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from recruitment import machine
from recruitment.models import Case, StepRecord
from recruitment.selectors.casefile import load
from tests.branches.factories import PASSWORD, County
from tests.journeys import html, script
from tests.journeys.playing import Playing
from tests.journeys.script import Act, First, Who


class Player(Playing):
    """Plays the script, each act at its desk and on its day. After each act the record is what it should be."""

    def __init__(self, county: County, clock: time_machine.Traveller) -> None:
        super().__init__(county, clock)
        self._desks: dict[Who, Client] = {}

    # -- acts -------------------------------------------------------------------------------------------------------

    def open(self, act: Act) -> None:
        page = self.follow(act, self.visit(act, reverse("dashboard")), reverse("case_new"))
        form = page.form(control="id_number")
        for name, value in script.PERSON.items():
            form.fill(name, value)
        self.send(act, page, form)
        assert self.case.number.startswith(f"{self.county.branch.code}-2025-")

    def enter(self, act: Act) -> None:
        self.send_step(act, self.turn_to(act, "step"), ("act", "submit"))
        assert self.record(act).status == machine.SUBMITTED

    correct = enter

    def log(self, act: Act) -> None:
        before = self.record(act).entries.count()
        self.send_step(act, self.turn_to(act, "step_log"))
        assert self.record(act).entries.count() == before + 1

    def report(self, act: Act) -> None:
        self.send_step(act, self.turn_to(act, "step_report"))
        assert self.record(act).reported_on == act.on
        assert self.record(act).status == machine.OPEN, "the committee has not acted yet"

    def explain(self, act: Act) -> None:
        url = reverse("explain", args=[self.case.number, act.values["flag"]])
        verifying = self.visit(act, reverse("case_verify", args=[self.case.number]), who=script.VERIFIER)
        assert "由" in verifying.html
        assert ("decision", "verify") not in [button for form in verifying.forms for button in form.buttons]
        page = self.follow(act, self.visit(act, self.case_url), url)
        form = page.form(control="text")
        form.fill("text", act.values["text"])
        self.send(act, page, form)

    def verify(self, act: Act) -> None:
        page = self.from_queue(act)
        button = ("decision", "verify")
        form = page.form(button=button)
        originals = [control.value for control in form.controls if control.name == "originals"]
        form.fill("originals", originals) if originals else None
        self.send(act, page, form, button)
        record = StepRecord.objects.get(case=self.case, step=act.step)
        assert record.status == machine.VERIFIED
        assert record.verified_by == act.who.user(self.county)
        latest = {paper.code: paper for paper in record.materials.order_by("version")}
        assert all(paper.original_seen_at == act.at for paper in latest.values())

    def hand_back(self, act: Act) -> None:
        page = self.from_queue(act)
        button = ("decision", "hand_back")
        form = page.form(button=button)
        form.fill("code", "date_disagrees")
        form.fill("reason", act.values["reason"])
        self.send(act, page, form, button)
        assert self.record(act).status == machine.RETURNED
        assert act.values["reason"] in self.visit(act, self.case_url, who=script.SECRETARY).html

    def sit(self, act: Act) -> None:
        choosing = self.follow(act, self.visit(act, reverse("sitting_list")), reverse("sitting_new"))
        form = choosing.form(control="item")
        [item] = [option for control in form.named("item") for option in control.options if act.step in option]
        form.fill("item", item)
        form.fill("held_on", act.on.isoformat())
        page = self.visit(act, reverse("sitting_new"), query=form.data())
        self.send_step(act, page)
        record = self.record(act)
        assert record.status == machine.SUBMITTED
        assert record.sitting.present == 5

    def locked(self, act: Act) -> None:
        day = dt.date.fromisoformat(act.values["opens"])
        shown = f"{day.year}年{day.month}月{day.day}日"
        assert shown in self.visit(act, self.case_url).html
        before = Case.objects.get(pk=self.case.pk).version
        typed = {name: value for name, value in act.values.items() if name != "opens"}
        page = self.visit(act, self.step_url(act))
        answer = self.send_step(Act(act.on, act.who, act.kind, act.step, typed), page, ("act", "record"), refused=True)
        assert shown in answer.html
        assert Case.objects.get(pk=self.case.pk).version == before, "a refused act changes nothing"
        assert load(self.case.pk).assess(act.on).unlocks_on == day

    # -- pages ------------------------------------------------------------------------------------------------------

    @property
    def case_url(self) -> str:
        return reverse("case", args=[self.case.number])

    def step_url(self, act: Act, name: str = "step") -> str:
        return reverse(name, args=[self.case.number, act.step])

    def record(self, act: Act) -> StepRecord:
        return StepRecord.objects.get(case=self.case, step=act.step)

    def desk(self, who: Who) -> Client:
        if who not in self._desks:
            client = self._desks[who] = Client()
            given = {"username": who.user(self.county).username, "password": PASSWORD}
            assert client.post(reverse("login"), given).url == reverse("dashboard")
        return self._desks[who]

    def visit(self, act: Act, url: str, *, who: Who | None = None, query: dict | None = None) -> html.HtmlPage:
        response = self.desk(who or act.who).get(url, query)
        assert response.status_code == 200, f"{act}: {url} answers {response.status_code}"
        return html.read(response.wsgi_request.get_full_path(), response.content.decode())

    def follow(self, act: Act, page: html.HtmlPage, url: str) -> html.HtmlPage:
        """The page behind a link that stands on this one."""
        links = [link for link in page.links if link.partition("?")[0] == url]
        assert links, f"{act}: no link to {url} on {page.url}"
        return self.visit(act, links[0])

    def turn_to(self, act: Act, name: str) -> html.HtmlPage:
        """A form of the step, by its link on the page of the case, which the landing page or the list leads to."""
        start = self.visit(act, reverse("dashboard"))
        if self.case_url not in start.links:
            start = self.visit(act, reverse("case_list"))
        return self.follow(act, self.follow(act, start, self.case_url), self.step_url(act, name))

    def from_queue(self, act: Act) -> html.HtmlPage:
        queue = self.follow(act, self.visit(act, reverse("dashboard")), reverse("queue"))
        return self.follow(act, queue, reverse("case_verify", args=[self.case.number]))

    def send_step(
        self, act: Act, page: html.HtmlPage, button: tuple[str, str] | None = None, *, refused: bool = False
    ) -> html.HtmlPage:
        """Fill in what the act says, choose its papers, and send."""
        form = page.form(control="version")
        for name, value in act.values.items():
            if isinstance(value, First):
                for number in range(value.count):
                    [select] = form.named(f"{name}_{number}")
                    form.fill(select.name, [option for option in select.options if option][number])
            else:
                form.fill(name, value)
        files = {}
        for code in act.papers:
            paper = script.paper(code, act.on)
            files[form.file_control(code)] = SimpleUploadedFile(paper.name, paper.content, paper.content_type)
        return self.send(act, page, form, button, files=files, refused=refused)

    def send(
        self,
        act: Act,
        page: html.HtmlPage,
        form: html.HtmlForm,
        button: tuple[str, str] | None = None,
        *,
        files: dict[str, SimpleUploadedFile] | None = None,
        refused: bool = False,
    ) -> html.HtmlPage:
        response = self.desk(act.who).post(form.action or page.url, {**form.data(button), **(files or {})})
        answer = html.read(page.url, response.content.decode())
        if refused:
            assert response.status_code == 200
            assert 'class="error-summary"' in answer.html
        else:
            errors = response.context["form"].errors if response.context and "form" in response.context else ""
            assert response.status_code == 302, f"{act} was refused: {errors}"
        return answer
