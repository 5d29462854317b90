"""The parts of a campaign's day: ugly lists, a carrier that plays its people, an engine that signs
its log, and desks; everything else goes through the HTTP API.
"""

import io
import json
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from datetime import datetime

from mini_agents import MiniAgents
from modes_site import CLOCK, HOST, number, rig, settle  # noqa: F401 - settle is for the checks

CAMPAIGN = "spring"
CALLER_ID = "+12125550199"
# The last two digits of 212-555-01xx and what the person there does.
SALE, CALLBACK, WRONG, OPT_OUT, BUSY, HOT = 1, 2, 3, 4, 5, 60
NATIONAL, FILTERED, SECOND = 30, 40, (50, 51, 52)
ANSWERING = [SALE, CALLBACK, WRONG, OPT_OUT, HOT]
ANSWER = {"answer_ms": 200, "ring_ms": 50}
STATES_S = 20  # how long anybody waits for a call

# What people export: semicolons, accents of Windows, titles of their own, the same person twice,
# numbers that spreadsheets broke, a formula, a line that is short.
UGLY = "\r\n".join([
    "Kunde;Handy;St.;Einkommen;Notiz",
    "Zoë Müller;(212) 555-0101;New York;50000;\"likes \"\"green\"\"; calls late\"",
    "Grace;212.555.0102;NY;51000;",
    "=HYPERLINK(\"http://x\");1-212-555-0103;ny;52000;",
    "Mary;+1 212 555 0104;NY;53000;",
    "Alan;2125550105 ;NY;54000;",
    "Ada again;212 555 0101;NY;50000;the same number",
    "Broken;1.21255E+10;NY;50000;spreadsheet",
    "Short;555-0107;NY;50000;",
    "Nobody;;NY;50000;",
    ";;;;",
    "Listed;2125550130;NY;60000;on the registry",
    "Poor;2125550140;NY;100;",
    "",
]).encode("cp1252")
UGLY_LEADS, UGLY_REFUSED = 7, 4


def workbook(rows):
    """The smallest XLSX with inline texts and numbers."""
    def cell(column, row, value):
        where = f'r="{"ABCDEFG"[column]}{row}"'
        if isinstance(value, int):
            return f"<c {where}><v>{value}</v></c>"
        return f'<c {where} t="inlineStr"><is><t>{value}</t></is></c>'
    lines = "".join(
        f'<row r="{r}">' + "".join(cell(c, r, value) for c, value in enumerate(row)) + "</row>"
        for r, row in enumerate(rows, 1))
    office = "http://schemas.openxmlformats.org"
    main = f"{office}/spreadsheetml/2006/main"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml":
            f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels":
            f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1"'
            f' Type="{office}/officeDocument/2006/relationships/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml":
            f'<workbook xmlns="{main}" xmlns:r="{office}/officeDocument/2006/relationships">'
            '<sheets><sheet name="Leads" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
            f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1"'
            f' Type="{office}/officeDocument/2006/relationships/worksheet"'
            ' Target="sheet1.xml"/></Relationships>',
        "xl/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file.getvalue()


SECOND_LIST = workbook([["Phone", "Full Name", "State", "Income"]]
                       + [[12125550100 + last, f"Lead {last}", "NY", 70000] for last in SECOND])


