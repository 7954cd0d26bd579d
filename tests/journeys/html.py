"""A page's forms as a browser without scripts has them: every control with its value, filled in and sent by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

_BUTTONS = ("submit", "button", "reset", "image")


@dataclass
class Control:
    name: str
    kind: str
    value: str = ""
    checked: bool = False
    disabled: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class HtmlForm:
    """One form of a page; ``fill`` refuses what the page does not offer."""

    identifier: str
    method: str
    action: str
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def named(self, name: str) -> list[Control]:
        """The controls of this name, or of this name in a row of a table (``p7-votes_for``)."""
        exact = [control for control in self.controls if control.name == name]
        return exact or [control for control in self.controls if control.name.endswith(f"-{name}")]

    def fill(self, name: str, value: str | Iterable[str]) -> None:
        controls = self.named(name)
        wanted = [value] if isinstance(value, str) else list(value)
        assert controls, f"the page asks for no {name}, but for {sorted({c.name for c in self.controls})}"
        if controls[0].kind in ("radio", "checkbox"):
            offered = [control.value for control in controls]
            assert set(wanted) <= set(offered), f"{name} offers {offered}, not {wanted}"
            for control in controls:
                control.checked = control.value in wanted
            return
        [control], [text] = controls, wanted
        assert control.kind != "select" or text in control.options, f"{name} offers {control.options}, not {text}"
        control.value = text

    def file_control(self, code: str) -> str:
        """The name under which the file of this document is sent."""
        [control] = self.named(f"paper_{code}")
        assert control.kind == "file"
        return control.name

    def data(self, button: tuple[str, str] | None = None) -> dict[str, list[str]]:
        """What the browser sends when this button is pressed."""
        assert button is None or button in self.buttons, f"no button {button}, but {self.buttons}"
        sent: dict[str, list[str]] = {}
        for control in self.controls:
            ticked = control.checked or control.kind not in ("radio", "checkbox")
            if ticked and control.kind != "file" and not control.disabled:
                sent.setdefault(control.name, []).append(control.value)
        if button is not None:
            sent.setdefault(button[0], []).append(button[1])
        return sent


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.links: list[str] = []
        self._outside: list[tuple[str, Control | tuple[str, str]]] = []
        self._open: HtmlForm | None = None
        self._select: Control | None = None
        self._textarea: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kind = given.get("type", "text" if tag == "input" else "submit")
        if tag == "form":
            self._open = HtmlForm(given.get("id", ""), given.get("method", "get").lower(), given.get("action", ""))
            self.forms.append(self._open)
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "button" or (tag == "input" and kind in _BUTTONS):
            self._put((given.get("name", ""), given.get("value", "")), given)
        elif tag == "input" and given.get("name"):
            value = given.get("value", "on" if kind == "checkbox" else "")
            self._put(Control(given["name"], kind, value, "checked" in given, "disabled" in given), given)
        elif tag == "select":
            self._select = Control(given["name"], "select", disabled="disabled" in given)
            self._put(self._select, given)
        elif tag == "option" and self._select is not None:
            if "selected" in given or not self._select.options:
                self._select.value = given.get("value", "")
            self._select.options.append(given.get("value", ""))
        elif tag == "textarea":
            self._textarea = Control(given["name"], "textarea")
            self._put(self._textarea, given)

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._textarea.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            # A browser drops the line break right after the tag.
            self._textarea.value = self._textarea.value.removeprefix("\r\n").removeprefix("\n")
            self._textarea = None

    def _put(self, thing: Control | tuple[str, str], given: dict[str, str]) -> None:
        if "form" in given:
            self._outside.append((given["form"], thing))
        elif self._open is not None:
            _add(self._open, thing)

    def finish(self) -> None:
        """Controls that stand outside name their form."""
        for identifier, thing in self._outside:
            _add(next(form for form in self.forms if form.identifier == identifier), thing)


def _add(form: HtmlForm, thing: Control | tuple[str, str]) -> None:
    if isinstance(thing, Control):
        form.controls.append(thing)
    else:
        form.buttons.append(thing)


@dataclass(frozen=True)
class HtmlPage:
    """A page as it came: its address, its text, its links and its forms."""

    url: str
    html: str
    links: list[str]
    forms: list[HtmlForm]

    def form(self, *, control: str = "", button: tuple[str, str] | None = None) -> HtmlForm:
        """The one form that has this control and this button."""
        found = [
            form
            for form in self.forms
            if (not control or form.named(control)) and (button is None or button in form.buttons)
        ]
        assert len(found) == 1, f"{len(found)} forms with {control or button} on {self.url}"
        return found[0]


def read(url: str, html: str) -> HtmlPage:
    reader = _Reader()
    reader.feed(html)
    reader.finish()
    return HtmlPage(url, html, reader.links, reader.forms)
