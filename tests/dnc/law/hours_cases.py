"""Cases about the hour and the place: windows to the second, clock changes, area codes."""

from datetime import date, datetime, timedelta

from book import wall
from oracle import SECOND, UTC, instant, is_open, next_open, spans
from table import (CANADA, CANADA_HOURS, FEDERAL, OVERLAYS, PERHAPS_SPLIT, SPLIT, STATE_HOURS,
                   STATES, state_rules, zone, zones_of)

WINTER = date(2026, 11, 23)  # a Monday
SUMMER = date(2027, 7, 13)  # a Tuesday


def day_cases(book, topic, row, tag, number, rules, date_there, code, facts=None, sides="ac",
              until=True):
    """Both sides of each opening ("a") and closing ("c") of a civil day in the first zone."""
    facts = dict(facts or {}, number=number)

    def judge(name, at):
        allowed = is_open(rules, at)
        book.add(topic, row, f"{tag}-{date_there}-{name}", dict(facts, at=at),
                 "allow" if allowed else "defer", () if allowed else code,
                 None if allowed or not until else next_open(rules, at))

    found = spans(rules, date_there, rules[0][1][0])
    for index, (opens, closes) in enumerate(found):
        suffix = f"-{index + 1}" if len(found) > 1 else ""
        if "a" in sides:
            judge("second-before-opening" + suffix, opens - SECOND)
            judge("opening" + suffix, opens)
        if "c" in sides:
            judge("last-second" + suffix, closes - SECOND)
            judge("closing" + suffix, closes)
    if not found:
        judge("closed-at-noon", instant(date_there, 12 * 3600, rules[0][1][0]))


def federal_hours(book):
    for state, (npa, name) in sorted(STATES.items()):
        if state in STATE_HOURS or state == "NE":
            continue
        rules = [(FEDERAL, [zone(name)])]
        tag = f"us-hours-{state.lower()}-{npa}"
        day_cases(book, "hours_federal", "US-HRS", tag, npa, rules, WINTER, "HOURS_FEDERAL")
        day_cases(book, "hours_federal", "US-HRS", tag, npa, rules, SUMMER, "HOURS_FEDERAL",
                  sides="a")
    rules = [(FEDERAL, [zone("New_York")])]
    for day in (date(2026, 11, 21), date(2026, 11, 22), date(2026, 12, 25)):
        day_cases(book, "hours_federal", "US-HRS", "us-hours-ny-any-day", "716", rules, day,
                  "HOURS_FEDERAL")
    evening = wall("2026-11-23 20:59:59", "New_York")
    for text, number in (("ten-digits", "2125550123"), ("punctuated", "(212) 555-0123"),
                         ("e164", "+12125550123")):
        book.add("hours_federal", "US-HRS", "us-hours-number-as-" + text,
                 {"number": number, "at": evening}, "allow")
        book.add("hours_federal", "US-HRS", "us-hours-number-late-as-" + text,
                 {"number": number, "at": evening + SECOND}, "defer", "HOURS_FEDERAL",
                 wall("2026-11-24 08:00", "New_York"))
    book.add("hours_federal", "US-HRS", "us-hours-last-millisecond",
             {"number": "212", "at": "2026-11-24T01:59:59.999Z"}, "allow")


def ring_guard(book):
    """The ringing must end inside the window as well."""
    for tag, npa, close, opens, code in (
            ("ny", "212", wall("2026-11-23 21:00", "New_York"),
             wall("2026-11-24 08:00", "New_York"), "HOURS_FEDERAL"),
            ("fl", "305", wall("2026-11-23 20:00", "New_York"),
             wall("2026-11-24 08:00", "New_York"), "HOURS_*"),
            ("tx", "214", wall("2026-11-21 21:00", "Chicago"),
             wall("2026-11-22 12:00", "Chicago"), "HOURS_*")):
        for ring in (15, 30, 60):
            facts = {"number": npa, "max_ring_s": ring}
            name = f"us-ring-guard-{tag}-{ring}s"
            fits = close - timedelta(seconds=ring + 1)
            book.add("hours_federal", "US-HRS", name + "-fits", dict(facts, at=fits), "allow")
            book.add("hours_federal", "US-HRS", name + "-rings-past-closing",
                     dict(facts, at=fits + 2 * SECOND), "defer", code, opens)


