// The mini program's pages. Tests find what matters by data-test:
//
//   outside the phone  dev-strip (summary; closed on a narrow screen), persona-select, dev-fill,
//                      dev-representative, dev-register (another legal representative),
//                      dev-subscribe (what WeChat's dialogue is answered), dev-messages, wx-messages,
//                      wx-message, subscribe (the dialogue), subscribe-accept, subscribe-reject
//                      dev-cancel (the WeChat account is closed)
//   everywhere         back, problem (data-code), retry, more, empty, go-sign-in, net-status (trying
//                      again), reviewer (strip), not-in-scope, office, office-telephone
//   home               sign-in-entry, session-over (why), banner, larger-type (aria-checked), sample,
//                      subject-switch, subject-option, subject-current, subject-role, subject-limit,
//                      quick-self, quick-enterprise, todo, todo-item, unread, entry-{path}
//                      (data-closed): reports, electricity, promises, tickets, lectures, verify, notices, delegations, objections,
//                      enterprises, consents, looks, me
//   closed, too old    closed (data-service), closed-sentence, closed-see, closed-counter, outdated
//   agreements         agree-privacy, agree-identity, agree-credit-report (ticks), agreed-…,
//                      read-… (opens the text), agreement-text, agree
//   sign in, me        sign-in, phone-bind, me-name, me-phone, me-sessions, me-counter, me-messages,
//                      enter-invitation, larger-type, sign-out, sign-out-everywhere
//   sessions           sessions, session-item (data-current), end-session
//   real name          real-name-name, real-name-id-number, real-name-submit, fault-name,
//                      fault-id_number, minor-refused, real-name-done, real-name-next
//   counter            counter, counter-number, counter-again, counter-state, counter-steps
//   face (the agency)  face-pass, face-fail, face-again
//   enterprises        enterprise, bind-uscc, bind-submit, fault-uscc, bound, unbind
//   request            edition, edition-only, purpose, period (radios; value is the code; period 1,
//                      3, own), period-from, period-until, fields-open, fields (ticks), fields-all,
//                      fields-none, fault-purpose, fault-fields, request-report, not-verified
//   reports            report-item (data-state), new-report
//   one report         report-state (data-state), report-number, report-edition, report-period,
//                      report-fields, report-requested-by, report-summary, report-subject,
//                      counts, count-{code}, download-pdf, open-pdf, save-pdf (a download),
//                      pdf-ready, share-entry, how-to-verify, show-content, results-clean,
//                      result-{code}, section-{code}, record, record-note, more-records,
//                      object (data-record), only-follow, renew, newer, revoke-entry, known
//   revocation         revoke-reason, revoke
//   shares             share-recipient, share-purpose, share-once (once, until), until (0, 1, 2,
//                      own), until-date, share-submit, shared, shares, share-item (data-state),
//                      share-openings, share-revoke
//   handing over       handover-link, handover-qr, handover-copy, share-to-wechat, wechat-card
//   delegations        delegations, delegation-item (data-state, data-id), invite-entry,
//                      confirm-agent, end-delegation-open, end-delegation, delegation-received,
//                      resign-open, resign
//   inviting           invite-name, invite-phone, scope (ticks), ends_on (0, 1, 2, own),
//                      ends_on-date, fault-scope, fault-phone, invite-submit, invited,
//                      invitation-code
//   invitation         invitation, invitation-accept, invitation-accepted, invitation-steps,
//                      invitation-real-name, invitation-phone, invitation-typed, invitation-open
//   staff binding      staff-binding, staff-bind, staff-bound (data-left), staff-more,
//                      staff-unbind, staff-unbound, me-staff
//   objections         objections, objection-item (data-state), objection-reason, fault-reason,
//                      objection-submit, objection (data-state), objection-deadline,
//                      objection-overdue, objection-opinion, objection-steps, objection-bare
//   promises           promises, promise-item (data-state), promise-new-{template}, promise-read,
//                      promise-text, promise-{blank}, publicity (radios), promise-draft,
//                      promise (data-state), eligible, not-eligible, reason (data-code),
//                      reason-object, agree-publication, publication-text, promise-sign,
//                      promise-discard, text-changed, promise-code, letter-wait,
//                      letter-download, letter-ready, letter-save, promise-withdraw-open,
//                      promise-withdraw-reason, promise-withdraw, promise-steps,
//                      promise-correct-by, breach-reason, breach-object, counter-ask-open,
//                      counter-ask, counter-case (data-state), counter-sign
//   electricity        applications, application-item (data-state), application-new, check-entry
//   self-check         check-business, check-premises, check-bad_record, check-bad_usage (radios),
//                      check-submit, likely (data-proof), likely-papers, likely-steps, likely-apply
//   filling in         for-shops, business, premises (radios), wanted-{field}, fault-{field}, wanted-next,
//                      wanted-save, changed-elsewhere, take-theirs
//   one application    application (data-state), application-number, green, next (data-by,
//                      data-due), overdue, lacking, application-fill, paper
//                      (data-paper), photo-{paper}, file-{paper} (open choosers), material,
//                      material-open, material-remove, fault-paper-{paper}, may-follow,
//                      application-submit, mend, application-discard, blocked, reason-usage,
//                      application-ordinary, submit-again, to-promise, promise-begin,
//                      promise-continue, to-application (on the promise), returned,
//                      returned-due, application-hand-in, survey, survey-time, survey-agree,
//                      survey-other, survey-wish, survey-wish-send, survey-set, manager,
//                      visit-open, visit-wish, visit-ask, visit-asked, following, plan,
//                      energised-on, new-account, breach (data-breach), breach-promise,
//                      contents, application-promise, application-steps,
//                      application-withdraw-open, application-withdraw-reason,
//                      application-withdraw
//   images             image-add (opens a file chooser), image (data-state, data-shown), image-open,
//                      image-remove, images-count, fault-images, image-unfold
//   credit butlers     tickets, ticket-item (data-state, data-number), ticket-new, ask-butler (on a report)
//   asking             service-item, item (data-code), item-kind, item-price, item-other, place-q,
//                      place-find, place-found, place (radios; value is the id), fault-place_id,
//                      ticket-text, text-count, draft-state, draft-elsewhere, draft-take, fault-text,
//                      ticket-origin, ticket-submit, ticket-made
//   one ticket         ticket (data-state, data-cycle), ticket-number, ticket-butler, ticket-reason,
//                      ticket-promise, ticket-overdue, ticket-go-write, ticket-merged-into,
//                      message (data-by, data-n, data-check), messages-before, typing, live-state,
//                      answer-text, answer-send, ticket-reopen, reopen-until, only-word, ticket-anew,
//                      ticket-withdraw-open, ticket-withdraw, ticket-history-open, ticket-history
//   rating             to-rate, rated, rate, stars-{1…5} (radios), rating-low, rating-text,
//                      rating-submit, stars-given (data-stars), rating-until, rating-versions
//   complaint          complain, complained (data-state), complaint-text, complaint-submit, complaint
//                      (data-state), complaint-number, complaint-due, complaint-overdue,
//                      complaint-answers, complaint-reason, complaint-steps,
//                      complaint-withdraw-open, complaint-withdraw
//   cloud lectures     lecture-q, lecture-find, lecture-series, lectures, lecture-item (data-id), phase
//                      (data-phase), lecture-hits, lecture-hit (data-id, data-field), lecture-hit-open,
//                      lecture-hit-moment, found (a marked word), lecture-all, my-lectures, following
//                      (data-following), follow
//   my lectures        watched-list, watched-item (data-percent), go-on, gone-certificate, registered-list,
//                      registered-item
//   one lecture        lecture (data-phase), lecture-title, lecture-when, outline, live (data-near),
//                      live-open, live-reserve, live-reserved, live-opens, live-link, channels-live,
//                      channels-reserve (WeChat's own, in front of the phone), replay-card, access,
//                      replay-takes, replay-far, replay-opens, go-replay, document, questions-card, question-text,
//                      question-send, question-sent, my-questions, my-question (data-state), question;
//                      lecture-gone (withdrawn, with the certificate that was earned), certificate-card
//   places             place-card, places-left (data-left), register, registered (data-state),
//                      cancel-open, cancel-place, calendar, calendar-save,
//                      to-lectures (from one that is withdrawn)
//   before a replay    first-step (data-code), first-step-go, no-replay, choice, takes, mode (radios),
//                      resume (data-at), go-on, from-start
//   a replay           player, media (data-kind), caption, captions, speed, switch-mode (data-to),
//                      play-notice, slow, slow-sound, play-trouble, slide, slide-open, slide-count
//                      (data-page), slide-before, slide-after, slide-said, slide-follow, previews,
//                      preview (data-page), watched (data-percent), still-needed, kept-here, chapter
//                      (data-at), slides-file, attachment
//   certificates       claim, name-first, name-first-go, my-certificates, certificates, certificate
//                      (data-number, data-ready), certificate-made, certificate-file,
//                      certificate-file-save
//   notices            notices, notice-item (data-read, data-link), notice-delivery (data-state)
//   messages           messages-named, message-offer (data-template, data-left), way-{kind}, quiet,
//                      quiet-begins, quiet-ends, digest-at, message-settings-save, messages-more
//   verification       verify-scan, verify-address, verify-address-submit, verify-number,
//                      verify-check-code, verify-submit, verify-file (opens a file chooser),
//                      verdict (data-status), verdict-counts, verdict-{code},
//                      counts-withheld
//   consents, looks    consent-item (data-agreement), consent-text, withdraw, withdrawn,
//                      look-item (data-action, data-who-kind), look-authority (data-stands)
//   my data            me-my-data, my-data-looks, my-data-consents, my-data-collected,
//                      my-data-shared, my-data-export, my-data-erasure,
//                      collected-item (data-code), shared-item, copy-page
//   export             export-request, export-item (data-state), export-download,
//                      export-fetched, export-save (a download)

import { h } from "./dom.js";
import { apply } from "./larger.js";
import { PAGES } from "./pages.js";
import { start } from "./router.js";
import { reviewing } from "./session.js";
import { instead } from "./views/closed.js";

const marking = () => reviewing() && h("p", { class: "reviewer", role: "note", test: "reviewer" },
  "样例：审核专用，所有内容都是样例数据");

apply();
start(PAGES, { root: document.getElementById("phone"), guarded: instead, marking });
