// Files that are dropped, the table of a batch, and files that are saved.
window.workbench = (() => {
  // --- A box that takes one file --------------------------------------------------------------

  function dropzone(element, trigger, upload) {
    const box = () => element.querySelector(".drop");
    const say = (key, name) => {
      box().querySelector(".said").textContent = key && box().dataset[key].replace("{name}", name);
    };
    async function send(file) {
      if (!file) return;
      const input = box().querySelector("input");
      const endings = input.accept.split(",");
      if (!endings.some((ending) => file.name.toLowerCase().endsWith(ending))) {
        say("wrongKind", file.name);
      } else if (file.size > Number(box().dataset.limit)) {
        say("tooLarge", file.name);
      } else {
        say("sending", file.name);
        try {
          const { path } = await upload(file);
          say("", "");
          trigger("upload", { path, name: file.name });
        } catch {
          say("failed", file.name);
        }
      }
      input.value = "";
    }
    const over = (event, is) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      box()?.classList.toggle("over", is);
    };
    element.addEventListener("change", ({ target }) => {
      if (target.type === "file") send(target.files[0]);
    });
    element.addEventListener("dragover", (event) => over(event, true));
    element.addEventListener("dragleave", (event) => over(event, false));
    element.addEventListener("drop", (event) => {
      over(event, false);
      send(event.dataTransfer?.files[0]);
    });
  }

  // --- Buttons that say what they do, with what is chosen beside them ---------------------------

  function acts(element, trigger) {
    element.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-act]");
      if (!button || (button.dataset.confirm && !window.confirm(button.dataset.confirm))) return;
      const fields = [...element.querySelectorAll("[data-field]")];
      const chosen = Object.fromEntries(fields.map((f) => [f.dataset.field, f.value]));
      trigger("select", { act: button.dataset.act, id: button.dataset.id || "", chosen });
    });
  }

  // --- The table: sorted and filtered here, and again whenever the server draws it anew ---------

  const view = { words: "", only: "all", by: "", down: false };

  function compare(one, other) {
    if (one === "" || other === "") return (one === "") - (other === "");
    const [a, b] = [Number(one), Number(other)];
    const order = Number.isNaN(a) || Number.isNaN(b) ? one.localeCompare(other) : a - b;
    return view.down ? -order : order;
  }

  function arrange() {
    const table = document.querySelector("#batch-table table");
    const filters = document.querySelector("#batch-filters .filters");
    if (!table || !filters) return;
    const rows = [...table.tBodies[0].rows];
    const words = view.words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const found = words.every((word) => row.dataset.text.includes(word));
      row.hidden = !found || (view.only !== "all" && !row.hasAttribute(`data-${view.only}`));
    }
    const place = (row) => Number(row.dataset.place);
    const value = (row) => row.querySelector(`[data-key="${CSS.escape(view.by)}"]`)?.dataset.value ?? "";
    rows.sort((a, b) => (view.by && compare(value(a), value(b))) || place(a) - place(b));
    table.tBodies[0].append(...rows);
    for (const head of table.tHead.querySelectorAll("th[data-sort]")) {
      const here = head.dataset.sort === view.by;
      head.setAttribute("aria-sort", here ? (view.down ? "descending" : "ascending") : "none");
    }
    const count = filters.querySelector(".shown");
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = count.dataset.said.replace("{shown}", shown).replace("{total}", rows.length);
    for (const field of filters.querySelectorAll("[data-view]")) {
      field[field.type === "checkbox" ? "checked" : "value"] = view[field.dataset.view];
    }
  }

  function filters(element) {
    element.addEventListener("input", ({ target }) => {
      if (!(target.dataset.view in view)) return;
      view[target.dataset.view] = target.type === "checkbox" ? target.checked : target.value;
      arrange();
    });
  }

  function table(element, trigger) {
    acts(element, trigger);
    element.addEventListener("click", ({ target }) => {
      const key = target.closest("th[data-sort]") && target.closest("button")?.closest("th").dataset.sort;
      if (!key) return;
      view.down = view.by === key && !view.down;
      view.by = key;
      arrange();
    });
  }

  function reveal(element) {
    const card = element.querySelector("[tabindex]");
    card?.scrollIntoView({ block: "start" });
    card?.focus({ preventScroll: true });
  }

  // --- A text of the server as a file of one's own ------------------------------------------------

  function save(file) {
    if (!file) return "";
    const { name, type, text } = JSON.parse(file);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return "";
  }

  return { dropzone, acts, arrange, filters, table, reveal, save };
})();
