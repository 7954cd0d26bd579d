"""The English interface: every message has its translation, no string is left unmarked, and pages print no Chinese."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.urls import reverse
from django.utils import translation

from branches.access import actor_for
from branches.models import Member, Organisation, User
from recruitment import machine
from recruitment.models import Case, Person, StepRecord
from recruitment.rehearsal.stage import sample_id_number
from recruitment.rules.steps import STEP_KEYS, STEPS
from recruitment.services import cases
from recruitment.services.sweep import sweep
from tests.branches.factories import County, make_county

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
APPS = ("audit", "branches", "config", "recruitment")

HAN = re.compile(r"[\u3400-\u9fff]")
#: Chinese letters and the punctuation that goes with them.
CHINESE = re.compile(r"[\u3001-\u301f\u3400-\u9fff\uff01-\uff5e]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")

#: Chinese that an English reader has to see: a name as it must be typed.
QUOTATIONS = ("“幸福街道”", "“第二村”")
#: The other language, in its own words, on the button that leads to it.
OWN_NAME = "中文"
#: A term in brackets after its translation, as the Guide has it.
GLOSS = re.compile(r"\([\u3400-\u9fff]+\)")

MARKED = ("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy")
MARKED_PLURAL = ("npgettext", "npgettext_lazy")

Key = tuple[str | None, str]


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def messages(path: Path = CATALOGUE) -> list[Message]:
    return [message for message in catalogue(path) if message.id]


def key_of(message: Message) -> Key:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def wordings(message: Message) -> tuple[str, ...]:
    """The translation, singular and plural where there are both."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def without(text: str, parts: Iterable[str]) -> str:
    """``text`` with the parts taken out, the longest first."""
    for part in sorted(parts, key=len, reverse=True):
        text = text.replace(part, "")
    return text


# -- the catalogue -------------------------------------------------------------------------------------------------


def test_every_message_is_translated():
    assert not [message.id for message in messages() if not all(wordings(message))]


def test_no_message_is_fuzzy_or_obsolete():
    found = catalogue(CATALOGUE)
    assert not [message.id for message in found if message.id and message.fuzzy]
    assert not found.obsolete


def test_placeholders_are_those_of_the_message():
    wrong = []
    for message in messages():
        own = sorted(PLACEHOLDER.findall(key_of(message)[1]))
        wrong += [words for words in wordings(message) if sorted(PLACEHOLDER.findall(words)) != own]
    assert not wrong


def test_plurals_have_an_english_singular_and_plural():
    found = [message for message in messages() if not isinstance(message.id, str)]
    assert found
    assert all(len(wordings(message)) == 2 for message in found)


def test_translations_are_in_english():
    chinese = []
    for message in messages():
        chinese += [words for words in wordings(message) if CHINESE.search(without(words, QUOTATIONS))]
    assert not chinese


# -- the messages of the code --------------------------------------------------------------------------------------


def sources(pattern: str, *folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob(pattern))


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def marked_in_python(tree: ast.AST) -> Iterator[Key]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or called(node) not in (*MARKED, *MARKED_PLURAL):
            continue
        words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if not words or not all(isinstance(word, str) for word in words[:1]):
            continue
        with_context = called(node).startswith(("pgettext", "npgettext"))
        yield (words[0], words[1]) if with_context else (None, words[0])


