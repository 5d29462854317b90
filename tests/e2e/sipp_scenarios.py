"""What each SIPp scenario must look like in the dial log and on the wire.

A scenario has a campaign of its own with its trunks in order of preference. `own` is a SIPp process
that plays one file of tests/e2e/sipp/ (or a BreathlessCarrier); the other trunks are shared: `good`
(SIPp, answers and hangs up) and `never` (a silent port that must not see a single INVITE).
"""

import dataclasses
import typing

CREDENTIALS = {"user": "dialer", "password": "open sesame"}
CONNECTED = ("bridged",)
RACED = ("bridged", "early_hangup")  # the far end hung up while the bridge was made


@dataclasses.dataclass
class Attempt:
    """One expected row of the log."""
    trunk: str  # own, good, never, silent, closed
    outcome: str
    treatment: tuple = ("none",)
    status: typing.Optional[int] = None  # last final SIP status; None: not looked at
    ended_by: typing.Optional[str] = None
    failover_follows: bool = False
    events: tuple = ()        # kinds that must appear in this order
    never_events: tuple = ()  # kinds that must not appear


@dataclasses.dataclass
class Scenario:
    name: str
    attempts: tuple
    script: typing.Optional[str] = None  # file of the own trunk; the scenario's name when None
    trunks: tuple = ("own",)
    leads: int = 1
    challenged: int = 0        # INVITEs with credentials, beyond one an attempt
    repeats_min: int = 0       # retransmitted INVITEs that the own trunk must have seen
    credentials: bool = False
    options_interval_s: int = 0
    action: typing.Optional[str] = None  # done while the call is up: see sipp.py
    checks: tuple = ()         # further looks at it: see sipp.py
    own_calls: int = 1         # calls that SIPp must have brought to their end
    own_keys: dict = dataclasses.field(default_factory=dict)
    own_flags: tuple = ()


ANSWERED = ("ringing", "answered", "bridged", "ended")


def answered(name, *, by="customer", treatment=CONNECTED, events=ANSWERED, never=(), **more):
    """Dialed once, answered, connected to the agent."""
    return Scenario(name, (Attempt("own", "answered", treatment, ended_by=by, events=events,
                                   never_events=never),), **more)


def refused(name, outcome, status, *, events=("failed",), by="carrier", **more):
    """A final word of the callee or for the callee: dialed once, and on no other trunk."""
    more.setdefault("trunks", ("own", "never"))
    return Scenario(name, (Attempt("own", outcome, status=status, ended_by=by, events=events,
                                   never_events=("answered",)),), **more)


def goes_on(name, outcome, status, first="own", **more):
    """A technical failure: the lead is dialed again at once on the second trunk, exactly once."""
    return Scenario(name, (
        Attempt(first, outcome, status=status, ended_by="carrier", failover_follows=True,
                events=("failed",)),
        Attempt("good", "answered", CONNECTED, ended_by="customer", events=ANSWERED)),
        trunks=(first, "good"), **more)


PLAIN = [
    answered("answers_and_hangs_up", checks=("audio_reached_the_agent",)),
    answered("answers_and_waits", by="agent", action="agent_hangs_up"),
    answered("answers_at_once", events=("answered", "bridged", "ended"), never=("ringing",)),
    refused("is_busy", "busy", 486),
    refused("is_busy_everywhere", "busy", 600),
    refused("declines", "rejected", 603),
    refused("does_not_want_the_call", "rejected", 607),
    refused("is_blocked_by_analytics", "rejected", 608),
    refused("has_no_such_number", "invalid_number", 404),
    refused("is_not_available", "no_answer", 480),
    refused("redirects", "rejected", 302, own_keys={"target": "never"}),
    refused("rings_and_then_fails", "congestion", 500, events=("ringing", "failed")),
    refused("early_media_then_busy", "busy", 486, events=("ringing", "failed")),
    refused("hangs_up_before_it_answers", "busy", 486, events=("ringing", "failed")),
]

FAILING_TRUNKS = [
    goes_on("fails_inside", "congestion", 500),
    goes_on("wants_longer_sessions", "congestion", 422),
    goes_on("challenges_without_end", "trunk_failure", 407, credentials=True, challenged=1),
    goes_on("silent_trunk", "trunk_failure", 408, first="silent", checks=("silence_is_short",)),
    goes_on("closed_port", "trunk_failure", 0, first="closed"),
    # The second lead goes straight to the other trunk: the first one asked for 30 seconds.
    Scenario("is_overloaded", (
        Attempt("own", "congestion", status=503, ended_by="carrier", failover_follows=True,
                events=("failed",)),
        Attempt("good", "answered", CONNECTED, ended_by="customer", events=ANSWERED),
        Attempt("good", "answered", CONNECTED, ended_by="customer", events=ANSWERED)),
        trunks=("own", "good"), leads=2),
    answered("answers_options_and_calls", options_interval_s=1, own_calls=0,
             own_flags=("-deadcall_wait", "0"), checks=("trunk_is_up",)),
    Scenario("silent_to_options", (), trunks=("probed_silent",), checks=("trunk_stays_down",)),
]

