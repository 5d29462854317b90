"""Cases about lists and relationships, missing facts, and several reasons at once."""

from datetime import date, timedelta

from book import consent, utc, wall
from consent_cases import BY_HAND, EARLIER, NOON, caller
from oracle import SECOND, add_months

TOPIC = "us_lists"


def sold(day, zone="New_York"):
    return {"kind": "purchase", "at": utc(wall(f"{day} 12:00", zone))}


def asked(day, zone="New_York"):
    return {"kind": "inquiry", "at": utc(wall(f"{day} 12:00", zone))}


def listed(as_of="2026-11-20", is_listed=True, **more):
    return {"national": {"as_of": as_of, "listed": is_listed, **more}}


def landline(**more):
    return caller(line="landline", **more)


def national(book):
    def case(row, name, facts, verdict, code="LIST_*", doubtful=False):
        book.add(TOPIC, row, "us-national-" + name, facts, verdict,
                 () if verdict == "allow" else code, doubtful=doubtful)

    written = consent("written", EARLIER)
    case("US-DNC-1", "listed", landline(lists=listed()), "deny")
    case("US-DNC-1", "not-listed", landline(lists=listed(is_listed=False)), "allow")
    case("US-DNC-1", "listed-by-hand", landline(lists=listed(), **BY_HAND), "deny")
    case("US-DNC-4", "listed-wireless",
         caller(lists=listed(), consents=[], atds_profile="duguid"), "deny")
    case("US-DNC-1", "listed-none-known",
         landline(lists=listed(), consents=[], relationship=None), "deny")
    case("US-DNC-1", "listed-written", landline(lists=listed(), consents=[written]), "allow")
    case("US-DNC-1", "listed-express",
         landline(lists=listed(), consents=[consent("express", EARLIER)]), "deny", doubtful=True)
    case("US-DNC-1", "listed-oral",
         landline(lists=listed(), consents=[consent("oral", EARLIER)]), "deny")
    case("US-DNC-1", "listed-written-for-another-seller",
         landline(lists=listed(), consents=[consent("written", EARLIER, sellers=["other"])]),
         "deny")
    case("US-DNC-1", "listed-written-expired",
         landline(lists=listed(), consents=[consent("written", EARLIER, expires=utc(NOON))]),
         "deny")
    case("US-DNC-1", "listed-written-revoked",
         dict(landline(lists=listed(), consents=[written]),
              revocations=[{"at": utc(NOON - SECOND), "means": "spoken", "scope": "seller",
                            "seller": "acme"}]), "deny", ())
    for purpose in ("informational", "survey", "political", "collections"):
        case("US-DNC-1", "listed-but-" + purpose, landline(lists=listed(), purpose=purpose),
             "allow")
    for name, as_of, verdict in (("today", "2026-11-24", "allow"), ("30", "2026-10-25", "allow"),
                                 ("31", "2026-10-24", "allow"), ("32", "2026-10-23", "deny"),
                                 ("a-year", "2025-11-24", "deny")):
        case("US-DNC-2", "age-" + name, landline(lists=listed(as_of, False)), verdict)
    for name, npa, text, zone, as_of, verdict in (
            ("evening-31", "614", "2026-11-24 20:30", "New_York", "2026-10-24", "allow"),
            ("evening-32", "614", "2026-11-24 20:30", "New_York", "2026-10-23", "deny"),
            ("hawaii-31", "808", "2026-11-24 20:30", "Pacific/Honolulu", "2026-10-24", "allow"),
            ("hawaii-32", "808", "2026-11-24 20:30", "Pacific/Honolulu", "2026-10-23", "deny"),
            ("guam-31", "671", "2026-11-24 08:30", "Pacific/Guam", "2026-10-24", "allow"),
            ("guam-32", "671", "2026-11-24 08:30", "Pacific/Guam", "2026-10-23", "deny"),
            ("leap-day-31", "614", "2028-03-31 12:00", "New_York", "2028-02-29", "allow"),
            ("leap-day-32", "614", "2028-03-31 12:00", "New_York", "2028-02-28", "deny"),
            ("no-leap-day-31", "614", "2027-03-31 12:00", "New_York", "2027-02-28", "allow"),
            ("new-year-32", "614", "2027-01-02 12:00", "New_York", "2026-12-01", "deny")):
        case("US-DNC-2", "age-local-" + name,
             dict(landline(lists=listed(as_of, False)), number=npa, at=wall(text, zone)), verdict)
    case("US-DNC-2", "not-subscribed",
         landline(lists=listed(is_listed=False, subscribed=False)), "deny")
    case("US-DNC-2", "subscribed", landline(lists=listed(is_listed=False, subscribed=True)),
         "allow")


