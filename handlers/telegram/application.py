"""Which handler takes which update."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from telegram import Bot, BotCommand, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    PollAnswerHandler,
    filters,
)

from handlers.telegram import (
    agenda,
    announcement_desk,
    answers,
    attendance,
    audience,
    audit,
    broadcast_report,
    broadcasts,
    buttons,
    calendars,
    cards,
    certificate_desk,
    certificates,
    deed_desk,
    desk,
    desk_lists,
    directory,
    document_desk,
    documents,
    event_change_flows,
    event_drafts,
    event_letters,
    fair,
    letter_desk,
    lists,
    member,
    nomination_staff,
    nominations,
    own_data,
    people,
    poll_voting,
    screens,
    seat_desk_flows,
    second_look,
    staff_commands,
    summary_desk,
    survey_answering,
    survey_desk,
    survey_results,
    tasks,
    team,
    trainers,
)
from handlers.telegram.turn import Context, current
from handlers.telegram.words import refused
from programme import conversations, listing
from programme.refusals import Refusal
from texts.translator import LOCALES, load, mark

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]
BotApplication = Application[Any, Context, Any, Any, Any, Any]
PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE

COMMANDS: dict[str, Handler] = {
    "start": member.start,
    "szkolenia": member.show_list,
    "moje": member.show_mine,
    "zglos": nominations.show_choices,
    "pomoc": member.show_help,
    "help": member.show_help,
    "jezyk": member.ask_language,
    "anuluj": member.stop,
    "zaproszenie": staff_commands.invite,
    "pytanie": staff_commands.ask_poll,
    "wyniki": staff_commands.show_results,
    "listy": broadcast_report.show_letters,
    "wydarzenia": desk.show_events,
    "obecnosc": attendance.confirm,
    "sprawdz": certificates.check,
    "osoby": people.find_by_command,
    "organizacje": directory.organisations_by_command,
    "zapisy": directory.registrations_by_command,
    "dane": own_data.show,
    "wskazniki": lists.show_indicators,
    "agenda": agenda.show,
    "zadania": tasks.show_list,
    "ogloszenia": announcement_desk.show,
    "podsumowanie": summary_desk.show,
    "zespol": team.show,
    "dziennik": audit.show,
    "ankiety": survey_desk.by_command,
}
PRESSES: dict[str, Handler] = {
    buttons.EVENT: member.show_event,
    buttons.REGISTER: member.register,
    buttons.LIST: member.show_list,
    buttons.MINE: member.show_mine,
    buttons.CANCEL: member.ask_cancel,
    buttons.CANCEL_SURELY: member.cancel,
    buttons.TAKE_OFFER: member.take_offer,
    buttons.DECLINE_OFFER: member.decline_offer,
    buttons.HELP: member.show_help,
    buttons.LANGUAGE: member.change_language,
    buttons.ANSWER: answers.take_press,
    buttons.RESULTS: staff_commands.show_survey,
    buttons.POLL_VOTE: poll_voting.vote,
    buttons.POLL_TICK: poll_voting.tick,
    buttons.POLL_SEND: poll_voting.send,
    buttons.POLL_CLOSE_ASK: staff_commands.ask_close_poll,
    buttons.POLL_CLOSE: staff_commands.close_poll,
    buttons.DESK_EVENTS: desk.show_events,
    buttons.DESK: desk.show_event,
    buttons.CHANGES: desk.show_changes,
    buttons.CHANGE_CAPACITY: event_change_flows.change_capacity,
    buttons.MOVE_SESSION: event_change_flows.move_session,
    buttons.CHANGE_PLACE: event_change_flows.change_place,
    buttons.CANCEL_EVENT: event_change_flows.cancel_event,
    buttons.LET_IN: seat_desk_flows.let_in,
    buttons.PARTICIPANTS: desk_lists.show_participants,
    buttons.WAITING_LIST: desk_lists.show_line,
    buttons.APPLICATIONS: desk_lists.show_applications,
    buttons.ONE_PERSON: desk_lists.show_person,
    buttons.GRANT: desk_lists.grant,
    buttons.REFUSE: desk_lists.refuse,
    buttons.TAKE_OFF: desk_lists.take_off,
    buttons.SESSIONS: attendance.show_sessions,
    buttons.SESSION: attendance.show_session,
    buttons.TICK_LIST: attendance.show_ticks,
    buttons.TICK: attendance.tick,
    buttons.PAPER_LIST: attendance.begin_paper,
    buttons.SIGNING_LIST: attendance.send_list,
    buttons.CODE_PICTURE: attendance.send_picture,
    buttons.CODE_SHEET: attendance.send_sheet,
    buttons.CERTIFICATES: certificate_desk.show,
    buttons.CERTIFICATES_ASK: certificate_desk.ask_issue,
    buttons.CERTIFICATES_ISSUE: certificate_desk.issue,
    buttons.CERTIFICATES_SHORT: certificate_desk.show_short,
    buttons.CERTIFICATES_LIST: certificate_desk.show_issued,
    buttons.CERTIFICATES_PRINT: certificate_desk.print_all,
    buttons.CERTIFICATE: certificate_desk.show_one,
    buttons.CERTIFICATE_REVOKE_ASK: certificate_desk.ask_change,
    buttons.CERTIFICATE_REVOKE: certificate_desk.revoke,
    buttons.CERTIFICATE_ANEW_ASK: certificate_desk.ask_change,
    buttons.CERTIFICATE_ANEW: certificate_desk.reissue,
    buttons.CERTIFICATE_FETCH: certificates.fetch,
    buttons.SEAT_BACK: calendars.take_back,
    buttons.FEED: calendars.show_feed,
    buttons.FEED_MAKE: calendars.make_feed,
    buttons.FEED_END: calendars.end_feed,
    buttons.PEOPLE_FIND: people.find,
    buttons.PERSON: people.show_person,
    buttons.DUPLICATES: people.show_duplicates,
    buttons.PAIR: people.show_pair,
    buttons.MERGE_ASK: people.ask_merge,
    buttons.MERGE: people.merge,
    buttons.TELL_APART: people.tell_apart,
    buttons.LIST_PEOPLE: directory.show_people,
    buttons.LIST_ORGANISATIONS: directory.show_organisations,
    buttons.LIST_REGISTRATIONS: directory.show_registrations,
    buttons.LIST_FACETS: directory.show_facets,
    buttons.LIST_LOCALITIES: directory.show_localities,
    buttons.FOUND: directory.show_found,
    buttons.ORGANISATION_FIND: directory.ask_organisation,
    buttons.ORGANISATION_CARD: cards.show_organisation,
    buttons.MESSAGES: cards.show_messages,
    buttons.NOTES: cards.show_notes,
    buttons.NOTE_WRITE: cards.write_note,
    buttons.NOTE_REMOVE: cards.remove_note,
    buttons.CONTACT_CORRECT: cards.correct_contact,
    buttons.CONTACT_WORKS: cards.contact_works,
    buttons.REGISTER_WHERE: cards.choose_event,
    buttons.REGISTER_AT: cards.register_at,
    buttons.WRITE_TO: cards.write_letter,
    buttons.WALK_IN: people.walk_in,
    buttons.OWN_DATA: own_data.show,
    buttons.OWN_CHANGE: own_data.change,
    buttons.PREFER: own_data.prefer,
    buttons.BEHALF: own_data.register_for,
    buttons.LISTS: lists.send_lists,
    buttons.BROADCAST_TAKE_BACK: broadcasts.take_back,
    buttons.BROADCAST_PAUSE: broadcasts.pause,
    buttons.BROADCAST_GO_ON: broadcasts.go_on,
    buttons.BROADCAST_ASK_STOP: broadcasts.ask_stop,
    buttons.BROADCAST_STOP: broadcasts.stop,
    buttons.INDICATORS: lists.show_indicators,
    buttons.INDICATORS_FILE: lists.send_indicators,
    buttons.DOCUMENTS: documents.show,
    buttons.BLANK: documents.send_blank,
    buttons.HAND_IN: documents.hand_in,
    buttons.DOCUMENT_DESK: document_desk.show_event,
    buttons.DOCUMENT_LIST: document_desk.show_list,
    buttons.CHECK: document_desk.show_document,
    buttons.CHECK_NEXT: document_desk.show_next,
    buttons.ACCEPT: document_desk.accept,
    buttons.SEND_BACK: document_desk.send_back,
    buttons.PERSON_PAPERS: document_desk.show_person,
    buttons.PAPER_HERE: document_desk.paper_here,
    buttons.STAND: fair.begin,
    buttons.STAND_VIEW: fair.show,
    buttons.STAND_EDIT: fair.edit,
    buttons.STAND_CANCEL: fair.ask_cancel,
    buttons.STAND_CANCEL_SURELY: fair.cancel,
    buttons.STANDS: fair.show_stands,
    buttons.STAND_DESK: fair.show_stand,
    buttons.STAND_ADD: fair.add,
    buttons.STAND_DESK_EDIT: fair.desk_edit,
    buttons.STAND_NUMBER: fair.number,
    buttons.STAND_DESK_CANCEL: fair.desk_ask_cancel,
    buttons.STAND_DESK_CANCEL_SURELY: fair.desk_cancel,
    buttons.FAIR_PROGRAMME: fair.print_programme,
    buttons.FAIR_NEEDS: fair.print_needs,
    buttons.FAIR_LIST: fair.export,
    buttons.NAMING: nominations.show_choices,
    buttons.ORGANISATION: nominations.show_page,
    buttons.NAME: nominations.name,
    buttons.NOMINATION: nominations.show_one,
    buttons.REPLACE: nominations.replace,
    buttons.WITHDRAW: nominations.ask_withdraw,
    buttons.WITHDRAW_SURELY: nominations.withdraw,
    buttons.ANSWER_FOR: nominations.ask_answer_for,
    buttons.ANSWER_FOR_SURELY: nominations.confirm_for,
    buttons.ANSWER_NO: nominations.decline_for,
    buttons.HAND_ON: nominations.hand_on,
    buttons.ACCEPT_NOMINATION: nominations.accept,
    buttons.DECLINE_NOMINATION: nominations.ask_decline,
    buttons.DECLINE_SURELY: nominations.decline,
    buttons.CALL: nomination_staff.ask_call,
    buttons.CALL_SURELY: nomination_staff.call,
    buttons.ORGANISATIONS: nomination_staff.show_organisations,
    buttons.QUOTA: nomination_staff.change_quota,
    buttons.NAMING_DEADLINE: nomination_staff.change_deadline,
    buttons.SPEAKERS: nomination_staff.show_speakers,
    buttons.SPEAKER: nomination_staff.change_speaker,
    buttons.AGENDA: agenda.show,
    buttons.AGENDA_ONE: agenda.show_one,
    buttons.AGENDA_TEXT: agenda.show_text,
    buttons.AGENDA_STOP_ASK: agenda.ask_stop,
    buttons.AGENDA_STOP: agenda.stop,
    buttons.AGENDA_NOW_ASK: agenda.ask_now,
    buttons.AGENDA_NOW: agenda.send_now,
    buttons.AGENDA_LEAVE_ASK: agenda.ask_leave_out,
    buttons.AGENDA_LEAVE: agenda.leave_out,
    buttons.DEED_UNDO: deed_desk.take_back,
    buttons.NEW_EVENT: event_drafts.new_event,
    buttons.DRAFTS: event_drafts.show_drafts,
    buttons.EVENT_CARD: event_drafts.show_card,
    buttons.EVENT_FIELD: event_drafts.change_field,
    buttons.COPY_EVENT: event_drafts.copy,
    buttons.PUBLISH_EVENT: event_drafts.publish,
    buttons.DISCARD_EVENT: event_drafts.discard,
    buttons.INVITE_TO: event_letters.invite_to,
    buttons.LETTER: letter_desk.go_back,
    buttons.LETTER_REOPEN: letter_desk.reopen,
    buttons.LETTER_CORRECT: letter_desk.correct,
    buttons.LETTER_FILE: letter_desk.send_file,
    buttons.LETTER_NOTHING: letter_desk.do_nothing,
    buttons.LETTER_LOOK: second_look.show,
    buttons.LETTER_CONFIRM: second_look.confirm,
    buttons.LETTER_SEND_BACK: second_look.ask_remark,
    buttons.NEWS: announcement_desk.show,
    buttons.NEWS_ONE: announcement_desk.ask_withdraw,
    buttons.NEWS_WITHDRAW: announcement_desk.withdraw,
    buttons.NEWS_PUT_BACK: announcement_desk.put_back,
    buttons.NEWS_WHOLE: announcement_desk.read_whole,
    buttons.UNDELIVERED: summary_desk.show_undelivered,
    buttons.SUMMARY: summary_desk.show,
    buttons.TASKS: tasks.show_list,
    buttons.TASK: tasks.show_one,
    buttons.TASK_DONE: tasks.done,
    buttons.TASK_UNDO: tasks.undo,
    buttons.TASK_TEXT: tasks.send_text,
    buttons.TASK_FILE: tasks.send_file,
    buttons.TEAM: team.show,
    buttons.COLLEAGUE: team.show_one,
    buttons.STAFF_INVITE: team.invite,
    buttons.STAFF_LINKS: team.show_links,
    buttons.STAFF_LINK_DROP: team.drop_link,
    buttons.STAFF_ROLE: team.ask_role,
    buttons.STAFF_ROLE_SET: team.set_role,
    buttons.TRAINER_EVENTS: team.show_events,
    buttons.TRAINER_EVENT: team.set_event,
    buttons.STAFF_REMOVE: team.ask_remove,
    buttons.STAFF_REMOVE_SURELY: team.remove,
    buttons.AUDIT: audit.show,
    buttons.AUDIT_OF: audit.show_people,
    buttons.OWN_EVENTS: trainers.show_own,
    buttons.AUDIENCE: audience.open_choice,
    buttons.AUDIENCE_TICK: audience.tick,
    buttons.AUDIENCE_VALUES: audience.show_values,
    buttons.AUDIENCE_EVENTS: audience.show_events,
    buttons.AUDIENCE_EVENT: audience.show_event,
    buttons.AUDIENCE_LOCALES: audience.show_locales,
    buttons.AUDIENCE_FIND: audience.find,
    buttons.AUDIENCE_SINGLES: audience.show_singles,
    buttons.AUDIENCE_NAMES: audience.show_names,
    buttons.AUDIENCE_CLEAR: audience.clear,
    buttons.AUDIENCE_DONE: audience.done,
    buttons.LETTERS: broadcast_report.show_letters,
    buttons.LETTER_REPORT: broadcast_report.show_report,
    buttons.LETTER_GROUP: broadcast_report.show_group,
    buttons.LETTER_EXCEL: broadcast_report.send_workbook,
    buttons.LETTER_REMIND: broadcast_report.remind,
    buttons.LETTER_PRINT: broadcast_report.print_letters,
    buttons.LETTER_POSTED: broadcast_report.mark_posted,
    **survey_desk.PRESSES,
    **survey_results.PRESSES,
    buttons.SURVEY: survey_answering.begin,
    buttons.SURVEYS_MINE: survey_answering.show_own,
    buttons.SURVEY_TICK: survey_answering.tick,
}
MENU = {
    "szkolenia": mark("Events and registration"),
    "moje": mark("My trainings"),
    "ankiety": mark("Surveys for me"),
    "dane": mark("My data"),
    "pomoc": mark("Help"),
    "jezyk": mark("Language: Polski / English"),
    "obecnosc": mark("Confirm that I am here"),
    "anuluj": mark("Stop answering this question"),
}


def kindly(handler: Handler) -> Handler:
    """Let a handler's refusal become a sentence to the person who caused it."""

    @wraps(handler)
    async def guarded(update: Update, context: Context) -> None:
        try:
            await handler(update, context)
        except Refusal as refusal:
            turn = context.turn
            text = refused(turn.t, refusal, zone=turn.desk.zone)
            contact = await listing.contact(turn.tx)
            await turn.say(screens.with_help(text, turn.t, contact=contact))

    return guarded