def state_hours(book):
    topic = "hours_states"
    more = {"TX": [("915", "Denver")], "KY": [("859", "New_York")], "CT": [("860", "New_York")],
            "WA": [("509", "Los_Angeles")], "FL": [("813", "New_York")],
            "NM": [("575", "Denver")], "LA": [("318", "Chicago")], "MS": [("662", "Chicago")],
            "AL": [("256", "Chicago")], "PA": [("412", "New_York")], "UT": [("435", "Denver")]}
    for state in sorted(STATE_HOURS):
        if state == "SD":
            continue
        own = STATE_HOURS[state]
        for npa, name in [STATES[state]] + more.get(state, []):
            rules = state_rules(state, [zone(name)])
            row = f"2-{state}"
            tag = f"us-{state.lower()}-{npa}"
            day_cases(book, topic, row, tag, npa, rules, WINTER, "HOURS_*")
            if (npa, name) == STATES[state] or state == "TX":
                day_cases(book, topic, row, tag, npa, rules, SUMMER, "HOURS_*", sides="a")
            if (npa, name) != STATES[state] and state != "TX":
                continue
            for day in (date(2026, 11, 21), date(2026, 11, 22)):
                sides = "ac"
                if state == "PA" and day.weekday() == 5 or len(own) == 1:
                    sides = "a" if day.weekday() == 5 else "c"
                day_cases(book, topic, row, tag, npa, rules, day, "HOURS_*", sides=sides)
    noon = wall("2026-11-21 11:59:59", "New_York")
    for label, at, verdict in (("before-noon", noon, "allow"), ("noon", noon + SECOND, "defer"),
                               ("evening", wall("2026-11-21 20:00", "New_York"), "defer")):
        book.add(topic, "2-PA", "us-pa-saturday-" + label, {"number": "215", "at": at}, verdict,
                 () if verdict == "allow" else "HOURS_*", doubtful=verdict != "allow")


def state_hours_only_for_sales(book):
    """The states' rows are about telemarketing: other purposes keep the federal hours."""
    topic = "hours_states"
    for purpose in ("informational", "collections", "survey"):
        for state, npa, text, name in (("FL", "305", "2026-11-23 20:30", "New_York"),
                                       ("RI", "401", "2026-11-23 18:30", "New_York"),
                                       ("AL", "205", "2026-11-22 12:00", "Chicago"),
                                       ("LA", "504", "2026-11-22 12:00", "Chicago"),
                                       ("TX", "214", "2026-11-22 11:00", "Chicago")):
            book.add(topic, f"2-{state}", f"us-{state.lower()}-hours-not-for-{purpose}",
                     {"number": npa, "at": wall(text, name), "purpose": purpose}, "allow")
    for purpose in ("collections", "telemarketing"):
        book.add("hours_federal", "US-HRS", f"us-hours-evening-for-{purpose}",
                 {"number": "614", "at": wall("2026-11-23 21:00", "New_York"),
                  "purpose": purpose}, "defer", "HOURS_*", wall("2026-11-24 08:00", "New_York"))