def relationship_months(book):
    """A relationship lifts the national list to the last day, clamped to the end of a month."""
    row = "US-DNC-3"

    def case(name, facts, day, verdict, doubtful=False):
        at = wall(f"{day} 12:00", "New_York")
        lists = listed(str(day - timedelta(days=1)))
        book.add(TOPIC, row, "us-relationship-" + name,
                 dict(landline(lists=lists), at=at, **facts), verdict,
                 () if verdict == "allow" else "LIST_*", doubtful=doubtful)

    for kind, months, events in (
            (sold, 18, ("2024-08-31", "2024-08-30", "2024-08-29", "2024-08-28", "2025-03-31",
                        "2025-05-24", "2025-12-31", "2026-08-31", "2026-08-29", "2024-02-29",
                        "2025-06-30")),
            (asked, 3, ("2026-11-30", "2026-11-28", "2026-08-24", "2026-08-31", "2026-03-31",
                        "2026-12-31", "2027-11-30", "2027-11-29", "2028-02-29", "2026-01-31"))):
        for event in events:
            last = add_months(date.fromisoformat(event), months)
            name = f"{'purchase' if months == 18 else 'inquiry'}-{event}"
            given = {"relationship": kind(event)}
            case(name + "-last-day", given, last, "allow")
            case(name + "-day-after", given, last + timedelta(days=1), "deny")
    today = date(2026, 11, 24)
    case("recent-inquiry", {"relationship": asked("2026-11-23")}, today, "allow")
    case("inquiry-of-four-months", {"relationship": asked("2026-07-24")}, today, "deny")
    case("purchase-of-four-months", {"relationship": sold("2026-07-24")}, today, "allow")
    case("purchase-tomorrow", {"relationship": sold("2026-11-25")}, today, "deny")
    case("none", {"relationship": None}, today, "deny")
    evening = {"kind": "purchase", "at": "2025-05-24T03:00:00Z"}  # the 23rd in Ohio
    case("purchase-by-local-date", {"relationship": evening}, today, "deny", doubtful=True)
    book.add(TOPIC, row, "us-relationship-ends-with-company-request",
             landline(relationship=sold("2026-10-01"),
                      lists={**listed(), "company": {"listed_at": utc(EARLIER),
                                                     "seller": "acme"}}), "deny", "COMPANY_DNC")
    book.add(TOPIC, row, "us-relationship-keeps-evening",
             dict(landline(relationship=sold("2026-10-01"), lists=listed()),
                  at=wall("2026-11-24 21:00", "New_York")), "defer", "HOURS_FEDERAL",
             wall("2026-11-25 08:00", "New_York"))


