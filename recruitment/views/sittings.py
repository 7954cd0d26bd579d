from django.http import Http404

from recruitment.views.base import Page


class SittingList(Page):
    def get(self, request, **kwargs):
        raise Http404


class SittingNew(Page):
    def get(self, request, **kwargs):
        raise Http404


class SittingPage(Page):
    def get(self, request, **kwargs):
        raise Http404
