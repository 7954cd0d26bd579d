from django.http import Http404

from recruitment.views.base import Page


class CaseList(Page):
    def get(self, request, **kwargs):
        raise Http404


class CaseNew(Page):
    def get(self, request, **kwargs):
        raise Http404


class CasePage(Page):
    def get(self, request, **kwargs):
        raise Http404


class CaseHistory(Page):
    def get(self, request, **kwargs):
        raise Http404


class CasePerson(Page):
    def get(self, request, **kwargs):
        raise Http404


class CaseEnd(Page):
    def get(self, request, **kwargs):
        raise Http404


class CaseTransfer(Page):
    def get(self, request, **kwargs):
        raise Http404


class CaseReinstate(Page):
    def get(self, request, **kwargs):
        raise Http404
