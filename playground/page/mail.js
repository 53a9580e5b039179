import { $, ask, calendarCard, day, el, hour, shortDay, tell } from "./dom.js";

let person = null;
let open = null;
let listed = "";

const read = new Set(JSON.parse(sessionStorage.getItem("read") ?? "[]"));

export const unread = (numbers) => numbers.filter((number) => !read.has(number)).length;

export async function openMailbox(newPerson) {
  if (person?.id !== newPerson.id) {
    open = null;
    listed = "";
  }
  person = newPerson;
  const asked = person.id;
  $("mail-address").textContent = person.email || "Ta osoba nie ma adresu e-mail";
  if (open !== null) {
    nameBack();
    return;
  }
  const mails = await ask(`page/mails/${asked}`);
  if (person.id !== asked || open !== null) return;
  const drawn = JSON.stringify([asked, mails, mails.map((mail) => read.has(mail.number))]);
  if (drawn === listed) return;
  listed = drawn;
  if (!mails.length) {
    $("mail-body").replaceChildren(el("div", { class: "welcome" },
      el("p", { class: "big", "aria-hidden": "true" }, "✉"),
      el("p", {}, "Nie ma jeszcze listów."),
      el("p", {}, "Potwierdzenia, zaproszenia do kalendarza i przypomnienia pojawią się tutaj.")));
    return;
  }
  $("mail-body").replaceChildren(el("ul", { class: "mails" }, ...mails.map(line)));
}

function line(mail) {
  const moment = new Date(mail.at);
  const fresh = !read.has(mail.number);
  return el("li", {}, el("button", { type: "button", class: fresh ? "mail-line fresh" : "mail-line", onclick: () => show(mail.number) },
    el("span", { class: "mail-top" }, el("span", { class: "mail-from" }, mail.from),
      el("span", { class: "mail-when" }, `${shortDay(moment)}, ${hour(moment)}`)),
    el("span", { class: "mail-subject" }, fresh ? el("span", { class: "new" }, "Nowy") : null, mail.calendar ? el("img", { src: "page/calendar.svg", alt: "z kalendarzem", class: "tiny" }) : null, mail.subject || "(bez tematu)"),
    el("span", { class: "mail-preview" }, mail.preview)));
}

async function show(number) {
  open = number;
  const mail = await ask(`page/mails/${person.id}/${number}`);
  read.add(number);
  sessionStorage.setItem("read", JSON.stringify([...read]));
  document.dispatchEvent(new Event("mail-read"));
  const moment = new Date(mail.at);
  const back = el("button", { type: "button", class: "plain back", onclick: close }, "← Wszystkie listy");
  $("mail-body").replaceChildren(el("div", { class: "reading" },
    back,
    el("h3", {}, mail.subject || "(bez tematu)"),
    el("dl", {},
      el("dt", {}, "Od"), el("dd", {}, mail.from, mail.from === mail.address ? "" : ` <${mail.address}>`),
      el("dt", {}, "Do"), el("dd", {}, mail.to),
      el("dt", {}, "Kiedy"), el("dd", {}, `${day(moment)}, ${hour(moment)}`)),
    ...mail.cards.map(calendarCard),
    mail.may_answer && mail.cards.some((card) => ["request", "change"].includes(card.kind)) ? calendarAnswers(mail) : null,
    ...letter(mail),
    attachments(mail),
    mail.may_answer ? replyForm(mail) : null));
  $("mail-body").scrollTop = 0;
  nameBack();
  back.focus({ preventScroll: true });
}

// A mail that comes while another one is read would go unnoticed without a word.
function nameBack() {
  const back = $("mail-body").querySelector(".back");
  const fresh = unread(person.mails);
  if (back) back.textContent = fresh ? `← Wszystkie listy (nowe: ${fresh})` : "← Wszystkie listy";
}

function close() {
  open = null;
  listed = "";
  openMailbox(person);
}

function letter(mail) {
  const plain = el("pre", { class: "plain-text" }, mail.text);
  if (!mail.html) return [plain];
  const frame = el("iframe", {
    class: "letter", title: "Treść listu", sandbox: "allow-popups allow-popups-to-escape-sandbox allow-same-origin", onload: (event) => fit(event.currentTarget),
    srcdoc: `<!doctype html><base target="_blank"><meta charset="utf-8">${mail.html}`,
  });
  if (!mail.text) return [frame];
  plain.hidden = true;
  const views = [["Widok listu", frame], ["Sam tekst", plain]];
  const choices = views.map(([label, view], number) => el("button", {
    type: "button", "aria-pressed": String(number === 0),
    onclick: () => {
      views.forEach(([, other], index) => {
        other.hidden = other !== view;
        choices[index].setAttribute("aria-pressed", String(other === view));
      });
    },
  }, label));
  return [el("div", { class: "views", role: "group", "aria-label": "Sposób pokazania" }, ...choices), frame, plain];
}

// Scripts in a letter do not run, so its height may be measured: one scrollbar is enough.
function fit(frame) {
  const page = frame.contentDocument.documentElement;
  frame.style.height = `${page.scrollHeight + 2}px`;
}

function attachments(mail) {
  if (!mail.attachments.length) return null;
  return el("div", { class: "attachments" }, ...mail.attachments.map((name) =>
    el("a", { class: "download", download: name, href: `page/mails/${person.id}/${mail.number}/files/${encodeURIComponent(name)}` },
      el("span", { class: "file-icon", "aria-hidden": "true" }, "⬇"), el("span", {}, el("b", {}, name), el("small", {}, "Pobierz załącznik")))));
}

const sent = (words) => el("p", { class: "sent", role: "status" }, words);

function calendarAnswers(mail) {
  const node = el("div", { class: "views", role: "group", "aria-label": "Odpowiedź kalendarza" });
  const answers = [["Przyjmuję", "ACCEPTED"], ["Może", "TENTATIVE"], ["Odrzucam", "DECLINED"]];
  node.append(...answers.map(([label, calendar]) => el("button", {
    type: "button",
    onclick: async () => {
      await tell(`page/mails/${person.id}/${mail.number}/reply`, { calendar });
      node.replaceChildren(sent(`Kalendarz wysłał odpowiedź: ${label}`));
    },
  }, label)));
  return node;
}

function replyForm(mail) {
  const text = el("textarea", { rows: "3", "aria-label": "Treść odpowiedzi" });
  const quick = ["TAK", "NIE"].map((word) => el("button", {
    type: "button", onclick: () => { text.value = word; text.focus(); },
  }, word));
  const form = el("form", {
    class: "reply",
    onsubmit: async (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      await tell(`page/mails/${person.id}/${mail.number}/reply`, { text: text.value });
      form.replaceChildren(sent("Odpowiedź wysłana."));
    },
  }, el("h4", {}, "Odpowiedz"), el("div", { class: "views" }, ...quick), text,
    el("button", { type: "submit", class: "send-mail" }, "Wyślij odpowiedź"));
  return form;
}
