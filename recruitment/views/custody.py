"""Where archive packages are: what is entered of one, its receipt, and the list of those a level looks after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin

from recruitment import policies
from recruitment.documents import custody as paper
from recruitment.documents import pdf
from recruitment.forms.base import ActForm
from recruitment.forms.custody import HandOverForm, KeepForm, ReceiveForm, ReturnForm, WithdrawEntryForm
from recruitment.models import ArchivePackage, CustodyEntry
from recruitment.numbers import whole
from recruitment.policies import Answer, Denied
from recruitment.rules.archive import PARTY
from recruitment.rules.custody import Deed, Keeper, State
from recruitment.rules.schema import Side
from recruitment.rules.texts import CUSTODY_DEEDS, CUSTODY_RETURNS, CUSTODY_STATES, KEEPERS
from recruitment.selectors import custody as found
from recruitment.selectors.casefile import CaseFile
from recruitment.selectors.custody import Chain
from recruitment.services import custody
from recruitment.services.base import Refusal
from recruitment.views import casebox
from recruitment.views.base import Page, call
from recruitment.views.booklet import cannot_print
from recruitment.views.caseact import CaseAct
from recruitment.views.entering import asked_for, entering_actor
from recruitment.views.files import shown_file
from recruitment.views.shelves import shelf, with_waiting
from recruitment.words import localised

PER_PAGE = 50
PACKAGES_OFFERED = 10
SIDES = tuple(side.value for side in Side)


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of entry: its service and form, its words on the page, and the sentence once it is done."""

    service: Callable[..., CustodyEntry]
    form: type[ActForm]
    title: Promise
    consequence: Promise
    happened: Promise


ACTS: Mapping[Deed, Act] = {
    Deed.HANDED_OVER: Act(
        custody.hand_over,
        HandOverForm,
        gettext_lazy("移交归档材料"),
        gettext_lazy("对方确认接收以前，仍由移交一方负责保管。登记以后不能修改，有误的另作更正。"),
        gettext_lazy("移交已登记，等待对方确认接收；确认以前仍由移交一方保管。"),
    ),
    Deed.RECEIVED: Act(
        custody.receive,
        ReceiveForm,
        gettext_lazy("确认接收归档材料"),
        gettext_lazy("请对照移交清单逐份核对以后再确认；确认以后由接收一方负责保管。"),
        gettext_lazy("接收已确认，从现在起由接收一方保管；换了地方，再登记保管地点。"),
    ),
    Deed.RETURNED: Act(
        custody.send_back,
        ReturnForm,
        gettext_lazy("退回归档材料"),
        gettext_lazy("退回以后，由移交一方更正或者补齐，再次移交。"),
        gettext_lazy("退回已登记，移交一方会收到通知，补正以后再次移交。"),
    ),
    Deed.KEPT: Act(
        custody.keep,
        KeepForm,
        gettext_lazy("确认保管地点"),
        gettext_lazy("写明归档材料现在放在哪里、由谁负责；换了地方再登记一次。"),
        gettext_lazy("保管地点已登记。以后换了地方，再登记一次。"),
    ),
    Deed.CORRECTED: Act(
        custody.correct,
        WithdrawEntryForm,
        gettext_lazy("更正上一条登记"),
        gettext_lazy("上一条登记作废，恢复到它以前的情况；两条都留在保管记录里。"),
        gettext_lazy("上一条登记已作废，请重新登记。"),
    ),
}


# -- on the case's page -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page tells it."""

    entry: CustodyEntry
    name: str
    withdrawn: bool
    reason: str
    scan_url: str


@dataclass(frozen=True, slots=True)
class Box:
    """The custody of a case: how it stands, the entries with the newest first, and what the reader may enter."""

    chain: Chain
    state: str
    days: int | None
    lines: list[Line]
    acts: list[tuple[str, str]]
    holder: str
    dispatched: bool
    using_unit: str

    @property
    def standing(self) -> Any:
        return self.chain.standing


def box_of(page: Page, file: CaseFile, today: date) -> Box:
    """The custody of the case for its archive page. Two queries."""
    chain = found.chain_of(file.case)
    standing, person = chain.standing, file.case.person
    takes_part = bool(policies.may_take_part(page.actor, file.case.scope))
    return Box(
        chain=chain,
        state=localised(CUSTODY_STATES[standing.state.value]),
        days=(today - standing.since).days if standing.since and standing.state is not State.KEPT else None,
        lines=list(_lines(chain, takes_part=takes_part)),
        acts=[(act_url(chain, deed), str(ACTS[deed].title)) for deed in _offered(page, chain)],
        holder=_named(standing.holder, standing.holder_name),
        dispatched=person.is_dispatched and chain.archive == PARTY,
        using_unit=person.using_unit,
    )


def act_url(chain: Chain, deed: Deed) -> str:
    """The address of the form of a deed."""
    return reverse("custody_act", args=[chain.case.number, deed.value])