def company(book):
    row = "US-DNC-5"
    for name, listing, verdict in (
            ("long-ago", {"listed_at": utc(EARLIER), "seller": "acme"}, "deny"),
            ("a-second-ago", {"listed_at": utc(NOON - SECOND), "seller": "acme"}, "deny"),
            ("nine-business-days-ago", {"listed_at": "2026-11-11T15:00:00Z", "seller": "acme"},
             "deny"),
            ("six-years-ago", {"listed_at": "2020-11-01T15:00:00Z", "seller": "acme"}, "deny"),
            ("twelve-years-ago", {"listed_at": "2014-11-01T15:00:00Z", "seller": "acme"}, "deny"),
            ("in-a-second", {"listed_at": utc(NOON + SECOND), "seller": "acme"}, "allow"),
            ("tomorrow", {"listed_at": utc(NOON + timedelta(days=1)), "seller": "acme"}, "allow"),
            ("of-another-seller", {"listed_at": utc(EARLIER), "seller": "other"}, "allow"),
            ("of-every-seller", {"listed_at": utc(EARLIER)}, "deny"), ("none", None, "allow")):
        book.add(TOPIC, row, "us-company-list-" + name, landline(lists={"company": listing}),
                 verdict, () if verdict == "allow" else "COMPANY_DNC")
    facts = landline(lists={"company": {"listed_at": utc(NOON), "seller": "acme"}})
    book.add(TOPIC, row, "us-company-list-this-second", facts, "deny", "COMPANY_DNC",
             doubtful=True)
    for npa in ("305", "801", "601"):
        facts = caller(npa, "landline", relationship=sold("2026-10-01"),
                       lists={"company": {"listed_at": utc(EARLIER), "seller": "acme"}})
        book.add(TOPIC, row, f"us-company-list-stays-with-relationship-{npa}", facts, "deny",
                 "COMPANY_DNC")


def other_lists(book):
    book.add(TOPIC, "5.1", "us-litigator-listed", landline(lists={"litigator": {"listed": True}}),
             "deny", "LIST_*")
    book.add(TOPIC, "5.1", "us-litigator-not-listed",
             landline(lists={"litigator": {"listed": False}}), "allow")
    book.add(TOPIC, "5.1", "us-litigator-listed-relationship",
             landline(lists={"litigator": {"listed": True}}, relationship=sold("2026-10-01")),
             "deny", "LIST_*")
    for name, as_of, is_listed, verdict in (("listed", "2026-11-01", True, "deny"),
                                            ("not-listed", "2026-11-01", False, "allow"),
                                            ("two-months", "2026-09-25", False, "allow"),
                                            ("four-months", "2026-07-20", False, "deny")):
        book.add(TOPIC, "2-MA", "us-ma-registry-" + name,
                 caller("617", "landline", lists={"state": {"as_of": as_of, "listed": is_listed}}),
                 verdict, () if verdict == "allow" else "LIST_*")
    hour_ago = utc(NOON - timedelta(hours=1))
    for answer, verdict in (("no", "allow"), ("yes", "deny"), ("no_data", "deny")):
        facts = {"lists": {"reassigned": {"answer": answer, "queried_at": hour_ago}}}
        code = () if verdict == "allow" else "REASSIGNED_*"
        book.add(TOPIC, "2-ME", "us-me-reassigned-" + answer.replace("_", "-"),
                 caller("207", "landline", **facts), verdict, code, doubtful=answer == "no_data")
        if answer == "no_data":
            continue
        book.add(TOPIC, "US-RND", "us-reassigned-" + answer,
                 caller(consents=[consent("written", EARLIER)], **facts), verdict, code)
        book.add(TOPIC, "2-ME", "us-me-reassigned-by-address-" + answer,
                 caller("614", "landline", address_region="ME", country="US", **facts), verdict,
                 code)
    book.add(TOPIC, "2-ME", "us-me-reassigned-not-asked-passes", caller("207", "landline"),
             "allow")


def known(npa="614", line="landline", **more):
    """Every fact of the contract, each of them passing."""
    facts = {
        "number": npa, "at": NOON, "purpose": "telemarketing", "selection": "automated",
        "dialing": "automated", "voice": "live", "atds_profile": "strict", "seller": "acme",
        "subject": "loans", "person": "p-1", "line_type": line, "consents": [], "revocations": [],
        "relationship": None, "attempts": [], "emergencies": [], "proclaimed_holidays": [],
        "max_ring_s": 0, "agent_guaranteed": False,
        "lists": {"national": {"as_of": "2026-11-20", "listed": False, "subscribed": True},
                  "state": {"as_of": "2026-11-20", "listed": False}, "company": None,
                  "litigator": {"listed": False},
                  "reassigned": {"answer": "no", "queried_at": utc(NOON - timedelta(hours=1))},
                  "preference": {"as_of": "2026-11-20", "listed": False}}}
    facts.update(more)
    return facts


