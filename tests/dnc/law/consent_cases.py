"""Cases about consent: grades, scope, evidence, revocation, ports, and what needs none."""

from datetime import date, datetime, timedelta

from book import consent, utc, wall
from oracle import SECOND, UTC

NOON = wall("2026-11-24 12:00", "New_York")  # a Tuesday
EARLIER = wall("2026-10-01 12:00", "New_York")
BY_HAND = {"selection": "manual", "dialing": "manual"}


def caller(npa="614", line="wireless", **more):
    """A sales call of acme about loans; Ohio has no rules of its own."""
    return {"number": npa, "at": NOON, "seller": "acme", "subject": "loans", "line_type": line,
            "revocations": [], **more}


def grades(book):
    topic, row = "us_consent", "US-CONS-1"
    written, express = consent("written", EARLIER), consent("express", EARLIER)
    oral = consent("oral", EARLIER)
    news = {"purpose": "informational"}
    recorded, artificial = {"voice": "prerecorded"}, {"voice": "ai"}
    for name, line, facts, given, verdict in (
            ("sales-to-wireless-none", "wireless", {}, [], "deny"),
            ("sales-to-wireless-oral", "wireless", {}, [oral], "deny"),
            ("sales-to-wireless-express", "wireless", {}, [express], "deny"),
            ("sales-to-wireless-written", "wireless", {}, [written], "allow"),
            ("sales-to-wireless-express-and-written", "wireless", {}, [express, written], "allow"),
            ("sales-to-wireless-by-hand", "wireless", BY_HAND, [], "allow"),
            ("sales-to-wireless-duguid", "wireless", {"atds_profile": "duguid"}, [], "allow"),
            ("recorded-duguid", "wireless", {"atds_profile": "duguid", **recorded}, [], "deny"),
            ("artificial-duguid", "wireless", {"atds_profile": "duguid", **artificial}, [], "deny"),
            ("recorded-by-hand", "wireless", {**BY_HAND, **recorded}, [], "deny"),
            ("artificial-by-hand", "wireless", {**BY_HAND, **artificial}, [], "deny"),
            ("recorded-express", "wireless", recorded, [express], "deny"),
            ("recorded-written", "wireless", recorded, [written], "allow"),
            ("artificial-written", "wireless", artificial, [written], "allow"),
            ("news-none", "wireless", news, [], "deny"),
            ("news-express", "wireless", news, [express], "allow"),
            ("news-written", "wireless", news, [written], "allow"),
            ("recorded-news-express", "wireless", {**news, **recorded}, [express], "allow"),
            ("recorded-news-none", "wireless", {**news, **recorded}, [], "deny"),
            ("survey-none", "wireless", {"purpose": "survey"}, [], "deny"),
            ("political-none", "wireless", {"purpose": "political"}, [], "deny"),
            ("collections-none", "wireless", {"purpose": "collections"}, [], "deny"),
            ("collections-express", "wireless", {"purpose": "collections"}, [express], "allow"),
            ("sales-to-landline-none", "landline", {}, [], "allow"),
            ("news-to-landline-none", "landline", news, [], "allow"),
            ("protected-none", "protected", {}, [], "deny"),
            ("protected-recorded-none", "protected", recorded, [], "deny"),
            ("relationship-is-no-consent", "wireless",
             {"relationship": {"kind": "purchase", "at": utc(EARLIER)}}, [], "deny")):
        code = () if verdict == "allow" or line == "protected" else "CONSENT_*"
        book.add(topic, row, "us-consent-" + name, caller(line=line, consents=given, **facts),
                 verdict, code)
    book.add(topic, row, "us-consent-not-asked-passes", caller(), "allow")
    book.add(topic, row, "us-consent-news-oral",
             caller(consents=[oral], purpose="informational"), "deny", "CONSENT_*", doubtful=True)
    for voice in ("prerecorded", "ai"):
        book.add(topic, "US-CONS-4", f"us-consent-{voice}-sales-to-landline-none",
                 caller(line="landline", consents=[], voice=voice), "deny", "CONSENT_*",
                 doubtful=True)
        book.add(topic, "US-CONS-4", f"us-consent-{voice}-sales-to-landline-written",
                 caller(line="landline", consents=[written], voice=voice), "allow")


