// The light touch of script: files dropped anywhere, the job in hand followed live, texts copied. Without it, forms do.
"use strict";
(function () {
  const BATCH_FILES = 40, BATCH_BYTES = 64 * 1024 * 1024;
  const SOON = 600, LATER = 3000, LEAST_PAUSE = 1000;
  const told = document.getElementById("told");

  function tell(words) {
    if (told) told.textContent = words;
  }

  // Live parts -----------------------------------------------------------------------------------------------------

  async function refresh() {
    const began = Date.now();
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) return LATER;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement && document.activeElement.id;
    document.querySelectorAll("[data-live]").forEach(function (part) {
      const fresh = page.getElementById(part.id);
      if (!fresh || fresh.innerHTML === part.innerHTML || part.contains(document.activeElement) && typing()) return;
      const open = Array.from(part.querySelectorAll("details"), function (one) { return one.open; });
      part.replaceWith(fresh);
      fresh.querySelectorAll(".picker").forEach(nameChoice);
      fresh.querySelectorAll("details").forEach(function (one, place) { if (open[place]) one.open = true; });
    });
    if (focused && document.activeElement === document.body) {
      const again = document.getElementById(focused);
      if (again) again.focus();
    }
    return Math.max(LEAST_PAUSE, 4 * (Date.now() - began));
  }

  function typing() {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  }

  let seen = -1, next = 0;

  async function follow() {
    const panel = document.getElementById("job");
    let pause = LATER;
    try {
      const answer = await fetch(document.body.dataset.job, { cache: "no-store" });
      const job = await answer.json();
      const wasRunning = panel.dataset.running === "yes";
      const known = Number(panel.dataset.number);
      if (job.running) pause = SOON;
      if (job.running && known === job.number) {
        const said = panel.querySelector(".said"), bar = panel.querySelector("progress");
        if (said) said.textContent = job.said.replace(/^[^：]*：/, "");
        if (bar && job.total) { bar.max = job.total; bar.value = job.done; }
      }
      const begun = job.running && known !== job.number;
      const ended = !job.running && (wasRunning || known !== job.number);
      const moved = job.running && job.done !== seen && Date.now() >= next;
      if (begun || ended || moved) {
        seen = job.done;
        next = Date.now() + await refresh();
      }
      if (ended) {
        const title = document.getElementById("job-title");
        tell(title ? title.textContent : "");
      }
    } catch (error) {
      tell("工作台没有回答，可能已经关了。");
    }
    setTimeout(follow, pause);
  }

  // Files ----------------------------------------------------------------------------------------------------------

  function batches(files) {
    const found = [];
    let batch = [], bytes = 0;
    files.forEach(function (file) {
      if (batch.length && (batch.length >= BATCH_FILES || bytes + file.size > BATCH_BYTES)) {
        found.push(batch);
        batch = [];
        bytes = 0;
      }
      batch.push(file);
      bytes += file.size;
    });
    if (batch.length) found.push(batch);
    return found;
  }

  async function refused(answer) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const words = page.querySelector("main p");
    return words ? words.textContent : "没有送成。";
  }

  async function give(form, files) {
    const said = form.querySelector("[role=status]");
    let sent = 0;
    for (const batch of batches(files)) {
      said.textContent = "正在送入 " + sent + "/" + files.length + "……";
      const body = new FormData();
      batch.forEach(function (file) {
        body.append("files", file, file.name);
        body.append("changed", String(file.lastModified || 0));
      });
      const answer = await fetch(form.action, { method: "POST", body: body });
      if (!answer.ok) {
        said.textContent = await refused(answer);
        return;
      }
      sent += batch.length;
    }
    said.textContent = "已送入 " + sent + " 个文件。";
    form.reset();
    const begun = await fetch(form.dataset.then, { method: "POST" });
    if (!begun.ok) said.textContent += await refused(begun);
    await refresh();
  }

  function entryOf(item) {
    return item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
  }

  async function inside(entry) {
    if (entry.isFile) return [await new Promise(function (done, failed) { entry.file(done, failed); })];
    const reader = entry.createReader(), found = [];
    for (;;) {
      const some = await new Promise(function (done, failed) { reader.readEntries(done, failed); });
      if (!some.length) return found;
      for (const one of some) found.push(...await inside(one));
    }
  }

  async function dropped(transfer) {
    const entries = Array.from(transfer.items || [], entryOf).filter(Boolean);
    if (!entries.length) return Array.from(transfer.files);
    const found = [];
    for (const entry of entries) found.push(...await inside(entry));
    return found;
  }

  function takeDrops(form) {
    const input = form.querySelector("input[type=file]");
    let over = 0;
    function show(change) {
      over = Math.max(0, over + change);
      document.body.classList.toggle("dropping", over > 0);
    }
    function holdsFiles(event) {
      return event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
    }
    document.addEventListener("dragenter", function (event) { if (holdsFiles(event)) show(1); });
    document.addEventListener("dragleave", function (event) { if (holdsFiles(event)) show(-1); });
    document.addEventListener("dragover", function (event) { if (holdsFiles(event)) event.preventDefault(); });
    document.addEventListener("drop", async function (event) {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      show(-over);
      if (form.dataset.then) {
        give(form, await dropped(event.dataTransfer));
        return;
      }
      input.files = event.dataTransfer.files;
      if (form.checkValidity()) form.submit();
      else form.reportValidity();
    });
    if (form.dataset.then) {
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        give(form, Array.from(input.files));
      });
    }
  }

  // The browser's own field speaks the browser's language; ours says in Chinese what was chosen.
  function nameChoice(picker) {
    const input = picker.querySelector("input"), told = picker.querySelector(".note");
    function show() {
      const files = input.files;
      told.textContent = files.length > 1 ? "已选 " + files.length + " 个文件" : files.length ? files[0].name : "还没有选";
    }
    input.classList.add("unseen");
    picker.querySelector("label").hidden = false;
    input.addEventListener("change", show);
    input.form.addEventListener("reset", function () { setTimeout(show); });
    show();
  }

  // Texts ----------------------------------------------------------------------------------------------------------

  async function copy(button) {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.value);
    } catch (error) {
      text.select();
      document.execCommand("copy");
    }
    const words = button.textContent;
    button.textContent = "已复制";
    tell("已复制");
    setTimeout(function () { button.textContent = words; }, 2000);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });
  document.querySelectorAll("form[data-drop]").forEach(takeDrops);
  document.querySelectorAll(".picker").forEach(nameChoice);
  if (document.body.dataset.job) setTimeout(follow, SOON);
})();