def automatic_systems(book):
    """South Dakota bars automatic systems, Nebraska recorded voices, at other hours."""
    topic = "hours_states"
    zones = zones_of("Chicago Denver")
    automatic, plain = state_rules("SD", zones), [(FEDERAL, zones)]
    by_hand = {"selection": "manual", "dialing": "manual"}
    for tag, rules, facts in (("automatic", automatic, {}), ("by-hand", plain, by_hand)):
        for day in (WINTER, SUMMER, date(2026, 11, 22)):
            day_cases(book, topic, "2-SD", f"us-sd-{tag}", "605", rules, day, "HOURS_*", facts)
    day_cases(book, topic, "2-SD", "us-sd-automatic", "605", automatic, date(2026, 11, 21),
              "HOURS_*")
    day_cases(book, topic, "2-SD", "us-sd-duguid", "605", plain, date(2026, 11, 22), "HOURS_*",
              {"atds_profile": "duguid"})

    recorded = {"voice": "prerecorded"}
    for label, text, verdict in (
            ("sunday-before-one", "2026-11-22 12:59:59", "defer"),
            ("sunday-one", "2026-11-22 13:00:00", "defer"),
            ("sunday-one-in-denver", "2026-11-22 14:00:00", "allow"),
            ("sunday-last-second", "2026-11-22 20:59:59", "allow"),
            ("sunday-closing", "2026-11-22 21:00:00", "defer"),
            ("thanksgiving-before-one", "2026-11-26 12:59:59", "defer"),
            ("thanksgiving-afternoon", "2026-11-26 14:00:00", "allow"),
            ("christmas-morning", "2026-12-25 11:00:00", "defer"),
            ("christmas-afternoon", "2026-12-25 14:00:00", "allow"),
            ("new-year-morning", "2027-01-01 11:00:00", "defer"),
            ("independence-morning", "2028-07-04 11:00:00", "defer"),
            ("monday-morning", "2026-11-23 09:00:00", "allow"),
            ("saturday-morning", "2026-11-21 09:00:00", "allow")):
        at = wall(text, "Chicago")
        code = () if verdict == "allow" else "HOURS_*" if "sunday" in label else ()
        opens = wall("2026-11-22 14:00", "Chicago") if label.startswith("sunday-") and \
            "one" in label else None
        book.add(topic, "2-NE", "us-ne-recorded-" + label, dict(recorded, number="308", at=at),
                 verdict, code, opens if verdict == "defer" else None)
    for label, text in (("sunday", "2026-11-22 10:00"), ("christmas", "2026-12-25 10:00")):
        book.add(topic, "2-NE", "us-ne-live-" + label,
                 {"number": "308", "at": wall(text, "Chicago")}, "allow")


def effective_hours(book):
    """Oregon closes an hour earlier since the local date 2026-01-01."""
    topic = "effective_dates"
    for label, text, verdict in (("last-old-evening", "2025-12-31 20:30", "allow"),
                                 ("old-last-second", "2025-12-30 20:59:59", "allow"),
                                 ("old-close", "2025-12-30 21:00:00", "defer"),
                                 ("first-new-evening", "2026-01-01 20:00", "defer"),
                                 ("first-new-last-second", "2026-01-01 19:59:59", "allow")):
        code = "HOURS_*" if verdict == "defer" else ()
        book.add(topic, "2-OR", "us-or-hours-" + label,
                 {"number": "503", "at": wall(text, "Los_Angeles")}, verdict, code)


def clock_changes(book):
    """Openings and closings around both changes of the clocks."""
    topic = "clock_changes"
    days = (date(2026, 3, 7), date(2026, 3, 8), date(2026, 10, 31), date(2026, 11, 1),
            date(2027, 3, 13), date(2027, 3, 14))
    for npa, name in (("212", "New_York"), ("303", "Denver"), ("213", "Los_Angeles"),
                      ("602", "Phoenix"), ("808", "Pacific/Honolulu"),
                      ("317", "Indiana/Indianapolis")):
        rules = [(FEDERAL, [zone(name)])]
        for day in days if npa in ("212", "213") else days[1:5:2]:
            day_cases(book, topic, "US-HRS", f"us-clocks-{npa}", npa, rules, day, "HOURS_FEDERAL")
    for state, npa, name in (("FL", "305", "New_York"), ("TX", "214", "Chicago"),
                             ("KY", "502", "Kentucky/Louisville"), ("OR", "503", "Los_Angeles")):
        rules = state_rules(state, [zone(name)])
        for day in (date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14)):
            day_cases(book, topic, f"2-{state}", f"us-clocks-{npa}", npa, rules, day, "HOURS_*")
    for npa, day in (("928", date(2026, 3, 9)), ("928", date(2026, 11, 2)),
                     ("270", date(2026, 3, 8)), ("850", date(2026, 11, 1))):
        state, names = SPLIT[npa]
        day_cases(book, topic, "5.3", f"us-clocks-split-{npa}", npa,
                  state_rules(state, zones_of(names)), day, "HOURS_*")