async def _close_chat(update: Update, context: Context) -> None:
    change = update.my_chat_member
    if change is not None and change.new_chat_member.status == "kicked":
        turn = context.turn
        await conversations.chat_closed(turn.tx, chat_id=turn.chat_id, now=turn.now)


async def _keep_error(_update: object, context: Context) -> None:
    # The library would log the error and go on; the update must fail as a whole instead.
    current.get().error = context.error


def build(bot: Bot) -> BotApplication:
    """Wire every handler; the application is only fed, it never polls by itself."""
    application: BotApplication = (
        ApplicationBuilder()
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .context_types(ContextTypes(context=Context))
        .build()
    )
    for name, handler in COMMANDS.items():
        application.add_handler(CommandHandler(name, kindly(handler), filters=PRIVATE))
    for action, handler in PRESSES.items():
        pattern = rf"^{action}(:|$)"
        application.add_handler(CallbackQueryHandler(kindly(handler), pattern=pattern))
    application.add_handler(CallbackQueryHandler(kindly(answers.take_unknown_press)))
    application.add_handler(PollAnswerHandler(answers.take_vote))
    application.add_handler(ChatMemberHandler(_close_chat, ChatMemberHandler.MY_CHAT_MEMBER))
    text = filters.TEXT & ~filters.COMMAND & PRIVATE
    application.add_handler(MessageHandler(text, kindly(answers.take_text)))
    unknown = filters.COMMAND & PRIVATE
    application.add_handler(MessageHandler(unknown, kindly(answers.take_unknown_command)))
    files = (filters.PHOTO | filters.Document.ALL) & PRIVATE
    application.add_handler(MessageHandler(files, kindly(documents.take_file)))
    application.add_handler(MessageHandler(PRIVATE, kindly(answers.take_other)))
    application.add_error_handler(_keep_error)
    return application


async def show_menu(bot: Bot) -> None:
    """Tell Telegram which commands the menu shows, in both languages."""
    for locale in LOCALES:
        t = load(locale)
        commands = [BotCommand(name, t(words)) for name, words in MENU.items()]
        await bot.set_my_commands(commands, language_code=None if locale == "pl" else locale)