class Day:
    def __init__(self, workspace):
        self.space, self.folder = workspace, workspace.path
        self.cluster = workspace.keep(rig.Cluster(self.folder / "pg", volatile=True))
        script = self.folder / "script.json"
        script.write_text(json.dumps({number(last): ANSWER for last in ANSWERING}
                                     | {number(BUSY): {"busy": True}}))
        self.carrier = workspace.keep(rig.Carrier(self.folder, "--script", script))
        self.config = self.folder / "dialer.toml"
        self.phones = None
        self.desks = {}
        self.funnels = 0

    def prepare(self):
        trunk = {"name": "carrier", "host": HOST, "port": self.carrier.sip_port,
                 "calls_per_second_max": 50, "channels_max": 100, "options_interval_s": 0}
        rig.write_config(self.config, self.cluster, [trunk], clock_start_at=CLOCK,
                         sip={"registration_max_s": 3600}, media={"silence_limit_ms": 600_000})
        with self.config.open("a") as file:
            file.write(f'\n[audit]\nkey = "{self.folder / "audit.key"}"\nsign_interval_s = 1\n')
        rig.dialer("migrate", "--config", self.config)
        rig.load_law(self.config, self.folder, national=number(NATIONAL)[2:])
        rig.load_list(self.config, self.folder, "company", "2125550100\n")
        rig.dialer("audit", "key", "--config", self.config, "--by", "carla")
        self.key = rig.dialer("audit", "key", "--show", "--config", self.config).stdout.strip()
        self.tokens = {role: rig.add_user(self.config, role, role)
                       for role in ("ops", "supervisor", "compliance", "admin")}
        for agent in ("ann", "bob"):
            rig.dialer("agent", "add", "--config", self.config, "--name", agent.capitalize(),
                       "--sip-user", agent, "--password", rig.AGENT_PASSWORD)
            self.tokens[agent] = rig.add_user(self.config, agent, "agent", "--agent", agent)
        self.engine = self.space.keep(rig.Engine(self.config, self.folder))
        self.phones = MiniAgents(self.engine.sip_port, rig.AGENT_PASSWORD)
        self.phones.register(["ann", "bob"])
        rig.wait_until(lambda: self.live() and self.live()["trunks"][0]["up"], 15, "trunk up")

    def close(self):
        if self.phones:
            self.phones.stop()

    # -- the API

    def call(self, method, path, role="admin", body=None):
        """(status, body)."""
        return self.engine.request(method, path, self.tokens[role], body, seconds=60)

    def get(self, path, role="admin"):
        status, body = self.call("GET", path, role)
        if status != 200:
            raise rig.RigError(f"GET {path}: {status} {body}")
        return body

    def post(self, path, body=None, role="admin", want=200):
        status, reply = self.call("POST", path, role, body)
        if status != want:
            raise rig.RigError(f"POST {path} {body}: {status} {reply}")
        return reply

    def raw(self, method, path, role, data=None):
        """(status, bytes, headers): files in and out."""
        request = urllib.request.Request(self.engine.url + path, method=method, data=data)
        request.add_header("Authorization", f"Bearer {self.tokens[role]}")
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, reply.read(), dict(reply.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read(), dict(error.headers)

    def upload(self, name, data):
        status, body, _ = self.raw("POST", "/api/uploads?name=" + urllib.parse.quote(name), "ops",
                                   data)
        if status != 201:
            raise rig.RigError(f"upload: {status} {body}")
        return json.loads(body)["upload"]

    def import_file(self, upload, **more):
        """The job when it is over."""
        job = self.post("/api/imports", {"upload": upload, "campaign": CAMPAIGN, **more}, "ops",
                        202)["job"]

        def over():
            told = self.get(f"/api/import-jobs/{job}", "ops")
            return told if told["state"] not in ("queued", "running") else None
        return rig.wait_until(over, 30, "the import is over")

    # -- looks

    def live(self):
        status, body = self.engine.request("GET", "/api/live", self.tokens["supervisor"])
        return body if status == 200 else None

    def runtime(self):
        """The campaign as the engine has it."""
        return next(c for c in self.live()["campaigns"] if c["name"] == CAMPAIGN)

    def funnel(self):
        """Looks at the funnel; it must add up at every look."""
        funnel = self.get(f"/api/campaigns/{CAMPAIGN}/funnel", "ops")
        self.funnels += 1
        sums = [sum(stage["leads"] for stage in funnel["stages"]),
                sum(part["leads"] for part in funnel["lists"] if part["leads"])]
        if sums[0] != funnel["loaded"]:
            raise rig.RigError(f"the funnel does not add up: {sums[0]} of {funnel['loaded']}:"
                               f" {funnel['stages']}")
        return funnel

    def stopped_at(self, step):
        return next(stage["leads"] for stage in self.funnel()["stages"] if stage["step"] == step)

    def lead(self, last):
        return self.get(f"/api/why?number={number(last)[1:]}&campaign={CAMPAIGN}", "ops")

    def why(self, last):
        whys = self.lead(last)["whys"]
        if len(whys) != 1:
            raise rig.RigError(f"{len(whys)} leads with {number(last)}")
        return whys[0]

    def failing(self, last):
        """Codes of what keeps a lead from being dialed."""
        why = self.why(last)
        codes = [c["code"] for c in why["conditions"] if c["passes"] == "no"]
        for phone in why["phones"]:
            codes += [reason["code"] for reason in phone["decision"]["reasons"]]
        return codes

    def undone_lead(self):
        """A lead of the list that was taken back; its number leads to nobody any more."""
        return int(self.cluster.sql("SELECT min(id) FROM leads WHERE stop_reason = 'undone'")[0][0])

    def engine_now(self):
        """The engine's wall clock, as its live figures say."""
        return datetime.fromisoformat(self.live()["at"].replace("Z", "+00:00"))

    def invites(self):
        return [entry for entry in self.carrier.journal() if entry["ev"] == "invite"]

    # -- desks

    def desk(self, agent):
        return self.get("/api/agent/desk", agent)

    def ask(self, agent, path, body=None):
        self.post(f"/api/agent/{path}", body, agent, 204)

    def wait_for_call(self, agent, seconds=STATES_S):
        """What is on the desk once a person is on the line."""
        def talking():
            desk = self.desk(agent)
            return desk if desk["state"] == "talking" else None
        return rig.wait_until(talking, seconds, f"{agent} talks", step=0.01)

    def finish(self, agent, code, ready=True, note=""):
        self.ask(agent, "disposition", {"code": code, "note": note, "ready": ready})

    def hang_up(self, agent):
        self.ask(agent, "hang-up")
        rig.wait_until(lambda: self.desk(agent)["state"] == "wrap_up", 10, f"{agent} wraps up")

    def log(self):
        """The exported dial log."""
        status, body, _ = self.raw("GET", f"/api/log?campaign={CAMPAIGN}"
                                   "&from=2026-11-23T00:00:00Z", "compliance")
        if status != 200:
            raise rig.RigError(f"log: {status} {body[:500]}")
        return [json.loads(line) for line in body.decode().split("\n") if line]

