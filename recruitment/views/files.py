"""The file of a paper, for those who may see its case."""

from __future__ import annotations

import re

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin

from recruitment.models import Case, Material
from recruitment.views.base import Page

#: What a browser may show itself; everything else is downloaded.
_SHOWN = re.compile(r"application/pdf|image/(jpeg|png|webp)")
#: A paper is data from outside: whatever it holds, it runs nothing and loads nothing.
_SEALED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
#: A browser's own viewer for PDF does not work in a sandbox.
_POLICIES = {"application/pdf": f"{_SEALED}; object-src 'self'"}
_SANDBOX = f"{_SEALED}; img-src 'self'; sandbox"


@method_decorator(xframe_options_sameorigin, name="dispatch")
@method_decorator(cache_control(private=True, max_age=0, no_store=True), name="dispatch")
class MaterialFile(Page):
    """One version of a paper, for those who may see its case."""

    def get(self, request: HttpRequest, number: str, pk: int) -> HttpResponse:
        visible = Case.objects.visible_to(self.actor).filter(number=number)
        material = Material.objects.filter(case__in=visible, pk=pk).first()
        if material is None:
            raise Http404
        return shown_file(
            material.file,
            name=material.original_name,
            content_type=material.content_type,
            download="download" in request.GET,
        )


def shown_file(file: FieldFile, *, name: str, content_type: str, download: bool = False) -> HttpResponse:
    """A stored file, shown by the browser where it can and harmless there whatever it holds; 404 where it is gone."""
    try:
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    shown = _SHOWN.fullmatch(content_type) is not None and not download
    response = FileResponse(content, as_attachment=not shown, filename=name, content_type=content_type)
    return sealed(response, content_type)


def sealed(response: HttpResponse, content_type: str) -> HttpResponse:
    """``response`` with the headers under which a file of this type is shown: it runs and loads nothing."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICIES.get(content_type, _SANDBOX)
    return response
