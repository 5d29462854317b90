"""Collects cases by topic and writes one file a topic."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from oracle import UTC
from table import zone

ACME_CONSENT = {"sellers": ["acme"],
                "evidence": {"form": "web-7", "timestamp": "2026-10-01T16:00:00Z"}}


def utc(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def wall(text, zone_name):
    """The instant of a wall clock: wall("2026-11-24 12:00", "New_York")."""
    pattern = "%Y-%m-%d %H:%M:%S" if text.count(":") == 2 else "%Y-%m-%d %H:%M"
    there = datetime.strptime(text, pattern).replace(tzinfo=ZoneInfo(zone(zone_name)))
    return there.astimezone(UTC)


def consent(grade, at, **more):
    return {"grade": grade, **ACME_CONSENT, "at": utc(at), **more}


class Book:
    def __init__(self):
        self.topics = {}
        self.names = set()
        self.numbers = 0

    def number(self, npa):
        """A number of the range kept for fiction; another one each time."""
        self.numbers += 1
        return f"+1{npa}555{100 + self.numbers % 100:04d}"

    def add(self, topic, row, name, facts, verdict, codes=(), until=None, assume_clear=True,
            doubtful=False):
        """One case. `facts["number"]` may be an area code, `facts["at"]` an instant."""
        if name in self.names:
            raise ValueError("two cases are called " + name)
        self.names.add(name)
        facts = dict(facts)
        if not facts["number"].startswith("+") and len(facts["number"]) == 3:
            facts["number"] = self.number(facts["number"])
        if isinstance(facts["at"], datetime):
            facts["at"] = utc(facts["at"])
        case = {"name": name, "row": row, "facts": facts, "assume_clear": assume_clear,
                "verdict": verdict}
        if codes:
            case["codes_include"] = [codes] if isinstance(codes, str) else list(codes)
        if until is not None:
            case["until"] = utc(until) if isinstance(until, datetime) else until
        if doubtful:
            case["doubtful"] = True
        self.topics.setdefault(topic, []).append(case)

    def write(self, folder):
        for topic, cases in sorted(self.topics.items()):
            lines = [json.dumps(case, ensure_ascii=False) + "\n" for case in cases]
            Path(folder, topic + ".jsonl").write_text("".join(lines), encoding="utf-8")
            doubtful = sum("doubtful" in case for case in cases)
            print(f"{topic:24} {len(cases):5} cases, {doubtful} doubtful")
        print(f"{'all':24} {len(self.names):5} cases")