TRANS = re.compile(r"""{%\s*trans(?:late)?\s+(["'])(.+?)\1(?:\s+context\s+(["'])(.+?)\3)?.*?%}""")
BLOCKTRANS = re.compile(r"{%\s*blocktrans(?:late)?\b(.*?)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
PLURAL = re.compile(r"{%\s*plural\s*%}")
COMMENT = re.compile(r"{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)


def marked_in_template(text: str) -> Iterator[Key]:
    text = COMMENT.sub("", text)
    for found in TRANS.finditer(text):
        yield found[4], found[2]
    for found in BLOCKTRANS.finditer(text):
        words = PLURAL.split(found[2])[0]
        if "trimmed" in found[1].split():
            words = " ".join(line.strip() for line in words.strip().splitlines())
        yield None, re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", words)


def marked() -> dict[Key, Path]:
    """Every message that the code marks, and where."""
    found: dict[Key, Path] = {}
    for path in sources("*.py", *APPS):
        for key in marked_in_python(syntax(path)):
            found.setdefault(key, path)
    for path in sources("*.html", "templates"):
        for key in marked_in_template(path.read_text(encoding="utf-8")):
            found.setdefault(key, path)
    return found


def test_every_marked_string_is_in_the_catalogue():
    """Read from the code itself: xgettext passes over what stands inside an f-string."""
    known = {key_of(message) for message in messages()}
    assert not {key: path.relative_to(ROOT) for key, path in marked().items() if key not in known}


def test_gathering_the_messages_again_finds_nothing_new(tmp_path):
    if shutil.which("xgettext") is None or shutil.which("msgmerge") is None:
        pytest.skip("needs GNU gettext; the test before this one reads the code without it")
    for name in (*APPS, "templates", "locale", "scripts", "manage.py"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(source, tmp_path / name)
    options = ("--locale", "en", "--no-wrap", "--add-location", "file", "--no-obsolete")
    command = [sys.executable, "manage.py", "makemessages", *options]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    fresh = {key_of(message) for message in messages(tmp_path / CATALOGUE.relative_to(ROOT))}
    kept = {key_of(message) for message in messages()}
    assert not fresh - kept, "run make messages and translate what is new"
    assert not kept - fresh, "run make messages: these are used no more"


# -- strings that nobody marked ------------------------------------------------------------------------------------


def test_templates_hold_no_chinese_outside_the_marks():
    unmarked = []
    for path in sources("*.html", "templates"):
        if "documents" in path.parts:
            continue  # Official papers, Chinese in every language of the page.
        # Line breaks stay, so that the line numbers are right.
        text = path.read_text(encoding="utf-8")
        for pattern in (COMMENT, BLOCKTRANS, TRANS):
            text = pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
        for number, line in enumerate(text.splitlines(), 1):
            if CHINESE.search(line.replace(OWN_NAME, "")):
                unmarked.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert not unmarked


PAGES = (
    "recruitment/forms",
    "recruitment/models",
    "recruitment/selectors",
    "recruitment/services",
    "recruitment/templatetags",
    "recruitment/views",
    "branches/views",
)
#: What is written and read in Chinese whatever the language: formats of dates.
FORMATS = ("%Y年%m月%d日", "Y年n月j日", "Y年n月j日 l")


def test_pages_hold_no_chinese_outside_the_marks():
    """In Python a wording is a marked message or a pair ``Text(zh, en)``."""
    unmarked = []
    for path in (*sources("*.py", *PAGES), ROOT / "recruitment/policies.py", ROOT / "recruitment/context.py"):
        tree = syntax(path)
        fine = set()
        for node in ast.walk(tree):
            is_marked = isinstance(node, ast.Call) and called(node) in (*MARKED, *MARKED_PLURAL, "Text")
            is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if is_marked or is_docstring:
                fine |= {id(inner) for inner in ast.walk(node)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in fine:
                continue
            if HAN.search(node.value) and node.value not in FORMATS:
                unmarked.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:80]}")
    assert not unmarked


EAGER = ("gettext", "ngettext", "pgettext", "npgettext")


def run_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes outside functions, which run once, before any reader has chosen a language."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node
            yield from run_at_import(node)


def test_messages_of_modules_and_classes_wait_for_the_reader():
    """A label or choice made at import takes gettext_lazy; gettext would fix it to one language for everybody."""
    fixed = []
    for path in sources("*.py", *APPS):
        tree = syntax(path)
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names = {alias.asname or alias.name for node in imports for alias in node.names if alias.name in EAGER}
        calls = (node for node in run_at_import(tree) if isinstance(node, ast.Call))
        fixed += [f"{path.relative_to(ROOT)}:{call.lineno}" for call in calls if called(call) in names]
    assert not fixed


# -- pages in English ----------------------------------------------------------------------------------------------

NOW = datetime(2026, 9, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(scope="module")
def locale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue as it stands, whether somebody compiled it or not."""
    folder = tmp_path_factory.mktemp("locale")
    compiled = folder / "en" / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True)
    with compiled.open("wb") as file:
        write_mo(file, catalogue(CATALOGUE))
    return folder


@pytest.fixture
def in_english(locale, settings, client):
    """The browser of an English reader."""
    settings.LOCALE_PATHS = [locale]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    yield client
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def county() -> County:
    return make_county(members=2)


def applicant(county: County) -> Case:
    """A case just opened, which has run into its first deadline."""
    birth = date(1998, 3, 15)
    person = {
        "name": "样本·申请",
        "sex": "female",
        "birth_date": birth,
        "id_number": sample_id_number(birth),
        "ethnicity": "汉族",
    }
    opened = NOW.replace(month=3)
    actor = actor_for(county.user(county.branch, "secretary"), opened.date())
    done = cases.open_case(branch=county.branch, person=person, actor=actor, now=opened, is_sample=True)
    sweep(now=NOW)
    return done.case


def candidate(county: County) -> Case:
    """A case that stands before the approval, with 21 steps behind it."""
    birth = date(1997, 5, 20)
    number = sample_id_number(birth)
    person = Person.objects.create(name="样本·审批", sex="male", birth_date=birth, id_number=number, is_sample=True)
    case = Case.objects.create(
        number="T-2026-001",
        person=person,
        branch=county.branch,
        committee=county.committee,
        department=county.department,
        step="committee_approval",
        stage=4,
        opened_at=NOW.replace(year=2024),
    )
    for key in machine.STEP_KEYS[:21]:
        day = date(2026, 8, 1)
        values = {STEPS[key].action_date: day.isoformat()}
        StepRecord.objects.create(
            case=case, step=key, status="verified", opened_at=NOW.replace(month=3), action_on=day, values=values
        )
    StepRecord.objects.create(case=case, step="committee_approval", opened_at=NOW.replace(month=8, day=5))
    return case


def chinese_of(page: str) -> list[str]:
    """What is left of Chinese on a page once names, and terms in brackets after their translation, are taken out."""
    names = {name for row in Organisation.objects.values_list("name", "short_name") for name in row}
    names |= set(User.objects.values_list("full_name", flat=True)) | set(Member.objects.values_list("name", flat=True))
    names |= {value for row in Person.objects.values_list("name", "ethnicity") for value in row} | {
        OWN_NAME,
        *QUOTATIONS,
    }
    text = unescape(re.sub(r"<[^>]*>", lambda tag: " ".join(re.findall(r'"([^"]*)"', tag[0])), page))
    text = GLOSS.sub("", without(text, filter(None, names)))
    return sorted({line.strip() for line in text.splitlines() if HAN.search(line)})


def check(client, *urls: str) -> None:
    for url in urls:
        response = client.get(url, follow=True)
        # Who may not do something is told so in English too.
        assert response.status_code in (200, 403), url
        assert '<html lang="en"' in response.content.decode(), url
        assert not chinese_of(response.content.decode()), url


SEEN_BY_ALL = (
    "dashboard",
    "guide",
    "notifications",
    "branches:index",
    "learning",
    "library",
    "exams",
    "certificate_check",
)
SEEN_ABOVE_CASES = ("case_list", "case_new", "sitting_list", "sitting_new", "figures", "queue", "flagged", "results")
OF_A_CASE = ("case", "case_history", "case_person", "case_end", "case_transfer", "case_verify")
OF_A_STEP = ("step", "step_papers")


@pytest.mark.django_db
def test_the_way_in_is_in_english(in_english, county):
    check(in_english, reverse("login"))
    in_english.force_login(county.user(county.branch, "secretary"))
    check(in_english, reverse("password_change"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "role"),
    [
        ("branch", "secretary"),
        ("branch", "clerk"),
        ("committee", "committee_verifier"),
        ("department", "department_officer"),
        ("county", "inspector"),
        ("county", "administrator"),
    ],
)
def test_pages_of_a_seat_are_in_english(in_english, county, place, role):
    case = applicant(county)
    candidate(county)
    in_english.force_login(county.user(getattr(county, place), role))
    check(in_english, *(reverse(name) for name in SEEN_BY_ALL))
    check(in_english, county.branch.get_absolute_url())
    if role != "administrator":
        check(in_english, *(reverse(name) for name in SEEN_ABOVE_CASES), reverse("case", args=[case.number]))


@pytest.mark.django_db
@pytest.mark.parametrize(("place", "role"), [("branch", "secretary"), ("committee", "committee_verifier")])
def test_pages_of_a_case_are_in_english(in_english, county, place, role):
    in_english.force_login(county.user(getattr(county, place), role))
    for case in (applicant(county), candidate(county)):
        check(in_english, *(reverse(name, args=[case.number]) for name in OF_A_CASE))
        check(in_english, reverse("case", args=[case.number]) + "?tab=materials")
        check(in_english, *(reverse(name, args=[case.number, case.step]) for name in OF_A_STEP))


@pytest.mark.django_db
def test_every_form_and_every_page_of_the_guide_is_in_english(in_english, county):
    """Labels, helps and choices of all 31 steps, which the seat sees as a form or as a record."""
    case = candidate(county)
    in_english.force_login(county.user(county.branch, "secretary"))
    for key in STEP_KEYS:
        check(in_english, reverse("step", args=[case.number, key]), reverse("guide_step", args=[key]))
