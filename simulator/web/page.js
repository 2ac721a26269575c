// What the page does on its own, without asking the server: keys, drafts, clock, words, theme.
window.interview = (() => {
  const store = window.localStorage;
  const tab = Math.random().toString(36).slice(2);
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("interview") : null;
  let here = { session: "", place: "", running: false, waiting: "start" };
  let asked = "";  // where the text in the box was typed
  let elsewhere = false;  // whether another tab shows this session

  // The box for the answer that is waited for: a line for a closed one, an editor for an open one.
  const editor = () =>
    document.querySelector(here.waiting === "closed" ? "#line input, #line textarea" : "#answer textarea");
  const draftKey = () => `interview:draft:${here.place}`;

  // Now, and again whenever the server draws the component anew.
  function each(watch, act) {
    act();
    watch("value", act);
  }

  // --- Where we are: told by the status bar, which the server draws -----------------------------

  function at(element, trigger) {
    const bar = element.querySelector(".status");
    if (!bar) return;
    const { session, place, lang, title, waiting } = bar.dataset;
    const moved = session !== here.session;
    here = { session, place, running: bar.hasAttribute("data-running"), waiting };
    document.documentElement.lang = lang;
    document.title = title;
    if (moved) {
      elsewhere = false;
      const address = new URL(window.location);
      if (session) address.searchParams.set("session", session);
      else address.searchParams.delete("session");
      window.history.replaceState(null, "", address);
      channel?.postMessage({ tab, session, ask: true });
    }
    clock(0);
    warn();
    document.querySelectorAll(".pressed").forEach((one) => one.classList.remove("pressed"));
    document.body.classList.toggle("fetching", waiting === "over");
    if (waiting === "over") trigger("submit", {});
    if (waiting === "open" || waiting === "closed") {
      const stays = place === asked || bar.hasAttribute("data-typed");
      asked = place;
      restore(stays ? editor()?.value : "");
    }
  }

  function resulted() {
    document.body.classList.remove("fetching");
  }

  function latest(element) {
    const log = element.querySelector(".log");
    if (!log) return;
    // The group around it may come into view a moment later, and has no height before.
    const down = () => { log.scrollTop = log.scrollHeight; };
    const turns = log.querySelectorAll(".turn");
    const goesOn = turns.length > told && told > 0;
    told = turns.length;
    if (goesOn) tell(log, turns[turns.length - 1], down);
    down();
    window.setTimeout(down, 60);
  }

  // A follow-up is checked as a whole before it is shown; then it is told word by word, as spoken.
  let told = 0;  // turns that were in the log before
  function tell(log, turn, down) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still || !turn.matches(".follow_up")) return;
    const walker = document.createTreeWalker(turn.querySelector(".words"), NodeFilter.SHOW_TEXT);
    const parts = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      for (const word of node.data.match(/\s*\S+\s*/g) || []) parts.push([node, word]);
      node.data = "";
    }
    log.setAttribute("aria-busy", "true");  // a screen reader waits for all of it
    const next = () => {
      const [node, word] = parts.shift() || [];
      if (!node) { log.removeAttribute("aria-busy"); return; }
      node.data += word;
      down();
      window.setTimeout(next, 25);
    };
    next();
  }

  function warn() {
    document.querySelectorAll(".other-tab").forEach((line) => { line.hidden = !elsewhere; });
  }

  channel?.addEventListener("message", ({ data }) => {
    if (!here.session || data.tab === tab || data.session !== here.session) return;
    elsewhere = true;
    warn();
    if (data.ask) channel.postMessage({ tab, session: here.session });
  });

  // --- The clock counts the seconds that this interview was in view ------------------------------

  function clock(step) {
    const face = document.querySelector(".clock");
    if (!face || !here.session) return;
    const key = `interview:seconds:${here.session}`;
    const seconds = Number(store.getItem(key) || 0) + step;
    if (step) store.setItem(key, seconds);
    const two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    face.textContent = `${hours ? hours + ":" + two(minutes) : minutes}:${two(seconds % 60)}`;
  }
  window.setInterval(() => clock(here.running && !document.hidden ? 1 : 0), 1000);

  // The time planned for the question and its phase, counted on from what the server said.
  function pace() {
    const line = document.querySelector(".pace");
    if (!line) return;
    line.drawn = line.drawn || Date.now();
    const since = (Date.now() - line.drawn) / 1000;
    const of = (name) => Number(line.dataset[name]);
    const now = { question: of("question") + since, phase: of("phase") + since };
    const limits = { question_limit: of("questionLimit"), phase_limit: of("phaseLimit") };
    const worst = Math.max(now.question / limits.question_limit, now.phase / limits.phase_limit);
    const state = worst >= 1 ? "over" : worst >= of("warn") ? "soon" : "fine";
    const shown = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s) % 60).padStart(2, "0")}`;
    let words = line.dataset[state];
    for (const [name, value] of Object.entries({ ...now, ...limits })) {
      words = words.replace(`{${name}}`, shown(value));
    }
    line.textContent = words;
    // Read aloud only when the state changes, not every second.
    line.setAttribute("aria-live", line.dataset.state === state ? "off" : "polite");
    line.dataset.state = state;
  }
  window.setInterval(pace, 1000);

  // --- Drafts and words ---------------------------------------------------------------------------

  function write(text) {
    const box = editor();
    const kind = box instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
    Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // What stays typed, or else what was half-written here before.
  function restore(typed) {
    if (typed) store.setItem(draftKey(), typed);
    const text = typed || store.getItem(draftKey()) || "";
    if (editor() && editor().value !== text) write(text);
  }

  document.addEventListener("input", ({ target }) => {
    if (!target.closest?.("#answer, #line")) return;
    if (target.value) store.setItem(draftKey(), target.value);
    else store.removeItem(draftKey());
    const count = document.querySelector("#words .count");
    if (count) count.textContent = (target.value.match(/[\p{L}\p{N}]+/gu) || []).length;
  });

  function template(text) {
    const box = editor();
    if (!box) return;
    write(box.value ? `${box.value.trimEnd()}\n\n${text}` : text);
    box.focus();
  }

  // --- Closed options: buttons, and the letters of the keyboard -----------------------------------

  function options(element, trigger) {
    element.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      const field = target.closest("fieldset");
      if (!button || !field || field.disabled) return;
      const send = field.querySelector(".send");
      const picked = () => [...field.querySelectorAll("[aria-pressed=true]")];
      if (button.dataset.option && send) {
        button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
        send.disabled = picked().length !== Number(field.dataset.count);
        return;
      }
      if (!send) button.classList.add("pressed");
      const chosen = send ? picked().map((b) => b.dataset.option) : [button.dataset.option];
      field.disabled = true;
      trigger("submit", { answer: chosen.join(", ") });
    });
  }

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const letter = event.key.toUpperCase();
    const button = document.querySelector(`.options .option[data-option="${CSS.escape(letter)}"]`);
    if (!button || button.offsetParent === null) return;
    event.preventDefault();
    button.focus();
    button.click();
  });

  // --- Citations, the theme ------------------------------------------------------------------------

  // The citation that led to the guide: there is a way back to it.
  let cited = null;

  function citations(trigger) {
    document.addEventListener("click", ({ target }) => {
      const button = target.closest?.("button[data-guide]");
      if (!button) return;
      const { guide, start, end, quote } = button.dataset;
      const inside = target.closest("#contents, #results, #passage");
      const came = inside ? "" : target.closest("#batch-card") ? "batch" : "interview";
      if (came) cited = button;
      document.body.classList.toggle("cited", cited !== null);
      trigger("select", { guide, start: Number(start), end: Number(end), quote, came });
    });
  }

  function returned() {
    if (!cited?.isConnected) return;
    cited.scrollIntoView({ block: "center" });
    cited.focus({ preventScroll: true });
  }

  function reveal(element) {
    const lit = element.querySelector("mark") || element.querySelector(".section");
    lit?.scrollIntoView({ block: "center" });
    element.querySelector(".section")?.setAttribute("tabindex", "-1");
    element.querySelector(".section")?.focus({ preventScroll: true });
  }

  function actions(element, trigger) {
    const picked = () => [...element.querySelectorAll("input:checked")].map((box) => box.value);
    element.addEventListener("change", () => {
      element.querySelector("[data-act=compare]").disabled = picked().length !== 2;
    });
    element.addEventListener("click", ({ target }) => {
      const button = target.closest("button[data-act]");
      if (!button) return;
      const { act, session, confirm } = button.dataset;
      if (confirm && !window.confirm(confirm)) return;
      trigger("select", { act, sessions: session ? [session] : picked() });
    });
  }

  const theme = "interview:dark";
  function toggleTheme() {
    const dark = document.body.classList.toggle("dark");
    store.setItem(theme, dark ? "1" : "0");
  }
  function applyTheme() {
    const wish = store.getItem(theme);
    if (wish !== null) document.body.classList.toggle("dark", wish === "1");
  }

  // --- What the browser remembers: the last interview, the language, its own interviews -----------

  function remember(place, lang, memory) {
    const session = (place || "").split(":")[0];
    const mine = memory.mine || [];
    if (!session) return { ...memory, lang };
    return { ...memory, lang, last: session, mine: mine.includes(session) ? mine : [...mine, session].slice(-200) };
  }

  return { each, at, resulted, latest, remember, options, template, citations, returned, reveal, actions, toggleTheme, applyTheme };
})();