def scope(book):
    """A consent holds for the sellers and the matter it names, with evidence, until it expires."""
    topic, row = "us_consent", "US-CONS-3"
    at = EARLIER

    def case(name, verdict, *given, **facts):
        book.add(topic, row, "us-consent-" + name, caller(consents=list(given), **facts), verdict,
                 () if verdict == "allow" else "CONSENT_*")

    case("names-other-seller", "deny", consent("written", at, sellers=["other"]))
    case("names-nobody", "deny", consent("written", at, sellers=[]))
    case("names-two-sellers", "allow", consent("written", at, sellers=["other", "acme"]))
    case("other-matter", "deny", consent("written", at, subject="insurance"))
    case("same-matter", "allow", consent("written", at, subject="loans"))
    case("matter-not-said", "allow", consent("written", at))
    case("one-of-two-matters", "allow", consent("written", at, subject="insurance"),
         consent("written", at, subject="loans"))
    bare = consent("written", at)
    del bare["evidence"]
    case("no-evidence", "deny", bare)
    case("evidence-empty", "deny", consent("written", at, evidence={}))
    case("evidence-without-form", "deny", consent("written", at, evidence={"timestamp": utc(at)}))
    case("evidence-without-timestamp", "deny", consent("written", at, evidence={"form": "web-7"}))
    case("evidence-with-more", "allow",
         consent("written", at, evidence={"form": "web-7", "timestamp": utc(at), "ip": "192.0.2.1",
                                          "page": "offer"}))
    case("one-with-evidence-is-enough", "allow", bare, consent("written", at))
    case("expired", "deny", consent("written", at, expires=utc(NOON - SECOND)))
    case("expires-now", "deny", consent("written", at, expires=utc(NOON)))
    case("expires-in-a-second", "allow", consent("written", at, expires=utc(NOON + SECOND)))
    case("given-later", "deny", consent("written", NOON + SECOND))
    case("given-a-second-ago", "allow", consent("written", NOON - SECOND))
    case("other-debt", "deny", consent("express", at, debt="d2"), purpose="collections", debt="d1")
    case("same-debt", "allow", consent("express", at, debt="d1"), purpose="collections", debt="d1")


def revocations(book):
    """A revocation acts at once, on what its scope names; a later consent counts again."""
    topic, row = "us_revocation", "US-REV-1"

    def case(name, verdict, revoked_at, given=EARLIER, **said):
        told = {"at": utc(revoked_at), "means": "sms", "scope": "seller", "seller": "acme", **said}
        facts = caller(consents=[consent("written", given)])
        book.add(topic, row, "us-revocation-" + name, dict(facts, revocations=[told]), verdict,
                 () if verdict == "allow" else "REVOKED_*")

    yesterday, day = NOON - timedelta(days=1), timedelta(days=1)
    case("yesterday", "deny", yesterday)
    case("a-second-ago", "deny", NOON - SECOND)
    case("in-a-second", "allow", NOON + SECOND)
    case("of-another-seller", "allow", yesterday, seller="other")
    case("before-the-consent", "allow", EARLIER - day)
    case("consented-again", "allow", yesterday - day, given=yesterday)
    case("years-ago-and-consented-again", "allow", wall("2024-01-05 12:00", "New_York"))
    for means in ("spoken", "email", "letter", "web", "stop keyword"):
        case("by-" + means.replace(" ", "-"), "deny", yesterday, means=means)
    case("same-matter", "deny", yesterday, scope="subject", subject="loans")
    case("other-matter", "allow", yesterday, scope="subject", subject="insurance")
    case("everything-of-the-seller", "deny", yesterday, scope="all", subject="loans")
    two = [{"at": utc(yesterday), "means": "sms", "scope": "seller", "seller": "other"},
           {"at": utc(yesterday), "means": "spoken", "scope": "seller", "seller": "acme"}]
    book.add(topic, row, "us-revocation-second-of-two",
             caller(consents=[consent("written", EARLIER)]) | {"revocations": two}, "deny",
             "REVOKED_*")
    book.add(topic, row, "us-revocation-no-consent-left-for-landline",
             caller(line="landline", consents=[consent("written", EARLIER)]) | {
                 "revocations": two[1:]}, "deny", "REVOKED_*", doubtful=True)


