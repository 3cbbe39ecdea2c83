// Warns before a session ends for want of activity, and lets the reader stay.
// Without it nothing breaks: the server ends the session by itself.
// Every page load is activity; all tabs share one clock, so that they neither warn in vain nor end each other.
"use strict";
(function () {
  const dialog = document.getElementById("session-warning");
  if (!dialog || typeof dialog.showModal !== "function") return;

  const idle = Number(dialog.dataset.idleSeconds) * 1000;
  const warning = Number(dialog.dataset.warningSeconds) * 1000;
  const login = dialog.dataset.login;
  if (!(idle > warning && warning > 0)) return;

  const part = (name) => dialog.querySelector('[data-session="' + name + '"]');
  const [title, text, leftLine, left, announcement] = ["title", "text", "left-line", "left", "announcement"].map(part);
  const [extendButton, signInLink, logoutForm] = ["extend", "sign-in", "logout"].map(part);
  const words = { title: title.textContent, text: text.textContent };
  const STORE = "cas-portal.active-at";
  const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("cas-portal.session") : null;

  let activeAt = 0; // last activity known, in any tab
  let token = dialog.dataset.csrf;
  let ended = false;
  let endedAt = 0;
  let timer = 0;
  let announced = Infinity;

  // --- One clock for all tabs: the channel carries news at once, the store serves a tab that slept meanwhile.
  function remember(at) {
    activeAt = Math.max(activeAt, at);
    try { localStorage.setItem(STORE, JSON.stringify({ at: activeAt, login: login })); } catch { /* private mode */ }
  }
  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(STORE) || "null");
      if (kept && kept.login === login && kept.at <= Date.now()) activeAt = Math.max(activeAt, kept.at);
    } catch { /* private mode */ }
  }
  function tell(message) { if (channel) channel.postMessage(message); }

  // --- The words of the time left: „2 minuty”, „45 sekund”.
  function plural(n, unit) {
    const data = dialog.dataset, ten = n % 10, hundred = n % 100;
    const form = n === 1 ? "One" : ten >= 2 && ten <= 4 && !(hundred >= 12 && hundred <= 14) ? "Few" : "Many";
    return n + "\u00a0" + data[unit + form];
  }
  function inWords(seconds) {
    const minutes = Math.floor(seconds / 60), rest = seconds % 60;
    if (!minutes) return plural(rest, "second");
    return plural(minutes, "minute") + (rest ? " " + plural(rest, "second") : "");
  }
  // Spoken at two minutes, one and a half, one, 30, 20 and 10 seconds: often enough, never over itself.
  function announce(seconds) {
    const step = [120, 90, 60, 30, 20, 10].find((s) => seconds <= s && s < announced && seconds > s - 5);
    if (step === undefined) return;
    announced = step;
    announcement.textContent = announcement.dataset.pattern.replace("{left}", inWords(step));
  }

  // --- The three states: quiet, warning, ended.
  function schedule(ms) { clearTimeout(timer); timer = setTimeout(tick, Math.max(ms, 50)); }
  function tick() {
    recall();
    const rest = activeAt + idle - Date.now();
    if (ended) return;
    if (rest <= 0) return end();
    if (rest > warning) { close(); schedule(Math.min(rest - warning, 60000)); return; }
    open();
    const seconds = Math.ceil(rest / 1000);
    left.textContent = inWords(seconds);
    announce(seconds);
    schedule(rest % 1000 || 1000);
  }
  function open() {
    if (dialog.open) return;
    announced = Infinity;
    title.textContent = words.title;
    text.textContent = words.text;
    announcement.textContent = "";
    leftLine.hidden = extendButton.hidden = logoutForm.hidden = false;
    signInLink.hidden = true;
    dialog.showModal(); // keeps focus inside and gives it back when closed
    extendButton.focus();
  }
  function close() { if (dialog.open) dialog.close(); }
  // The page stays, with what was typed; a new sign-in in another tab hands over its token.
  function end() {
    if (!ended) endedAt = Date.now();
    ended = true;
    clearTimeout(timer);
    dialog.classList.add("session-warning--ended"); // hides the page: it may show somebody's data
    if (!dialog.open) dialog.showModal();
    title.textContent = title.dataset.ended;
    text.textContent = text.dataset.ended;
    leftLine.hidden = extendButton.hidden = logoutForm.hidden = true;
    signInLink.hidden = false;
    announcement.textContent = text.dataset.ended;
    signInLink.focus();
  }
  function revive(at, newToken) {
    remember(at);
    if (newToken && newToken !== token) {
      token = newToken;
      for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = newToken;
    }
    ended = false;
    dialog.classList.remove("session-warning--ended");
    tick();
  }

  // A tab that slept missed the news of a new sign-in; the store tells it. The page's token is old then: the server keeps a form
  // that carries it, and shows it again filled in.
  function lookAgain() {
    if (!ended) return tick();
    recall();
    if (activeAt > endedAt) revive(activeAt);
  }

  async function extend() {
    extendButton.disabled = true;
    try {
      const answer = await fetch("/session/extend", {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
        body: new URLSearchParams({ csrf_token: token }),
      });
      if (answer.ok) {
        const now = Date.now();
        tell({ kind: "alive", at: now, login: login, token: token });
        revive(now);
      } else if (answer.status >= 500 || answer.status === 429) {
        text.textContent = text.dataset.failed;
        announcement.textContent = text.dataset.failed;
      } else {
        tell({ kind: "ended", login: login });
        end();
      }
    } catch {
      text.textContent = text.dataset.failed;
      announcement.textContent = text.dataset.failed;
    } finally {
      extendButton.disabled = false;
    }
  }

  extendButton.addEventListener("click", extend);
  // Esc means „I am here”: it extends while there is something to extend, and never hides that the session has ended.
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!ended) extend();
  });
  // Browsers let a second Esc through; the ended session must stay visible. (A running warning opens again by itself.)
  dialog.addEventListener("close", () => { if (ended) end(); });
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") === "/logout") tell({ kind: "ended", login: login });
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lookAgain(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) lookAgain(); });
  window.addEventListener("storage", (event) => { if (event.key === STORE) lookAgain(); });
  if (channel) {
    channel.addEventListener("message", (event) => {
      const news = event.data || {};
      if (news.kind === "alive" && news.login === login) revive(news.at, news.token);
      else if (news.kind === "alive") location.reload(); // somebody else signed in here: this page is not theirs
      else if (news.kind === "ended" && news.login === login) end();
    });
  }

  const now = Date.now();
  remember(now);
  tell({ kind: "alive", at: now, login: login, token: token });
  tick();
})();