def missing(book):
    """Without assume_clear a fact that a rule needs and that is not given refuses the call."""
    topic, row = "missing_facts", "7"

    def case(name, facts, verdict, code="UNKNOWN_*"):
        book.add(topic, row, "missing-" + name, facts, verdict,
                 () if verdict == "allow" else code, assume_clear=False)

    def without(facts, *path):
        facts = dict(facts)
        if len(path) == 2:
            facts["lists"] = {k: v for k, v in facts["lists"].items() if k != path[1]}
        else:
            del facts[path[0]]
        return facts

    written = [consent("written", EARLIER)]
    for npa in ("614", "212", "213", "504", "207", "617", "503"):
        case(f"nothing-{npa}", known(npa), "allow")
    case("nothing-wireless", known(line="wireless", consents=written), "allow")
    for npa in ("305", "203", "405", "410"):
        case(f"nothing-{npa}", known(npa, consents=written), "allow")
    case("everything", {"number": "614", "at": NOON}, "deny")
    case("everything-but-seller", {"number": "614", "at": NOON, "seller": "acme"}, "deny")
    case("lists", without(known(), "lists"), "deny")
    case("national-list", without(known(), "lists", "national"), "deny")
    case("company-list", without(known(), "lists", "company"), "deny")
    case("line-type", without(known(), "line_type"), "deny")
    case("consents", without(known(line="wireless"), "consents"), "deny")
    case("revocations", without(known(line="wireless", consents=written), "revocations"), "deny")
    case("consents-in-connecticut", without(known("203"), "consents"), "deny")
    case("consents-in-florida", without(known("305"), "consents"), "deny")
    case("attempts-in-florida", without(known("305", consents=written), "attempts"), "deny")
    case("attempts-in-oregon", without(known("503"), "attempts"), "deny")
    case("attempts-for-a-debt",
         without(known(purpose="collections", debt="d1"), "attempts"), "deny")
    case("emergencies-in-new-york", without(known("212"), "emergencies"), "deny")
    case("emergencies-in-louisiana", without(known("504"), "emergencies"), "deny")
    case("proclaimed-in-louisiana", without(known("504"), "proclaimed_holidays"), "deny")
    case("reassigned-in-maine", without(known("207"), "lists", "reassigned"), "deny")
    case("state-list-in-massachusetts", without(known("617"), "lists", "state"), "deny")
    case("seller-where-consent-is-needed",
         without(known(line="wireless", consents=written), "seller"), "deny", ())
    for name, facts in (("everything", {"number": "614", "at": NOON}),
                        ("florida", {"number": "305", "at": NOON}),
                        ("maine", {"number": "207", "at": NOON}),
                        ("new-york", {"number": "212", "at": NOON}),
                        ("louisiana", {"number": "504", "at": NOON})):
        book.add(topic, row, "assumed-clear-" + name, facts, "allow")


