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
        return sealed_file(request, material.file, material.content_type, material.original_name)


def sealed_file(request: HttpRequest, file: FieldFile, content_type: str, name: str) -> HttpResponse:
    """A stored file, shown by the browser where it can be and downloaded otherwise; it runs and loads nothing."""
    try:
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    shown = _SHOWN.fullmatch(content_type) is not None and "download" not in request.GET
    response = FileResponse(content, as_attachment=not shown, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICIES.get(content_type, _SANDBOX)
    return response
