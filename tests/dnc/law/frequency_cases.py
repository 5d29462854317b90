"""Cases about caps: three in 24 hours to the second, debts, recorded news, conversations."""

from datetime import datetime, timedelta

from book import consent, utc, wall
from consent_cases import BY_HAND, EARLIER, NOON, caller
from oracle import SECOND, UTC, next_open
from table import STATES, state_rules, zone

DAY = timedelta(hours=24)


def call(at, outcome="no_answer", **more):
    return {"at": utc(at), "outcome": outcome, "seller": "acme", "subject": "loans", **more}


def calls(*hours, end=NOON, **more):
    return [call(end - timedelta(hours=hour), **more) for hour in hours]


def three_a_day(book):
    """Florida, Maryland, Oklahoma and Oregon: three calls in 24 hours."""
    topic = "us_caps"
    for state, npa in (("FL", "305"), ("MD", "410"), ("OK", "405"), ("OR", "503")):
        row = f"2-{state}"
        facts = caller(npa, "landline")
        rules = state_rules(state, [zone(STATES[state][1])])

        def case(name, attempts, verdict, until=None, doubtful=False, **more):
            until = until and next_open(rules, until)
            book.add(topic, row, f"us-{state.lower()}-cap-{name}",
                     {**facts, "attempts": attempts, **more}, verdict,
                     () if verdict == "allow" else "FREQ_*", until, doubtful=doubtful)

        case("none", [], "allow")
        case("two", calls(1, 2), "allow")
        case("three", calls(1, 2, 3), "defer", NOON + timedelta(hours=21))
        case("unsorted", calls(2, 3, 1), "defer", NOON + timedelta(hours=21))
        case("oldest-24h", calls(1, 2, 24), "allow")
        within = [call(NOON - DAY + SECOND)] + calls(1, 2)
        case("oldest-a-second-less-than-24h", within, "defer", NOON + SECOND)
        case("oldest-a-second-more-than-24h", [call(NOON - DAY - SECOND)] + calls(1, 2), "allow")
        case("five", calls(1, 2, 3, 21, 22), "defer", NOON + timedelta(hours=21))
        case("three-yesterday", calls(25, 26, 27), "allow")
        case("three-yesterday-late", calls(16, 17, 18), "defer", NOON + timedelta(hours=6))
        for outcome in ("busy", "machine", "abandoned", "conversation"):
            case("counts-" + outcome, calls(1, 2) + calls(3, outcome=outcome), "defer",
                 NOON + timedelta(hours=21))
        case("all-busy", calls(1, 2, 3, outcome="busy"), "defer", NOON + timedelta(hours=21))
        case("not-alerted", calls(1, 2) + calls(3, 4, outcome="not_alerted"), "allow")
        case("inbound", calls(1, 2) + calls(3, outcome="conversation", direction="in"), "allow")
        case("other-caller-id", calls(1, 2) + calls(3, caller_id="+16145550199"), "defer",
             NOON + timedelta(hours=21))
        case("other-number-of-the-person",
             calls(1, 2, person="p-1") + calls(3, person="p-1", number=f"+1{npa}5550198"), "defer",
             NOON + timedelta(hours=21), person="p-1")
        case("by-hand", calls(1, 2, 3), "defer", NOON + timedelta(hours=21), **BY_HAND)
        case("news", calls(1, 2, 3), "allow", purpose="informational")
        case("by-address", calls(1, 2, 3), "defer", number="614", address_region=state,
             country="US")
        case("by-number", calls(1, 2, 3), "defer", address_region="OH", country="US")
        case("past-closing", calls(1, 2, 3), "defer", at=NOON + timedelta(hours=11))
    for state, npa in (("FL", "305"), ("MD", "410")):
        book.add(topic, f"2-{state}", f"us-{state.lower()}-cap-other-matter",
                 caller(npa, "landline", attempts=calls(1, 2) + calls(3, subject="insurance")),
                 "allow")
    book.add(topic, "2-FL", "us-fl-cap-other-person",
             caller("305", "landline", person="p-1",
                    attempts=calls(1, 2, person="p-1") + calls(3, person="p-2")), "allow")
    for npa in ("206", "617", "214", "212", "614", "213"):
        book.add(topic, "2-WA" if npa == "206" else "2", f"us-no-cap-{npa}",
                 caller(npa, "landline", attempts=calls(1, 2, 3, 4)), "allow")


