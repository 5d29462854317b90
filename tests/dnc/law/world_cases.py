"""Cases of the other countries: hours, holidays, lists, consent and pauses after calls."""

from datetime import date, datetime, timedelta

from book import consent, utc, wall
from hours_cases import day_cases
from list_cases import asked, sold
from oracle import SECOND, UTC, add_months, easter, next_open, weekly

EARLIER = datetime(2026, 10, 1, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
YEARS = range(2025, 2029)
# Britain, Australia and France keep numbers for fiction; the others are made up.
BRITISH, FRENCH, AUSTRALIAN = "+442079460123", "+33199001234", "+61255500123"
FRENCH_MOBILE, AUSTRALIAN_MOBILE = "+33639980123", "+61491570006"
ITALIAN, ITALIAN_MOBILE = "+390655500123", "+393335550123"
POLISH, GERMAN, BRAZILIAN = "+48225550123", "+493023125123", "+551155550123"


def called(number, **more):
    return {"number": number, "at": TUESDAY, "seller": "acme", "subject": "loans", **more}


def codes(verdict, code):
    return () if verdict == "allow" else code


def britain(book):
    topic = "united_kingdom"
    for outcome, hours in (("abandoned", 72), ("machine", 24)):
        pause = timedelta(hours=hours)
        for name, ago, verdict in (("an-hour-ago", timedelta(hours=1), "defer"),
                                   ("second-before-the-end", pause - SECOND, "defer"),
                                   ("end", pause, "allow"),
                                   ("over", pause + timedelta(hours=1), "allow")):
            past = {"at": utc(TUESDAY - ago), "outcome": outcome, "seller": "acme"}
            facts = called(BRITISH, attempts=[past])
            until = TUESDAY - ago + pause if name == "second-before-the-end" else None
            book.add(topic, "UK-72H", f"uk-{outcome}-{name}", facts, verdict,
                     codes(verdict, "FREQ_*"), until)
            if verdict == "defer":
                book.add(topic, "UK-72H", f"uk-{outcome}-{name}-agent-kept-free",
                         dict(facts, agent_guaranteed=True), "allow")
    past = [{"at": utc(TUESDAY - timedelta(hours=30)), "outcome": outcome, "seller": "acme"}
            for outcome in ("machine", "no_answer", "busy", "conversation")]
    book.add(topic, "UK-72H", "uk-nothing-to-wait-for", called(BRITISH, attempts=past), "allow")
    both = [{"at": utc(TUESDAY - timedelta(hours=1)), "outcome": "machine"},
            {"at": utc(TUESDAY - timedelta(hours=60)), "outcome": "abandoned"}]
    book.add(topic, "UK-72H", "uk-abandoned-before-machine", called(BRITISH, attempts=both),
             "defer", "FREQ_*")
    recent = {"at": utc(TUESDAY - timedelta(hours=1)), "outcome": "abandoned", "seller": "acme"}
    book.add(topic, "UK-72H", "uk-pause-is-not-american",
             dict(called("614", attempts=[recent]), at=TUESDAY + timedelta(hours=4)), "allow")
    for name, as_of, listed, verdict in (("listed", "2026-11-20", True, "deny"),
                                         ("today", "2026-11-24", False, "allow"),
                                         ("27-days", "2026-10-28", False, "allow"),
                                         ("28-days", "2026-10-27", False, "allow"),
                                         ("29-days", "2026-10-26", False, "deny"),
                                         ("31-days", "2026-10-24", False, "deny")):
        facts = called(BRITISH, lists={"preference": {"as_of": as_of, "listed": listed}})
        book.add(topic, "UK-TPS", "uk-tps-" + name, facts, verdict, codes(verdict, "LIST_*"))
    company = {"company": {"listed_at": utc(EARLIER), "seller": "acme"}}
    book.add(topic, "UK-TPS", "uk-own-objection", called(BRITISH, lists=company), "deny",
             "COMPANY_DNC")
    for voice in ("prerecorded", "ai"):
        facts = called(BRITISH, voice=voice)
        book.add(topic, "UK-TPS", f"uk-{voice}-no-consent", dict(facts, consents=[]), "deny",
                 "CONSENT_*", doubtful=voice == "ai")
        book.add(topic, "UK-TPS", f"uk-{voice}-consent",
                 dict(facts, consents=[consent("written", EARLIER)]), "allow")
    book.add(topic, "UK-TPS", "uk-plain-call", called(BRITISH), "allow")
    book.add("missing_facts", "UK-TPS", "missing-tps-in-britain",
             called(BRITISH, consents=[], revocations=[], relationship=None, attempts=[],
                    emergencies=[], proclaimed_holidays=[], line_type="landline",
                    lists={"company": None, "litigator": {"listed": False}}), "deny",
             "UNKNOWN_*", assume_clear=False)


def italian_holidays(year):
    days = {date(year, *day) for day in ((1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1),
                                         (12, 8), (12, 25), (12, 26))}
    if year >= 2026:
        days.add(date(year, 10, 4))
    return days | {easter(year), easter(year) + timedelta(days=1)}


def italy_hours():
    holidays = set().union(*(italian_holidays(year) for year in range(2024, 2032)))
    plain, short = weekly("9-20", "10-19", ""), weekly("10-19", "10-19", "")

    def hours(day):
        if day in holidays:
            return []
        return short(day) if day + timedelta(days=1) in holidays else plain(day)

    return [(hours, ["Europe/Rome"])]


def italy(book):
    topic, rules = "italy", italy_hours()
    for day in (date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 24), date(2026, 3, 27),
                date(2026, 3, 28), date(2026, 3, 30), date(2026, 10, 24), date(2026, 10, 26),
                date(2027, 7, 13), date(2026, 12, 7), date(2026, 12, 24), date(2027, 1, 5),
                date(2028, 10, 3), date(2027, 6, 1), date(2028, 8, 14)):
        day_cases(book, topic, "IT-HRS", "it-rome", ITALIAN, rules, day, "HOURS_*")
    day_cases(book, topic, "IT-HRS", "it-mobile", ITALIAN_MOBILE, rules, date(2026, 11, 24),
              "HOURS_*")
    for year in YEARS:
        for day in sorted(italian_holidays(year)):
            if day.weekday() == 6:
                continue
            at = wall(f"{day} 12:00", "Europe/Rome")
            book.add(topic, "IT-HRS", f"it-holiday-{day}", called(ITALIAN, at=at), "defer",
                     "HOLIDAY_*", next_open(rules, at))
            eve = day - timedelta(days=1)
            if year in (2026, 2028) and day.weekday() != 0 and eve not in italian_holidays(year):
                for hour, verdict in ((9, "defer"), (12, "allow"), (19, "defer")):
                    at = wall(f"{eve} {hour:02}:30", "Europe/Rome")
                    book.add(topic, "IT-HRS", f"it-eve-of-{day}-{hour}h30",
                             called(ITALIAN, at=at), verdict)
    for day, verdict in (("2025-10-04", "allow"), ("2027-10-04", "defer"), ("2026-10-05", "allow"),
                         ("2026-04-03", "allow"), ("2027-03-29", "defer")):
        book.add(topic, "IT-HRS", f"it-noon-of-{day}",
                 called(ITALIAN, at=wall(day + " 12:00", "Europe/Rome")), verdict,
                 codes(verdict, "HOLIDAY_*"))
    for name, as_of, listed, verdict in (("listed", "2026-11-20", True, "deny"),
                                         ("today", "2026-11-24", False, "allow"),
                                         ("14-days", "2026-11-10", False, "allow"),
                                         ("15-days", "2026-11-09", False, "allow"),
                                         ("16-days", "2026-11-08", False, "deny")):
        for number, kind in ((ITALIAN, "landline"), (ITALIAN_MOBILE, "mobile")):
            facts = called(number, lists={"preference": {"as_of": as_of, "listed": listed}})
            book.add(topic, "IT-RPO", f"it-registry-{kind}-{name}", facts, verdict,
                     codes(verdict, "LIST_*"))
    facts = called(ITALIAN, lists={"preference": {"as_of": "2026-11-20", "listed": True}})
    book.add(topic, "IT-RPO", "it-registry-cancels-earlier-consent",
             dict(facts, consents=[consent("written", EARLIER)]), "deny", "LIST_*")


