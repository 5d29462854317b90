"""What people ask of a running engine in the crash test of changes, and what is known to have come
of it: an answer says that a change is there; without one it may be there wholly, or not at all.
"""

import datetime
import http.client
import subprocess

from crash_site import CAMPAIGN, rig

POOLED = "+12125550198"
RULE = "congestion"  # an outcome that is rare here, so that its rule changes without effect
NOBODY_KNOWS = (OSError, ValueError, http.client.HTTPException)
TEXT_OF_CAMPAIGN = f"FROM campaigns WHERE name = '{CAMPAIGN}'"
# So that a fault can be understood from its print.
LAST_CHANGES = """
SELECT id, at, by_whom, wrap_up, ring, rest FROM (
    SELECT id, at, by_whom, after -> 'wrap_up_max_s' AS wrap_up, after -> 'ring_max_s' AS ring,
           after -> 'caller_id_rest_s' AS rest
    FROM setting_changes WHERE table_name = 'campaigns' ORDER BY id DESC LIMIT 12) c ORDER BY id
"""


class Unexpected(Exception):
    """The engine refused what it must not refuse."""


class Setting:
    """A setting of several parts that are made from one number: parts of two are half a change."""

    def __init__(self, name, query, text, path, body, command):
        self.name, self.query, self.text = name, query, text
        self.path, self.body, self.command = path, body, command
        self.now = None  # as the store must show it

    def read(self, cluster):
        rows = cluster.sql("SELECT " + self.query)
        return rows[0][0] if rows else ""


def settings(list_id):
    return [
        Setting("limits of the campaign",
                f"wrap_up_max_s || ' ' || ring_max_s || ' ' || caller_id_rest_s {TEXT_OF_CAMPAIGN}",
                lambda v: f"{v % 20 + 1} {v % 40 + 15} {v + 600}",
                f"/api/campaigns/{CAMPAIGN}/settings",
                lambda v: {"wrap_up_max_s": v % 20 + 1, "ring_max_s": v % 40 + 15,
                           "caller_id_rest_s": v + 600},
                lambda v: ["campaign", "set", CAMPAIGN, "--wrap-up-max", v % 20 + 1, "--ring-max",
                           v % 40 + 15, "--caller-id-rest", v + 600]),
        Setting("retry rule",
                f"delay_s || ' ' || tries_max FROM retry_rules WHERE outcome = '{RULE}'"
                " AND campaign_id IS NOT NULL",
                lambda v: f"{v + 60} {v % 50 + 50}",
                f"/api/campaigns/{CAMPAIGN}/retry-rules",
                lambda v: {"outcome": RULE, "delay_s": v + 60, "tries_max": v % 50 + 50},
                lambda v: ["retry", "set", RULE, "--campaign", CAMPAIGN, "--delay", f"{v + 60}s",
                           "--tries", v % 50 + 50]),
        Setting("filter",
                f"filter {TEXT_OF_CAMPAIGN}",
                lambda v: f"attempts < {v + 1000}",
                f"/api/campaigns/{CAMPAIGN}/filter",
                lambda v: {"text": f"attempts < {v + 1000}"},
                lambda v: ["filter", "set", CAMPAIGN, f"attempts < {v + 1000}"]),
        Setting("caller id of the pool",
                f"weight || ' ' || active FROM campaign_caller_ids WHERE number = {POOLED[1:]}",
                lambda v: f"{v % 100 + 1} {'true' if v % 2 else 'false'}",
                f"/api/campaigns/{CAMPAIGN}/caller-ids",
                lambda v: {"number": POOLED, "weight": v % 100 + 1, "active": v % 2 == 1},
                None),
        Setting("list",
                f"weight || ' ' || priority FROM lists WHERE id = {list_id}",
                lambda v: f"{v % 100 + 1} {v % 9}",
                f"/api/lists/{list_id}",
                lambda v: {"weight": v % 100 + 1, "priority": v % 9},
                lambda v: ["list", "set", list_id, "--weight", v % 100 + 1, "--priority", v % 9]),
    ]