def caps_and_relationships(book):
    topic = "us_caps"
    for state, npa, event, verdict in (
            ("OK", "405", "2026-10-01", "allow"), ("OR", "503", "2026-10-01", "allow"),
            ("OR", "503", "2025-05-24", "allow"), ("OR", "503", "2025-05-23", "defer"),
            ("FL", "305", "2026-10-01", "defer")):
        bought = {"kind": "purchase", "at": utc(wall(event + " 14:00", "New_York"))}
        book.add(topic, f"2-{state}", f"us-{state.lower()}-cap-purchase-{event}",
                 caller(npa, "landline", attempts=calls(1, 2, 3), relationship=bought), verdict,
                 () if verdict == "allow" else "FREQ_*")
    for state, npa in (("OK", "405"), ("OR", "503")):
        book.add(topic, f"2-{state}", f"us-{state.lower()}-cap-no-relationship",
                 caller(npa, "landline", attempts=calls(1, 2, 3), relationship=None), "defer",
                 "FREQ_*")


def caps_and_clocks(book):
    """24 hours are hours, not a civil day; what runs off at night waits for the morning."""
    topic = "us_caps"
    for name, last, now, until in (
            ("autumn", "2026-10-31 08:20", "2026-10-31 18:00", "2026-11-01 08:00"),
            ("spring", "2026-03-07 19:50", "2026-03-08 12:00", "2026-03-09 08:00"),
            ("plain", "2026-11-23 19:20", "2026-11-24 12:00", None)):
        end = wall(last, "New_York")
        attempts = [call(end - timedelta(minutes=minutes)) for minutes in (0, 5, 15)]
        runs_off = end - timedelta(minutes=15) + DAY
        book.add(topic, "2-FL", "us-fl-cap-clocks-" + name,
                 dict(caller("305", "landline", attempts=attempts), at=wall(now, "New_York")),
                 "defer", "FREQ_*", wall(until, "New_York") if until else runs_off)
    attempts = [call(wall(text, "New_York")) for text in
                ("2026-03-07 12:00", "2026-03-07 12:10", "2026-03-07 12:20")]
    for name, text, verdict in (("at-the-same-wall-clock", "2026-03-08 12:00", "defer"),
                                ("an-hour-later", "2026-03-08 13:00", "allow")):
        book.add(topic, "2-FL", "us-fl-cap-spring-" + name,
                 dict(caller("305", "landline", attempts=attempts), at=wall(text, "New_York")),
                 verdict, () if verdict == "allow" else "FREQ_*",
                 None if verdict == "allow" else wall("2026-03-08 13:00", "New_York"))


def caps_effective(book):
    topic = "effective_dates"
    for state, npa, day in (("OR", "503", "2026-01-01"), ("MD", "410", "2024-01-01"),
                            ("OK", "405", "2022-11-01")):
        noon = datetime.fromisoformat(day + "T19:00:00").replace(tzinfo=UTC)
        for name, at, verdict in (("last-day-without", noon - DAY, "allow"),
                                  ("first-day", noon, "defer")):
            book.add(topic, f"2-{state}", f"us-{state.lower()}-cap-{name}",
                     dict(caller(npa, "landline", attempts=calls(1, 2, 3, end=at)), at=at), verdict,
                     () if verdict == "allow" else "FREQ_*")
    # The last Oregon evening without the cap is already the next year in UTC.
    at = wall("2025-12-31 19:30", "Los_Angeles")
    book.add(topic, "2-OR", "us-or-cap-by-local-date",
             dict(caller("503", "landline", attempts=calls(1, 2, 3, end=at)), at=at), "allow")


