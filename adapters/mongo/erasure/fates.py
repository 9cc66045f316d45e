"""What becomes of every collection at an erasure; a collection without a line here fails a test.

``swept`` has a sweep of its name, ``with another`` goes in the sweep of the one named,
``of itself`` holds nothing readable of anybody and is gone by its own time, ``nobody`` holds
no person.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

How = Literal["swept", "with another", "of itself", "nobody"]


class Fate(NamedTuple):
    """How a collection is dealt with, and in what words."""

    how: How
    words: str


FATES: Mapping[str, Fate] = {
    "schema": Fate("nobody", "the schema's version"),
    "services": Fate("nobody", "which services are closed"),
    "audit_events": Fate("nobody", "random ids, codes and keyed hashes only; never shortened"),
    "outbox": Fate("swept", "messages about the person go; the rest names random ids"),
    "idempotent_replies": Fate("swept", "found by the keyed hash of the caller"),
    "held_keys": Fate("of itself", "keyed hashes, for seconds"),
    "turns": Fate("of itself", "names of counters, for seconds"),
    "rates": Fate("of itself", "keyed hashes, until the window is over"),
    "people": Fate("swept", "emptied at once, removed at the end"),
    "wechat_accounts": Fate("swept", "removed at once"),
    "sessions": Fate("swept", "ended at once, removed at the end"),
    "reviewers": Fate("swept", "those under the same openid"),
    "counter_cases": Fate("swept", "removed"),
    "identity_checks": Fate("swept", "removed"),
    "identity_receipts": Fate("with another", "identity_checks"),
    "subjects": Fate("swept", "removed; those of others name the stand-in"),
    "delegations": Fate("swept", "removed; those of others name the stand-in"),
    "consents": Fate("swept", "withdrawn at once, kept by rule"),
    "looks": Fate("swept", "at the person: kept by rule; by the person: kept, and made nobody's"),
    "notices": Fate("swept", "removed; in those of others the name goes"),
    "credit_reports": Fate("swept", "what checking the paper needs is kept by rule"),
    "credit_report_snapshots": Fate("with another", "credit_reports"),
    "credit_report_papers": Fate("with another", "credit_reports"),
    "file_addresses": Fate("swept", "removed"),
    "shares": Fate("swept", "removed"),
    "share_openings": Fate("with another", "shares"),
    "objections": Fate("swept", "of the person: kept by rule; of enterprises: made nobody's"),
    "promises": Fate("swept", "checking and signer kept by rule; an enterprise's stays as signed"),
    "promise_counters": Fate("nobody", "how many were signed on a day"),
    "promise_checks": Fate("swept", "removed"),
    "promise_snapshots": Fate("with another", "promises"),
    "promise_letters": Fate("with another", "promises"),
    "promise_texts": Fate("nobody", "texts that were in force"),
    "promise_text_versions": Fate(
        "nobody", "versions of texts, by the office's staff; no resident"
    ),
    "promise_text_turns": Fate("nobody", "how often the texts were published"),
    "promise_register": Fate("swept", "a natural person's entries are removed"),
    "electricity_applications": Fate(
        "swept", "a natural person's go; an enterprise's are made nobody's"
    ),
    "electricity_files": Fate("with another", "electricity_applications"),
    "usage_records": Fate(
        "swept",
        "the supplier's report stays; name and number are kept by rule, what was objected goes",
    ),
    "grid_cases": Fate("swept", "a natural person's go; an enterprise's are made nobody's"),
    "grid_deliveries": Fate("swept", "a natural person's go; an enterprise's are made nobody's"),
    "grid_events": Fate("swept", "a natural person's go; an enterprise's are made nobody's"),
    "grid_comparisons": Fate("nobody", "numbers and states of applications"),
    "grid_nonces": Fate("of itself", "hashes of used nonces, for a quarter of an hour"),
    "contributions": Fate("nobody", "ids and versions of what went to the platform"),
    "staff": Fate("nobody", "accounts of the office's staff; no resident"),
    "staff_sessions": Fate("nobody", "signed-in browsers of the staff; no resident"),
    "places": Fate("nobody", "buildings, streets and parks"),
    "tenancies": Fate("nobody", "enterprises in buildings; no resident"),
    "butlers": Fate("nobody", "what the office says of its butlers, who are staff; no resident"),
    "roster_shifts": Fate("nobody", "duties of the staff; no resident"),
    "roster_gaps": Fate("nobody", "times in which a place has nobody on duty"),
    "alert_pushes": Fate("nobody", "messages to the staff: titles, which name nobody, and ids"),
    "alert_paces": Fate("nobody", "how many messages staff got within an hour"),
    "staff_contacts": Fate("swept", "the person's WeChat goes; what the account chose stays"),
    "alerts": Fate("swept", "what staff were told of the person says it no more"),
    "ratings": Fate("swept", "the stars stay as figures of a butler, without text and person"),
    "complaints": Fate("swept", "the outcome stays, without texts and person; an open one ends"),
    "judgements": Fate("nobody", "evaluations of butlers; no resident"),
    "monthly_sheets": Fate("nobody", "counts of a month"),
    "lectures": Fate("nobody", "what is shown of cloud lectures; no resident"),
    "lecture_versions": Fate("nobody", "versions of lectures, by the office's staff"),
    "lecture_series": Fate("nobody", "series of lectures"),
    "lecture_rooms": Fate("nobody", "how many have a place in a lecture and how many wait"),
    "lecture_registrations": Fate("swept", "removed; the place is free"),
    "lecture_tellings": Fate(
        "of itself", "how far a notice to many has come: a random id until all were told"
    ),
    "lecture_followers": Fate("swept", "removed"),
    "lecture_questions": Fate("swept", "answered ones stay and are nobody's; any other is removed"),
    "lecture_search": Fate("nobody", "the words of lectures that are shown"),
    "messages": Fate("swept", "removed"),
    "message_preferences": Fate("swept", "removed"),
    "message_consents": Fate("swept", "removed, found by the accounts"),
    "live_events": Fate("of itself", "random ids and kinds of what happened, for a day"),
    "tickets": Fate("swept", "the figures stay for the butlers; words and names go"),
    "tickets_given": Fate("nobody", "when a butler was last given a ticket"),
    "ticket_messages": Fate("swept", "what the person wrote goes"),
    "ticket_notes": Fate("with another", "tickets"),
    "ticket_drafts": Fate("swept", "removed"),
    "ticket_escalations": Fate("nobody", "steps of clocks, and which accounts were told"),
    "attachments": Fate("swept", "a person's are removed, wherever they are attached"),
    "attachment_contents": Fate("with another", "attachments"),
    "attachment_addresses": Fate("swept", "to the person's images, and to images for the person"),
    "media_assets": Fate("nobody", "files of lectures, by the office's staff; no resident"),
    "media_parts": Fate("nobody", "which parts of uploads are in"),
    "media_files": Fate("nobody", "what is given out of files of lectures"),
    "replay_addresses": Fate("swept", "removed"),
    "lecture_progress": Fate("swept", "removed; its minutes and pages are counted no more"),
    "lecture_viewers": Fate("swept", "removed, and counted no more"),
    "lecture_hours": Fate("swept", "removed"),
    "lecture_certificates": Fate("swept", "removed: their papers are not known any more"),
    "lecture_certificate_papers": Fate("with another", "lecture_certificates"),
    "lecture_counts": Fate("nobody", "how many watched which lecture, minute and page"),
    "live_numbered": Fate("of itself", "the same under their numbers, for a day"),
    "live_sequencer": Fate("nobody", "how far the live events are numbered"),
    "live_presence": Fate("of itself", "random ids of who is at a ticket, for a minute"),
    "content_checks": Fate("swept", "removed"),
    "content_check_results": Fate("of itself", "WeChat's trace ids and verdicts, for days"),
    "wechat_pushes": Fate("of itself", "keyed hashes, for days"),
    "wechat_tellings": Fate("of itself", "until they are heard, which is at once"),
    "wechat_tokens": Fate("nobody", "the access token of the mini program"),
    "audit_leaves": Fate("nobody", "ids and hashes of events"),
    "audit_heads": Fate("nobody", "hashes over hashes of events"),
    "audit_roots": Fate("nobody", "hashes, signatures and time-stamps"),
    "audit_sealer": Fate("nobody", "how far the log is sealed"),
    "agreement_texts": Fate("nobody", "texts that were in force"),
    "data_exports": Fate("swept", "removed"),
    "data_export_parts": Fate("with another", "data_exports"),
    "data_export_addresses": Fate("swept", "removed"),
    "erasures": Fate("of itself", "emptied when the erasure is done; a number and times remain"),
    "legal_hold": Fate("of itself", "what a rule keeps, until its end date"),
}
