/* Suggestions under the search box in the head. Without this script the box searches all the same. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-suggest]");
  if (!form || !window.fetch) { return; }
  var input = form.querySelector("input[type=search]");
  var list = document.createElement("ul");
  var items = [], chosen = -1, asked = 0, timer = null;

  list.id = "site-search-found";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", form.getAttribute("data-text-found"));
  list.hidden = true;
  form.appendChild(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  function close() {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(next) {
    chosen = next;
    Array.prototype.forEach.call(list.children, function (row, place) {
      row.setAttribute("aria-selected", place === chosen ? "true" : "false");
    });
    if (chosen < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
  }

  function show(found) {
    items = found;
    list.textContent = "";
    found.forEach(function (item, place) {
      var row = document.createElement("li");
      var name = document.createElement("span");
      var note = document.createElement("span");
      row.id = "site-search-found-" + place;
      row.setAttribute("role", "option");
      name.className = "suggestion-name";
      name.textContent = item.name;
      note.className = "suggestion-note";
      note.textContent = item.note;
      row.appendChild(name);
      row.appendChild(note);
      row.addEventListener("mousedown", function (event) {
        event.preventDefault();
        window.location.assign(item.url);
      });
      list.appendChild(row);
    });
    mark(-1);
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", found.length ? "true" : "false");
  }

  function ask() {
    var words = input.value.trim(), mine = ++asked;
    // A number of a person goes no further than this box until it is sent.
    if (!words || /\d{13}/.test(words)) { close(); return; }
    fetch(form.getAttribute("data-suggest") + "?q=" + encodeURIComponent(words), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : { items: [] }; })
      .then(function (answer) { if (mine === asked && document.activeElement === input) { show(answer.items); } })
      .catch(close);
  }

  input.addEventListener("input", function (event) {
    if (event.isComposing) { return; }
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 200);
  });
  input.addEventListener("compositionend", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 200);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", function (event) {
    if (list.hidden || event.isComposing) { return; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      var step = event.key === "ArrowDown" ? 1 : -1;
      mark(Math.max(-1, Math.min(items.length - 1, chosen + step)));
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      window.location.assign(items[chosen].url);
    } else if (event.key === "Escape") {
      close();
    }
  });
}());
