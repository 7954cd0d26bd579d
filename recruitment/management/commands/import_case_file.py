"""manage.py import_case_file FILE [--commit --actor USERNAME]"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.access import SYSTEM, Actor, actor_for
from branches.models import Organisation, User
from recruitment.models import Person
from recruitment.rules import texts
from recruitment.rules.explain import day_text, flag_name
from recruitment.rules.steps import STEPS
from recruitment.services.base import Refusal
from recruitment.services.case_import import Arrival, ImportRefused, Moved, import_case_file
from recruitment.travel.keys import TrustedKeys
from recruitment.words import listed, localised

#: How a refusal is answered on this command's own line.
_HOW = {
    "case_file_key": gettext_lazy("认可这把密钥：加 --key 指纹；长期认可的，写入 TRAVEL_TRUSTED_KEYS。"),
    "organisation_missing": gettext_lazy("指定接收的党支部：--branch 代码；其他组织：--place 原代码=这里的代码。"),
}


class Command(BaseCommand):
    help = (
        "Take in a case that another installation handed over as a case file (docs/archive.md). Verifies the file and "
        "says what it would bring; with --commit it does it, all or nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the case file")
        parser.add_argument("--commit", action="store_true", help="write what the dry run announced")
        parser.add_argument("--actor", metavar="USERNAME", help="the administrator who decides; needed with --commit")
        parser.add_argument("--branch", metavar="CODE", help="the branch that receives the case, if it is another here")
        parser.add_argument(
            "--place",
            action="append",
            default=[],
            metavar="THERE=HERE",
            help="an organisation of the file by its code, and its code here; may be repeated",
        )
        parser.add_argument(
            "--key",
            action="append",
            default=[],
            metavar="FINGERPRINT",
            help="trust this key for this import: its fingerprint or the public key, compared with the issuer by "
            "another way than the file. Keys that are always trusted stand in TRAVEL_TRUSTED_KEYS",
        )

    def handle(
        self,
        *,
        file: Path,
        commit: bool,
        actor: str | None,
        branch: str | None,
        place: list[str],
        key: list[str],
        **options: Any,
    ) -> None:
        now = timezone.now()
        given = {
            "trusted": _trusted(key),
            "actor": _actor(actor, commit),
            "branch": _branch(branch),
            "places": _places(place),
        }
        try:
            with file.open("rb") as opened:
                arrival = import_case_file(file=opened, now=now, commit=commit, **given)
        except ImportRefused as refused:
            if refused.arrival is not None:
                self._print(refused.arrival)
            self._print_refusals(refused.refusals)
            raise CommandError(_("没有写入任何内容。")) from refused
        except OSError as error:
            message = _("无法读取文件 %(file)s：%(error)s") % {"file": file, "error": error.strerror or error}
            raise CommandError(message) from error
        self._print(arrival)
        if arrival.committed:
            self.stdout.write(self.style.SUCCESS(_("已写入。")))
        else:
            self.stdout.write(_("这是预演，没有写入任何内容；加 --commit 才会写入。"))

    def _print(self, arrival: Arrival) -> None:
        issued = timezone.localtime(arrival.issued_at)
        for label, value in (
            (_("人员"), f"{arrival.person} {arrival.masked_id_number}"),
            (_("纪实编号"), arrival.number),
            (_("办到"), _state(arrival.state)),
            (_("签发"), f"{issued:%Y-%m-%d %H:%M} {arrival.issued_by}"),
            (_("密钥指纹"), arrival.fingerprint),
            (_("文件的 SHA-256"), arrival.sha256),
        ):
            self.stdout.write(_("%(label)s：%(value)s") % {"label": label, "value": value})
        for code, here in arrival.organisations.items():
            there = f"{code} {arrival.names[code]}"
            self.stdout.write(
                _("党组织：%(there)s → %(here)s")
                % {"there": there, "here": f"{here.code} {here.name}" if here is not None else _("这里没有")}
            )
        if arrival.responsible is not None:
            self.stdout.write(
                _("由这里的“%(committee)s”审批，“%(department)s”管理")
                % {"committee": arrival.responsible.committee, "department": arrival.responsible.department}
            )
        if arrival.person_changed:
            names = listed(str(Person._meta.get_field(name).verbose_name) for name in arrival.person_changed)
            said = _("此人这里已经有信息，以下各项与卷宗不同，以卷宗为准：%(names)s") % {"names": names}
            self.stdout.write(self.style.WARNING(said))
        self._print_people(_("经办人：%(all)d 人，其中 %(new)d 人以不能登录的账号写明姓名"), arrival, "accounts")
        self._print_people(_("联系人和介绍人：%(all)d 人，其中 %(new)d 人不在这里的名册上"), arrival, "members")
        total = sum(size for _name, size in arrival.papers)
        self.stdout.write(_("材料：%(n)d 份，共 %(size)s") % {"n": len(arrival.papers), "size": filesizeformat(total)})
        for name, size in arrival.papers:
            self.stdout.write(f"  {name} {filesizeformat(size)}")
        for moved in arrival.moved:
            self.stdout.write(self.style.WARNING(_moved(moved)))

    def _print_people(self, message: str, arrival: Arrival, what: str) -> None:
        new = getattr(arrival, f"new_{what}")
        self.stdout.write(message % {"all": len(getattr(arrival, what)), "new": len(new)})
        if new:
            self.stdout.write(f"  {listed(new)}")

    def _print_refusals(self, refusals: tuple[Refusal, ...]) -> None:
        for refusal in refusals:
            self.stderr.write(refusal.message or localised(texts.REFUSALS[refusal.code].sentence))
        for code in dict.fromkeys(refusal.code for refusal in refusals if refusal.code in _HOW):
            self.stderr.write(str(_HOW[code]))


def _trusted(keys: list[str]) -> TrustedKeys:
    try:
        return TrustedKeys.known(keys)
    except ValueError as error:
        raise CommandError(_("密钥应当是指纹，或者64位十六进制的公钥。")) from error


def _actor(username: str | None, commit: bool) -> Actor:
    if username is None:
        if commit:
            raise CommandError(_("写入时请用 --actor 写明由哪个管理员决定。"))
        return SYSTEM
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(_("没有可以使用的账号“%(name)s”。") % {"name": username})
    return actor_for(user, timezone.localdate())


def _branch(code: str | None) -> Organisation | None:
    if code is None:
        return None
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise CommandError(_("这里没有代码为 %(code)s 的党组织。") % {"code": code})
    return found


def _places(pairs: list[str]) -> Mapping[str, str]:
    places = {}
    for pair in pairs:
        there, sign, here = pair.partition("=")
        if not (there and sign and here):
            raise CommandError(_("--place 写成“原代码=这里的代码”，不是“%(pair)s”。") % {"pair": pair})
        places[there] = here
    return places


def _state(step: str) -> str:
    if step in STEPS:
        return f"{STEPS[step].number}. {localised(texts.STEPS[step])}"
    return localised(texts.CASE_STATES[step]) if step in texts.CASE_STATES else step


def _moved(moved: Moved) -> str:
    there, here = (localised(day_text(day)) if day else _("没有") for day in (moved.there, moved.here))
    step = localised(texts.STEPS[moved.step]) if moved.step in STEPS else moved.step
    return _("按这里的规则，%(step)s的“%(name)s”原为 %(there)s，现为 %(here)s") % {
        "step": step,
        "name": localised(flag_name(moved.code)),
        "there": there,
        "here": here,
    }
