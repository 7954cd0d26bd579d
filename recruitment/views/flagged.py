from django.http import Http404

from recruitment.views.base import Page


class Flagged(Page):
    def get(self, request, **kwargs):
        raise Http404


class VetoDecide(Page):
    def get(self, request, **kwargs):
        raise Http404
