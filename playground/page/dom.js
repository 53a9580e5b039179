// Everything foreign becomes text nodes here; no page code writes HTML.

export const $ = (id) => document.getElementById(id);

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

export async function tell(path, body = {}) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

export async function hand(path, file) {
  const answer = await fetch(`${path}?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  if (!answer.ok) throw new Error(`${answer.status}`);
}

let toastTimer;

export function toast(words) {
  $("toast").textContent = words;
  $("toast").classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => $("toast").classList.remove("shown"), 6000);
}

const ZONE = { timeZone: "Europe/Warsaw" };
const DAY = new Intl.DateTimeFormat("pl-PL", { weekday: "long", day: "numeric", month: "long", year: "numeric", ...ZONE });
const SHORT = new Intl.DateTimeFormat("pl-PL", { day: "numeric", month: "short", ...ZONE });
const HOUR = new Intl.DateTimeFormat("pl-PL", { hour: "numeric", minute: "2-digit", hourCycle: "h23", ...ZONE });

export const day = (moment) => DAY.format(moment);
export const shortDay = (moment) => SHORT.format(moment);
export const hour = (moment) => HOUR.format(moment).replace(/^0/, "");

export function span(start, end) {
  const first = new Date(start);
  const line = `${day(first)}, godz.\u00a0${hour(first)}`;
  if (!end) return line;
  const last = new Date(end);
  return day(first) === day(last) ? `${line}–${hour(last)}` : `${line} – ${day(last)}, ${hour(last)}`;
}

const KINDS = { request: "Zaproszenie", change: "Zmiana", cancel: "Odwołanie", publish: "Do kalendarza" };

export function calendarCard(card) {
  const start = card.starts_at ? new Date(card.starts_at) : null;
  const leaf = start
    ? el("div", { class: "leaf", "aria-hidden": "true" },
        el("b", {}, new Intl.DateTimeFormat("pl-PL", { day: "numeric", ...ZONE }).format(start)),
        new Intl.DateTimeFormat("pl-PL", { month: "short", ...ZONE }).format(start))
    : null;
  return el("article", { class: `event ${card.kind}`, "aria-label": `${KINDS[card.kind]}: ${card.title}` },
    leaf,
    el("div", {},
      el("p", { class: "kind" }, KINDS[card.kind]),
      el("p", { class: "title" }, card.title || "Wydarzenie"),
      card.starts_at ? el("p", {}, span(card.starts_at, card.ends_at)) : null,
      card.place ? el("p", { class: "place" }, card.place) : null));
}

export function badge(node, count, meaning) {
  node.hidden = !count;
  node.textContent = count || "";
  node.setAttribute("aria-label", meaning);
}
