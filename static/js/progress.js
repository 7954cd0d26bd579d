/*
 * A page of what is made in the background shows how far it is without being loaded again:
 *
 *   section[data-progress="4"]   is put in place of itself every so many seconds, until it has the mark no more
 *
 * Without this script the page loads itself again.
 */
(function () {
  "use strict";

  var section = document.querySelector("section[data-progress]");

  function look() {
    var seconds = Number(section.getAttribute("data-progress"));
    window.setTimeout(function () {
      fetch(window.location.href, { credentials: "same-origin", cache: "no-store" })
        .then(function (response) {
          if (!response.ok || response.redirected) { window.location.reload(); throw new Error(); }
          return response.text();
        })
        .then(function (text) {
          var fresh = new DOMParser().parseFromString(text, "text/html").getElementById(section.id);
          if (!fresh) { window.location.reload(); return; }
          if (fresh.outerHTML !== section.outerHTML) {
            if (!fresh.hasAttribute("data-progress")) {
              // The end may bring parts of the page besides this one.
              window.location.reload();
              return;
            }
            section.innerHTML = fresh.innerHTML;
          }
          look();
        })
        .catch(look);
    }, seconds * 1000);
  }

  if (section && window.fetch) { look(); }
}());
