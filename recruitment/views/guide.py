from django.http import Http404

from recruitment.views.base import Page


class GuideIndex(Page):
    def get(self, request, **kwargs):
        raise Http404


class GuideStep(Page):
    def get(self, request, **kwargs):
        raise Http404
