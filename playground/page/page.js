import { $, ask, badge, day, el, hour, tell, toast } from "./dom.js";
import { keepEnd, openChat, useBot } from "./chat.js";
import { openMailbox, unread } from "./mail.js";

const seen = JSON.parse(sessionStorage.getItem("seen") ?? "{}");
let overview = null;
let chosen = Number(sessionStorage.getItem("chosen")) || null;
let failing = false;

function choose(id) {
  chosen = id;
  sessionStorage.setItem("chosen", id);
  showPane("chat");
  refresh();
}

function showPane(pane) {
  document.body.dataset.pane = pane;
  for (const tab of document.querySelectorAll(".tabs button")) {
    tab.setAttribute("aria-current", tab.dataset.pane === pane ? "page" : "false");
  }
  refresh();
  // What came while the chat was hidden lies below the place where it was left.
  if (pane === "chat") keepEnd();
}

const isWide = () => matchMedia("(min-width: 960px)").matches;

function refresh() {
  if (!overview) return;
  const person = overview.persons.find((one) => one.id === chosen);
  if (person) {
    if (isWide() || document.body.dataset.pane === "chat") {
      seen[person.id] = person.said;
      sessionStorage.setItem("seen", JSON.stringify(seen));
    }
    openChat(person);
    openMailbox(person);
  }
  drawPeople();
  const now = new Date(overview.now);
  $("now").textContent = `${day(now)}, ${hour(now)}`;
  $("now").dateTime = overview.now;
  $("clock-buttons").hidden = !overview.movable;
  $("chat-name").textContent = overview.bot;
}

function drawPeople() {
  const groups = new Map();
  for (const person of overview.persons) {
    groups.set(person.group, [...(groups.get(person.group) ?? []), person]);
  }
  const focused = document.activeElement?.dataset?.person;
  const top = $("people-list").scrollTop;
  $("people-list").replaceChildren(...[...groups].map(([name, persons]) =>
    el("div", { class: "group" }, name ? el("h3", {}, name) : null,
      el("ul", {}, ...persons.map((person) => el("li", {}, personButton(person)))))));
  $("people-list").scrollTop = top;
  if (focused) document.querySelector(`[data-person="${focused}"]`)?.focus({ preventScroll: true });
  const person = overview.persons.find((one) => one.id === chosen);
  badge($("tab-chat"), person ? newWords(person) : 0, "nowe wiadomości");
  badge($("tab-mail"), person ? unread(person.mails) : 0, "nowe listy");
  const others = overview.persons.filter((one) => one.id !== chosen && (newWords(one) || unread(one.mails)));
  badge($("tab-people"), others.length, "osoby z nowymi wiadomościami");
}

const newWords = (person) => Math.max(person.said - (seen[person.id] ?? 0), 0);

function personButton(person) {
  const words = newWords(person);
  const mails = unread(person.mails);
  const initials = person.name.split(" ").map((part) => part[0]).join("").slice(0, 2);
  return el("button", {
    type: "button", class: "person", "data-person": person.id,
    "aria-current": person.id === chosen ? "true" : null,
    onclick: () => choose(person.id),
  },
  el("span", { class: `avatar tone${person.id % 5}`, "aria-hidden": "true" }, initials),
  el("span", { class: "who" }, el("b", {}, person.name), el("span", { class: "about" }, person.description)),
  el("span", { class: "badges" },
    words ? el("span", { class: "badge", "aria-label": `nowe wiadomości: ${words}` }, String(words)) : null,
    mails ? el("span", { class: "badge mail", "aria-label": `nowe listy: ${mails}` }, `✉ ${mails}`) : null));
}

async function moveClock(path, body) {
  const buttons = [...$("clock-buttons").children];
  const before = overview.persons.reduce((sum, person) => sum + person.said + person.mails.length, 0);
  buttons.forEach((button) => { button.disabled = true; });
  try {
    const { moved } = await tell(path, body);
    if (!moved) {
      toast("Teraz nic nie czeka na wysłanie. Zapisz kogoś na szkolenie, a pojawią się przypomnienia.");
      return;
    }
    overview = await ask("page/overview");
    refresh();
    const after = overview.persons.reduce((sum, person) => sum + person.said + person.mails.length, 0);
    toast(after > before ? `Zegar przesunięty. Nowych wiadomości i listów: ${after - before}.` : "Zegar przesunięty.");
  } catch {
    toast("Nie udało się przesunąć zegara. Spróbuj jeszcze raz.");
  } finally {
    buttons.forEach((button) => { button.disabled = false; });
  }
}

async function follow() {
  for (;;) {
    try {
      overview = await ask(overview && !failing ? `page/overview?seen=${overview.number}` : "page/overview");
      if (failing) toast("Połączenie wróciło.");
      failing = false;
      useBot(overview.username);
      refresh();
    } catch {
      if (!failing) toast("Brak połączenia z programem. Czy nadal jest uruchomiony?");
      failing = true;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

$("clock-next").addEventListener("click", () => moveClock("page/clock/next"));
for (const button of document.querySelectorAll("[data-hours]")) {
  button.addEventListener("click", () => moveClock("page/clock/forward", { hours: Number(button.dataset.hours) }));
}
for (const tab of document.querySelectorAll(".tabs button")) {
  tab.addEventListener("click", () => showPane(tab.dataset.pane));
}
$("hint").hidden = localStorage.getItem("hint") === "read";
$("hint-close").addEventListener("click", () => {
  localStorage.setItem("hint", "read");
  $("hint").hidden = true;
});
document.addEventListener("mail-read", () => drawPeople());
showPane("people");
follow();
