"""The rows of the regulations that the cases need, typed in a second time from the text."""

from datetime import date, timedelta

from oracle import easter, nth_weekday, weekly

FEDERAL = weekly("8-21")

# Area codes of one zone for each state, and the zone.
STATES = {
    "AL": ("205", "Chicago"), "AR": ("501", "Chicago"), "AZ": ("602", "Phoenix"),
    "CA": ("213", "Los_Angeles"), "CO": ("303", "Denver"), "CT": ("203", "New_York"),
    "DC": ("202", "New_York"), "DE": ("302", "New_York"), "FL": ("305", "New_York"),
    "GA": ("404", "New_York"), "HI": ("808", "Pacific/Honolulu"), "IA": ("515", "Chicago"),
    "IL": ("312", "Chicago"), "IN": ("317", "Indiana/Indianapolis"), "KS": ("316", "Chicago"),
    "KY": ("502", "Kentucky/Louisville"), "LA": ("504", "Chicago"), "MA": ("617", "New_York"),
    "MD": ("410", "New_York"), "ME": ("207", "New_York"), "MI": ("313", "Detroit"),
    "MN": ("612", "Chicago"), "MO": ("314", "Chicago"), "MS": ("601", "Chicago"),
    "MT": ("406", "Denver"), "NC": ("704", "New_York"), "NH": ("603", "New_York"),
    "NJ": ("201", "New_York"), "NM": ("505", "Denver"), "NV": ("702", "Los_Angeles"),
    "NY": ("212", "New_York"), "OH": ("614", "New_York"), "OK": ("405", "Chicago"),
    "OR": ("503", "Los_Angeles"), "PA": ("215", "New_York"), "RI": ("401", "New_York"),
    "SC": ("803", "New_York"), "TN": ("615", "Chicago"), "TX": ("214", "Chicago"),
    "UT": ("801", "Denver"), "VA": ("703", "New_York"), "VT": ("802", "New_York"),
    "WA": ("206", "Los_Angeles"), "WI": ("414", "Chicago"), "WV": ("304", "New_York"),
    "WY": ("307", "Denver"), "PR": ("787", "Puerto_Rico"), "VI": ("340", "St_Thomas"),
    "GU": ("671", "Pacific/Guam"), "MP": ("670", "Pacific/Saipan"),
    "AS": ("684", "Pacific/Pago_Pago"),
}


def zone(name):
    return name if name.startswith(("Pacific/", "Europe/", "Australia/")) else "America/" + name


# Section 2: Monday to Friday, Saturday, Sunday. Others have the federal hours only. SD is for
# automatic systems, PA's Saturday is its strict reading.
STATE_HOURS = {
    "AL": ("8-20", "8-20", ""), "CT": ("9-20",), "FL": ("8-20",), "IL": ("8-21",),
    "KY": ("10-21",), "LA": ("8-20", "8-20", ""), "MD": ("8-20",), "MA": ("8-20",),
    "MI": ("9-21",), "MN": ("9-21",), "NM": ("9-21",), "MS": ("8-20", "8-20", ""),
    "NV": ("9-20",), "OK": ("8-20",), "OR": ("8-20",), "PA": ("8-21", "8-12", "8-21"),
    "RI": ("9-18", "10-17", ""), "SD": ("9-21", "", ""), "TX": ("9-21", "9-21", "12-21"),
    "UT": ("8-21", "8-21", ""), "VA": ("8-21",), "WA": ("8-20",), "WY": ("8-20",),
}