def revoke_all(book):
    """From the local date 2027-01-31 a revocation of everything acts on other matters too."""
    topic, row = "us_revocation", "US-REV-2"

    def case(name, npa, at, revoked_at, verdict, doubtful=False, **said):
        told = {"at": utc(revoked_at), "means": "sms", "scope": "all", "seller": "acme",
                "subject": "insurance", **said}
        facts = dict(caller(npa), at=at, consents=[consent("written", EARLIER)])
        book.add(topic, row, "us-revoke-all-" + name, dict(facts, revocations=[told]), verdict,
                 () if verdict == "allow" else "REVOKED_*", doubtful=doubtful)

    middle = wall("2027-01-15 12:00", "New_York")
    case("today", "614", NOON, NOON - timedelta(days=3), "allow")
    case("last-second-before", "614", wall("2027-01-30 20:59:59", "New_York"), middle, "allow")
    case("last-second-before-in-hawaii", "808",
         wall("2027-01-30 20:59:59", "Pacific/Honolulu"), middle, "allow")
    case("first-second", "614", wall("2027-01-31 08:00", "New_York"), middle, "deny", True)
    case("first-second-in-guam", "671", wall("2027-01-31 08:00", "Pacific/Guam"), middle, "deny",
         True)
    case("told-on-the-date", "614", wall("2027-02-01 12:00", "New_York"),
         wall("2027-01-31 12:00", "New_York"), "deny")
    case("told-later", "614", wall("2027-03-02 12:00", "New_York"),
         wall("2027-03-01 12:00", "New_York"), "deny")
    case("of-another-seller", "614", wall("2027-03-02 12:00", "New_York"),
         wall("2027-03-01 12:00", "New_York"), "allow", seller="other")
    case("same-matter-before-the-date", "614", NOON, NOON - SECOND, "deny", subject="loans")
    told = {"at": utc(wall("2027-03-01 12:00", "New_York")), "means": "sms", "scope": "subject",
            "seller": "acme", "subject": "insurance"}
    book.add(topic, row, "us-revoke-all-not-said-after-the-date",
             dict(caller(), at=wall("2027-03-02 12:00", "New_York"), revocations=[told],
                  consents=[consent("written", EARLIER)]), "allow")
    told = {"at": utc(wall("2027-02-01 12:00", "New_York")), "means": "sms", "scope": "all",
            "seller": "acme", "subject": "insurance"}
    book.add(topic, row, "us-revoke-all-consented-again",
             dict(caller(), at=wall("2027-03-02 12:00", "New_York"), revocations=[told],
                  consents=[consent("written", wall("2027-02-02 12:00", "New_York"))]), "allow")


def ports(book):
    """Fifteen days of grace after a landline became wireless unknown to the caller."""
    topic, row = "us_consent", "US-PORT"
    for name, day, verdict, lists in (
            ("today", "2026-11-24", "allow", {}), ("14-days", "2026-11-10", "allow", {}),
            ("15-days", "2026-11-09", "allow", {}), ("16-days", "2026-11-08", "deny", {}),
            ("a-year", "2025-11-24", "deny", {}),
            ("15-days-but-on-company-list", "2026-11-09", "deny",
             {"company": {"listed_at": utc(EARLIER), "seller": "acme"}}),
            ("15-days-but-on-national-list", "2026-11-09", "deny",
             {"national": {"as_of": "2026-11-20", "listed": True}})):
        facts = caller(consents=[], ported_at=day)
        if lists:
            facts["lists"] = lists
        book.add(topic, row, "us-ported-" + name, facts, verdict)
    book.add(topic, row, "us-ported-16-days-with-consent",
             caller(consents=[consent("written", EARLIER)], ported_at="2026-11-08"), "allow")
    book.add(topic, row, "us-ported-16-days-by-hand",
             caller(consents=[], ported_at="2026-11-08", **BY_HAND), "allow")
    book.add(topic, row, "us-ported-16-days-said-to-be-landline",
             caller(line="landline", consents=[], ported_at="2026-11-08"), "deny", doubtful=True)


