/* The sheet of a meeting by keyboard: Enter goes to the same box of the next person instead of sending the page. */
(function () {
  "use strict";
  var sheet = document.querySelector("form[data-sheet]");
  if (!sheet) { return; }

  function name(input) {
    return input.name.replace(/^m\d+-/, "");
  }

  sheet.addEventListener("keydown", function (event) {
    var input = event.target;
    if (event.key !== "Enter" || event.isComposing || input.tagName !== "INPUT" || input.type === "checkbox" || input.type === "file") { return; }
    event.preventDefault();
    var table = input.closest("table");
    var boxes = Array.prototype.slice.call((table || sheet).querySelectorAll("input:not([type=hidden]), select, textarea"));
    if (table) { boxes = boxes.filter(function (box) { return name(box) === name(input); }); }
    var next = boxes[boxes.indexOf(input) + 1];
    if (next) {
      next.focus();
      if (next.select) { next.select(); }
    }
  });
}());
