/*
 * Comforts on top of pages that work without them. No dependency, no inline code, Chromium 86 and newer.
 *
 *   form[method=post]           a second click does not submit again     (data-repeatable: may, for downloads)
 *   form[data-keep]             warns before unsaved changes are left; its text survives an expired session
 *   form[data-autosubmit]       selects submit when chosen with the pointer; focus and place are kept
 *   input[type=file][data-file-list]   lists the chosen files and their sizes
 *   [data-sensitive]            never stored in the browser
 *   body[data-drafts=owe|clear], body[data-user], [data-draft-notice]   see "Drafts"
 */
(function () {
  "use strict";

  var body = document.body;
  var words = body.dataset;

  // Storage may be switched off by the browser's owner: then the page simply has no memory.
  var memory = {
    read: function (key) {
      try { return JSON.parse(sessionStorage.getItem(key)); } catch (error) { return null; }
    },
    write: function (key, value) {
      try { sessionStorage.setItem(key, JSON.stringify(value)); } catch (error) { /* full or switched off */ }
    },
    drop: function (key) {
      try { sessionStorage.removeItem(key); } catch (error) { /* switched off */ }
    },
    keys: function (prefix) {
      try {
        return Object.keys(sessionStorage).filter(function (key) { return key.startsWith(prefix); });
      } catch (error) { return []; }
    }
  };

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  // -- Submitting once ------------------------------------------------------------------------------------------------

  function isPost(form) {
    return (form.getAttribute("method") || "").toLowerCase() === "post";
  }

  function release(form) {
    delete form.dataset.busy;
    all("[data-label]", form).forEach(function (button) {
      button.textContent = button.dataset.label;
      button.removeAttribute("aria-disabled");
      delete button.dataset.label;
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!isPost(form) || "repeatable" in form.dataset) { return; }
    if ("busy" in form.dataset) { event.preventDefault(); return; }
    if (event.defaultPrevented) { return; }
    form.dataset.busy = "true";
    // Buttons stay enabled, or their name and value would not be sent.
    all(".btn-primary[type=submit]", form).forEach(function (button) {
      button.dataset.label = button.textContent;
      button.textContent = words.textBusy;
      button.setAttribute("aria-disabled", "true");
    });
    // A connection that was lost must not leave the form dead.
    setTimeout(release, 20000, form);
  });

  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { all("form[data-busy]").forEach(release); }
  });

  // -- Drafts: nothing is lost to an expired session ------------------------------------------------------------------
  //
  // The text of a form[data-keep] is kept for this window while it is typed. Where an act could not be received (the login
  // page, a refused token, a failure: body[data-drafts=owe]) drafts are marked as owed; the next visit to their address
  // by the same user gives them back. Any other page that loads means
  // that the server answered: drafts that are not owed go.

  var DRAFT = "draft:";

  function kept(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !("sensitive" in field.dataset) && !/^(hidden|password|file|submit|button|image|reset)$/.test(field.type) &&
        field.tagName !== "FIELDSET" && field.tagName !== "BUTTON";
    });
  }

  function isChoice(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function snapshot(form) {
    return kept(form).map(function (field) {
      if (isChoice(field)) { return [field.name, field.value, field.checked]; }
      if (field.multiple && field.options) {
        return [field.name, Array.prototype.filter.call(field.options, function (o) { return o.selected; }).map(function (o) { return o.value; }), null];
      }
      return [field.name, field.value, null];
    });
  }

  function restore(form, values) {
    var waiting = values.slice();
    kept(form).forEach(function (field) {
      var at = waiting.findIndex(function (item) {
        return item[0] === field.name && (!isChoice(field) || item[1] === field.value);
      });
      if (at < 0) { return; }
      var item = waiting.splice(at, 1)[0];
      if (isChoice(field)) { field.checked = item[2]; }
      else if (field.multiple && field.options) {
        Array.prototype.forEach.call(field.options, function (o) { o.selected = item[1].indexOf(o.value) >= 0; });
      } else { field.value = item[1]; }
    });
  }

  function tell(form, sentence) {
    var notice = document.createElement("p");
    notice.className = "notice";
    notice.setAttribute("role", "status");
    notice.textContent = sentence;
    form.insertBefore(notice, form.firstChild);
  }

  var forms = all("form[data-keep]");
  var unsaved = new Set();

  function draftKey(form) {
    return DRAFT + location.pathname + location.search + "#" + (form.getAttribute("id") || forms.indexOf(form));
  }

  if (words.drafts === "clear") {
    memory.keys(DRAFT).forEach(memory.drop);
  } else if (words.drafts === "owe") {
    memory.keys(DRAFT).forEach(function (key) {
      var draft = memory.read(key);
      if (draft) { draft.owed = true; memory.write(key, draft); }
    });
    if (memory.keys(DRAFT).length) {
      all("[data-draft-notice]").forEach(function (notice) { notice.hidden = false; });
    }
  } else {
    var here = forms.map(draftKey);
    memory.keys(DRAFT).forEach(function (key) {
      var draft = memory.read(key);
      if (!draft || !draft.owed || draft.user !== words.user) { memory.drop(key); return; }
      var at = here.indexOf(key);
      if (at < 0) { return; }
      restore(forms[at], draft.values);
      unsaved.add(forms[at]);
      draft.owed = false;
      memory.write(key, draft);
      tell(forms[at], words.textRestored);
    });
  }

  forms.forEach(function (form) {
    var timer;
    function keep() {
      memory.write(draftKey(form), { user: words.user, owed: false, values: snapshot(form) });
    }
    form.addEventListener("input", function () {
      unsaved.add(form);
      clearTimeout(timer);
      timer = setTimeout(keep, 400);
    });
    form.addEventListener("change", function () { unsaved.add(form); keep(); });
    form.addEventListener("submit", function () { clearTimeout(timer); keep(); unsaved.delete(form); });
  });

  window.addEventListener("beforeunload", function (event) {
    if (unsaved.size) { event.preventDefault(); event.returnValue = ""; }
  });

  // -- Filters that apply themselves ----------------------------------------------------------------------------------

  var PLACE = "place:" + location.pathname;

  all("form[data-autosubmit]").forEach(function (form) {
    var byKey = false;
    form.addEventListener("keydown", function () { byKey = true; });
    form.addEventListener("pointerdown", function () { byKey = false; });
    form.addEventListener("change", function (event) {
      // Arrow keys change a closed select at every press: keyboard users submit when they are ready.
      if (event.target.tagName !== "SELECT" || byKey) { return; }
      memory.write(PLACE, { name: event.target.name, top: window.scrollY });
      form.requestSubmit();
    });
  });

  var place = memory.read(PLACE);
  if (place) {
    memory.drop(PLACE);
    var field = document.querySelector('form[data-autosubmit] [name="' + CSS.escape(place.name) + '"]');
    if (field) { field.focus({ preventScroll: true }); }
    window.scrollTo(0, place.top);
  }

  // -- Where to look first --------------------------------------------------------------------------------------------

  var first = document.querySelector(".error-summary") || document.querySelector(".next-step");
  if (first && !place) { first.focus(); }

  // -- Chosen files ---------------------------------------------------------------------------------------------------

  function size(bytes) {
    return bytes < 1048576 ? Math.max(1, Math.round(bytes / 1024)) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  all("input[type=file][data-file-list]").forEach(function (input) {
    var list = document.createElement("ul");
    list.className = "file-list";
    list.setAttribute("aria-live", "polite");
    input.insertAdjacentElement("afterend", list);
    input.addEventListener("change", function () {
      list.textContent = "";
      Array.prototype.forEach.call(input.files, function (file) {
        var item = document.createElement("li");
        item.textContent = file.name + " · " + size(file.size);
        list.appendChild(item);
      });
    });
  });

  // -- The menu of a phone: opened, it has the focus; closed, its link has it again ------------------------------------

  var opener = document.querySelector(".menu-open");
  var closer = document.querySelector(".menu-close");

  function closeMenu() {
    location.hash = "";
    opener.focus();
  }

  if (opener) {
    window.addEventListener("hashchange", function () {
      if (location.hash === "#menu") { closer.focus(); }
    });
    closer.addEventListener("click", function (event) { event.preventDefault(); closeMenu(); });
  }

  // -- Menus close when one looks elsewhere ---------------------------------------------------------------------------

  function closeMenus(except) {
    all("details.drop[open]").forEach(function (menu) { if (menu !== except) { menu.open = false; } });
  }

  document.addEventListener("click", function (event) { closeMenus(event.target.closest("details.drop")); });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    var open = document.querySelector("details.drop[open]");
    if (open) { open.open = false; open.querySelector("summary").focus(); }
    else if (opener && location.hash === "#menu" && opener.closest("header").contains(document.activeElement)) { closeMenu(); }
  });
})();