def split_codes(book):
    for npa, (state, names) in sorted(SPLIT.items()):
        zones = zones_of(names)
        rules = state_rules(state, zones)
        tag = f"split-{npa}"
        day_cases(book, "area_codes", "5.3", tag, npa, rules, WINTER, "HOURS_*")
        day_cases(book, "area_codes", "5.3", tag, npa, rules, SUMMER, "HOURS_*", sides="a")
    for npa, (state, sure, perhaps) in sorted(PERHAPS_SPLIT.items()):
        narrow = state_rules(state, zones_of(sure + " " + perhaps))
        wide = state_rules(state, zones_of(sure))
        (first, last), = spans(narrow, WINTER, zone(sure))
        (opens, closes), = spans(wide, WINTER, zone(sure))
        for label, at, verdict in (("second-before-opening", opens - SECOND, "defer"),
                                   ("surely-open", first, "allow"),
                                   ("surely-last-second", last - SECOND, "allow"),
                                   ("closing", closes, "defer")):
            book.add("area_codes", "5.3", f"perhaps-split-{npa}-{label}",
                     {"number": npa, "at": at}, verdict, "HOURS_*" if verdict == "defer" else ())
    for npa, (state, name) in sorted(OVERLAYS.items()):
        rules = state_rules(state, [zone(name)])
        day_cases(book, "area_codes", "5.3", f"overlay-{npa}", npa, rules, WINTER, "HOURS_*",
                  sides="a")


def codes_without_place(book):
    topic = "area_codes"
    for npa in ("632", "736"):
        for label, text, verdict in (("second-before-opening", "2026-11-24T17:59:59", "defer"),
                                     ("opening", "2026-11-24T18:00:00", "allow"),
                                     ("last-second", "2026-11-25T01:59:59", "allow"),
                                     ("closing", "2026-11-25T02:00:00", "defer")):
            at = datetime.fromisoformat(text).replace(tzinfo=UTC)
            book.add(topic, "5.2", f"unknown-code-{npa}-{label}", {"number": npa, "at": at},
                     verdict)
    noon = wall("2026-11-24 14:00", "New_York")
    for npa in ("500", "521", "522", "523", "524", "525", "526", "527", "528", "529", "532", "533",
                "544", "566", "577", "588", "800", "833", "844", "855", "866", "877", "888", "900"):
        book.add(topic, "5.2", f"no-place-{npa}", {"number": npa, "at": noon}, "deny", "LINE_*")
    for name, number in (("gb-premium", "+449098790123"), ("gb-freephone", "+448081570123"),
                         ("au-freephone", "+611800975711")):
        at = datetime(2026, 11, 24, 4 if name.startswith("au") else 12, tzinfo=UTC)
        book.add(topic, "5.2", "no-place-" + name, {"number": number, "at": at}, "deny", "LINE_*")
    for name, number in (("jamaica", "+18765550123"), ("bahamas", "+12425550123"),
                         ("mexico", "+525555550123"), ("india", "+911155550123")):
        book.add(topic, "5.1", "no-pack-" + name, {"number": number, "at": noon}, "deny")


def addresses(book):
    """An address adds zones and a jurisdiction; it never takes one away."""
    topic = "addresses"
    plain = {"CA": "Los_Angeles", "HI": "Pacific/Honolulu", "NY": "New_York", "NM": "Denver",
             "UT": "Denver", "CT": "New_York", "LA": "Chicago", "RI": "New_York"}
    codes = {"NY": "212", "CA": "213", "FL": "305", "KY": "502", "TX": "214", "AL": "205"}
    for home, npa in codes.items():
        for state, name in plain.items():
            if state == home:
                continue
            own, away = zone(STATES[home][1]), zone(name)
            # Whether a state's hours hold in the other state's zone as well is open to two
            # readings, so only instants on which both agree become cases.
            strict = state_rules(home, [own, away]) + state_rules(state, [away, own])
            mild = state_rules(home, [own]) + state_rules(state, [away])
            for day in (WINTER, date(2026, 11, 22)):
                if day != WINTER and (home, state) not in (("NY", "LA"), ("FL", "RI"), ("CA", "UT"),
                                                           ("AL", "NY"), ("TX", "NY")):
                    continue
                address_day(book, topic, home, npa, state, day, strict, mild)


