/*
 * Photographs become pages, and files are sent in parts while the form is still being filled in.
 *
 *   [data-uploads]         beside one file field: data-input its id, data-place the form as the server knows it
 *   [data-uploads-words]   addresses and words; template#upload-page, #upload-file and #upload-tools are the pieces
 *
 * Each photograph is shrunk in the page and sent on its own as soon as it is taken; the server joins them into one PDF when
 * the form is sent. What was cut off goes on where it stopped: by itself while the page is open, and after the page was
 * closed when the same file is chosen again. A form that is sent too early waits for its files.
 *
 * Without this script, or without a secure connection, the file fields work as ever.
 */
(function () {
  "use strict";

  var LONG_SIDE = 2200; // pixels: a page of A4 stays legible at 180 dots an inch
  var QUALITY = 0.82;
  var PAUSES = [1, 2, 4, 8, 15, 30]; // seconds between attempts; the last one repeats
  var PATIENCE = 60000; // milliseconds for one part

  var wordsElement = document.querySelector("[data-uploads-words]");
  if (!wordsElement || !window.crypto || !crypto.subtle) { return; }
  var words = wordsElement.dataset;

  function say(sentence, values) {
    return sentence.replace(/\{(\w+)\}/g, function (_whole, name) { return values[name]; });
  }

  function piece(id) {
    return document.getElementById(id).content.firstElementChild.cloneNode(true);
  }

  // -- Talking to the server ------------------------------------------------------------------------------------------

  function token() {
    // After signing in anew in another tab the cookie is right, and the page's own field no longer is.
    var cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return cookie ? cookie[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  // An answer that repeating does not mend carries its sentence.
  function Fault(sentence, gone) {
    this.sentence = sentence;
    this.gone = gone;
  }

  async function post(url, body, headers) {
    var clock = new AbortController();
    var timer = setTimeout(function () { clock.abort(); }, PATIENCE);
    try {
      var answer = await fetch(url, {
        method: "POST", body: body, credentials: "same-origin", signal: clock.signal,
        headers: Object.assign({ "X-CSRFToken": token() }, headers)
      });
      var isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (answer.status === 401 || answer.status === 403 || (answer.ok && !isJson)) { throw new Fault(words.signedOut); }
      if (answer.status === 404) { throw new Fault(words.failed, true); }
      if (answer.status === 422) { throw new Fault((await answer.json()).error, true); }
      if (!answer.ok && answer.status !== 409) {
        var told = new Error("answer " + answer.status);
        if (isJson) { told.sentence = (await answer.json()).error; }
        throw told;
      }
      return await answer.json();
    } finally {
      clearTimeout(timer);
    }
  }

  function fields(values) {
    var data = new FormData();
    Object.keys(values).forEach(function (name) {
      [].concat(values[name]).forEach(function (value) { data.append(name, value); });
    });
    return data;
  }

  async function digest(blob) {
    var bytes = await new Response(blob).arrayBuffer();
    var hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return Array.from(hash, function (byte) { return byte.toString(16).padStart(2, "0"); }).join("");
  }

  // -- Photographs ----------------------------------------------------------------------------------------------------

  // The browser turns a photograph as its camera says; drawn anew it is upright, and its place and time are left behind.
  function shrink(file) {
    return new Promise(function (resolve, reject) {
      var url = URL.createObjectURL(file);
      var image = new Image();
      image.onload = function () {
        var scale = Math.min(1, LONG_SIDE / Math.max(image.naturalWidth, image.naturalHeight));
        var canvas = document.createElement("canvas");
        canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
        canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
        var pen = canvas.getContext("2d");
        pen.fillStyle = "#fff";
        pen.fillRect(0, 0, canvas.width, canvas.height);
        pen.imageSmoothingQuality = "high";
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        URL.revokeObjectURL(url);
        canvas.toBlob(function (blob) { if (blob) { resolve(blob); } else { reject(new Error("no picture")); } }, "image/jpeg", QUALITY);
      };
      image.onerror = function () { URL.revokeObjectURL(url); reject(new Error("no picture")); };
      image.src = url;
    });
  }

  // -- One thing at a time --------------------------------------------------------------------------------------------

  var line = Promise.resolve();
  var asleep = new Set();

  function queue(work) {
    line = line.then(work).catch(function (error) { setTimeout(function () { throw error; }); });
  }

  function sleep(seconds) {
    return new Promise(function (resolve) {
      function wake() { clearTimeout(timer); asleep.delete(wake); resolve(); }
      var timer = setTimeout(wake, seconds * 1000);
      asleep.add(wake);
    });
  }

  function wakeAll() { asleep.forEach(function (wake) { wake(); }); }
  window.addEventListener("online", wakeAll);

  // -- One file field -------------------------------------------------------------------------------------------------

  function Field(root) {
    var self = this;
    this.root = root;
    this.name = root.dataset.uploads;
    this.input = document.getElementById(root.dataset.input);
    this.form = this.input.form;
    this.pages = root.querySelector("[data-pages]");
    this.files = root.querySelector("[data-files]");
    this.items = new Map();
    this.retaken = null;
    this.arranging = 0;

    this.tools = piece("upload-tools");
    this.look = this.tools.querySelector("[data-look]");
    this.cameraButton = this.tools.querySelector("[data-act=camera]");
    // A camera is at hand where there is a finger; elsewhere photographs are chosen like other files.
    this.cameraButton.hidden = !window.matchMedia("(any-pointer: coarse)").matches;
    root.appendChild(this.tools);
    this.status = document.createElement("p");
    this.status.className = "upload-say";
    this.status.setAttribute("role", "status");
    root.appendChild(this.status);
    this.camera = document.createElement("input");
    this.camera.type = "file";
    this.camera.accept = "image/*";
    this.camera.multiple = true;
    this.camera.setAttribute("capture", "environment");
    this.camera.hidden = true;
    root.appendChild(this.camera);

    Array.from(this.pages.children).forEach(function (old) { self.restore(old, "page"); });
    Array.from(this.files.children).forEach(function (old) { self.restore(old, "file"); });
    this.refresh();

    this.input.addEventListener("change", function () { self.take(self.input); });
    this.camera.addEventListener("change", function () { self.take(self.camera); });
    root.addEventListener("click", function (event) {
      var button = event.target.closest("[data-act]");
      if (button && button.getAttribute("aria-disabled") !== "true") { self.act(button); }
    });
  }

  Field.prototype.tell = function (sentence) { this.status.textContent = sentence; };

  // What waited on the server when the page was made.
  Field.prototype.restore = function (old, kind) {
    var item = this.add(kind, old.dataset.name || "", old);
    item.id = old.dataset.id;
    item.turn = Number(old.dataset.turn || 0);
    item.sha256 = old.dataset.sha256;
    if ("broken" in old.dataset) {
      item.broken = true;
      this.show(item, old.textContent.trim());
      return;
    }
    if (kind === "page") { item.li.querySelector("img").src = old.querySelector("img").src; }
    this.finish(item, true);
  };

  Field.prototype.add = function (kind, name, instead) {
    var li = piece(kind === "page" ? "upload-page" : "upload-file");
    var item = { kind: kind, name: name, li: li, id: null, offset: 0, turn: 0, done: false, gone: false, broken: false };
    if (instead) { instead.replaceWith(li); } else { (kind === "page" ? this.pages : this.files).appendChild(li); }
    if (kind === "file") { li.querySelector("[data-number]").textContent = name; }
    this.items.set(li, item);
    return item;
  };

  Field.prototype.take = function (input) {
    var self = this;
    var chosen = Array.from(input.files);
    var list = input.nextElementSibling;
    var retaken = this.retaken;
    this.retaken = null;
    // What is sent from here is not sent again with the form.
    input.value = "";
    if (list && list.classList.contains("file-list")) { list.textContent = ""; }
    var room = Number(this.root.dataset.maxPages) - this.pages.children.length + (retaken ? 1 : 0);
    chosen.forEach(function (file) {
      if (!file.type.startsWith("image/")) { self.send(self.add("file", file.name), file); return; }
      if (room <= 0) { self.tell(say(words.tooMany, { max: self.root.dataset.maxPages })); return; }
      room -= 1;
      var item = self.add("page", file.name, retaken ? retaken.li : null);
      if (retaken) { self.forget(retaken); retaken = null; }
      self.photograph(item, file);
    });
    this.refresh();
  };

  Field.prototype.photograph = function (item, file) {
    var self = this;
    this.show(item, words.preparing);
    queue(async function () {
      if (item.gone) { return; }
      var blob;
      try {
        blob = await shrink(file);
      } catch (error) {
        // No picture that this browser can open: the server says whether it can be taken as it is.
        var plain = self.add("file", file.name);
        self.drop(item);
        self.refresh();
        await self.transmit(plain, file);
        return;
      }
      item.name = (file.name.replace(/\.[^.]*$/, "") || "photo") + ".jpg";
      item.li.querySelector("img").src = URL.createObjectURL(blob);
      await self.transmit(item, blob);
    });
  };

  Field.prototype.send = function (item, blob) {
    var self = this;
    this.show(item, say(words.sending, { percent: "0%" }), 0);
    queue(function () { return self.transmit(item, blob); });
  };

  // Until it is there, or until repeating does not help.
  Field.prototype.transmit = async function (item, blob) {
    var step = Number(this.root.dataset.partBytes);
    var attempt = 0;
    item.blob = blob;
    item.stopped = false;
    item.li.querySelector("[data-act=retry]").hidden = true;
    while (!item.gone && !item.done) {
      try {
        if (!item.id) { await this.begin(item, blob); }
        while (!item.gone && !item.done) {
          var answer = await post(words.beginUrl + item.id + "/", blob.slice(item.offset, item.offset + step), {
            "Content-Type": "application/octet-stream", "Upload-Offset": String(item.offset)
          });
          this.advance(item, blob, answer);
          attempt = 0;
        }
      } catch (error) {
        if (item.gone) { break; }
        if (error instanceof Fault) {
          if (error.gone) { item.id = null; }
          item.stopped = true;
          item.li.querySelector("[data-act=retry]").hidden = false;
          this.show(item, error.sentence);
          this.tell(error.sentence);
          this.refresh();
          settle(this.form);
          return;
        }
        var seconds = PAUSES[Math.min(attempt, PAUSES.length - 1)];
        attempt += 1;
        var percent = Math.floor(100 * item.offset / blob.size);
        this.show(item, error.sentence || say(navigator.onLine ? words.waiting : words.offline, { percent: percent + "%", seconds: seconds }), percent);
        await sleep(seconds);
      }
    }
    if (item.gone) { this.withdraw(item); } else { this.finish(item, false); }
    settle(this.form);
  };

  Field.prototype.begin = async function (item, blob) {
    var self = this;
    item.sha256 = item.sha256 || await digest(blob);
    var answer = await post(words.beginUrl, fields({
      place: this.root.dataset.place, field: this.name, kind: item.kind, name: item.name, size: blob.size, sha256: item.sha256
    }));
    item.id = answer.id;
    // The same file again: it goes on, and stands in the list once.
    Array.from(this.items.values()).forEach(function (other) {
      if (other !== item && other.id === item.id && !other.gone) {
        if (other.kind === "page") { item.turn = other.turn; }
        other.id = null;
        self.drop(other);
      }
    });
    this.refresh();
    this.advance(item, blob, answer);
  };

  Field.prototype.advance = function (item, blob, answer) {
    item.offset = answer.offset;
    item.done = answer.done;
    var percent = Math.floor(100 * item.offset / blob.size);
    this.show(item, say(words.sending, { percent: percent + "%" }), percent);
  };

  Field.prototype.show = function (item, sentence, percent) {
    var bar = item.li.querySelector("progress");
    item.li.querySelector("[data-state]").textContent = sentence;
    bar.hidden = percent === undefined;
    bar.setAttribute("aria-label", sentence);
    if (percent !== undefined) { bar.value = percent; }
  };

  Field.prototype.finish = function (item, quietly) {
    var hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = this.name + "-staged";
    item.done = true;
    item.blob = null;
    item.hidden = hidden;
    item.li.appendChild(hidden);
    this.show(item, words.sent);
    if (quietly) { return; }
    this.refresh();
    var pages = Array.from(this.pages.children);
    this.tell(item.kind === "page" ? say(words.added, { n: pages.indexOf(item.li) + 1, total: pages.length }) : say(words.fileAdded, { name: item.name }));
    if (item.kind === "page") { this.arrange(); }
  };

  // -- Order ----------------------------------------------------------------------------------------------------------

  Field.prototype.act = function (button) {
    var li = button.closest("li");
    var item = li && this.items.get(li);
    var act = button.dataset.act;
    if (act === "camera") { this.camera.click(); return; }
    if (act === "retry") { this.again(item); return; }
    if (act === "retake") { this.retaken = item; this.camera.click(); return; }
    if (act === "turn") { item.turn = (item.turn + 90) % 360; }
    if (act === "up") { li.parentNode.insertBefore(li, li.previousElementSibling); }
    if (act === "down") { li.parentNode.insertBefore(li.nextElementSibling, li); }
    if (act === "remove") { this.remove(item); return; }
    this.refresh();
    var place = Array.from(this.pages.children).indexOf(li) + 1;
    this.tell(say(act === "turn" ? words.turned : words.moved, { n: place }));
    button.focus();
    this.arrange();
  };

  Field.prototype.again = function (item) {
    var self = this;
    item.li.querySelector("[data-act=retry]").hidden = true;
    if (item.blob) { queue(function () { return self.transmit(item, item.blob); }); }
  };

  Field.prototype.remove = function (item) {
    var next = item.li.nextElementSibling || item.li.previousElementSibling;
    var following = next && next.querySelector("[data-act=remove]");
    this.drop(item);
    this.refresh();
    this.tell(words.removed);
    (following || (this.cameraButton.hidden ? this.input : this.cameraButton)).focus();
    settle(this.form);
  };

  Field.prototype.drop = function (item) {
    item.li.remove();
    this.forget(item);
  };

  Field.prototype.forget = function (item) {
    this.items.delete(item.li);
    item.gone = true;
    wakeAll();
    if (item.id) { this.withdraw(item); }
  };

  Field.prototype.withdraw = function (item) {
    if (!item.id) { return; }
    // Where this fails, the upload goes by itself after some days.
    post(words.withdrawUrl, fields({ id: item.id })).catch(function () {});
    item.id = null;
  };

  Field.prototype.arrange = function () {
    var self = this;
    clearTimeout(this.arranging);
    this.arranging = setTimeout(function () {
      post(words.arrangeUrl, fields({ place: self.root.dataset.place, field: self.name, pages: self.order() })).catch(function () {});
    }, 400);
  };

  Field.prototype.order = function () {
    var items = this.items;
    return Array.from(this.pages.children, function (li) { return items.get(li); })
      .filter(function (item) { return item.done; })
      .map(function (item) { return item.id + "." + item.turn; });
  };

  Field.prototype.refresh = function () {
    var self = this;
    var pages = Array.from(this.pages.children);
    pages.forEach(function (li, at) {
      var item = self.items.get(li);
      var name = say(words.page, { n: at + 1 });
      li.querySelector("[data-number]").textContent = name;
      var image = li.querySelector("img");
      image.alt = name;
      image.className = "upload-turn-" + item.turn;
      if (item.hidden) { item.hidden.value = item.id + "." + item.turn; }
      li.querySelectorAll("[data-act]").forEach(function (button) {
        button.setAttribute("aria-label", button.textContent + " " + name);
      });
      li.querySelector("[data-act=up]").setAttribute("aria-disabled", String(at === 0));
      li.querySelector("[data-act=down]").setAttribute("aria-disabled", String(at === pages.length - 1));
      li.querySelector("[data-act=turn]").hidden = item.broken;
    });
    this.items.forEach(function (item) {
      if (item.kind !== "file") { return; }
      if (item.hidden) { item.hidden.value = item.id; }
      item.li.querySelectorAll("[data-act]").forEach(function (button) {
        button.setAttribute("aria-label", button.textContent + " " + item.name);
      });
    });
    var order = this.order();
    this.tools.querySelector("[data-hint]").hidden = this.cameraButton.hidden || pages.length > 0;
    this.cameraButton.textContent = pages.length ? words.cameraNext : words.camera;
    this.cameraButton.setAttribute("aria-label", this.cameraButton.textContent + " " + this.root.dataset.label);
    this.look.hidden = !order.length;
    this.tools.hidden = this.cameraButton.hidden && this.look.hidden;
    if (order.length) { this.look.href = words.previewUrl + "?" + order.map(function (page) { return "pages=" + page; }).join("&"); }
  };

  // -- The form waits for its files -----------------------------------------------------------------------------------

  var all = Array.from(document.querySelectorAll("[data-uploads]"), function (root) { return new Field(root); });
  var held = new Map();

  function under(form, test) {
    return all.reduce(function (found, field) {
      return field.form === form ? found.concat(Array.from(field.items.values()).filter(test)) : found;
    }, []);
  }

  function isUnderWay(item) { return !item.done && !item.stopped && !item.broken; }

  function settle(form) {
    if (!held.has(form) || under(form, isUnderWay).length) { return; }
    var waited = held.get(form);
    held.delete(form);
    waited.field.tell("");
    // What could not be sent is the reader's to try again or to remove.
    var stopped = under(form, function (item) { return item.stopped; })[0];
    if (stopped) { stopped.li.scrollIntoView({ block: "center" }); return; }
    form.requestSubmit(waited.button);
  }

  new Set(all.map(function (field) { return field.form; })).forEach(function (form) {
    form.addEventListener("submit", function (event) {
      var open = under(form, isUnderWay);
      if (!open.length) { return; }
      event.preventDefault();
      var field = all.find(function (one) { return one.items.get(open[0].li) === open[0]; });
      held.set(form, { button: event.submitter, field: field });
      wakeAll();
      field.tell(say(words.busy, { n: open.length }));
      field.status.scrollIntoView({ block: "center" });
    });
  });
})();
