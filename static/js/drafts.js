/*
 * Half-filled forms keep themselves: a few seconds after typing stops, and when the page is left.
 *
 *   form[data-draft-url]     where the draft goes; data-draft-saved holds the words, with {time}
 *   form[data-draft-discard] sending it drops the draft: what was typed since is not kept again on leaving
 *   [data-draft-status]      where it is said that it was kept
 *
 * Without this script a form is filled in and sent as ever. Files are never part of a draft.
 */
(function () {
  "use strict";

  var PAUSE = 3000;

  Array.prototype.forEach.call(document.querySelectorAll("form[data-draft-url]"), function (form) {
    var status = document.querySelector("[data-draft-status]");
    var timer, changed = false, sent = false;
    // Requests may overtake each other: the server keeps the last one of a page, by its place.
    var page = Date.now().toString(36) + "-" + Math.random().toString(36).slice(2), place = 0;

    function typed() {
      var data = new FormData();
      new FormData(form).forEach(function (value, name) {
        if (typeof value === "string") { data.append(name, value); }
      });
      place += 1;
      data.append("draft_page", page);
      data.append("draft_place", place);
      return data;
    }

    function tell(time) {
      if (status && time) { status.textContent = form.dataset.draftSaved.replace("{time}", time); }
    }

    function save() {
      if (!changed || sent) { return; }
      changed = false;
      fetch(form.dataset.draftUrl, { method: "POST", body: typed(), credentials: "same-origin" })
        .then(function (answer) { return answer.ok ? answer.json() : {}; })
        .then(function (answer) { tell(answer.saved); })
        .catch(function () { changed = true; });
    }

    function leave() {
      if (!changed || sent || !navigator.sendBeacon) { return; }
      if (navigator.sendBeacon(form.dataset.draftUrl, typed())) { changed = false; }
    }

    function later() {
      changed = true;
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE);
    }

    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", function (event) {
      if (event.defaultPrevented) { return; }
      clearTimeout(timer);
      sent = true;
    });
    Array.prototype.forEach.call(document.querySelectorAll("form[data-draft-discard]"), function (discard) {
      discard.addEventListener("submit", function () { clearTimeout(timer); sent = true; });
    });
    // A page that comes back from the browser's memory has not been sent.
    window.addEventListener("pageshow", function () { sent = false; });
    window.addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", function () {
      if (document.visibilityState === "hidden") { leave(); }
    });
  });
})();
