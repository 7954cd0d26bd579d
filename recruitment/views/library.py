"""The library: its list and search, a document with versions and file, and what its department does with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin

from recruitment import policies
from recruitment.forms.library import (
    SINCE_MONTH,
    SINCE_VISIT,
    LibrarySearchForm,
    NewPolicyForm,
    PolicyForm,
    RenewForm,
    WithdrawForm,
)
from recruitment.models import PolicyDocument
from recruitment.selectors import library as selectors
from recruitment.services import library
from recruitment.services.library import FIELDS
from recruitment.views.base import Page, call
from recruitment.views.files import shown_file
from recruitment.views.learning import tabs

ROWS_A_PAGE = 20


class Library(Page):
    """The documents meant for the reader's organisations; ``?words=`` searches, ``?new=`` shows what has come."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.grants:
            raise PermissionDenied
        before = library.visit(actor=self.actor, now=request.now)
        month = request.now - selectors.MONTH
        form = LibrarySearchForm(request.GET)
        form.is_valid()
        chosen = form.cleaned_data
        terms = selectors.terms_of(chosen.get("words", ""))
        # Who comes for the first time is shown what came within the month.
        since = {SINCE_VISIT: before or month, SINCE_MONTH: month}.get(chosen.get("new", ""))
        found = selectors.listed(
            self.actor,
            terms=terms,
            kind=chosen.get("kind", ""),
            category=chosen.get("category", ""),
            since=since,
        )
        page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
        excerpts = selectors.excerpts(page.object_list, terms)
        context = {
            "tabs": tabs(request, self.actor, "library"),
            "form": form,
            "filtered": any(chosen.values()),
            "page_obj": page,
            "rows": [
                {
                    "document": document,
                    "is_new": document.renewed_at > (before or month),
                    "in_force": document.is_in_force(request.today),
                    "expired": document.has_expired(request.today),
                    "excerpt": excerpts.get(document.pk),
                }
                for document in page
            ],
            "new_count": selectors.new_since(self.actor, before) if before else 0,
            "may_publish": bool(policies.may_publish(self.actor)),
        }
        return render(request, "recruitment/library.html", context)


class _DocumentPage(Page):
    """A page on one document that the reader's organisations may see."""

    def document(self, pk: int) -> PolicyDocument:
        found = selectors.readable(self.actor).select_related("reach", "withdrawn_by").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def managed(self, pk: int) -> PolicyDocument:
        """The same, for an officer of its department, while it is not withdrawn."""
        found = self.document(pk)
        if found.withdrawn_at is not None or not policies.may_publish(self.actor, found.department_id):
            raise PermissionDenied
        return found


class Policy(_DocumentPage):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.document(pk)
        versions = list(document.versions.select_related("uploaded_by").defer("text"))
        context = {
            "document": document,
            "versions": versions,
            "latest": versions[0] if versions else None,
            "in_force": document.is_in_force(request.today),
            "expired": document.has_expired(request.today),
            "may_manage": document.withdrawn_at is None
            and bool(policies.may_publish(self.actor, document.department_id)),
            "tabs": tabs(request, self.actor, "library"),
        }
        return render(request, "recruitment/policy.html", context)


@method_decorator(xframe_options_sameorigin, name="dispatch")
@method_decorator(cache_control(private=True, max_age=0, no_store=True), name="dispatch")
class PolicyFile(_DocumentPage):
    """One version of a document's file."""

    def get(self, request: HttpRequest, pk: int, version: int) -> HttpResponse:
        found = self.document(pk).versions.filter(version=version).first()
        if found is None:
            raise Http404
        return shown_file(
            found.file,
            name=found.original_name,
            content_type=found.content_type,
            download="download" in request.GET,
        )


class PolicyNew(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._render(NewPolicyForm(initial={"issued_on": None}))

    def post(self, request: HttpRequest) -> HttpResponse:
        answer = policies.may_publish(self.actor)
        if not answer:
            raise PermissionDenied
        form = NewPolicyForm(request.POST, request.FILES)
        if form.is_valid():
            document = call(
                library.add,
                form=form,
                today=request.today,
                department_id=answer.grant.organisation_id,
                facts={name: form.cleaned_data[name] for name in FIELDS},
                upload=form.cleaned_data["file"],
                actor=self.actor,
                now=request.now,
            )
            if document is not None:
                messages.success(request, _("资料已入库，范围内的组织都可以看到，已经通知它们。"))
                return redirect(document)
        return self._render(form)

    def _render(self, form: NewPolicyForm) -> HttpResponse:
        answer = policies.may_publish(self.actor)
        if not answer:
            raise PermissionDenied
        context = {"form": form, "department": answer.grant.organisation_name, "title": _("上传学习资料")}
        return render(self.request, "recruitment/policy_form.html", context)


class _Managing(_DocumentPage):
    """A page on which the department changes one thing about a document."""

    template = "recruitment/policy_form.html"
    title = ""
    done = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.managed(pk)
        return self._render(document, self.form(document))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.managed(pk)
        form = self.form(document, request.POST, request.FILES)
        if form.is_valid() and self.act(document, form) is not None:
            messages.success(request, str(self.done))
            return redirect("policy", pk)
        return self._render(document, form)

    def form(self, document: PolicyDocument, *data: Any) -> Any:
        raise NotImplementedError

    def act(self, document: PolicyDocument, form: Any) -> Any:
        raise NotImplementedError

    def _call(self, service: Any, document: PolicyDocument, form: Any, **arguments: Any) -> Any:
        return call(
            service,
            form=form,
            today=self.request.today,
            document_id=document.pk,
            actor=self.actor,
            now=self.request.now,
            **arguments,
        )

    def _render(self, document: PolicyDocument, form: Any) -> HttpResponse:
        context = {"form": form, "document": document, "department": document.department, "title": self.title}
        return render(self.request, self.template, context)


class PolicyEdit(_Managing):
    title = gettext_lazy("更正资料信息")
    done = gettext_lazy("资料信息已更正，各组织看到的就是现在的内容。")

    def form(self, document: PolicyDocument, *data: Any) -> PolicyForm:
        return PolicyForm(*data, instance=document)

    def act(self, document: PolicyDocument, form: PolicyForm) -> Any:
        return self._call(library.revise, document, form, facts={name: form.cleaned_data[name] for name in FIELDS})


class PolicyRenew(_Managing):
    title = gettext_lazy("上传新版本")
    done = gettext_lazy("新版本已入库，原来的版本仍可查看。")

    def form(self, document: PolicyDocument, *data: Any) -> RenewForm:
        return RenewForm(*data)

    def act(self, document: PolicyDocument, form: RenewForm) -> Any:
        facts = form.cleaned_data
        return self._call(library.renew, document, form, upload=facts["file"], note=facts["note"])


class PolicyWithdraw(_Managing):
    title = gettext_lazy("撤下资料")
    done = gettext_lazy("资料已撤下，不再列在学习资料里；各个版本仍然留存。")

    def form(self, document: PolicyDocument, *data: Any) -> WithdrawForm:
        return WithdrawForm(*data)

    def act(self, document: PolicyDocument, form: WithdrawForm) -> Any:
        return self._call(library.withdraw, document, form, reason=form.cleaned_data["reason"])