class Settings:
    """Changes settings one after the other and takes some back."""

    def __init__(self, site, draw):
        self.site, self.draw = site, draw
        list_id = site.cluster.sql("SELECT min(id) FROM lists")[0][0]
        self.all = settings(list_id)
        for setting in self.all:
            setting.now = setting.read(site.cluster)
        self.made = []  # (id of a change of the campaign's limits, as it was before)
        self.value = 0
        self.pending = None  # (setting, as it is if it happened, what does it again)
        self.tally = {"before": 0, "after": 0, "acknowledged": 0}

    def ask(self, again=None):
        """One change through the API; False when nobody knows what came of it."""
        setting, want, path, body = again or self.next()
        self.pending = (setting, want, path, body)
        try:
            status, reply = self.site.engine.request("POST", path, self.site.token, body)
        except NOBODY_KNOWS:
            return False
        if status >= 500:
            return False
        if status != 200:
            raise Unexpected(f"POST {path} {body}: {status} {reply}")
        # Asked again it changes nothing, and the answer names the change that is in force.
        if "/settings/" not in path and "change" in reply and setting.now != want:
            self.made.append((reply["change"], setting.now))
        self.pending = None
        self.acknowledged(setting, want)
        return True

    def next(self):
        if self.made and self.draw.random() < 0.25:
            change, before = self.made.pop()
            return self.all[0], before, f"/api/settings/{change}/revert", {"force": True}
        self.value += 1
        setting = self.draw.choice(self.all)
        return setting, setting.text(self.value), setting.path, setting.body(self.value)

    def acknowledged(self, setting, want):
        setting.now = want
        self.tally["acknowledged"] += 1

    def command(self, after_s):
        """The same by a command that is killed then, or is over before; no engine runs."""
        self.value += 1
        setting = self.draw.choice([each for each in self.all if each.command])
        arguments = setting.command(self.value)
        if self.made and self.draw.random() < 0.3:
            change, want = self.made.pop()
            setting, arguments = self.all[0], ["settings", "revert", change, "--force"]
        else:
            want = setting.text(self.value)
        whole = [rig.BIN / "dialer", *arguments, "--config", self.site.config, "--by", "ana"]
        process = subprocess.Popen(list(map(str, whole)), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            code = process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            code = None
        if code not in (0, None):
            raise Unexpected(f"{' '.join(map(str, arguments))}: {code}")
        if code == 0:
            self.acknowledged(setting, want)
            return []
        self.site.wait_until_alone()
        faults = self.check(killed=(setting, want))
        rig.dialer(*arguments, "--config", self.site.config, "--by", "ana")
        self.acknowledged(setting, want)
        return faults

    def check(self, killed=None):
        """What is there against what is known, while nobody changes anything; from then on it is
        known."""
        faults = []
        unknown = killed or (self.pending[:2] if self.pending else (None, None))
        for setting in self.all:
            there = setting.read(self.site.cluster)
            if setting is unknown[0] and there == unknown[1]:
                setting.now = there
                self.tally["after"] += 1
            elif there != setting.now:
                faults.append(f"{setting.name}: {there!r}, not {setting.now!r}"
                              + (f" or {unknown[1]!r}" if setting is unknown[0] else "")
                              + f"; asked last: {self.pending}; changes of campaigns:"
                              + "".join(f"\n    {row}" for row in
                                        self.site.cluster.sql(LAST_CHANGES)))
            elif setting is unknown[0]:
                self.tally["before"] += 1
        return faults

    def finish_pending(self):
        """The same request again, until it is answered."""
        if self.pending:
            rig.wait_until(lambda: self.ask(self.pending), 20, f"{self.pending} is done")


class Callbacks:
    """Agrees on callbacks, some with an agent, replaces them, and cancels some."""

    def __init__(self, site, draw):
        self.site, self.draw = site, draw
        self.leads = [int(row[0]) for row in site.cluster.sql("SELECT id FROM leads ORDER BY id")]
        self.agents = [int(row[0]) for row in site.cluster.sql("SELECT id FROM agents")]
        self.notes = 0
        self.open = {}  # id -> note, as far as anybody said
        self.cancelled = set()
        self.pending = None  # ("add", lead, note, body) or ("cancel", id)
        self.tally = {"before": 0, "after": 0, "acknowledged": 0}

    def ask(self, again=None):
        wish = again or self.next()
        self.pending = wish
        path = "/api/callbacks" if wish[0] == "add" else f"/api/callbacks/{wish[1]}/cancel"
        body = wish[3] if wish[0] == "add" else {"why": "no longer wanted"}
        try:
            status, reply = self.site.engine.request("POST", path, self.site.token, body)
        except NOBODY_KNOWS:
            return False
        if status >= 500:
            return False
        if status not in (201, 204, 409):
            raise Unexpected(f"POST {path} {body}: {status} {reply}")
        if status == 201:
            self.open[reply["id"]] = wish[2]
        elif wish[0] == "cancel":
            self.open.pop(wish[1], None)
            self.cancelled |= {wish[1]} if status == 204 else set()
        self.tally["acknowledged"] += status != 409
        self.pending = None
        return True

    def next(self):
        if self.open and self.draw.random() < 0.4:
            return "cancel", self.draw.choice(sorted(self.open))
        self.notes += 1
        lead, note = self.draw.choice(self.leads), f"wish {self.notes}"
        # At the next minute, so that some come due, or in half an hour.
        at = self.site.engine_now() + datetime.timedelta(
            seconds=5 if self.draw.random() < 0.5 else 1800)
        body = {"lead": lead, "at": at.isoformat(), "note": note}
        if self.draw.random() < 0.5:
            body["agent"] = self.draw.choice(self.agents)
        return "add", lead, note, body

    def check(self):
        rows = {int(row[0]): row for row in self.site.cluster.sql(
            "SELECT id, lead_id, note, status, end_reason FROM callbacks")}
        faults = [f"callback {each} was acknowledged and is lost"
                  for each in [*self.open, *self.cancelled] if each not in rows]
        faults += [f"callback {each} was cancelled and is {rows[each][3]}"
                   for each in self.cancelled if each in rows and rows[each][3] != "cancelled"]
        of_note = {}
        for row in rows.values():
            of_note.setdefault(row[2], []).append(row)
        if self.pending and self.pending[0] == "add":
            self.tally["after" if self.pending[2] in of_note else "before"] += 1
        elif self.pending:
            was_done = rows[self.pending[1]][4].startswith("by ")
            self.tally["after" if was_done else "before"] += 1
        by_hand = [each for each in self.open
                   if rows.get(each) and rows[each][4].startswith("by supervisor: ")
                   and self.pending != ("cancel", each)]
        return faults + [f"callback {each} was cancelled by nobody" for each in by_hand]

    def finish_pending(self):
        """The same request again, until it is answered: one callback is open for it at most."""
        wish = self.pending
        if not wish:
            return []
        rig.wait_until(lambda: self.ask(wish), 20, f"{wish} is done")
        if wish[0] == "cancel":
            status = self.site.cluster.sql(f"SELECT status FROM callbacks WHERE id = {wish[1]}")
            return [] if status != [["open"]] else [f"callback {wish[1]} is open after all"]
        open_ones = self.site.cluster.sql(
            f"SELECT id FROM callbacks WHERE note = '{wish[2]}' AND status = 'open'")
        return [] if len(open_ones) <= 1 else [f"{wish[2]} is open as {open_ones}"]