def _offered(page: Page, chain: Chain) -> Iterator[Deed]:
    for deed in custody.deeds(chain):
        if custody.may_enter(page.actor, chain, deed):
            yield deed


def _named(keeper: Keeper, name: str) -> str:
    """A body outside by what it is as well: its name alone does not say that it keeps a Party member archive."""
    kind = localised(KEEPERS[keeper.value])
    return name if keeper.side is not None else _("%(name)s · %(kind)s") % {"name": name, "kind": kind}


def _lines(chain: Chain, *, takes_part: bool) -> Iterator[Line]:
    withdrawn = {entry.corrects_id for entry in chain.entries}
    for entry in reversed(chain.entries):
        yield Line(
            entry=entry,
            name=localised(CUSTODY_DEEDS[entry.deed]),
            withdrawn=entry.pk in withdrawn,
            reason=localised(CUSTODY_RETURNS[entry.code]) if entry.code else "",
            scan_url=reverse("custody_scan", args=[chain.case.number, entry.number])
            if entry.file and takes_part
            else "",
        )


# -- one entry ----------------------------------------------------------------------------------------------------


class CustodyAct(CaseAct):
    """The form of one deed."""

    def get(self, request: HttpRequest, number: str, deed: str) -> HttpResponse:
        return self._handle(self.file(number), deed)

    post = get

    def _handle(self, file: CaseFile, name: str) -> HttpResponse:
        request = self.request
        if name not in ACTS:
            raise Http404
        deed, chain = Deed(name), found.chain_of(file.case)
        act, answer = ACTS[deed], custody.may_enter(self.actor, chain, deed)
        refusals = list(_refusals(chain, deed, answer))
        if refusals:
            return self.refuse(file, refusals, title=str(act.title))
        packages = found.packages_of(file.case) if deed is Deed.HANDED_OVER else []
        if deed is Deed.HANDED_OVER and not packages:
            messages.info(request, _("请先取出归档材料：移交的是哪一包，回执上要写明。"))
            return redirect("case_archive", file.case.number)
        form = self._form(chain, deed, answer, packages)
        if form.is_valid():
            given = {key: value for key, value in form.cleaned_data.items() if key != "on_behalf_of"}
            if deed is Deed.CORRECTED:
                given = {"reason": given["words"]}
            done = call(
                act.service,
                form=form,
                today=request.today,
                file=file,
                case_id=file.case.pk,
                actor=entering_actor(answer, request, form),
                now=request.now,
                expected_number=self.version(),
                **given,
            )
            if done is not None:
                messages.success(request, act.happened)
                return redirect("case_archive", file.case.number)
        return render(request, "recruitment/custody_act.html", self._context(file, chain, deed, form))

    def _form(self, chain: Chain, deed: Deed, answer: Answer, packages: list[ArchivePackage]) -> ActForm:
        request, standing = self.request, chain.standing
        more: dict[str, Any] = {"today": request.today, "principals": asked_for(answer, request)}
        if deed is Deed.HANDED_OVER:
            more |= {
                "receivers": [(keeper.value, _body_label(chain, keeper)) for keeper in custody.choices(chain)],
                "packages": [(package.pk, package_label(package)) for package in packages[:PACKAGES_OFFERED]],
                "using_unit": chain.case.person.using_unit if Keeper.USING_UNIT in custody.choices(chain) else "",
                "initial": {"package_id": standing.package_id or packages[0].pk},
            }
        elif deed in (Deed.RECEIVED, Deed.RETURNED):
            more["outside"] = standing.receiver is not None and standing.receiver.side is None
        elif deed is Deed.KEPT:
            more["initial"] = {
                "office": standing.office,
                "keeper_person": standing.keeper_person,
                "shelf": standing.shelf,
            }
        if request.method == "POST":
            return ACTS[deed].form(request.POST, with_waiting(request, _place(chain, deed)), **more)
        return ACTS[deed].form(**more)

    def _context(self, file: CaseFile, chain: Chain, deed: Deed, form: ActForm) -> dict[str, Any]:
        standing = chain.standing
        package = next((entry.package for entry in reversed(chain.entries) if entry.package_id), None)
        return {
            "case": file.case,
            "person": file.case.person,
            "act": ACTS[deed],
            "deed": deed.value,
            "form": form,
            "number": chain.number,
            "holder": _named(standing.holder, standing.holder_name),
            "receiver": _named(standing.receiver, standing.receiver_name) if standing.receiver else "",
            "before": chain.effective[-1] if chain.effective else None,
            "before_name": localised(CUSTODY_DEEDS[chain.effective[-1].deed]) if chain.effective else "",
            "package": package if deed in (Deed.RECEIVED, Deed.RETURNED) else None,
            "reasons": casebox.reasons_of(form.refused),
            "uploads": shelf(self.request, _place(chain, deed)) if form.is_multipart() else None,
        }


