"""Cases about holidays: six states with a ban to 2030, counties, proclaimed days, lifts."""

from datetime import date, timedelta

from book import consent, utc, wall
from oracle import easter, instant, next_open
from table import (STATES, doubtful_holidays, observed_holidays, perhaps_closed, state_holidays,
                   state_rules, zone)

YEARS = range(2026, 2031)
BANNED = ("AL", "LA", "MS", "PA", "RI", "UT")
MORNING = 10 * 3600 + 1800  # inside the hours of each of the six states, on Saturdays too


def opening_after(state, at, zone_name):
    """When the ban ends, unless the readings differ on a day near it."""
    years = (at.year, at.year + 1)
    sure = {day for year in years for day in state_holidays(state, year).values()}
    sure |= {day for year in years for day in observed_holidays(state, year).values()}
    perhaps = sure | {day for year in years for day in perhaps_closed(state, year)}
    ends = {next_open(state_rules(state, [zone_name], closed), at) for closed in (sure, perhaps)}
    # Saturday in Pennsylvania has two readings only after noon, so its opening is certain.
    return ends.pop() if len(ends) == 1 else None


def banned_days(book):
    for state in BANNED:
        npa, name = STATES[state]
        for year in YEARS:
            days = {**state_holidays(state, year), **observed_holidays(state, year)}
            certain = set(days.values())
            for label, day in sorted(days.items(), key=lambda item: (item[1], item[0])):
                if day.weekday() == 6 and state != "PA":
                    continue  # No calls on a Sunday anyhow.
                at = instant(day, MORNING, zone(name))
                book.add("holidays", f"2-{state}", f"us-{state.lower()}-{day}-{label}",
                         {"number": npa, "at": at}, "defer", "HOLIDAY_*",
                         opening_after(state, at, zone(name)))
            for label, day in sorted(doubtful_holidays(state, year).items()):
                if day.weekday() == 6 and state != "PA" or day in certain:
                    continue
                book.add("holidays_doubtful", f"2-{state}", f"us-{state.lower()}-{day}-{label}",
                         {"number": npa, "at": instant(day, MORNING, zone(name))}, "defer",
                         "HOLIDAY_*", doubtful=True)


def ordinary_days(book):
    """The morning after a holiday, the day before, and other states' days are open."""
    for state in BANNED:
        npa, name = STATES[state]
        for year in YEARS:
            sure = {**state_holidays(state, year), **observed_holidays(state, year)}
            closed = set(sure.values()) | perhaps_closed(state, year)
            beside = [sure["king"] + timedelta(days=1),
                      sure["thanksgiving"] - timedelta(days=1)]
            if year % 2 == 0:
                beside += [date(year, 5, 4), date(year, 7, 24)]
                beside.append(easter(year) - timedelta(days=46))
            for day in beside:
                if day in closed or day.weekday() >= 5:
                    continue
                book.add("holidays", f"2-{state}", f"us-{state.lower()}-{day}-ordinary",
                         {"number": npa, "at": instant(day, MORNING, zone(name))}, "allow")
    for state in ("NY", "TX", "FL", "CA"):
        npa, name = STATES[state]
        for day in (date(2026, 12, 25), date(2027, 7, 5), date(2028, 2, 29)):
            at = instant(day, MORNING + 2 * 3600, zone(name))
            book.add("holidays", "2", f"us-{state.lower()}-{day}-no-holiday-ban",
                     {"number": npa, "at": at}, "allow")


def counties(book):
    """Mardi Gras is a holiday of Alabama in Baldwin and Mobile counties only."""
    for year in YEARS:
        mardi_gras = easter(year) - timedelta(days=47)
        at = instant(mardi_gras, MORNING, "America/Chicago")
        for label, npa, county, verdict in (("mobile", "251", "Mobile", "defer"),
                                            ("baldwin", "251", "Baldwin", "defer"),
                                            ("baldwin-new-number", "205", "Baldwin County",
                                             "defer"),
                                            ("jefferson", "205", "Jefferson", "allow"),
                                            ("code-251-no-address", "251", None, "defer")):
            facts = {"number": npa, "at": at}
            if county:
                facts.update(address_region="AL", country="US", county=county)
            book.add("holidays", "2-AL", f"us-al-mardi-gras-{year}-{label}", facts, verdict,
                     "HOLIDAY_*" if verdict == "defer" else ())
    book.add("holidays_doubtful", "2-AL", "us-al-mardi-gras-251-other-county",
             {"number": "251", "at": wall("2027-02-09 10:30", "Chicago"), "address_region": "AL",
              "country": "US", "county": "Escambia"}, "defer", "HOLIDAY_*", doubtful=True)
    for state in ("MS", "PA"):
        npa, name = STATES[state]
        book.add("holidays", f"2-{state}", f"us-{state.lower()}-mardi-gras-is-ordinary",
                 {"number": npa, "at": wall("2028-02-29 10:30", name)}, "allow")