# Section 5.3: state, zones, and a zone that only some sources name.
SPLIT = {
    "208": ("ID", "Boise Los_Angeles"), "986": ("ID", "Boise Los_Angeles"),
    "219": ("IN", "Chicago New_York"), "270": ("KY", "Chicago Kentucky/Louisville"),
    "364": ("KY", "Chicago Kentucky/Louisville"), "308": ("NE", "Chicago Denver"),
    "423": ("TN", "New_York Chicago"), "729": ("TN", "New_York Chicago"),
    "432": ("TX", "Chicago Denver"), "541": ("OR", "Los_Angeles Boise"),
    "458": ("OR", "Los_Angeles Boise"), "574": ("IN", "Indiana/Indianapolis Chicago"),
    "605": ("SD", "Chicago Denver"), "606": ("KY", "New_York Chicago"),
    "620": ("KS", "Chicago Denver"), "701": ("ND", "Chicago Denver"),
    "775": ("NV", "Los_Angeles Denver"), "785": ("KS", "Chicago Denver"),
    "812": ("IN", "Indiana/Indianapolis Chicago"), "930": ("IN", "Indiana/Indianapolis Chicago"),
    "850": ("FL", "New_York Chicago"), "448": ("FL", "New_York Chicago"),
    "906": ("MI", "Detroit Menominee"), "907": ("AK", "Anchorage Adak Metlakatla"),
    "928": ("AZ", "Phoenix Denver"),
}
PERHAPS_SPLIT = {
    "402": ("NE", "Chicago", "Denver"), "531": ("NE", "Chicago", "Denver"),
    "334": ("AL", "Chicago", "New_York"), "483": ("AL", "Chicago", "New_York"),
    "580": ("OK", "Chicago", "Denver"),
}

# Overlays that lack in common tables, and codes with a false alarm, all of one zone.
OVERLAYS = {
    "837": ("CA", "Los_Angeles"), "357": ("CA", "Los_Angeles"), "738": ("CA", "Los_Angeles"),
    "861": ("IL", "Chicago"), "730": ("IL", "Chicago"), "621": ("TX", "Chicago"),
    "821": ("SC", "New_York"), "645": ("FL", "New_York"), "728": ("FL", "New_York"),
    "835": ("PA", "New_York"), "983": ("CO", "Denver"), "436": ("OH", "New_York"),
    "471": ("MS", "Chicago"), "624": ("NY", "New_York"), "679": ("MI", "Detroit"),
    "924": ("MN", "Chicago"), "948": ("VA", "New_York"), "480": ("AZ", "Phoenix"),
    "520": ("AZ", "Phoenix"), "931": ("TN", "Chicago"), "572": ("OK", "Chicago"),
}

# Canada: province and zones.
CANADA = {
    "416": ("ON", "Toronto"), "437": ("ON", "Toronto"), "613": ("ON", "Toronto"),
    "514": ("QC", "Toronto"), "438": ("QC", "Toronto"), "902": ("NS", "Halifax"),
    "506": ("NB", "Moncton"), "204": ("MB", "Winnipeg"), "431": ("MB", "Winnipeg"),
    "306": ("SK", "Regina Edmonton"), "639": ("SK", "Regina Edmonton"),
    "474": ("SK", "Regina Edmonton"), "403": ("AB", "Edmonton"), "780": ("AB", "Edmonton"),
    "587": ("AB", "Edmonton"), "604": ("BC", "Vancouver"),
    "250": ("BC", "Vancouver Edmonton Creston"), "236": ("BC", "Vancouver Edmonton Creston"),
    "672": ("BC", "Vancouver Edmonton Creston"), "778": ("BC", "Vancouver Edmonton Creston"),
    "257": ("BC", "Vancouver Edmonton Creston"), "418": ("QC", "Toronto Halifax Blanc-Sablon"),
    "581": ("QC", "Toronto Halifax Blanc-Sablon"), "367": ("QC", "Toronto Halifax Blanc-Sablon"),
    "709": ("NL", "St_Johns Goose_Bay"), "879": ("NL", "St_Johns Goose_Bay"),
    "807": ("ON", "Toronto Winnipeg Atikokan"),
    "867": ("YT", "Whitehorse Yellowknife Inuvik Iqaluit Rankin_Inlet Cambridge_Bay Resolute"),
}
CANADA_HOURS = weekly("9-21:30", "10-18", "10-18")


def zones_of(names):
    return [zone(name) for name in names.split()]


def state_rules(state, zones, closed=frozenset()):
    """The rules that a number of the state must meet: the federal one and the state's own."""
    rules = [(FEDERAL, zones)]
    if state in STATE_HOURS:
        own = weekly(*STATE_HOURS[state], closed=closed)
        # Texas: in the called party's time and in Central time.
        rules.append((own, zones + ["America/Chicago"] if state == "TX" else zones))
    return rules


