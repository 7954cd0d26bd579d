from django.http import Http404

from recruitment.views.base import Page


class StepForm(Page):
    def get(self, request, **kwargs):
        raise Http404


class StepLog(Page):
    def get(self, request, **kwargs):
        raise Http404


class StepPapers(Page):
    def get(self, request, **kwargs):
        raise Http404


class StepReport(Page):
    def get(self, request, **kwargs):
        raise Http404


class ExplainFlag(Page):
    def get(self, request, **kwargs):
        raise Http404


class MaterialFile(Page):
    def get(self, request, **kwargs):
        raise Http404