def address_day(book, topic, home, npa, state, day, strict, mild):
    facts = {"number": npa, "address_region": state, "country": "US"}
    tag = f"number-{home.lower()}-address-{state.lower()}-{day}"
    found = spans(mild, day, mild[0][1][0])
    instants = [("noon", instant(day, 12 * 3600, mild[0][1][0]))] if not found else [
        ("second-before-opening", found[0][0] - SECOND), ("opening", found[0][0]),
        ("last-second", found[0][1] - SECOND), ("closing", found[0][1])]
    for label, at in instants:
        if is_open(strict, at) != is_open(mild, at):
            continue
        allowed = is_open(mild, at)
        opens = next_open(mild, at)
        until = opens if not allowed and opens == next_open(strict, at) else None
        book.add(topic, "5.1", f"{tag}-{label}", dict(facts, at=at),
                 "allow" if allowed else "defer", () if allowed else "HOURS_*", until)


def border_towns(book):
    """Towns that common ZIP tables put into the wrong zone; the refusal holds on any reading."""
    topic = "addresses"
    for name, npa, state, postal, text, zone_name in (
            ("ontario-oregon", "503", "OR", "97914", "2026-11-23 20:30", "Boise"),
            ("newburgh-indiana", "317", "IN", "47630", "2026-11-23 07:30", "Chicago"),
            ("adak-alaska", "907", "AK", "99546", "2026-11-23 07:30", "Adak"),
            ("pensacola-florida", "305", "FL", "32501", "2026-11-23 07:30", "Chicago"),
            ("el-paso-texas", "713", "TX", "79901", "2026-11-23 08:30", "Denver")):
        book.add(topic, "0.10", "border-" + name,
                 {"number": npa, "address_region": state, "country": "US", "postal_code": postal,
                  "at": wall(text, zone_name)}, "defer", "HOURS_*")


def canada(book):
    topic = "canada"
    for npa, (province, names) in sorted(CANADA.items()):
        rules = [(CANADA_HOURS, zones_of(names))]
        tag = f"ca-{province.lower()}-{npa}"
        many = len(names.split()) > 1
        for day in (WINTER, SUMMER) if many else (WINTER,):
            day_cases(book, topic, "CA-HRS", tag, npa, rules, day, "HOURS_*")
    for npa in ("416", "604", "403", "204", "902"):
        rules = [(CANADA_HOURS, zones_of(CANADA[npa][1]))]
        for day in (date(2026, 11, 21), date(2026, 11, 22)):
            day_cases(book, topic, "CA-HRS", f"ca-weekend-{npa}", npa, rules, day, "HOURS_*")
    days = {"604": (date(2025, 11, 24), date(2026, 3, 6), date(2026, 3, 9), date(2026, 11, 2)),
            "403": (date(2025, 11, 24), date(2026, 6, 17), date(2026, 6, 18), date(2026, 11, 2)),
            "204": (date(2025, 11, 24), date(2026, 10, 30), date(2026, 11, 2)),
            "867": (date(2025, 11, 24), date(2027, 1, 12)),
            "306": (date(2025, 11, 24), date(2026, 5, 12), date(2026, 11, 2)),
            "807": (date(2025, 11, 24), date(2026, 7, 14))}
    for npa, dates in days.items():
        rules = [(CANADA_HOURS, zones_of(CANADA[npa][1]))]
        for day in dates:
            day_cases(book, topic, "CA-TZ", f"ca-permanent-time-{npa}", npa, rules, day, "HOURS_*")


def write_hours(book):
    for topic in (federal_hours, ring_guard, state_hours, state_hours_only_for_sales,
                  automatic_systems, effective_hours, clock_changes, split_codes,
                  codes_without_place, addresses, border_towns, canada):
        topic(book)
