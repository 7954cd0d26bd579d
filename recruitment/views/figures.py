from django.http import Http404

from recruitment.views.base import Page


class Figures(Page):
    def get(self, request, **kwargs):
        raise Http404
