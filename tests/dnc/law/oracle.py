"""Says when calling hours are open: a second opinion that shares nothing with the engine.

A rule is a pair (hours, zones): hours(date) gives the open intervals of that civil day in seconds
after midnight, and the rule holds at an instant when it is open in each of its zones.
"""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

UTC = timezone.utc
SECOND = timedelta(seconds=1)


def hm(text):
    """Seconds after midnight of "20:30"."""
    hour, minute = text.split(":")
    return int(hour) * 3600 + int(minute) * 60


def weekly(monday_to_friday, saturday=None, sunday=None, closed=frozenset()):
    """Hours by weekday as texts "8-20" or "10-13,14-20"; "" is closed, None as on weekdays."""

    def parse(text):
        spans = [span.split("-") for span in text.split(",") if span]
        return [tuple(hm(edge if ":" in edge else edge + ":00") for edge in span) for span in spans]

    week = parse(monday_to_friday)
    days = [week] * 5
    days.append(week if saturday is None else parse(saturday))
    days.append(week if sunday is None else parse(sunday))

    def hours(date):
        return [] if date in closed else days[date.weekday()]

    return hours


def instant(date, seconds, zone):
    """The instant at which a wall clock of the zone shows that time."""
    clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return datetime.combine(date, clock, ZoneInfo(zone)).astimezone(UTC)


def local(at, zone):
    return at.astimezone(ZoneInfo(zone))


def is_open(rules, at):
    for hours, zones in rules:
        for zone in zones:
            there = local(at, zone)
            clock = there.hour * 3600 + there.minute * 60 + there.second
            if not any(opens <= clock < closes for opens, closes in hours(there.date())):
                return False
    return True


def edges(rules, first, last):
    """Every opening and closing instant of the days, sorted, without judging them."""
    found = set()
    for hours, zones in rules:
        date = first
        while date <= last:
            for zone in zones:
                for span in hours(date):
                    found.update(instant(date, second, zone) for second in span)
            date += timedelta(days=1)
    return sorted(found)


def next_open(rules, at):
    """The first instant at or after `at` at which all rules are open."""
    if is_open(rules, at):
        return at
    days = edges(rules, at.date() - timedelta(days=1), at.date() + timedelta(days=16))
    return next(edge for edge in days if edge > at and is_open(rules, edge))


def spans(rules, date, zone):
    """Open spans [from, to) that begin on that civil day of `zone`."""
    found = []
    all_edges = edges(rules, date - timedelta(days=1), date + timedelta(days=2))
    for opens in all_edges:
        if not is_open(rules, opens) or is_open(rules, opens - SECOND):
            continue
        if local(opens, zone).date() != date:
            continue
        closes = next(e for e in all_edges if e > opens and not is_open(rules, e))
        found.append((opens, closes))
    return found


def easter(year):
    """Easter Sunday, Gregorian (Meeus, Jones and Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    n = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * n) // 451
    month, day = divmod(h + n - 7 * m + 114, 31)
    return datetime(year, month, day + 1).date()


def nth_weekday(year, month, weekday, nth):
    """The nth (or last, -1) weekday of a month, Monday is 0."""
    if nth < 0:
        after = datetime(year + month // 12, month % 12 + 1, 1).date()
        return after - timedelta(days=(after.weekday() - weekday - 1) % 7 + 1)
    first = datetime(year, month, 1).date()
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def add_months(date, months):
    """The same day so many months later, or the last day of a month that is too short."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    month += 1
    following = datetime(year + month // 12, month % 12 + 1, 1).date()
    last = (following - timedelta(days=1)).day
    return date.replace(year=year, month=month, day=min(date.day, last))
