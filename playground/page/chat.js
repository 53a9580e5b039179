import { $, ask, calendarCard, day, el, hand, hour, tell, toast } from "./dom.js";

const MARKS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote", spoiler: "span",
};
const shown = new Map();
let person = null;
let startLink = "";
let turn = 0;

export function useBot(username) {
  startLink = `https://t.me/${username}?start=`;
}

export async function openChat(newPerson) {
  if (person?.id !== newPerson.id) {
    shown.clear();
    $("log").replaceChildren();
    $("words").value = "";
    showCommands(false);
  }
  person = newPerson;
  turn += 1;
  const mine = turn;
  const chat = await ask(`page/chats/${person.id}`);
  // An older answer must not paint over a newer one.
  if (mine !== turn) return;
  $("chat-as").textContent = `Piszesz jako: ${person.name}`;
  $("start-bar").hidden = chat.messages.length > 0;
  $("composer").hidden = chat.messages.length === 0;
  // Nothing hidden has a height to be measured.
  fitWords();
  listCommands(chat.commands);
  draw(chat.messages);
}

export async function send(words) {
  showCommands(false);
  await tell(`page/chats/${person.id}/send`, { text: words });
}

function draw(messages) {
  const log = $("log");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
  const grew = messages.length > shown.size;
  const present = new Set(messages.map((message) => message.id));
  for (const [id, entry] of shown) {
    if (!present.has(id)) {
      entry.node.remove();
      shown.delete(id);
    }
  }
  let lastDay = "";
  for (const message of messages) {
    const moment = new Date(message.at * 1000);
    const newDay = day(moment) === lastDay ? "" : day(moment);
    lastDay = day(moment);
    const drawn = JSON.stringify([message, newDay]);
    const entry = shown.get(message.id);
    if (entry?.drawn === drawn) continue;
    const node = bubble(message, moment, newDay);
    if (entry) {
      const focused = entry.node.contains(document.activeElement);
      entry.node.replaceWith(node);
      if (focused) (node.querySelector("button, a, input") ?? log).focus();
    } else {
      log.append(node);
    }
    shown.set(message.id, { drawn, node });
  }
  $("log").classList.toggle("empty", messages.length === 0);
  if (messages.length === 0) {
    log.replaceChildren(el("div", { class: "welcome" },
      el("img", { src: "page/icon.svg", alt: "", class: "avatar" }),
      el("p", {}, el("b", {}, person.name), " – nie ma tu jeszcze rozmowy."),
      el("p", {}, "Naciśnij START na dole, a bot się przywita.")));
  } else {
    log.querySelector(".welcome")?.remove();
  }
  if (grew || atEnd) log.scrollTop = log.scrollHeight;
}

function bubble(message, moment, newDay) {
  const side = message.mine ? "mine" : "theirs";
  const content = el("div", { class: "bubble" });
  if (message.photo) {
    content.append(el("a", { href: message.photo, target: "_blank", rel: "noopener" },
      el("img", { src: message.photo, alt: message.text || "Zdjęcie", onload: keepEnd })));
  }
  if (message.document) content.append(fileCard(message.document));
  if (message.sticker) content.append(el("p", { class: "sticker" }, message.sticker));
  if (message.voice) content.append(el("p", {}, "Wiadomość głosowa"));
  if (message.text) content.append(el("p", { class: "words" }, ...formatted(message.text, message.entities)));
  if (message.poll) content.append(pollCard(message));
  const edited = message.edited ? "zmieniono, " : "";
  content.append(el("p", { class: "when" }, edited + hour(moment)));
  const parts = [newDay ? el("p", { class: "day" }, newDay) : null, content];
  if (message.rows.length) {
    parts.push(el("div", { class: "keys" },
      ...message.rows.map((row) => el("div", { class: "row" }, ...row.map((key) => keyButton(message, key))))));
  }
  return el("div", { class: `message ${side}` }, ...parts);
}

export function keepEnd() {
  $("log").scrollTop = $("log").scrollHeight;
}

function keyButton(message, key) {
  if (key.url && !key.url.startsWith(startLink)) {
    return el("a", { class: "key", href: safe(key.url), target: "_blank", rel: "noopener noreferrer" }, `${key.text} ↗`);
  }
  return el("button", { type: "button", class: "key", onclick: (event) => press(event.currentTarget, message, key) }, key.text);
}

async function press(button, message, key) {
  if (key.url) {
    await send(`/start ${key.url.slice(startLink.length)}`);
    return;
  }
  if (button.getAttribute("aria-busy")) return;
  button.setAttribute("aria-busy", "true");
  try {
    const asked = { message: message.id, data: key.callback_data, label: key.text };
    const answer = await tell(`page/chats/${person.id}/press`, asked);
    if (answer.words) toast(answer.words);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function safe(url) {
  return /^(https?|tg):\/\//.test(url) ? url : "#";
}

// Entities may be nested; offsets are UTF-16 units, which is what JavaScript strings count.
function formatted(text, entities, from = 0, to = text.length) {
  const nodes = [];
  let position = from;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < position || entity.offset >= to) continue;
    if (entity.offset > position) nodes.push(text.slice(position, entity.offset));
    const inner = formatted(text, entities.slice(index + 1), entity.offset, end);
    nodes.push(marked(entity, text.slice(entity.offset, end), inner));
    position = end;
  }
  if (position < to) nodes.push(text.slice(position, to));
  return nodes;
}