def french_holidays(year):
    days = {date(year, *day) for day in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1),
                                         (11, 11), (12, 25))}
    return days | {easter(year) + timedelta(days=offset) for offset in (1, 39, 50)}


def france(book):
    topic = "france"
    closed = set().union(*(french_holidays(year) for year in YEARS))
    rules = [(weekly("10-13,14-20", "", "", closed), ["Europe/Paris"])]
    for day in (date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 24), date(2026, 3, 27),
                date(2026, 3, 30), date(2026, 10, 23), date(2026, 10, 26), date(2027, 7, 13)):
        day_cases(book, topic, "FR-1", "fr-paris", FRENCH, rules, day, "HOURS_*")
    day_cases(book, topic, "FR-1", "fr-mobile", FRENCH_MOBILE, rules, date(2026, 11, 24),
              "HOURS_*")
    for year in YEARS:
        for day in sorted(french_holidays(year)):
            if day.weekday() >= 5:
                continue
            at = wall(f"{day} 11:00", "Europe/Paris")
            until = next_open(rules, at) if year < 2028 or day.month < 12 else None
            book.add(topic, "FR-1", f"fr-holiday-{day}", called(FRENCH, at=at), "defer",
                     "HOLIDAY_*", until)
    for name, text, fits in (("lunch-fits", "2026-11-24 12:59:15", True),
                             ("rings-into-lunch", "2026-11-24 12:59:31", False)):
        book.add(topic, "FR-1", "fr-ring-guard-" + name,
                 called(FRENCH, at=wall(text, "Europe/Paris"), max_ring_s=30),
                 "allow" if fits else "defer", () if fits else "HOURS_*",
                 None if fits else wall("2026-11-24 14:00", "Europe/Paris"))
    past = [{"at": utc(TUESDAY - timedelta(days=days)), "outcome": "no_answer", "seller": "acme"}
            for days in (2, 5, 9, 20, 33, 40)]
    at = TUESDAY + timedelta(hours=1)
    for name, attempts, verdict in (("three", past[:3], "allow"), ("four", past[:4], "defer"),
                                    ("three-and-older", past[:3] + past[4:], "allow")):
        book.add(topic, "FR-1", "fr-calls-in-thirty-days-" + name,
                 called(FRENCH, at=at, attempts=attempts), verdict, codes(verdict, "FREQ_*"))
    for name, text, given, verdict in (
            ("last-day-without", "2026-08-10 19:59:59", [], "allow"),
            ("first-day", "2026-08-11 10:00", [], "deny"),
            ("first-day-with-consent", "2026-08-11 10:00",
             [consent("written", datetime(2026, 6, 1, tzinfo=UTC))], "allow"),
            ("today", "2026-11-24 11:00", [], "deny")):
        book.add(topic, "FR-1", "fr-consent-" + name,
                 called(FRENCH, at=wall(text, "Europe/Paris"), consents=given), verdict,
                 codes(verdict, "CONSENT_*"))


