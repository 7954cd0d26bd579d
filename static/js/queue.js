/*
 * Comforts of the queue; the page works without them.
 *
 *   form[data-choose]   says on its buttons how many rows are ticked, and offers to tick the whole page
 *   form[data-go-on]    goes on by itself with what is not decided yet
 */
(function () {
  "use strict";

  var form = document.querySelector("form[data-choose]");
  if (form) {
    var boxes = Array.prototype.slice.call(form.querySelectorAll("input[name=case]"));
    var every = form.querySelector("input[name=all]");
    var head = form.querySelector("thead .cell-pick");
    var master = document.createElement("input");
    master.type = "checkbox";
    master.className = "form-check-input";
    master.setAttribute("aria-label", head.textContent);
    // The label makes the whole corner of the table a target.
    var corner = document.createElement("label");
    corner.className = "check";
    corner.appendChild(master);
    head.appendChild(corner);

    var tell = function () {
      var chosen = boxes.filter(function (box) { return box.checked; }).length;
      master.checked = chosen === boxes.length;
      master.indeterminate = chosen > 0 && chosen < boxes.length;
      form.querySelectorAll("[data-chosen]").forEach(function (place) {
        place.textContent = every && every.checked ? "" : chosen ? String(chosen) : "";
      });
    };
    master.addEventListener("change", function () {
      boxes.forEach(function (box) { box.checked = master.checked; });
      tell();
    });
    form.addEventListener("change", tell);
    window.addEventListener("pageshow", tell);
    tell();
  }

  var more = document.querySelector("form[data-go-on]");
  if (more) {
    window.setTimeout(function () {
      if (more.requestSubmit) { more.requestSubmit(); } else { more.submit(); }
    }, 300);
  }
}());
