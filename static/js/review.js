/*
 * Comforts of the review page; it works without them.
 *
 * Keys (WCAG 2.1.4): single letters that can be switched off, that never fire inside a field, and that decide nothing by
 * themselves. Images: turned, enlarged and leafed through in the page.
 */
(function () {
  "use strict";

  function all(selector, root) {
    return Array.prototype.slice.call((root || document).querySelectorAll(selector));
  }

  // -- Keys -----------------------------------------------------------------------------------------------------------

  var OFF = "review-keys-off";
  var help = document.querySelector("[data-keys]");
  var box = document.querySelector("[data-keys-on]");

  // Storage may be switched off by the browser's owner: then the choice holds for this page.
  function stored() {
    try { return localStorage.getItem(OFF) === "1"; } catch (error) { return false; }
  }

  if (help && box) {
    box.checked = !stored();
    box.addEventListener("change", function () {
      try {
        if (box.checked) { localStorage.removeItem(OFF); } else { localStorage.setItem(OFF, "1"); }
      } catch (error) { /* switched off */ }
    });
    document.addEventListener("keydown", press);
  }

  // A box that was just ticked takes no letters: the keys go on working from there.
  function isField(element) {
    if (/^(checkbox|radio)$/.test(element.type)) { return false; }
    return element.isContentEditable || /^(input|select|textarea)$/i.test(element.tagName);
  }

  function press(event) {
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) { return; }
    if (isField(event.target)) { return; }
    var act = ACTS[event.key.toLowerCase()];
    if (act && act()) { event.preventDefault(); }
  }

  function follow(key) {
    var link = document.querySelector("a[data-key=" + key + "]");
    if (link) { link.click(); }
    return Boolean(link);
  }

  function show(element) {
    element.focus();
    element.scrollIntoView({ block: "center" });
    return true;
  }

  var ACTS = {
    j: function () { return follow("j"); },
    k: function () { return follow("k"); },
    a: function () {
      var button = document.querySelector("button[data-key=a]");
      return button ? show(button) : false;
    },
    r: function () {
      var fold = document.querySelector("[data-return]");
      if (!fold) { return false; }
      fold.open = true;
      return show(fold.querySelector("select"));
    },
    "?": function () {
      help.open = !help.open;
      return show(help.querySelector("summary"));
    }
  };

  // -- Images ---------------------------------------------------------------------------------------------------------

  var papers = document.getElementById("papers");
  var folds = papers ? all(".paper-fold[data-shape=image]", papers) : [];

  folds.forEach(function (fold, at) {
    var sheet = fold.querySelector("[data-sheet]");
    var image = sheet.querySelector("img");
    var window_ = document.createElement("div");
    var angle = 0;
    var scale = 1;
    window_.className = "paper-window";
    sheet.parentNode.insertBefore(window_, sheet);
    window_.appendChild(sheet);

    function lay() {
      var across = angle % 180 !== 0;
      var ratio = image.naturalHeight / image.naturalWidth;
      var width = window_.clientWidth * scale;
      if (!ratio || !width) { return; }
      sheet.classList.add("paper-laid");
      sheet.style.width = width + "px";
      sheet.style.height = (across ? width / ratio : width * ratio) + "px";
      image.style.width = (across ? width / ratio : width) + "px";
      image.style.transform = "translate(-50%, -50%) rotate(" + angle + "deg)";
    }

    function turn(by) { angle = (angle + by + 360) % 360; lay(); }
    function zoom(by) { scale = Math.min(4, Math.max(1, scale * by)); lay(); }
    function leaf(by) {
      var other = folds[at + by];
      fold.open = false;
      other.open = true;
      show(other.querySelector("summary"));
    }

    var tools = document.createElement("div");
    tools.className = "paper-tools";
    function tool(word, act) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "link-button";
      button.textContent = word;
      button.addEventListener("click", act);
      tools.appendChild(button);
    }
    tool(papers.dataset.turnLeft, function () { turn(-90); });
    tool(papers.dataset.turnRight, function () { turn(90); });
    tool(papers.dataset.larger, function () { zoom(1.5); });
    tool(papers.dataset.smaller, function () { zoom(1 / 1.5); });
    if (at > 0) { tool(papers.dataset.before, function () { leaf(-1); }); }
    if (at < folds.length - 1) { tool(papers.dataset.after, function () { leaf(1); }); }
    fold.insertBefore(tools, window_);

    fold.addEventListener("toggle", lay);
    image.addEventListener("load", lay);
    window.addEventListener("resize", lay);
    lay();
  });
}());