def poland_and_germany(book):
    topic = "poland_germany"
    for tag, number, row in (("pl", POLISH, "PL-1"), ("de", GERMAN, "DE-1")):
        facts = called(number)
        by_hand = {"selection": "manual", "dialing": "manual"}
        for name, given, verdict in (
                ("none", [], "deny"), ("express", [consent("express", EARLIER)], "allow"),
                ("written", [consent("written", EARLIER)], "allow"),
                ("other-seller", [consent("express", EARLIER, sellers=["other"])], "deny"),
                ("expired", [consent("express", EARLIER, expires=utc(TUESDAY))], "deny"),
                ("later", [consent("express", TUESDAY + SECOND)], "deny")):
            for manner, more in (("automatic", {}), ("by-hand", by_hand)):
                book.add(topic, row, f"{tag}-consent-{name}-{manner}",
                         dict(facts, consents=given, **more), verdict, codes(verdict, "CONSENT_*"))
        book.add(topic, row, f"{tag}-consent-revoked",
                 dict(facts, consents=[consent("express", EARLIER)],
                      revocations=[{"at": utc(TUESDAY - SECOND), "means": "email",
                                    "scope": "seller", "seller": "acme"}]), "deny")
        book.add(topic, row, f"{tag}-consent-relationship-is-none",
                 dict(facts, consents=[], relationship=sold("2026-10-01")), "deny", "CONSENT_*")
        book.add(topic, row, f"{tag}-consent-oral",
                 dict(facts, consents=[consent("oral", EARLIER)]), "deny", "CONSENT_*",
                 doubtful=True)
        book.add(topic, row, f"{tag}-consent-not-asked-passes", facts, "allow")
    book.add("missing_facts", "DE-1", "missing-consents-in-germany",
             called(GERMAN, revocations=[], relationship=None, attempts=[], emergencies=[],
                    proclaimed_holidays=[], line_type="landline",
                    lists={"company": None, "litigator": {"listed": False}}), "deny",
             "UNKNOWN_*", assume_clear=False)
    first = wall("2024-11-10 12:00", "Europe/Warsaw")
    book.add("effective_dates", "PL-1", "pl-consent-first-day",
             dict(called(POLISH, consents=[]), at=first), "deny", "CONSENT_*")