def debts(book):
    """Regulation F: seven calls in seven days about a debt, and a week after a conversation."""
    topic, row = "us_debts", "US-REGF"

    def owed(days_ago, outcome="no_answer", debt="d1", **more):
        return {"at": utc(NOON - timedelta(days=days_ago)), "outcome": outcome, "debt": debt,
                "seller": "acme", **more}

    def week(*days, **more):
        return [owed(day, **more) for day in days]

    facts = caller(line="landline", purpose="collections", debt="d1")

    def case(name, attempts, verdict, until=None, doubtful=False, **more):
        book.add(topic, row, "us-debt-" + name, {**facts, "attempts": attempts, **more}, verdict,
                 () if verdict == "allow" else "FREQ_*", until, doubtful=doubtful)

    def morning(day):
        return wall(f"2026-{day} 08:00", "New_York")

    earlier_today = [owed(0, at=utc(NOON - timedelta(hours=hours))) for hours in (1, 2, 3)]
    case("six", week(1, 2, 3, 4, 5, 6), "allow")
    case("seven", week(1, 2, 3, 4, 5, 6) + earlier_today[:1], "defer", morning("11-25"))
    case("seven-in-a-day", [owed(1, at=utc(NOON - timedelta(hours=20, minutes=m)))
                            for m in range(7)], "defer", morning("11-30"))
    case("eight", week(1, 2, 3, 4, 5) + earlier_today, "defer", morning("11-27"))
    case("oldest-seven-days-ago", week(1, 2, 3, 4, 5, 6, 7), "allow")
    case("oldest-six-days-ago-early",
         week(1, 2, 3, 4, 5) + earlier_today[:1] + [
             owed(6, at=utc(wall("2026-11-18 08:00", "New_York")))], "defer", morning("11-25"))
    case("oldest-seven-days-ago-late",
         week(1, 2, 3, 4, 5) + earlier_today[:1] + [
             owed(7, at=utc(wall("2026-11-17 20:59", "New_York")))], "allow")
    case("busy-counts", week(1, 2, 3, 4, 5, 6, outcome="busy") + earlier_today[:1], "defer",
         morning("11-25"))
    case("not-connected-does-not",
         week(1, 2, 3, 4, 5, 6) + [owed(1, "not_alerted"), owed(2, "not_alerted")], "allow")
    case("other-debt", week(1, 2, 3, 4, 5, 6, debt="d2") + week(1, 2, debt="d2"), "allow")
    case("two-debts", week(1, 2, 3, 4, debt="d2") + week(1, 2, 3, 4), "allow")
    case("inbound-does-not", week(1, 2, 3, 4, 5) + week(1, 2, outcome="no_answer",
                                                        direction="in"), "allow")
    case("other-number-of-the-person",
         week(1, 2, 3, 4, 5, 6, person="p-1") + week(1, person="p-1", number="+16145550190"),
         "defer", person="p-1")
    for days, verdict, until in ((0, "defer", "12-01"), (1, "defer", "11-30"),
                                 (5, "defer", "11-26"), (6, "defer", "11-25"), (7, "allow", None),
                                 (8, "allow", None)):
        talk = owed(days, "conversation")
        if days == 0:
            talk["at"] = utc(NOON - timedelta(hours=2))
        case(f"conversation-day-{days + 1}", [talk], verdict, until and morning(until))
        if days in (0, 6, 7):
            case(f"conversation-by-their-call-day-{days + 1}", [dict(talk, direction="in")],
                 verdict, until and morning(until))
    case("conversation-about-other-debt", week(1, outcome="conversation", debt="d2"), "allow")
    case("conversation-early-on-day-seven",
         [owed(6, "conversation", at=utc(wall("2026-11-18 08:00", "New_York")))], "defer",
         morning("11-25"))
    case("conversation-late-before-day-eight",
         [owed(7, "conversation", at=utc(wall("2026-11-17 20:59", "New_York")))], "allow")
    case("machine-is-no-conversation", week(1, outcome="machine"), "allow")
    allowed = {"consents": [consent("express", NOON - timedelta(days=3), debt="d1")]}
    case("consent-of-this-week", week(1, 2, 3, 4, 5, 6) + earlier_today, "allow", **allowed)
    allowed = {"consents": [consent("express", NOON - timedelta(days=12), debt="d1")]}
    case("consent-of-two-weeks-ago", week(1, 2, 3, 4, 5, 6) + earlier_today, "defer", **allowed)
    book.add(topic, row, "us-debt-not-for-sales",
             caller(line="landline", attempts=week(1, 2, 3, 4, 5, 6) + earlier_today), "allow")
    for state, npa, count in (("MA", "617", 2), ("WA", "206", 3), ("NY", "212", 2)):
        inside = [owed(day) for day in (1, 2, 3)][:count]
        facts = caller(npa, "landline", purpose="collections", debt="d1")
        tag = f"us-debt-{state.lower()}-"
        book.add(topic, f"2-{state}", tag + "under",
                 {**facts, "attempts": inside[1:]}, "allow")
        book.add(topic, f"2-{state}", tag + "full", {**facts, "attempts": inside}, "defer",
                 "FREQ_*")
        book.add(topic, f"2-{state}", tag + "older",
                 {**facts, "attempts": inside[1:] + week(9, 10, 11)}, "allow")


def recorded_news(book):
    """Recorded calls that sell nothing: three in thirty days without consent."""
    topic, row = "us_caps", "US-CONS-4"
    facts = caller(line="landline", voice="prerecorded", purpose="informational", consents=[])

    def past(*days):
        return [{"at": utc(NOON - timedelta(days=day)), "outcome": "machine", "seller": "acme",
                 "subject": "loans"} for day in days]

    express = {"consents": [consent("express", EARLIER)]}
    for name, attempts, more, verdict in (("two", past(3, 9), {}, "allow"),
                                          ("three", past(3, 9, 20), {}, "defer"),
                                          ("oldest-out", past(3, 9, 32), {}, "allow"),
                                          ("with-consent", past(3, 9, 20), express, "allow"),
                                          ("live", past(3, 9, 20), {"voice": "live"}, "allow")):
        book.add(topic, row, "us-recorded-news-" + name, {**facts, "attempts": attempts, **more},
                 verdict, () if verdict == "allow" else "FREQ_*")


def write_frequency(book):
    for topic in (three_a_day, caps_and_relationships, caps_and_clocks, caps_effective, debts,
                  recorded_news):
        topic(book)
