/*
 * A file that takes its time to be made:
 *
 *   form[data-download]       says that it is being made, takes no second order meanwhile, and loads the page anew
 *                             once the file has come; its hidden input "download" marks the order
 *   [data-download-status]    the words within the form, hidden until then
 *
 * The server answers a marked order with a cookie of that mark. Without this script the file comes all the same.
 */
(function () {
  "use strict";

  Array.prototype.forEach.call(document.querySelectorAll("form[data-download]"), function (form) {
    var status = form.querySelector("[data-download-status]");
    var mark = form.elements.download;
    var timer = 0;

    form.addEventListener("submit", function (event) {
      if (timer) { event.preventDefault(); return; }
      mark.value = String(1 + Math.floor(Math.random() * 999999998));
      status.hidden = false;
      timer = setInterval(function () {
        if (document.cookie.split("; ").indexOf("download=" + mark.value) >= 0) {
          clearInterval(timer);
          window.location.reload();
        }
      }, 500);
      // A connection that was lost must not leave the form dead.
      setTimeout(release, 180000);
    });

    function release() {
      clearInterval(timer);
      timer = 0;
      status.hidden = true;
    }

    // A page that comes back from the browser's memory waits for nothing.
    window.addEventListener("pageshow", function (event) { if (event.persisted) { release(); } });
  });
}());
