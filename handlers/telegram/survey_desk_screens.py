"""How staff see surveys in a chat: all of them, one, one of its waves, who has not answered."""

from html import escape

from delivery.chat import Button, ChatFile, ChatMessage
from delivery.wave_words import measurement, measurement_in_full
from handlers.telegram import buttons
from handlers.telegram.labels import shorten
from handlers.telegram.survey_desk_words import AUDIENCES, PRIVACY, STATES
from programme import survey_audiences
from programme.survey_desk import SurveyLine, SurveyPage, SurveyView, WaveView
from programme.survey_missing import MissingPage, Silent
from programme.survey_ready import ReadySurvey
from texts.dates import local_day, until
from texts.translator import Translator, mark

ON_BUTTON, TITLE_LENGTH, NAME_LENGTH = 44, 150, 90
Row = tuple[Button, ...]
CHANNELS = {"telegram": mark("Telegram"), "mail": mark("e-mail")}
ASKS = {
    buttons.WAVE_OPEN: mark("Shall the survey be opened now, before its day?"),
    buttons.WAVE_CLOSE: mark(
        "Shall the survey be closed? Nobody can answer any more then. All answers that were "
        "sent are kept."
    ),
    buttons.WAVE_CODES: mark(
        "Shall we make 40 codes on paper? Each lets one person answer, also on somebody else's "
        "phone. They are shown on this sheet only, so please print it."
    ),
    buttons.WAVE_REMIND: mark(
        "Shall we remind those who have not answered? Who has answered hears nothing."
    ),
}
YES = {
    buttons.WAVE_OPEN: mark("Yes, open it"),
    buttons.WAVE_CLOSE: mark("Yes, close it"),
    buttons.WAVE_REMIND: mark("Yes, remind them"),
    buttons.WAVE_CODES: mark("Yes, make the codes"),
}


def listed(
    t: Translator, page: SurveyPage, *, may_load: bool, has_own: bool, may_report: bool = False
) -> ChatMessage:
    """List surveys with how they stand."""
    own = [(Button(t("My surveys"), buttons.write(buttons.SURVEYS_MINE)),)] if has_own else []
    ready = (
        [(Button(t("Ready surveys"), buttons.write(buttons.SURVEYS_READY)),)] if may_load else []
    )
    if not page.lines:
        return ChatMessage(t("There is no survey yet."), (*ready, *own))
    head = t("Surveys")
    lines = [f"<b>{head}</b>"]
    rows: list[Row] = []
    for one in page.lines:
        title = shorten(one.title, TITLE_LENGTH)
        lines += ["", f"<b>{escape(title)}</b>", _standing(t, one)]
        label = shorten(one.title, ON_BUTTON)
        rows.append((Button(label, buttons.write(buttons.SURVEY_ONE, one.id, 0)),))
    turns = _turns(t, page.number, page.pages, buttons.SURVEY_DESK)
    report = Button(t("Report on the whole programme (PDF)"), buttons.PROGRAMME_REPORT)
    reports = [(report,)] if may_report else []
    return ChatMessage("\n".join(lines), (*rows, *turns, *reports, *ready, *own))


def _standing(t: Translator, line: SurveyLine) -> str:
    if line.open:
        state = t("Open now")
    elif line.planned:
        state = t("Planned")
    elif line.closed:
        state = t("Closed")
    else:
        state = t("Not held yet")
    answers = t.plural("%(n)s answer", "%(n)s answers", line.answered)
    return f"{state} · {answers}" if line.answered or line.closed or line.open else state


def _turns(t: Translator, number: int, pages: int, action: str, *before: int) -> tuple[Row, ...]:
    around = []
    if number:
        around.append(Button(t("« Previous"), buttons.write(action, *before, number - 1)))
    if number + 1 < pages:
        around.append(Button(t("Next »"), buttons.write(action, *before, number + 1)))
    return (tuple(around),) if around else ()


def one(
    t: Translator, view: SurveyView, *, zone: str, may_change: bool, may_report: bool = False
) -> ChatMessage:
    """Show a survey with its waves."""
    title = escape(shorten(view.title, TITLE_LENGTH))
    lines = [f"<b>{title}</b>", t("The survey is: %(privacy)s.", privacy=_privacy(t, view))]
    if view.rule is not None:
        lines.append(_rule(t, view))
    if not view.waves:
        lines += ["", t("It has not been held yet, and no day is planned.")]
    rows: list[Row] = []
    for wave in view.waves:
        lines += ["", *_wave_lines(t, wave, zone)]
        label = shorten(f"{_name(t, wave, zone)} · {t(STATES[wave.wave.state])}", ON_BUTTON)
        rows.append((Button(label, buttons.write(buttons.SURVEY_WAVE, wave.wave.id)),))
    survey_id = view.survey.id
    rows += _turns(t, view.number, view.pages, buttons.SURVEY_ONE, survey_id)
    if may_report and any(wave.answered for wave in view.waves):
        rows.append(_report(t, survey_id))
    if may_change:
        plan = Button(t("Plan a new round"), buttons.write(buttons.WAVE_PLAN, survey_id))
        rows.append((plan,))
    rows.append((Button(t("All surveys"), buttons.write(buttons.SURVEY_DESK, 0)),))
    return ChatMessage("\n".join(lines), tuple(rows))