GIVEN_UP = [
    refused("rings_and_never_answers", "no_answer", 487, by="engine", checks=("rang_long_enough",),
            events=("ringing", "failed")),
    answered("answers_crossing_the_cancel", by="engine", treatment=("abandoned",),
             checks=("rang_long_enough",), events=("ringing", "answered")),
    refused("cancel_leaves_the_invite_open", "no_answer", None, by="engine",
            checks=("rang_long_enough", "gives_up_on_the_cancel"), events=("ringing", "failed")),
    refused("never_answers_the_cancel", "no_answer", None, by="engine",
            checks=("rang_long_enough", "gives_up_on_the_cancel"), events=("ringing", "failed")),
    refused("opts_out_while_it_rings", "cancelled", 487, by="engine", action="opt_out",
            script="rings_and_never_answers", events=("ringing", "opted_out", "failed"),
            checks=("rang_short",)),
    answered("opts_out_as_it_answers", by="engine", treatment=("abandoned",), action="opt_out",
             script="answers_crossing_the_cancel", checks=("rang_short",),
             events=("ringing", "opted_out", "answered")),
    refused("revokes_while_it_rings", "cancelled", 487, by="engine", action="revoke",
            script="rings_and_never_answers", events=("ringing", "no_longer_legal", "failed"),
            checks=("rang_short",)),
    answered("revokes_as_it_answers", by="engine", treatment=("abandoned",), action="revoke",
             script="answers_crossing_the_cancel", checks=("rang_short",),
             events=("ringing", "no_longer_legal", "answered")),
    refused("says_trying_and_nothing_more", "trunk_failure", 487, by="engine",
            events=("no_progress", "failed")),
]

PROVISIONAL = [
    answered("challenges_with_407", credentials=True, challenged=1,
             checks=("credentials_are_right",),
             events=("challenged", "ringing", "answered", "bridged", "ended")),
    answered("challenges_with_401", credentials=True, challenged=1,
             checks=("credentials_are_right",),
             events=("challenged", "ringing", "answered", "bridged", "ended")),
    answered("offers_sha256_beside_md5", credentials=True, challenged=1,
             checks=("credentials_are_right",),
             events=("challenged", "ringing", "answered", "bridged", "ended")),
    answered("early_media_and_prack"),
    answered("answers_in_the_reliable_183_only"),
    refused("repeats_the_reliable_183", "busy", 486, events=("ringing", "failed"),
            checks=("rang_once",)),
    answered("rings_with_sdp_then_answers"),
    answered("rings_twice", checks=("rang_once",)),
    answered("one_branch_ends_with_199", events=("answered", "bridged", "ended"),
             never=("ringing",)),
    answered("two_forks_answer"),
    answered("two_forks_answer_after_prack"),
    answered("fork_answers_after_the_call"),
    answered("reliable_fork_answers_after_the_call"),
    answered("loses_its_first_200"),
    answered("does_not_hear_the_ack"),
    answered("is_slow_to_say_trying", repeats_min=1),
    answered("uses_compact_headers"),
    answered("answers_with_very_long_headers"),
    answered("mixes_garbage_into_its_responses"),
]

BAD_MEDIA = [
    refused(name, "trunk_failure", 488, events=("ringing", "failed"))
    for name in ("answers_without_sdp", "answers_with_video_only", "answers_with_a_foreign_codec",
                 "answers_with_a_poisonous_media_line")
]

IN_THE_CALL = [
    answered("holds_and_resumes_by_reinvite",
             events=("answered", "bridged", "held", "media_changed", "ended")),
    answered("updates_the_session",
             events=("answered", "bridged", "held", "media_changed", "ended")),
    answered("reinvites_without_sdp"),
    answered("reinvites_with_unusable_media", never=("media_changed", "held")),
    answered("has_its_session_refreshed"),
    answered("has_its_session_refreshed_by_reinvite"),
    answered("lets_its_session_expire", by="engine"),
    answered("forgets_its_session", by="engine"),
    answered("asks_for_things_in_a_call"),
    answered("survives_hostile_traffic", script="answers_and_waits", by="agent", action="attack"),
]

ENDINGS = [
    answered("hangs_up_before_the_ack", script="breathless", treatment=RACED,
             events=("ringing", "answered", "ended")),
    answered("hangs_up_right_after_the_ack", treatment=RACED,
             events=("ringing", "answered", "ended")),
    answered("both_hang_up_at_once", by="agent", action="agent_hangs_up"),
    answered("never_answers_the_bye", by="agent", action="agent_hangs_up",
             checks=("bye_was_repeated",)),
    answered("repeats_its_bye"),
]

ALL = [*PLAIN, *FAILING_TRUNKS, *GIVEN_UP, *PROVISIONAL, *BAD_MEDIA, *IN_THE_CALL, *ENDINGS]
