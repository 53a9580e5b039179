"""Which use case of staff needs which right; test_staff_rights.py tries each with every role."""

from collections.abc import Mapping

# For each right, the use cases that need it, by their modules.
TABLE: Mapping[str, Mapping[str, str]] = {
    "agenda": {"agenda_desk": "occurrences look"},
    "agenda change": {"agenda_desk": "stop check_hurry hurry leave_out"},
    "announcements": {
        "announcements": "add waiting one put_back",
        "invitation_drafts": "put_into_digest",
    },
    "attendance": {
        "attendance": "session_for correct",
        "attendance_desk": "sittings_of one tick_page signing_list door_code",
        "attendance_paper_steps": "begin ask answer",
    },
    "audit": {"audit_trail": "page people"},
    "broadcast control": {
        "broadcasting": "take_back pause rest go_on stop",
        "letter_printing": "letters mark_posted",
    },
    "broadcasts": {"broadcast_reporting": "past report group_page"},
    "certificates": {
        "certificate_lists": "one newest for_printer",
        "certificates": "standing issue revoke reissue",
    },
    "desk": {
        "event_cards": "look drafts count_drafts",
        "event_desk": "events_in_care events_ahead one page person",
    },
    "documents": {
        "document_checks": (
            "overview sheet one event_of first_to_check accept send_back tick_paper"
        ),
        "document_steps": "begin_reason ask_reason answer_reason",
    },
    "events": {
        "event_draft_steps": "begin begin_copy ask answer",
        "event_drafts": "create change publish discard",
        "event_edit_steps": "begin begin_deed ask answer",
        "event_edits": "save",
    },
    "fair": {
        "fair": "exhibit cancel change check_change renumber",
        "fair_numbers": "begin ask answer",
        "fair_steps": "begin_on_paper begin_change answer",
        "fair_views": "look one_for_staff sheet_for_staff export",
    },
    "invite": {
        "audience_building": "look opened tick choose_event clear values events_page names find",
        "broadcast_reporting": "remind",
        "broadcasting": "start",
        "corrections": "begin",
        "invitation_drafts": (
            "begin begun own open_draft change_words change_audience change_moment "
            "change_late_joiners change_file withdraw"
        ),
        "invitation_sending": "confirm take_back_proposal reopen",
        "invitation_steps": "begin go_back_to begin_correction ask answer",
        "invitations": "send",
        "letter_files": "attach",
        "letter_tests": "send",
    },
    "nominations": {
        "memberships": "for_staff appoint",
        "nomination_calls": "preview send",
        "nomination_views": "standings",
    },
    "notes": {"staff_notes": "begin answer write remove"},
    "own events": {"trainer_desk": "own_events"},
    "people": {
        "contact_desk": "begin wish answer works_again mailbox_works_again",
        "deeds": "ask",
        "duplicates": "pairs one_pair tell_apart",
        "merging": "preview merge",
        "walk_in_steps": "begin ask answer",
        "walk_ins": "admit",
    },
    "poll": {"poll_closing": "close", "poll_steps": "begin ask answer", "polls": "ask"},
    "registrations": {
        "approval": "approve refuse",
        "broadcast_reporting": "workbook",
        "capacity": "change",
        "event_change_steps": "begin ask answer",
        "list_desk": "workbook",
        "seat_desk_steps": "standing begin_letting_in begin_with_reason ask answer",
    },
    "results": {
        "list_desk": "figures figures_file",
        "poll_desk": "recent results_of",
    },
    "search": {
        "directory": "page localities",
        "directory_search": "people organisations_of",
        "message_history": "page",
        "organisation_desk": "card",
        "people_desk": "find card",
        "staff_notes": "page",
    },
    "second look": {
        "invitation_sending": "proposed waiting confirm_second send_back look with_author",
        "second_look_steps": "begin ask answer",
    },
    "staff": {
        "staff_invite_steps": "begin ask answer",
        "staff_team": (
            "team one invite withdraw_link change_role remove choosable give_event take_event"
        ),
    },
    "summary": {"summaries": "look undelivered"},
    "survey answers": {
        "open_answers": "page one switch_tag switch_known begin answer",
        "survey_export": "plan",
        "survey_reports": "of_survey of_programme",
    },
    "survey results": {
        "result_desk": "look other_waves against",
        "survey_comparison": "compare",
        "survey_results": "results",
        "survey_desk": "survey_page one wave",
        "survey_missing": "page",
    },
    "surveys": {
        "survey_loading": "load",
        "survey_posters": "poster print_codes",
        "survey_ready": "listed load",
        "survey_register": "proposals take_over",
        "survey_reminders": "remind_now",
        "survey_wave_steps": "begin ask answer",
        "survey_waves": "plan open_now ask_newcomers close",
    },
    "task list": {"task_desk": "count page one"},
    "tasks": {"task_desk": "done undo file_of"},
}
