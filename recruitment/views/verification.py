from django.http import Http404

from recruitment.views.base import Page


class Queue(Page):
    def get(self, request, **kwargs):
        raise Http404


class CaseVerify(Page):
    def get(self, request, **kwargs):
        raise Http404