def _report(t: Translator, survey_id: int) -> Row:
    return (Button(t("Report (PDF)"), buttons.write(buttons.SURVEY_REPORT, survey_id)),)


def _privacy(t: Translator, view: SurveyView) -> str:
    return t(PRIVACY[view.survey.privacy])


def _rule(t: Translator, view: SurveyView) -> str:
    rule = view.rule
    days = rule.days if rule else 0
    after = t("after every session") if rule and rule.after == "session" else t("after every event")
    if not days:
        return t("It is held by itself %(after)s, on the same day.", after=after)
    return t.plural(
        "It is held by itself %(after)s, %(n)s day later.",
        "It is held by itself %(after)s, %(n)s days later.",
        days,
        after=after,
    )


def _name(t: Translator, view: WaveView, zone: str) -> str:
    # The day comes last: what is cut off at the end of a button must not be the name.
    day = f"{local_day(view.wave.opens_at, zone):%d.%m.%Y}"
    called = view.event or measurement(t, view.wave.key)
    if view.event:
        return f"{day}, {view.event}"
    return f"{called}, {day}" if called else day


def _wave_lines(t: Translator, view: WaveView, zone: str) -> list[str]:
    name = escape(shorten(_name(t, view, zone), NAME_LENGTH))
    counts = t("answered: %(n)s", n=view.answered)
    if view.asked:
        counts = t("answered: %(n)s, asked: %(asked)s", n=view.answered, asked=view.asked)
    if view.begun:
        counts += "; " + t("begun: %(n)s", n=view.begun)
    return [f"{name} – {t(STATES[view.wave.state])}", f"<i>{counts}</i>"]


def wave(
    t: Translator,
    view: WaveView,
    *,
    zone: str,
    may_change: bool,
    may_report: bool = False,
    public_url: str | None = None,
) -> ChatMessage:
    """Show one wave with everything that can be done about it, and its public link if any."""
    kept = view.wave
    kind = "public" if kept.is_public else survey_audiences.kind_of(kept.audience)
    head = [f"<b>{escape(shorten(view.title, TITLE_LENGTH))}</b>"]
    if view.event:
        head.append(escape(shorten(view.event, TITLE_LENGTH)))
    elif called := measurement_in_full(t, kept.key):
        head.append(escape(called))
    lines = [
        t("State: %(state)s", state=t(STATES[kept.state])),
        t("Whom it asks: %(whom)s", whom=t(AUDIENCES[kind])),
        t("Opens: %(moment)s", moment=until(kept.opens_at, zone, t.locale)),
        _closing(t, view, zone),
    ]
    if view.is_asking:
        lines.append(t("The questions are leaving just now."))
    if view.asked:
        lines.append(t("Asked: %(n)s", n=view.asked))
    lines.append(t("Answered: %(n)s", n=view.answered))
    if view.begun:
        lines.append(t("Begun and not sent yet: %(n)s", n=view.begun))
    if view.incomplete:
        lines.append(t("Begun and never sent, kept as incomplete: %(n)s", n=view.incomplete))
    if view.asked and view.silent:
        lines.append(t("Without an answer: %(n)s", n=view.silent))
    if kept.public_key and public_url and kept.state != "closed":
        link = f"{public_url.rstrip('/')}/a/{kept.public_key}"
        lines += ["", t("The link for everybody: %(link)s", link=escape(link))]
    text = "\n".join([*head, "", *lines])
    rows = _deeds(t, view, may_change=may_change, has_pages=bool(public_url))
    if may_report and view.answered:
        rows.append(_report(t, view.survey.id))
    return ChatMessage(text, (*rows, _back(t, view)))


def _closing(t: Translator, view: WaveView, zone: str) -> str:
    kept = view.wave
    if kept.closed_at is not None:
        return t("Closed: %(moment)s", moment=until(kept.closed_at, zone, t.locale))
    if kept.closes_at is None:
        return t("It stays open until somebody closes it.")
    return t("Closes: %(moment)s", moment=until(kept.closes_at, zone, t.locale))