def australia(book):
    """The hours hold in every zone a number may be in, so only what any reading agrees on."""
    topic = "australia"
    for number, tag in ((AUSTRALIAN, "sydney"), (AUSTRALIAN_MOBILE, "mobile")):
        for name, text, purpose, verdict in (
                ("monday-before-nine", "2026-11-23 08:59:59", "telemarketing", "defer"),
                ("monday-afternoon", "2026-11-23 14:00", "telemarketing", "allow"),
                ("monday-last-second", "2026-11-23 19:59:59", "telemarketing", "allow"),
                ("monday-eight", "2026-11-23 20:00", "telemarketing", "defer"),
                ("monday-eight-survey", "2026-11-23 20:00", "survey", "allow"),
                ("monday-last-second-survey", "2026-11-23 20:29:59", "survey", "allow"),
                ("monday-half-past-eight-survey", "2026-11-23 20:30", "survey", "defer"),
                ("saturday-afternoon", "2026-11-21 14:00", "telemarketing", "allow"),
                ("saturday-last-second", "2026-11-21 16:59:59", "telemarketing", "allow"),
                ("saturday-five", "2026-11-21 17:00", "telemarketing", "defer"),
                ("sunday", "2026-11-22 14:00", "telemarketing", "defer"),
                ("sunday-survey", "2026-11-22 14:00", "survey", "allow"),
                ("sunday-survey-last-second", "2026-11-22 16:59:59", "survey", "allow"),
                ("sunday-survey-five", "2026-11-22 17:00", "survey", "defer"),
                ("winter-evening", "2027-07-13 19:29:59", "telemarketing", "allow"),
                ("winter-eight", "2027-07-13 20:00", "telemarketing", "defer"),
                ("after-the-change-before-nine", "2026-10-05 08:59:59", "telemarketing", "defer"),
                ("after-the-change-eight", "2026-10-05 20:00", "telemarketing", "defer")):
            at = wall(text, "Australia/Sydney")
            book.add(topic, "AU-1", f"au-{tag}-{name}", called(number, at=at, purpose=purpose),
                     verdict, codes(verdict, "HOURS_*"))
    for year in YEARS:
        holidays = [date(year, 1, 1), date(year, 1, 26), date(year, 4, 25), date(year, 12, 25),
                    date(year, 12, 26), easter(year) - timedelta(days=2),
                    easter(year) + timedelta(days=1)]
        for day in holidays:
            if day.weekday() == 6:
                continue
            at = wall(f"{day} 14:00", "Australia/Sydney")
            book.add(topic, "AU-1", f"au-holiday-{day}", called(AUSTRALIAN, at=at), "defer",
                     "HOLIDAY_*")
    for day in ("2026-11-03", "2026-01-27", "2027-03-30", "2028-04-26"):
        at = wall(f"{day} 14:00", "Australia/Sydney")
        book.add(topic, "AU-1", f"au-ordinary-{day}", called(AUSTRALIAN, at=at), "allow")
    given = [consent("express", EARLIER)]
    for name, text in (("sunday", "2026-11-22 14:00"), ("evening", "2026-11-23 21:00"),
                       ("christmas", "2026-12-25 14:00")):
        facts = called(AUSTRALIAN, at=wall(text, "Australia/Sydney"))
        book.add(topic, "AU-1", f"au-express-consent-{name}", dict(facts, consents=given), "allow")
        book.add(topic, "AU-1", f"au-other-sellers-consent-{name}",
                 dict(facts, consents=[consent("express", EARLIER, sellers=["other"])]), "defer")
        book.add(topic, "AU-1", f"au-consent-not-asked-{name}", facts, "defer")


