#!/usr/bin/env python3
"""Goal: kill -9 of an import or of an undo leaves what was before or what is after, never half.

Method: the real binary on a real PostgreSQL. An import is killed when it has reserved a seeded
number of lead ids, an undo when the server is seen at its statement for a seeded number of looks.
When the dead program's sessions are gone, the store is looked at; then the command runs again and
must finish it. No sleeps: every wait asks the server and has a deadline.
"""

import argparse
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import rig  # noqa: E402

CAMPAIGN = "spring"
DEADLINE_S = 60


def write_leads(path, rows):
    """Numbers that look like real ones; nothing dials them, there is no engine."""
    with open(path, "w", encoding="ascii") as file:
        file.write("phone,name,state,colour\n")
        for index in range(rows):
            file.write(f"+1212{2200000 + index * 3},Lead {index},NY,red\n")
        file.write("12,Bad,NY,red\n")


class Site:
    def __init__(self, folder, rows):
        self.rows = rows
        self.leads = folder / "leads.csv"
        write_leads(self.leads, rows)
        self.cluster = rig.Cluster(folder / "cluster", volatile=True)
        rig.dialer("migrate", "--store", self.cluster.user_dsn("dialer_owner"))
        self.store = ["--store", self.cluster.user_dsn("dialer_engine")]
        rig.dialer("campaign", "create", CAMPAIGN, *self.store, "--seller", "Example Energy",
                   "--caller-id", "+12125550199")

    def value(self, query):
        rows = self.cluster.sql(query, user="postgres")
        return rows[0][0] if rows else ""

    def until(self, query, wanted):
        """Asks until `wanted(answer)`; the answer."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            answer = self.value(query)
            if wanted(answer):
                return answer
        raise AssertionError(f"never came true: {query}")

    def import_command(self):
        return [rig.BIN / "dialer", "import", self.leads, "--campaign", CAMPAIGN, "--quiet",
                *self.store]

    def kill_when(self, command, query, wanted):
        """Runs a command and kills it at that moment. False when it was over before."""
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline and process.poll() is None:
            if wanted(self.value(query)):
                break
        killed = process.poll() is None
        if killed:
            process.send_signal(signal.SIGKILL)
        process.wait()
        self.until("SELECT count(*) FROM pg_stat_activity WHERE usename = 'dialer_engine'",
                   lambda sessions: sessions == "0")
        return killed

    def state(self):
        """Leads by status, phones, lists in force and whether counts agree with them."""
        return self.value(
            "SELECT (SELECT count(*) FROM leads WHERE status = 'ready') || ' ' ||"
            " (SELECT count(*) FROM lead_phones) || ' ' ||"
            " (SELECT count(*) FROM lists WHERE status = 'active') || ' ' ||"
            " (SELECT coalesce(sum(rows_accepted), 0) FROM lists WHERE status = 'active')")

    def newest(self):
        return self.cluster.sql(
            "SELECT id, CASE WHEN status = 'running' AND NOT import_running(id) THEN 'broken'"
            " ELSE status END FROM imports ORDER BY id DESC LIMIT 1", user="postgres")[0]


def check(fact, text):
    if not fact:
        raise AssertionError(text)


def one_round(site, draw, tally):
    none, whole = "0 0 0 0", f"{site.rows} {site.rows} 1 {site.rows}"
    check(site.state() == none, f"before the import: {site.state()}")
    # A little more than all ids, so that some kills fall into the commit and after it.
    goal = draw.randint(0, site.rows + site.rows // 5)
    first = int(site.value("SELECT last_value FROM leads_id_seq"))
    killed = site.kill_when(site.import_command(), "SELECT last_value FROM leads_id_seq",
                            lambda last: int(last) - first >= goal)
    state = site.state()
    check(state in (none, whole), f"after a killed import: {state}")
    tally["import killed, nothing there" if state == none else "import was whole"] += 1
    if killed and state == none:
        check(site.newest()[1] in ("broken", "undone"), f"status {site.newest()}")
    rig.dialer(*site.import_command()[1:])
    check(site.state() == whole, f"after the import ran again: {site.state()}")

    number = site.newest()[0]
    looks = draw.randint(0, 6)
    seen = []

    def at_statement(answer):
        seen.extend([1] if answer != "0" else [])
        return len(seen) > looks

    site.kill_when(
        [rig.BIN / "dialer", "import", "undo", number, *site.store],
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'dialer_engine' AND"
        " state = 'active' AND query LIKE '%take_back_list%'", at_statement)
    state = site.state()
    check(state in (none, whole), f"after a killed undo: {state}")
    tally["undo killed, all there" if state == whole else "undo was whole"] += 1
    rig.dialer("import", "undo", number, *site.store)
    check(site.state() == none, f"after the undo ran again: {site.state()}")
    held = site.value("SELECT count(*) FROM leads"
                      " WHERE status <> 'held' OR stop_reason <> 'undone'")
    check(held == "0", f"{held} leads are not held after the undo")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    tally = dict.fromkeys(["import killed, nothing there", "import was whole",
                           "undo killed, all there", "undo was whole"], 0)
    passed = 0
    with tempfile.TemporaryDirectory(prefix="import-crash-") as folder:
        folder = pathlib.Path(folder)
        folder.chmod(0o755)  # the server may run as a user of its own
        site = Site(folder, options.rows)
        try:
            for number in range(options.kills):
                one_round(site, draw, tally)
                passed += 1
        except AssertionError as error:
            print(f"seed {options.seed}, round {passed + 1}: {error}", file=sys.stderr)
        finally:
            site.cluster.destroy()
    print(", ".join(f"{count} times {what}" for what, count in tally.items()))
    print(f"{passed} passed, {options.kills - passed} failed")
    return 0 if passed == options.kills else 1


if __name__ == "__main__":
    sys.exit(main())