def proclaimed(book):
    """A governor of Louisiana makes holidays at short notice."""
    noon = wall("2026-12-30 12:00", "Chicago")
    for label, npa, region, day, verdict in (
            ("the-day", "504", "LA", "2026-12-30", "defer"),
            ("day-before", "504", "LA", "2026-12-29", "allow"),
            ("day-after", "504", "LA", "2026-12-31", "allow"),
            ("other-state", "504", "TX", "2026-12-30", "allow"),
            ("state-without-ban", "713", "TX", "2026-12-30", "allow"),
            ("other-number", "713", "LA", "2026-12-30", "allow")):
        book.add("holidays", "2-LA", "us-la-proclaimed-" + label,
                 {"number": npa, "at": noon,
                  "proclaimed_holidays": [{"region": region, "date": day}]}, verdict,
                 "HOLIDAY_*" if verdict == "defer" else (),
                 wall("2026-12-31 08:00", "Chicago") if label == "the-day" else None)
    book.add("holidays", "2-LA", "us-la-proclaimed-none", {
        "number": "504", "at": noon, "proclaimed_holidays": []}, "allow")
    evening = {"number": "504", "at": wall("2026-12-30 19:30", "Chicago"),
               "proclaimed_holidays": [{"region": "LA", "date": "2026-12-31"}]}
    book.add("holidays", "2-LA", "us-la-proclaimed-by-local-date", evening, "allow")
    book.add("holidays", "2-LA", "us-la-proclaimed-address",
             {"number": "212", "address_region": "LA", "country": "US", "at": noon,
              "proclaimed_holidays": [{"region": "LA", "date": "2026-12-30"}]}, "defer",
             "HOLIDAY_*")
    book.add("holidays", "2-LA", "us-la-mardi-gras-by-address",
             {"number": "212", "address_region": "LA", "country": "US",
              "at": wall("2028-02-29 12:00", "Chicago")}, "defer", "HOLIDAY_*")
    book.add("holidays", "2-UT", "us-ut-pioneer-day-by-number",
             {"number": "801", "address_region": "NY", "country": "US",
              "at": wall("2028-07-24 12:00", "Denver")}, "defer", "HOLIDAY_*")


def lifts(book):
    """Utah's bans end with prior express consent, Mississippi's with a relationship of 6 months."""
    topic = "holiday_lifts"
    earlier = wall("2026-10-01 12:00", "Denver")
    for label, text in (("sunday", "2026-11-22 12:00"), ("pioneer-day", "2028-07-24 12:00"),
                        ("thanksgiving", "2026-11-26 12:00")):
        facts = {"number": "801", "seller": "acme", "line_type": "landline",
                 "at": wall(text, "Denver")}
        code = "HOURS_*" if label == "sunday" else "HOLIDAY_*"
        for grade, verdict in (("express", "allow"), ("written", "allow")):
            book.add(topic, "2-UT", f"us-ut-{label}-{grade}-consent",
                     dict(facts, consents=[consent(grade, earlier)]), verdict)
        book.add(topic, "2-UT", f"us-ut-{label}-not-asked", facts, "defer", code)
        book.add(topic, "2-UT", f"us-ut-{label}-other-sellers-consent",
                 dict(facts, consents=[consent("express", earlier, sellers=["other"])],
                      selection="manual", dialing="manual"), "defer", code)
        bought = {"kind": "purchase", "at": utc(facts["at"] - timedelta(days=40))}
        book.add(topic, "2-UT", f"us-ut-{label}-relationship-is-not-enough",
                 dict(facts, relationship=bought), "defer", code)
    night = {"number": "801", "seller": "acme", "line_type": "landline",
             "consents": [consent("express", earlier)]}
    book.add(topic, "US-HRS", "us-ut-consent-keeps-federal-evening",
             dict(night, at=wall("2026-11-22 21:00", "Denver")), "defer", "HOURS_*")
    sunday = wall("2026-11-22 12:00", "Chicago")
    for label, kind, at, verdict in (
            ("recent-purchase", "purchase", "2026-09-01 12:00", "allow"),
            ("purchase-six-months", "purchase", "2026-05-22 12:00", "allow"),
            ("purchase-a-day-more", "purchase", "2026-05-21 12:00", "defer"),
            ("purchase-a-year", "purchase", "2025-11-22 12:00", "defer")):
        book.add(topic, "2-MS", "us-ms-sunday-" + label,
                 {"number": "601", "at": sunday,
                  "relationship": {"kind": kind, "at": utc(wall(at, "Chicago"))}}, verdict,
                 "HOURS_*" if verdict == "defer" else ())
    for label, more in (("not-asked", {}), ("none", {"relationship": None})):
        book.add(topic, "2-MS", "us-ms-sunday-relationship-" + label,
                 {"number": "601", "at": sunday, **more}, "defer", "HOURS_*",
                 wall("2026-11-23 08:00", "Chicago"))
    book.add(topic, "2-MS", "us-ms-thanksgiving-recent-purchase",
             {"number": "601", "at": wall("2026-11-26 12:00", "Chicago"),
              "relationship": {"kind": "purchase", "at": utc(earlier)}}, "allow")
    given = {"seller": "acme", "line_type": "landline", "at": sunday}
    book.add(topic, "2-LA", "us-la-sunday-consent-strict-reading",
             dict(given, number="504", consents=[consent("written", earlier)]), "defer",
             "HOURS_*", doubtful=True)
    book.add(topic, "2-AL", "us-al-sunday-consent-lifts-nothing",
             dict(given, number="205", consents=[consent("written", earlier)]), "defer",
             "HOURS_*", doubtful=True)


def not_for_other_purposes(book):
    for state in BANNED:
        npa, name = STATES[state]
        for purpose in ("informational", "collections"):
            book.add("holidays", f"2-{state}", f"us-{state.lower()}-christmas-for-{purpose}",
                     {"number": npa, "purpose": purpose, "at": wall("2028-12-25 12:00", name)},
                     "allow")


def write_holidays(book):
    for topic in (banned_days, ordinary_days, counties, proclaimed, lifts,
                  not_for_other_purposes):
        topic(book)