def _deeds(t: Translator, view: WaveView, *, may_change: bool, has_pages: bool) -> list[Row]:
    number, state = view.wave.id, view.wave.state
    rows: list[tuple[str, str]] = []
    if view.wave.is_public and has_pages and state != "closed" and may_change:
        rows.append((t("Poster with the link (PDF)"), buttons.write(buttons.WAVE_POSTER, number)))
        rows.append((t("Codes on paper (PDF)"), buttons.write(buttons.WAVE_CODES_ASK, number)))
    if state == "planned" and may_change:
        rows.append((t("Open the survey now"), buttons.write(buttons.WAVE_OPEN_ASK, number)))
    if view.asked and view.silent and state != "planned":
        rows.append((t("Who has not answered"), buttons.write(buttons.WAVE_MISSING, number, 0)))
    if state == "open" and may_change:
        if view.silent:
            rows.append((t("Remind them now"), buttons.write(buttons.WAVE_REMIND_ASK, number)))
        if view.wave.audience and not view.is_asking:
            rows.append((t("Ask who has joined"), buttons.write(buttons.WAVE_NEWCOMERS, number)))
    if state != "closed" and may_change:
        label = t("Close now") if state == "open" else t("Give it up")
        rows.append((label, buttons.write(buttons.WAVE_CLOSE_ASK, number)))
    if state != "planned" and view.answered:
        rows.append((t("See the results"), buttons.write(buttons.SURVEY_RESULTS, number, 0)))
    return [(Button(label, data),) for label, data in rows]


def _back(t: Translator, view: WaveView) -> Row:
    data = buttons.write(buttons.SURVEY_ONE, view.survey.id, 0)
    return (Button(t("All rounds of the survey"), data),)


def surely(t: Translator, view: WaveView, action: str) -> ChatMessage:
    """Ask once more before many people are concerned."""
    lines = [f"<b>{escape(shorten(view.title, TITLE_LENGTH))}</b>", "", t(ASKS[action])]
    if action == buttons.WAVE_REMIND:
        lines.append(t("Without an answer: %(n)s", n=view.silent))
    if action == buttons.WAVE_CLOSE and view.begun:
        lines.append(t("Begun and not sent yet: %(n)s", n=view.begun))
    number = view.wave.id
    rows = (
        (Button(t(YES[action]), buttons.write(action, number)),),
        (Button(t("No, leave it as it is"), buttons.write(buttons.SURVEY_WAVE, number)),),
    )
    return ChatMessage("\n".join(lines), rows)


def missing(t: Translator, page: MissingPage, title: str) -> ChatMessage:
    """Show a page of those who have not answered, or only how many they are."""
    lines = [f"<b>{escape(shorten(title, TITLE_LENGTH))}</b>", ""]
    lines.append(t("Without an answer: %(n)s", n=page.total))
    if page.names is None:
        lines += [
            "",
            t(
                "The survey is anonymous, and either very few have answered or very few have not. "
                "Names would give away what somebody answered, so we show only the number."
            ),
        ]
    else:
        lines += [
            f"{number}. {_silent(t, each)}" for number, each in enumerate(page.names, page.first)
        ]
    number = page.wave.id
    turns = _turns(t, page.number, page.pages, buttons.WAVE_MISSING, number)
    back = (Button(t("Back to the survey"), buttons.write(buttons.SURVEY_WAVE, number)),)
    return ChatMessage("\n".join(lines), (*(turns if page.names is not None else ()), back))


def _silent(t: Translator, one: Silent) -> str:
    name = escape(shorten(one.name or "…", NAME_LENGTH))
    if not one.channel:
        return t("%(name)s (we cannot or may not write)", name=name)
    return f"{name} ({t(CHANNELS[one.channel])})"


def newcomers(t: Translator, view: WaveView) -> ChatMessage:
    """Say that whoever joined meanwhile is asked."""
    text = t("Whoever has joined since is asked now. Nobody is asked twice.")
    back = Button(t("Back to the survey"), buttons.write(buttons.SURVEY_WAVE, view.wave.id))
    return ChatMessage(text, ((back,),))


def ready(t: Translator, found: list[ReadySurvey]) -> ChatMessage:
    """Offer the surveys that come with the program; one that is loaded leads to its page."""
    head = t("Ready surveys")
    lines = [f"<b>{head}</b>"]
    lines.append(t("Loading a survey sends nothing at once. Its page shows when it opens."))
    rows: list[Row] = []
    for one in found:
        count = t.plural("%(n)s question", "%(n)s questions", one.questions)
        is_here = one.survey_id is not None
        state = t("loaded") if is_here else count
        lines += ["", f"<b>{escape(shorten(one.title, TITLE_LENGTH))}</b>", state]
        label = shorten(one.title if is_here else t("Load: %(title)s", title=one.title), ON_BUTTON)
        load = buttons.write(buttons.SURVEY_LOAD, one.key)
        data = (
            load if one.survey_id is None else buttons.write(buttons.SURVEY_ONE, one.survey_id, 0)
        )
        rows.append((Button(label, data),))
    rows.append((Button(t("All surveys"), buttons.write(buttons.SURVEY_DESK, 0)),))
    return ChatMessage("\n".join(lines), tuple(rows))


def printed(t: Translator, wave_id: int, file: ChatFile) -> ChatMessage:
    """Send a sheet for the printer."""
    back = Button(t("Back to the survey"), buttons.write(buttons.SURVEY_WAVE, wave_id))
    text = t("Here is the sheet. Please print it and look whether the code can be read.")
    return ChatMessage(text, ((back,),), document=file)