def common_holidays(year):
    """Days that each of the six states with a holiday ban keeps."""
    return {
        "new-year": date(year, 1, 1), "king": nth_weekday(year, 1, 0, 3),
        "memorial": nth_weekday(year, 5, 0, -1), "juneteenth": date(year, 6, 19),
        "independence": date(year, 7, 4), "labor": nth_weekday(year, 9, 0, 1),
        "veterans": date(year, 11, 11), "thanksgiving": nth_weekday(year, 11, 3, 4),
        "christmas": date(year, 12, 25),
    }


def state_holidays(state, year):
    """Name and day of the certain holidays of a state with a holiday ban."""
    days = common_holidays(year)
    if state != "LA":
        days["presidents"] = nth_weekday(year, 2, 0, 3)
    if state in ("AL", "PA", "RI", "UT"):
        days["columbus"] = nth_weekday(year, 10, 0, 2)
    own = {
        "AL": {"confederate-memorial": nth_weekday(year, 4, 0, 4),
               "jefferson-davis": nth_weekday(year, 6, 0, 1)},
        "LA": {"mardi-gras": easter(year) - timedelta(days=47),
               "good-friday": easter(year) - timedelta(days=2),
               "day-after-thanksgiving": nth_weekday(year, 11, 3, 4) + timedelta(days=1)},
        "MS": {"confederate-memorial": nth_weekday(year, 4, 0, -1)},
        "PA": {"flag-day": date(year, 6, 14)},
        "RI": {"victory-day": nth_weekday(year, 8, 0, 2), "independence-may-4": date(year, 5, 4)},
        "UT": {"pioneer-day": date(year, 7, 24)},
    }
    days.update(own[state])
    if state == "UT" and year > 2026 and date(year, 6, 19).weekday() != 0:
        del days["juneteenth"]  # kept on a Monday by statute; two readings
    return days


def observed_holidays(state, year):
    """Days on which a holiday of a weekend is kept, where the text says so."""
    found = {}
    for name, day in state_holidays(state, year).items():
        if state == "AL" and day.weekday() == 5:
            found[name + "-observed"] = day - timedelta(days=1)
        if state in ("AL", "MS") and day.weekday() == 6:
            found[name + "-observed"] = day + timedelta(days=1)
    return found


def doubtful_holidays(state, year):
    """Days that one reading makes a holiday: the stricter one refuses."""
    found = {}
    election = nth_weekday(year, 11, 0, 1) + timedelta(days=1)
    if state == "AL":
        found["rosa-parks"] = date(year, 12, 1)
    if state in ("LA", "PA", "RI", "UT"):
        for name, day in state_holidays(state, year).items():
            if day.weekday() == 6 and name != "juneteenth":
                found[name + "-monday-after"] = day + timedelta(days=1)
    if state == "LA":
        found["presidents"] = nth_weekday(year, 2, 0, 3)
        found["all-saints"] = date(year, 11, 1)
    if state == "PA":
        found["good-friday"] = easter(year) - timedelta(days=2)
        found["election-day"] = election
    if state in ("LA", "RI") and year % 2 == 0:
        found["election-day"] = election
    if state == "UT":
        nineteenth = date(year, 6, 19)
        kept = nineteenth - timedelta(days=nineteenth.weekday())
        if nineteenth.weekday() >= 5:
            kept += timedelta(days=7)
        found["juneteenth-monday"] = kept
    return found


def perhaps_closed(state, year):
    """All days near which no exact end of a ban is asserted."""
    found = set(doubtful_holidays(state, year).values())
    feast = nth_weekday(year, 11, 3, 4)
    found |= {feast + timedelta(days=1), date(year, 12, 24), date(year, 12, 26),
              date(year, 12, 31), date(year, 1, 2)}
    found |= {date(year, 7, 3), date(year, 7, 5), date(year, 6, 18), date(year, 6, 20)}
    return found
