"""Uploads in parts: what the script of a form calls while somebody photographs or chooses files.

begin      POST place field kind name size sha256      -> {id, offset, done}
part       POST bytes, header Upload-Offset            -> {id, offset, done}; 409 with the offset where it stands
state      GET                                         -> {id, offset, done}
picture    GET                                         -> a photographed page
withdraw   POST id …                                   -> {}
arrange    POST place field pages …                    -> {}
preview    GET pages …                                 -> the pages as one PDF

Another's upload is not there (404). Whoever is no longer signed in is told so (401), and what was received stays.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin

from recruitment.models import StagedUpload
from recruitment.selectors.uploads import own, whole_ones
from recruitment.services import intake
from recruitment.services.materials import inspect, joined
from recruitment.views.base import Page
from recruitment.views.files import sealed
from recruitment.views.shelves import open_turned, read_place, tokens_in
from recruitment.words import storable


@method_decorator(cache_control(private=True, max_age=0, no_store=True), name="dispatch")
class _Uploads(Page):
    """Answers a script: in JSON, and without leading it to the sign-in page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _fault(_("登录已经过期。请另开一页登录，再回来继续；已经传到的部分还在。"), HTTPStatus.UNAUTHORIZED)
        try:
            return super().dispatch(request, *args, **kwargs)
        except StagedUpload.DoesNotExist:
            raise Http404 from None
        except ValidationError as error:
            return _fault(" ".join(error.messages), HTTPStatus.UNPROCESSABLE_ENTITY)

    def place(self) -> str:
        place = read_place(self.request, self.request.POST.get("place", ""))
        if place is None:
            raise Http404
        return place


class UploadBegin(_Uploads):
    """Announces a file, or finds where one that was interrupted goes on."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        given, size = request.POST, request.POST.get("size", "")
        field = storable(given.get("field", ""))
        if not size.isascii() or not size.isdigit() or len(size) > 15 or not 0 < len(field) <= 80:
            raise Http404
        row = intake.begin(
            place=self.place(),
            field=field,
            kind=given.get("kind", ""),
            name=storable(given.get("name", "")),
            size=int(size),
            sha256=given.get("sha256", ""),
            actor=self.actor,
            now=request.now,
        )
        return JsonResponse(_state(row))


class UploadPart(_Uploads):
    """Where an upload stands (GET), and its next part (POST)."""

    http_method_names = ["get", "post", "options"]

    def get(self, request: HttpRequest, token: UUID) -> HttpResponse:
        return JsonResponse(_state(own(self.actor).get(token=token)))

    def post(self, request: HttpRequest, token: UUID) -> HttpResponse:
        offset = request.headers.get("Upload-Offset", "")
        if not offset.isascii() or not offset.isdigit() or len(offset) > 15:
            raise Http404
        try:
            content = request.body
        except UnreadablePostError:
            # The connection broke within the part: it is sent again.
            return HttpResponse(status=HTTPStatus.BAD_REQUEST)
        try:
            row = intake.receive(token=token, offset=int(offset), content=content, actor=self.actor, now=request.now)
        except intake.WrongOffsetError as error:
            return JsonResponse(_state(error.row), status=HTTPStatus.CONFLICT)
        except intake.NoRoomError:
            sentence = _("服务器现在存不下了，请稍后再试，或者告诉管理员；已经传到的部分还在。")
            return _fault(sentence, HTTPStatus.INSUFFICIENT_STORAGE)
        return JsonResponse(_state(row))


class UploadPicture(_Uploads):
    """A photographed page as it was sent, for its small picture in the form."""

    http_method_names = ["get", "options"]

    def get(self, request: HttpRequest, token: UUID) -> HttpResponse:
        row = whole_ones(self.actor, [token]).get(token)
        if row is None or row.kind != StagedUpload.Kind.PAGE:
            raise Http404
        with open_turned(row, None) as file:
            upload = inspect("", file)
            return sealed(HttpResponse(file.read(), content_type=upload.content_type), upload.content_type)


class UploadWithdraw(_Uploads):
    """Removes uploads that are not wanted."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        tokens = [token for token, _turn in tokens_in(request.POST.getlist("id"))]
        if not intake.withdraw(tokens=tokens, actor=self.actor):
            raise Http404
        return JsonResponse({})


class UploadArrange(_Uploads):
    """Keeps the order of a field's pages and how they are turned, for a page that is opened again."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        pages = [(token, turn or 0) for token, turn in tokens_in(request.POST.getlist("pages"))]
        intake.arrange(place=self.place(), field=storable(request.POST.get("field", "")), pages=pages, actor=self.actor)
        return JsonResponse({})


@method_decorator(xframe_options_sameorigin, name="dispatch")
@method_decorator(cache_control(private=True, max_age=0, no_store=True), name="dispatch")
class UploadPreview(Page):
    """Photographed pages as the one PDF that they will be, to be looked at before the form is sent."""

    http_method_names = ["get", "options"]

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = tokens_in(request.GET.getlist("pages"))
        rows = whole_ones(self.actor, (token for token, _turn in wanted))
        pages = [open_turned(rows[token], turn or 0) for token, turn in wanted if token in rows]
        try:
            papers = joined([inspect("", page) for page in pages])
        except ValidationError as error:
            return HttpResponse(" ".join(error.messages), content_type="text/plain; charset=utf-8", status=422)
        if len(papers) != 1 or papers[0].content_type != "application/pdf":
            raise Http404
        return sealed(HttpResponse(papers[0].content.read(), content_type="application/pdf"), "application/pdf")


def _state(row: StagedUpload) -> dict[str, Any]:
    return {"id": str(row.token), "offset": row.received, "done": row.finished_at is not None}


def _fault(sentence: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": sentence}, status=status)