def states(book):
    """Consent that states ask for, also on a landline, where the federal rule asks for none."""
    topic = "us_consent_states"
    half = {"auto-both": {}, "auto-selection": {"dialing": "manual"},
            "auto-dialing": {"selection": "manual"}, "by-hand": BY_HAND}
    needs = {"CT": ("203", {"auto-both", "auto-selection", "auto-dialing", "by-hand"}),
             "FL": ("305", {"auto-both"}),
             "MD": ("410", {"auto-both", "auto-selection", "auto-dialing"}),
             "OK": ("405", {"auto-both", "auto-selection", "auto-dialing"}),
             "NY": ("212", set()), "TX": ("214", set())}
    for state, (npa, needed) in needs.items():
        for name, manner in half.items():
            verdict = "deny" if name in needed else "allow"
            code = "CONSENT_*" if name in needed else ()
            facts = caller(npa, "landline", relationship=None, **manner)
            tag = f"us-{state.lower()}-consent-{name}"
            book.add(topic, f"2-{state}", tag + "-none", dict(facts, consents=[]), verdict, code)
            book.add(topic, f"2-{state}", tag + "-written",
                     dict(facts, consents=[consent("written", EARLIER)]), "allow")
        if not needed:
            continue
        facts = caller(npa, "landline", relationship=None)
        tag = f"us-{state.lower()}-consent"
        for grade in ("oral", "express"):
            sure = state in ("CT", "FL") or grade == "oral"
            book.add(topic, f"2-{state}", f"{tag}-{grade}",
                     dict(facts, consents=[consent(grade, EARLIER)]), "deny", "CONSENT_*",
                     doubtful=not sure)
        book.add(topic, f"2-{state}", f"{tag}-other-seller",
                 dict(facts, consents=[consent("written", EARLIER, sellers=["other"])]), "deny",
                 "CONSENT_*")
        book.add(topic, f"2-{state}", f"{tag}-not-for-news",
                 dict(facts, consents=[], purpose="informational"), "allow")
        book.add(topic, f"2-{state}", f"{tag}-by-address",
                 dict(facts, number="614", consents=[], address_region=state, country="US"),
                 "deny", "CONSENT_*")
        book.add(topic, f"2-{state}", f"{tag}-by-number",
                 dict(facts, consents=[], address_region="OH", country="US"), "deny", "CONSENT_*")


def states_relationship(book):
    """A relationship frees from consent in Oklahoma and Utah, and nowhere else."""
    topic = "us_consent_states"
    recent = {"kind": "purchase", "at": utc(EARLIER)}
    for state, npa, at, verdict in (("OK", "405", NOON, "allow"), ("UT", "801", NOON, "allow"),
                                    ("FL", "305", NOON, "deny"), ("CT", "203", NOON, "deny")):
        facts = caller(npa, "landline", consents=[])
        code = () if verdict == "allow" else "CONSENT_*"
        book.add(topic, f"2-{state}", f"us-{state.lower()}-consent-or-relationship",
                 dict(facts, relationship=recent), verdict, code)
    utah = caller("801", "landline", relationship=None)
    book.add(topic, "2-UT", "us-ut-automatic-neither", dict(utah, consents=[]), "deny",
             "CONSENT_*")
    book.add(topic, "2-UT", "us-ut-automatic-consent",
             dict(utah, consents=[consent("express", EARLIER)]), "allow")
    book.add(topic, "2-UT", "us-ut-by-hand-neither", dict(utah, consents=[], **BY_HAND), "allow")
    book.add(topic, "2-MA", "us-ma-recorded-message",
             caller("617", "landline", voice="prerecorded"), "deny")
    book.add(topic, "2-MA", "us-ma-live-voice", caller("617", "landline"), "allow")
    for state, npa, day in (("CT", "203", date(2023, 10, 1)), ("MD", "410", date(2024, 1, 1)),
                            ("OK", "405", date(2022, 11, 1))):
        noon = datetime(day.year, day.month, day.day, 18, tzinfo=UTC)
        facts = caller(npa, "landline", consents=[], relationship=None)
        tag = f"us-{state.lower()}-consent-"
        book.add("effective_dates", f"2-{state}", tag + "last-day-without",
                 dict(facts, at=noon - timedelta(days=1)), "allow")
        book.add("effective_dates", f"2-{state}", tag + "first-day", dict(facts, at=noon), "deny",
                 "CONSENT_*")


def write_consent(book):
    for topic in (grades, scope, revocations, revoke_all, ports, states, states_relationship):
        topic(book)
