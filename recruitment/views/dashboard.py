from django.http import Http404

from recruitment.views.base import Page


class Dashboard(Page):
    def get(self, request, **kwargs):
        raise Http404


class SwitchSeat(Page):
    def get(self, request, **kwargs):
        raise Http404


class NotificationList(Page):
    def get(self, request, **kwargs):
        raise Http404