def emergencies(book):
    """No unsolicited sales calls where an emergency is declared, from its instant to its end."""
    topic = "emergencies"
    begin, end = NOON - timedelta(hours=2), NOON + timedelta(hours=2)
    for state, npa in (("NY", "212"), ("LA", "504")):
        span = {"region": state, "from": utc(begin), "to": utc(end)}
        for name, at, verdict in (("second-before", begin - SECOND, "allow"),
                                  ("begin", begin, "defer"), ("middle", NOON, "defer"),
                                  ("last-second", end - SECOND, "defer"), ("end", end, "allow")):
            book.add(topic, f"2-{state}", f"us-{state.lower()}-emergency-{name}",
                     {"number": npa, "at": at, "emergencies": [span]}, verdict,
                     () if verdict == "allow" else "EMERGENCY_*", doubtful=verdict == "defer")
        book.add(topic, f"2-{state}", f"us-{state.lower()}-emergency-not-over",
                 {"number": npa, "at": NOON,
                  "emergencies": [{"region": state, "from": utc(begin), "to": None}]}, "deny",
                 "EMERGENCY_*")
        book.add(topic, f"2-{state}", f"us-{state.lower()}-emergency-elsewhere",
                 {"number": npa, "at": NOON, "emergencies": [dict(span, region="NJ")]}, "allow")
        book.add(topic, f"2-{state}", f"us-{state.lower()}-emergency-over",
                 {"number": npa, "at": NOON,
                  "emergencies": [dict(span, to=utc(NOON - SECOND))]}, "allow")
        book.add(topic, f"2-{state}", f"us-{state.lower()}-emergency-none",
                 {"number": npa, "at": NOON, "emergencies": []}, "allow")
        book.add(topic, f"2-{state}", f"us-{state.lower()}-emergency-by-address",
                 {"number": "614", "address_region": state, "country": "US", "at": NOON,
                  "emergencies": [{"region": state, "from": utc(begin), "to": None}]}, "deny",
                 "EMERGENCY_*")
        book.add(topic, f"2-{state}", f"us-{state.lower()}-emergency-not-for-news",
                 {"number": npa, "at": NOON, "purpose": "informational", "emergencies": [span]},
                 "allow")
    book.add(topic, "2", "us-oh-emergency-without-a-rule",
             {"number": "614", "at": NOON,
              "emergencies": [{"region": "OH", "from": utc(begin), "to": None}]}, "allow")


def several(book):
    """All reasons come at once; a deferral is only one when each reason passes by itself."""
    topic = "several_reasons"
    night = wall("2026-11-24 21:30", "New_York")
    banned = {"company": {"listed_at": utc(EARLIER), "seller": "acme"}}
    book.add(topic, "7", "night-and-company-list", dict(landline(lists=banned), at=night), "deny",
             ["HOURS_FEDERAL", "COMPANY_DNC"])
    book.add(topic, "7", "night-and-national-list", dict(landline(lists=listed()), at=night),
             "deny", ["HOURS_FEDERAL", "LIST_*"])
    book.add(topic, "7", "night-and-no-consent", dict(caller(consents=[]), at=night), "deny",
             ["HOURS_FEDERAL", "CONSENT_*"])
    book.add(topic, "7", "holiday-and-litigator",
             dict(caller("401", "landline", lists={"litigator": {"listed": True}}),
                  at=wall("2028-05-04 12:00", "New_York")), "deny", ["HOLIDAY_*", "LIST_*"])
    book.add(topic, "7", "lists-company-and-national",
             landline(lists={**banned, **listed()}), "deny", ["COMPANY_DNC", "LIST_*"])
    book.add(topic, "7", "stale-and-reassigned-in-maine",
             caller("207", "landline", lists={
                 **listed("2026-10-01", False),
                 "reassigned": {"answer": "yes", "queried_at": utc(NOON - SECOND)}}), "deny",
             ["LIST_*", "REASSIGNED_*"])
    calls = [{"at": utc(NOON - timedelta(hours=hours)), "outcome": "no_answer"}
             for hours in (1, 2, 3)]
    book.add(topic, "7", "cap-and-no-consent-in-florida",
             caller("305", "landline", consents=[], attempts=calls), "deny",
             ["FREQ_*", "CONSENT_*"])
    book.add(topic, "7", "sunday-in-one-state-holiday-hours-in-both",
             {"number": "205", "address_region": "LA", "country": "US",
              "at": wall("2026-11-22 20:30", "Chicago")}, "defer", "HOURS_*",
             wall("2026-11-23 08:00", "Chicago"))


def write_lists(book):
    for topic in (national, relationship_months, company, other_lists, missing, emergencies,
                  several):
        topic(book)