def brazil(book):
    """Brazil has offsets from -2 to -5, so only instants on which any reading agrees."""
    topic = "brazil"
    for name, text, verdict in (
            ("monday-before-nine", "2026-11-23T11:59:59", "defer"),
            ("monday-afternoon", "2026-11-23T15:00:00", "allow"),
            ("monday-evening", "2026-11-23T22:59:59", "allow"),
            ("monday-nine", "2026-11-24T00:00:00", "defer"),
            ("saturday-before-ten", "2026-11-21T12:59:59", "defer"),
            ("saturday-noon", "2026-11-21T16:00:00", "allow"),
            ("saturday-four", "2026-11-21T19:00:00", "defer"),
            ("sunday", "2026-11-22T16:00:00", "defer")):
        at = datetime.fromisoformat(text).replace(tzinfo=UTC)
        book.add(topic, "BR-3", "br-" + name, called(BRAZILIAN, at=at), verdict,
                 codes(verdict, "HOURS_*"))
    for year in YEARS:
        holidays = [date(year, *day) for day in ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12),
                                                 (11, 2), (11, 15), (11, 20), (12, 25))]
        for day in holidays + [easter(year) - timedelta(days=2)]:
            if day.weekday() == 6:
                continue
            at = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
            book.add(topic, "BR-3", f"br-holiday-{day}", called(BRAZILIAN, at=at), "defer",
                     "HOLIDAY_*")
    listed = {"preference": {"as_of": "2026-11-20", "listed": True}}
    book.add(topic, "BR-2", "br-registry-listed",
             called(BRAZILIAN, at=TUESDAY + timedelta(hours=3), lists=listed), "deny", "LIST_*",
             doubtful=True)


def canada_lists(book):
    topic = "canada"
    noon = wall("2026-11-24 12:00", "Toronto")

    def case(row, name, verdict, code="LIST_*", doubtful=False, **more):
        book.add(topic, row, "ca-" + name, {**called("416", at=noon), **more}, verdict,
                 codes(verdict, code), doubtful=doubtful)

    def dncl(as_of, listed=False, **more):
        return {"lists": {"national": {"as_of": as_of, "listed": listed, **more}}}

    case("CA-DNCL", "dncl-listed", "deny", **dncl("2026-11-20", True))
    case("CA-DNCL", "dncl-31-days", "allow", **dncl("2026-10-24"))
    case("CA-DNCL", "dncl-32-days", "deny", **dncl("2026-10-23"))
    case("CA-DNCL", "dncl-not-subscribed", "deny", **dncl("2026-11-20", subscribed=False))
    for kind, months, events in ((sold, 18, ("2025-05-24", "2024-08-31")),
                                 (asked, 6, ("2026-05-24", "2026-08-31", "2026-08-30"))):
        for event in events:
            last = add_months(date.fromisoformat(event), months)
            for name, day, verdict in (("last-day", last, "allow"),
                                       ("day-after", last + timedelta(days=1), "deny")):
                at = wall(f"{day} 12:00", "Toronto")
                case("CA-DNCL", f"dncl-relationship-{months}-{event}-{name}", verdict, at=at,
                     relationship=kind(event), **dncl(str(day - timedelta(days=1)), True))
    listed = {"lists": {"company": {"listed_at": utc(noon - SECOND), "seller": "acme"}}}
    case("CA-IDNC", "internal-list", "deny", "COMPANY_DNC", **listed)
    recorded = {"voice": "prerecorded", "line_type": "landline"}
    for name, verdict, more in (
            ("none", "deny", {"consents": []}),
            ("relationship", "deny", {"consents": [], "relationship": sold("2026-10-01")}),
            ("oral", "deny", {"consents": [consent("oral", EARLIER)]}),
            ("express", "allow", {"consents": [consent("express", EARLIER)]}),
            ("written", "allow", {"consents": [consent("written", EARLIER)]})):
        case("CA-ADAD", "recorded-" + name, verdict, "CONSENT_*", name == "oral", **recorded,
             **more)
    case("CA-ADAD", "live-none", "allow", line_type="landline", consents=[])
    case("CA-ADAD", "live-wireless-none", "allow", line_type="wireless", consents=[])
    saturday = wall("2026-11-21 18:30", "New_York")
    at_home = {"address_region": "ON", "country": "CA"}
    book.add(topic, "5.1", "ca-address-saturday-evening",
             {**called("212"), **at_home, "at": saturday}, "defer", "HOURS_*")
    book.add(topic, "5.1", "ca-address-saturday-afternoon",
             {**called("212"), **at_home, "at": saturday - timedelta(hours=4)}, "allow")
    book.add(topic, "5.1", "ca-number-american-address",
             {**called("416"), "address_region": "NY", "country": "US", "at": saturday}, "defer",
             "HOURS_*")
    book.add("addresses", "5.1", "american-number-german-address",
             {**called("212"), "country": "DE", "at": noon, "consents": []}, "deny", "CONSENT_*")
    book.add("addresses", "5.1", "american-number-french-address",
             {**called("212"), "country": "FR", "at": noon + timedelta(hours=2, minutes=30)},
             "defer", "HOURS_*")


def write_world(book):
    for topic in (britain, italy, france, poland_and_germany, australia, brazil, canada_lists):
        topic(book)