function marked(entity, words, inner) {
  const link = { target: "_blank", rel: "noopener noreferrer" };
  if (entity.type === "text_link") return el("a", { href: safe(entity.url), ...link }, ...inner);
  if (entity.type === "url") return el("a", { href: safe(words), ...link }, ...inner);
  if (entity.type === "email") return el("a", { href: `mailto:${words}` }, ...inner);
  if (entity.type === "bot_command") {
    return el("button", { type: "button", class: "command", onclick: () => send(words) }, ...inner);
  }
  return el(MARKS[entity.type] ?? "span", {}, ...inner);
}

function fileCard(file) {
  const size = file.size < 1024 ? `${file.size} B` : `${Math.round(file.size / 1024)} kB`;
  return el("div", { class: "file" },
    ...file.cards.map(calendarCard),
    el("a", { href: file.url, download: file.name, class: "download" },
      el("span", { class: "file-icon", "aria-hidden": "true" }, "⬇"),
      el("span", {}, el("b", {}, file.name), el("small", {}, `Pobierz plik, ${size}`))));
}

function rule(poll) {
  if (poll.closed) return "Głosowanie zakończone";
  const kind = poll.anonymous ? "Ankieta anonimowa" : "Ankieta jawna";
  return `${kind}, ${poll.multiple ? "można wybrać kilka odpowiedzi" : "jedna odpowiedź"}`;
}

function pollCard(message) {
  const poll = message.poll;
  const voted = poll.chosen.length > 0;
  const vote = (options) => tell(`page/chats/${person.id}/vote`, { message: message.id, options })
    .catch(() => toast("Tego głosu nie można oddać."));
  const card = el("div", { class: "poll" },
    el("p", { class: "question" }, poll.question),
    poll.about ? el("p", {}, poll.about) : null,
    el("p", { class: "rule" }, rule(poll)));
  if (voted || poll.closed) {
    card.append(...poll.options.map((option, number) => result(poll, option, number)));
    card.append(el("p", { class: "total" }, `Głosów: ${poll.total}`));
    if (!poll.closed) card.append(el("button", { type: "button", class: "plain", onclick: () => vote([]) }, "Cofnij głos"));
    return card;
  }
  if (!poll.multiple) {
    card.append(...poll.options.map((option, number) =>
      el("button", { type: "button", class: "option", onclick: () => vote([number]) },
        el("span", { class: "dot", "aria-hidden": "true" }), option.text)));
  } else {
    const boxes = poll.options.map((option, number) => el("input", { type: "checkbox", value: number }));
    card.append(...poll.options.map((option, number) => el("label", { class: "option" }, boxes[number], option.text)));
    card.append(el("button", {
      type: "button", class: "plain",
      onclick: () => {
        const chosen = boxes.filter((box) => box.checked).map((box) => Number(box.value));
        if (chosen.length) vote(chosen);
        else toast("Zaznacz przynajmniej jedną odpowiedź.");
      },
    }, "Głosuj"));
  }
  card.append(el("p", { class: "total" }, `Głosów: ${poll.total}`));
  return card;
}

function result(poll, option, number) {
  const share = poll.total ? Math.round((100 * option.count) / poll.total) : 0;
  const mine = poll.chosen.includes(number);
  const bar = el("span", { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${share}%`;
  return el("div", { class: "result" },
    el("span", { class: "share" }, `${share}%`),
    el("span", {}, option.text, mine ? el("span", { class: "mine-mark" }, " ✓ Twój głos") : null,
      el("span", { class: "count" }, ` ${option.count}`)),
    bar);
}

function listCommands(commands) {
  $("menu").hidden = commands.length === 0;
  $("commands").replaceChildren(...commands.map((command) =>
    el("button", { type: "button", onclick: () => send(`/${command.command}`) },
      el("b", {}, `/${command.command}`), el("span", {}, command.description))));
}

// On a phone Enter begins a new line and the arrow sends, as in Telegram.
const onTouch = () => matchMedia("(pointer: coarse)").matches;

function fitWords() {
  $("words").style.height = "auto";
  $("words").style.height = `${Math.min($("words").scrollHeight + 2, 160)}px`;
}

function showCommands(open) {
  $("commands").hidden = !open;
  $("menu").setAttribute("aria-expanded", String(open));
}

$("menu").addEventListener("click", () => {
  showCommands($("commands").hidden);
  $("commands").querySelector("button")?.focus();
});
$("commands").addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    showCommands(false);
    $("menu").focus();
  }
});
$("start").addEventListener("click", async () => {
  await send("/start");
  $("words").focus({ preventScroll: true });
});
$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = $("words").value.trim();
  if (!words) return;
  $("words").value = "";
  fitWords();
  await send(words);
});
$("attach").addEventListener("click", () => $("file").click());
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  $("file").value = "";
  if (!file) return;
  $("attach").setAttribute("aria-busy", "true");
  try {
    await hand(`page/chats/${person.id}/file`, file);
  } catch {
    toast("Tego pliku nie udało się wysłać. Czy nie jest pusty?");
  } finally {
    $("attach").removeAttribute("aria-busy");
  }
});
$("words").addEventListener("input", fitWords);
$("words").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || onTouch()) return;
  event.preventDefault();
  $("composer").requestSubmit();
});
