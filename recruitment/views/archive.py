"""The archive of a case, its sealed file for travel, and what whoever receives that file needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control

from recruitment.documents import archive, data, pdf, pdfa
from recruitment.models import Case
from recruitment.numbers import whole
from recruitment.selectors.custody import packages_of
from recruitment.services import archive as service
from recruitment.services.base import Refused
from recruitment.travel import verify_case_file
from recruitment.travel.container import Seal
from recruitment.views import casebox, custody
from recruitment.views.base import Page
from recruitment.views.booklet import cannot_print
from recruitment.words import listed

TRAVEL = "travel"
#: What of a part keeps the whole from being PDF/A-2b.
OBSTACLES: Mapping[str, Promise] = {
    pdfa.ENCRYPTED: gettext_lazy("加了密"),
    pdfa.ACTIONS: gettext_lazy("带有脚本或者动作"),
    pdfa.FONTS: gettext_lazy("字体不能保证全部嵌入"),
    pdfa.COLOURS: gettext_lazy("用了印刷色（CMYK）"),
    pdfa.COMPRESSION: gettext_lazy("压缩方式不合要求"),
    pdfa.ATTACHED: gettext_lazy("带有附件"),
    pdfa.CONTENT: gettext_lazy("不是单纯的扫描页，也没有注明是 PDF/A"),
    pdfa.BROKEN: gettext_lazy("文件结构有问题"),
}
_TAKEN = gettext_lazy("归档材料已取出，保存在浏览器的下载里。接下来在“保管和移交”登记移交给谁。")
#: What comes after each file.
NEXT: Mapping[str, Promise] = {
    service.ZIP: _TAKEN,
    service.PDF: _TAKEN,
    TRAVEL: gettext_lazy("随案卷宗已生成，保存在浏览器的下载里。请把密钥指纹用另外的途径告诉收件单位。"),
}
CONTENT_TYPES = {service.ZIP: "application/zip", service.PDF: "application/pdf"}


@method_decorator(cache_control(private=True, no_store=True), name="dispatch")
class CaseArchive(Page):
    """What goes into the archive and what is missing; posting makes the package, or the file for travel."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        file = self.file(number)
        context = casebox.head(file, file.assess(request.today), self.actor, tab="archive")
        found = archive.archive_of(data.load(file.case.pk, private=False), request.today)
        context |= {
            "archive": found,
            "article": archive.article_of(found),
            "custody": custody.box_of(self, file, request.today),
            "packages": list(_packages(file.case)),
            "missing_packages": pdf.missing_packages(),
            "fingerprint": Seal.own().fingerprint,
        }
        return render(request, "recruitment/case_archive.html", context)

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        what = request.POST.get("what", "")
        if what != TRAVEL and what not in CONTENT_TYPES:
            raise Http404
        file = self.file(number)
        here = reverse("case_archive", args=[number])
        try:
            response = self._sealed(file.case.pk) if what == TRAVEL else self._package(file.case.pk, what)
        except pdf.CannotPrintError as error:
            return cannot_print(request, error.packages, back=here)
        except Refused as refused:
            for refusal in refused.refusals:
                messages.error(request, refusal.message)
            return redirect(here)
        # A file leaves the page where it is: its script sees by the mark that the file has come, and loads it anew.
        if mark := whole(request.POST.get("download")):
            response.set_cookie(
                "download", str(mark), max_age=60, path=here, samesite="Lax", secure=request.is_secure()
            )
        messages.success(request, NEXT[what])
        return response

    def _sealed(self, case_id: int) -> HttpResponse:
        made = service.seal_case_file(case_id=case_id, actor=self.actor, now=self.request.now)
        return FileResponse(made.file, as_attachment=True, filename=made.name, content_type="application/zip")

    def _package(self, case_id: int, extension: str) -> HttpResponse:
        made = service.take_archive(
            case_id=case_id,
            extension=extension,
            actor=self.actor,
            now=self.request.now,
            address=self.request.build_absolute_uri,
        )
        response = HttpResponse(made.content, content_type=CONTENT_TYPES[extension])
        response["Content-Disposition"] = content_disposition_header(True, made.name)
        return response


def _packages(case: Case) -> Iterator[dict[str, Any]]:
    """The packages that were taken, and in words what keeps a merged PDF from being PDF/A. One query."""
    for row in packages_of(case):
        parts: dict[str, list[str]] = {}
        for obstacle in row.obstacles:
            for reason in obstacle["reasons"]:
                parts.setdefault(str(OBSTACLES[reason]), []).append(obstacle["part"].split(" ")[0])
        yield {"row": row, "obstacles": [(reason, listed(codes)) for reason, codes in parts.items()]}


class TravelKey(Page):
    """The key under which this installation seals case files, and how a received one is verified."""

    def get(self, request: HttpRequest) -> HttpResponse:
        key = Seal.own()
        context = {"fingerprint": key.fingerprint, "public_key": key.public_key.hex()}
        return render(request, "recruitment/travel_key.html", context)


class Verifier(Page):
    """The program that verifies a case file on a machine without the product."""

    def get(self, request: HttpRequest) -> FileResponse:
        program = Path(verify_case_file.__file__)
        return FileResponse(program.open("rb"), as_attachment=True, filename=program.name, content_type="text/x-python")
