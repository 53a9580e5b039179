"""What a chat can be in the middle of: for each flow, who asks and who takes the answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.telegram import (
    answer_tags,
    audience_flows,
    card_flows,
    document_flows,
    event_change_flows,
    event_drafts,
    event_questions_flows,
    fair_flows,
    letter_flows,
    nomination_flows,
    own_data_flows,
    paper_list_flows,
    people_flows,
    profile_flows,
    seat_desk_flows,
    second_look,
    staff_flows,
    survey_flows,
    survey_plan_flows,
    team_flows,
    walk_in_flows,
)
from handlers.telegram.turn import Turn
from programme import (
    attendance_paper_steps,
    audience_building,
    contact_desk,
    document_steps,
    event_change_steps,
    event_draft_steps,
    event_edit_steps,
    event_questions,
    fair_numbers,
    fair_steps,
    invitation_steps,
    nomination_steps,
    nomination_term_steps,
    open_answers,
    own_data,
    people_desk,
    poll_steps,
    profile,
    seat_desk_steps,
    second_look_steps,
    staff_invite_steps,
    staff_notes,
    survey_steps,
    survey_wave_steps,
    walk_in_steps,
)


@dataclass(frozen=True)
class Dialogue:
    """The two sides of a flow: ask the open question, with a note before it, and take a word.

    `answer` gets what was typed or the value behind a button. It may raise AnswerRefused, after
    which the question is asked again with a sentence on why.
    """

    ask: Callable[[Turn, str], Awaitable[None]]
    answer: Callable[[Turn, str], Awaitable[None]]


DIALOGUES = {
    audience_building.FLOW: Dialogue(audience_flows.ask, audience_flows.answer),
    nomination_steps.FLOW: Dialogue(nomination_flows.ask, nomination_flows.answer),
    nomination_term_steps.FLOW: Dialogue(nomination_flows.ask_terms, nomination_flows.answer_terms),
    attendance_paper_steps.FLOW: Dialogue(paper_list_flows.ask, paper_list_flows.answer),
    profile.FLOW: Dialogue(profile_flows.ask, profile_flows.answer),
    event_questions.FLOW: Dialogue(event_questions_flows.ask, event_questions_flows.answer),
    event_change_steps.FLOW: Dialogue(event_change_flows.ask, event_change_flows.answer),
    event_draft_steps.FLOW: Dialogue(event_drafts.ask_new, event_drafts.answer_new),
    event_edit_steps.FLOW: Dialogue(event_drafts.ask_edit, event_drafts.answer_edit),
    seat_desk_steps.FLOW: Dialogue(seat_desk_flows.ask, seat_desk_flows.answer),
    invitation_steps.FLOW: Dialogue(letter_flows.ask, letter_flows.answer),
    second_look_steps.FLOW: Dialogue(second_look.ask, second_look.answer),
    poll_steps.FLOW: Dialogue(staff_flows.ask, staff_flows.answer),
    document_steps.FLOW: Dialogue(document_flows.ask, document_flows.answer),
    document_steps.FLOW_REASON: Dialogue(document_flows.ask_reason, document_flows.answer_reason),
    fair_steps.FLOW: Dialogue(fair_flows.ask, fair_flows.answer),
    own_data.FLOW: Dialogue(own_data_flows.ask, own_data_flows.answer),
    walk_in_steps.FLOW: Dialogue(walk_in_flows.ask, walk_in_flows.answer),
    people_desk.FLOW: Dialogue(people_flows.ask, people_flows.answer),
    open_answers.FLOW: Dialogue(answer_tags.ask, answer_tags.answer),
    staff_notes.FLOW: Dialogue(card_flows.ask_note, card_flows.answer_note),
    contact_desk.FLOW: Dialogue(card_flows.ask_contact, card_flows.answer_contact),
    staff_invite_steps.FLOW: Dialogue(team_flows.ask, team_flows.answer),
    fair_numbers.FLOW: Dialogue(fair_flows.ask_number, fair_flows.answer_number),
    survey_wave_steps.FLOW: Dialogue(survey_plan_flows.ask, survey_plan_flows.answer),
    survey_steps.FLOW: Dialogue(survey_flows.ask, survey_flows.answer),
}