def _place(chain: Chain, deed: Deed) -> str:
    """Under which name the stamped paper waits for the form."""
    return f"custody/{chain.case.number}/{deed.value}"


def _refusals(chain: Chain, deed: Deed, answer: Answer) -> Iterator[Refusal]:
    """What stands against the form, as the service will say."""
    if deed not in custody.deeds(chain):
        yield Refusal("not_this_step", message=_("现在不能登记这一项，请看归档材料现在在哪里。"))
    if isinstance(answer, Denied):
        yield Refusal("not_allowed", message=str(answer.reason))


def _body_label(chain: Chain, keeper: Keeper) -> str:
    body = {Keeper.COMMITTEE: chain.case.committee, Keeper.DEPARTMENT: chain.case.department}.get(keeper)
    kind = localised(KEEPERS[keeper.value])
    return _("%(kind)s：%(name)s") % {"kind": kind, "name": body.name} if body is not None else kind


def package_label(package: ArchivePackage) -> str:
    """A package by when it was taken and its hash."""
    return _("%(when)s取出的 %(format)s，清单哈希 %(hash)s") % {
        "when": localtime(package.made_at).strftime("%Y-%m-%d %H:%M"),
        "format": package.get_extension_display(),
        "hash": package.manifest[:12],
    }


# -- papers -------------------------------------------------------------------------------------------------------


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class Receipt(Page):
    """The receipt of an entry as PDF: which files, by their hashes, went from whom to whom."""

    def get(self, request: HttpRequest, number: str, place: int) -> HttpResponse:
        file = self.file(number)
        chain = found.chain_of(file.case)
        entry = next((entry for entry in chain.entries if entry.number == place), None)
        if entry is None or entry.package is None or not policies.may_take_part(self.actor, file.case.scope):
            raise Http404
        try:
            content = paper.receipt(chain, entry, on=request.today)
        except pdf.CannotPrintError as error:
            return cannot_print(request, error.packages, back=reverse("case_archive", args=[number]))
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(
            False, f"{paper.RECEIPT}（{file.case.person.name}）.pdf"
        )
        return response


@method_decorator(xframe_options_sameorigin, name="dispatch")
@method_decorator(cache_control(private=True, max_age=0, no_store=True), name="dispatch")
class Scan(Page):
    """The stamped paper by which a body outside answered, for those who take part in the case."""

    def get(self, request: HttpRequest, number: str, place: int) -> HttpResponse:
        case = self.file(number).case
        entry = CustodyEntry.objects.filter(case=case, number=place).exclude(file="").first()
        if entry is None or not policies.may_take_part(self.actor, case.scope):
            raise Http404
        return shown_file(entry.file, name=entry.original_name, content_type=entry.content_type)


# -- the list -----------------------------------------------------------------------------------------------------


class CustodyList(Page):
    """Archived cases by where their packages are, the longest waiting first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        given = request.GET
        state = given.get("state", "")
        if state and state not in CUSTODY_STATES:
            raise Http404
        committees = found.committees(self.actor)
        committee = whole(given.get("committee"))
        name = given.get("name", "").strip()[:60]
        side = given.get("side", "") if given.get("side") in SIDES else ""
        rows = found.archived(self.actor, state=state, side=side, name=name, committee=committee).values(*found.LINE)
        page = Paginator(rows, PER_PAGE).get_page(given.get("page"))
        counts = found.states(self.actor)
        context = {
            "page_obj": page,
            "lines": [_list_line(row, request.today) for row in page],
            "states": [
                {"value": value, "label": label, "count": counts.get(value, 0)}
                for value, label in CUSTODY_STATES.items()
            ],
            "total": sum(counts.values()),
            "state": state,
            "name": name,
            "committees": committees if len(committees) > 1 else [],
            "committee": committee,
            "sides": [(value, KEEPERS[value]) for value in SIDES],
            "side": side,
            "filtered": bool(state or side or name or committee),
        }
        return render(request, "recruitment/custody_list.html", context)


def _list_line(row: dict[str, Any], today: date) -> dict[str, Any]:
    state, since = row["custody_state"], row["custody_since"]
    holder = row["custody__holder_name"] or row["branch__name"]
    return {
        "name": row["person__name"],
        "is_sample": row["person__is_sample"],
        "number": row["number"],
        "branch": row["branch__short_name"] or row["branch__name"],
        "state": CUSTODY_STATES[state],
        "tone": {State.KEPT.value: "done", State.ON_THE_WAY.value: "soft"}.get(state, "muted"),
        "holder": _named(Keeper(row["custody__holder"]), holder) if row["custody__holder"] else holder,
        "receiver": row["custody__receiver_name"] or "",
        "place": " ".join(filter(None, (row["custody__office"], row["custody__shelf"]))),
        "since": since,
        "days": (today - since).days if state != State.KEPT and since else None,
    }
