#!/usr/bin/env python3
"""Goal: on one nailed-up line an agent talks to one customer after the other; each hears the other
and nobody else, at once and without a gap, and key presses pass both ways.

Method: two real phones, both baresip. One registers as the agent's phone. The other is the carrier:
an account and a tone of its own for each of 21 numbers. Every party records what it hears. The
agent signs in once; customers and the agent hang up in turns; the last conversation is for key
presses. Afterwards the recordings are searched for all tones, and the packets seen on the wire
(where the system lets us look) say how long the agent waited for the first sound.

    tests/e2e/baresip.py

Environment: DIALER_BIN is the folder of the binaries, DIALER_KEEP=1 keeps the recordings.
"""

import math
import sys
import time
import traceback

import tones
from baresip_phone import Baresip, free_ports
from rtp_wire import AUDIO, RtpWire
from sipp_carrier import HOST, rig

CLOCK = "2026-11-23T15:00:00-05:00"  # a weekday afternoon in New York, on loopback trunks only
CALLER_ID = "+12125550199"
CAMPAIGN = "baresip"
AGENT, PASSWORD = "agent001", "forty-four"
TALKS = 20
NUMBERS = [f"+{12125550101 + i}" for i in range(TALKS + 1)]  # the last one is for key presses
AGENT_HZ = 440
# 80 Hz apart, and none is a multiple of the agent's tone.
CUSTOMER_HZ = [640 + 80 * i for i in range(TALKS + 1)]
ABSENT_HZ = 2600  # nobody plays it
ALL_HZ = [AGENT_HZ, *CUSTOMER_HZ, ABSENT_HZ]
TALK_S = 2.0
PAUSE_S = 0.5  # of the agent between customers
GAP_MAX_MS = 60
AGENT_KEYS, CUSTOMER_KEYS = "1592#", "7*30"
AGENT_PORTS = 20
RTP_PORTS = AGENT_PORTS + 80


class Shift:
    """The parts of the test, the shift itself, and what was recorded of it."""

    def __init__(self, workspace):
        self.space = workspace
        self.folder = workspace.path
        first = free_ports(RTP_PORTS)
        middle, last = first + AGENT_PORTS, first + RTP_PORTS - 1
        for index, hz in enumerate((AGENT_HZ, *CUSTOMER_HZ)):
            # The agent's file outlasts the shift; a source that ends would end the sound.
            tones.write_tone(self.folder / f"{hz}.wav", hz, 30 if index else 300)
        tone = self.folder / f"{AGENT_HZ}.wav"
        self.phone = workspace.keep(Baresip("agent", self.folder, tone, (first, middle - 1)))
        self.carrier = workspace.keep(Baresip("carrier", self.folder, tone, (middle, last)))
        self.wire = workspace.keep(RtpWire(first, last))
        self.agent_ports, self.customer_ports = range(first, middle), range(middle, last + 1)

    # -- before the shift

    def prepare(self):
        self.cluster = self.space.keep(rig.Cluster(self.folder / "pg", volatile=True))
        trunk = {"name": "carrier", "host": HOST, "port": self.carrier.sip_port,
                 "options_interval_s": 0}
        self.config = rig.write_config(self.folder / "dialer.toml", self.cluster, [trunk],
                                       clock_start_at=CLOCK)
        rig.dialer("migrate", "--config", self.config)
        rig.load_law(self.config, self.folder)
        rig.dialer("campaign", "create", CAMPAIGN, "--seller", "Acme Solar", "--caller-id",
                   CALLER_ID, "--wrap-up-max", 60, "--attempts-max", 1, "--config", self.config)
        rig.give_scripts(self.cluster)
        leads = self.folder / "leads.csv"
        leads.write_text("phone,name\n" + "".join(f"{n},Lead {n}\n" for n in NUMBERS))
        rig.dialer("import", leads, "--campaign", CAMPAIGN, "--config", self.config, "--quiet")
        rig.dialer("campaign", "start", CAMPAIGN, "--config", self.config)
        rig.dialer("agent", "add", "--name", AGENT, "--sip-user", AGENT, "--password", PASSWORD,
                   "--config", self.config)
        self.token = rig.add_user(self.config, AGENT, "agent", "--agent", AGENT)
        self.supervisor = rig.add_user(self.config, "supervisor", "admin")

    def start(self):
        self.carrier.start(
            f"<sip:{number}@{HOST}>;regint=0;answermode=auto;audio_codecs=PCMU/8000"
            f";audio_source=aufile,{self.folder}/{hz}.wav;audio_player=aubridge,{hz}"
            for number, hz in zip(NUMBERS, CUSTOMER_HZ))
        self.engine = self.space.keep(rig.Engine(self.config, self.folder))
        # Who registers before the accounts are loaded is taken for a guesser.
        rig.wait_until(lambda: self.engine.live(self.supervisor)["agents"], 20, "agents loaded")
        self.phone.start([f"<sip:{AGENT}@{HOST}:{self.engine.sip_port}>;auth_user={AGENT}"
                          f";auth_pass={PASSWORD};regint=600;answermode=auto"
                          ";audio_codecs=PCMU/8000"])
        self.wait_for_desk(lambda desk: desk["phone"] == "registered", "the phone is registered")
        self.post("sign-in", {"campaign": CAMPAIGN, "ready": True})

    def post(self, action, body=None):
        status, text = self.engine.request("POST", f"/api/agent/{action}", self.token, body)
        if status not in (200, 204):
            raise rig.RigError(f"{action}: {status} {text}")

    def wait_for_desk(self, matches, what):
        def look():
            if not self.engine.alive():
                raise rig.RigError(f"the engine ended:\n{self.engine.tail()}")
            status, desk = self.engine.request("GET", "/api/agent/desk", self.token)
            return desk if status == 200 and matches(desk) else None
        return rig.wait_until(look, 30, what)

    def wait_for_state(self, state):
        return self.wait_for_desk(lambda desk: desk["state"] == state, f"the agent is {state}")

    # -- the shift

    def work(self):
        self.order = []  # indices of the customers, as they came
        for talk in range(len(NUMBERS)):
            call = self.wait_for_state("talking")["call"]
            self.order.append(NUMBERS.index("+" + "".join(filter(str.isdigit, call["number"]))))
            if talk < TALKS:
                last_for(TALK_S)
            else:
                self.press_keys()
            self.hang_up(talk)
            self.wait_for_state("wrap_up")
            last_for(PAUSE_S)
            self.post("disposition", {"code": "contact", "ready": talk + 1 < len(NUMBERS)})
        self.calls_of_the_phone = len(self.phone.seen("CALL_ESTABLISHED"))
        self.closed_early = len(self.phone.seen("CALL_CLOSED"))
        self.post("sign-out")
        self.phone.wait(lambda event: event.get("type") == "CALL_CLOSED", "line closed")

    def hang_up(self, talk):
        if talk % 2:
            self.post("hang-up")
        else:
            self.carrier.command("uafind", f"sip:{NUMBERS[self.order[-1]]}@{HOST}")
            self.carrier.command("hangup")

    def press_keys(self):
        self.carrier.command("uafind", f"sip:{NUMBERS[self.order[-1]]}@{HOST}")
        self.keys = {}
        for presser, listener, keys in ((self.phone, self.carrier, AGENT_KEYS),
                                        (self.carrier, self.phone, CUSTOMER_KEYS)):
            presser.command("sndcode", keys)
            try:
                rig.wait_until(lambda: len(listener.seen("CALL_DTMF_END")) >= len(keys), 15, "keys")
            except rig.RigError:
                pass  # judged by what came
            self.keys[listener.name] = "".join(
                event["param"] for event in listener.seen("CALL_DTMF_START"))

    # -- afterwards

    def finish(self):
        for part in (self.phone, self.carrier, self.engine, self.wire):
            part.stop()
        columns = ("number", "outcome", "treatment", "agent_id", "ended_by", "bridge_us",
                   "agent_us")
        self.attempts = [dict(zip(columns, row)) for row in self.cluster.sql(
            "SELECT a.number, r.outcome, r.treatment, r.agent_id, r.ended_by,"
            " r.answer_to_bridge_us, r.answer_to_agent_us FROM attempts a"
            " JOIN attempt_results r ON r.attempt_id = a.id ORDER BY a.id")]
        self.states = [row[0] for row in self.cluster.sql(
            "SELECT to_state FROM agent_states ORDER BY id")]
        self.agent_recordings = self.phone.heard()
        self.customer_recordings = self.carrier.heard()
        self.agent_samples = tones.read_wav(self.agent_recordings[0])
        self.agent_windows = tones.spectrum(self.agent_samples, ALL_HZ)
        self.agent_runs = tones.runs(self.agent_windows)
        self.customer_samples = [tones.read_wav(path) for path in self.customer_recordings]
        self.customer_windows = [tones.spectrum(samples, ALL_HZ)
                                 for samples in self.customer_samples]


def last_for(seconds):
    """Lets a conversation or a pause last; nothing is inferred from it."""
    end = time.monotonic() + seconds
    rig.wait_until(lambda: time.monotonic() >= end, seconds + 1, "the end of a while")


# -- the cases; they yield faults

def the_line_is_called_once_and_kept(shift):
    if shift.calls_of_the_phone != 1 or shift.closed_early:
        yield f"{shift.calls_of_the_phone} calls to the agent, {shift.closed_early} lost"
    if len(shift.agent_recordings) != 1:
        yield f"{len(shift.agent_recordings)} recordings of the agent's phone"
    if shift.states.count("talking") != len(NUMBERS):
        yield f"states of the agent: {shift.states}"


def every_customer_is_bridged_once(shift):
    numbers = sorted("+" + row["number"] for row in shift.attempts)
    if numbers != NUMBERS:
        yield f"dialed: {numbers}"
    for row in shift.attempts:
        if (row["outcome"], row["treatment"]) != ("answered", "bridged"):
            yield f"{row}"
    if len({row["agent_id"] for row in shift.attempts}) != 1:
        yield "more than one agent in the log"


def the_log_says_who_hung_up(shift):
    said = [row["ended_by"] for row in shift.attempts]
    expected = ["agent" if talk % 2 else "customer" for talk in range(len(NUMBERS))]
    if said != expected:
        yield f"{said}"


def the_agent_hears_each_customer_and_nobody_else(shift):
    expected = [CUSTOMER_HZ[index] for index in shift.order]
    heard = [hz for hz, _, _ in shift.agent_runs]
    if heard != expected:
        yield f"heard {heard}, expected {expected}"
    for hz, first, last in shift.agent_runs:
        duration_ms = (last - first + 1) * 1000 * tones.WINDOW // tones.RATE_HZ
        if hz != CUSTOMER_HZ[shift.order[-1]] and duration_ms < 800 * TALK_S:
            yield f"{hz} Hz only for {duration_ms} ms"
        others = tones.foreign(shift.agent_windows[first:last + 1], hz)
        if others:
            yield f"with {hz} Hz also {sorted(others)} Hz"


def the_agent_hears_silence_between_customers(shift):
    windows = shift.agent_windows
    for (_, _, last), (hz, first, _) in zip(shift.agent_runs, shift.agent_runs[1:]):
        between = windows[last + 2:first - 1]  # the windows at the edges hold a bit of the tone
        noisy = [window for window in between if window]
        if len(between) * tones.WINDOW < tones.RATE_HZ * PAUSE_S * 0.8:
            yield f"a pause of {len(between)} windows before {hz} Hz"
        if noisy:
            yield f"{len(noisy)} of {len(between)} windows before {hz} Hz are not silent"


def each_customer_hears_the_agent_and_nobody_else(shift):
    if len(shift.customer_windows) != len(NUMBERS):
        yield f"{len(shift.customer_windows)} recordings of customers"
    for talk, windows in enumerate(shift.customer_windows):
        heard = [hz for hz, _, _ in tones.runs(windows)]
        others = tones.foreign(windows, AGENT_HZ)
        if set(heard) != {AGENT_HZ} or others:
            yield f"customer {talk + 1} heard {heard}, also {sorted(others)} Hz"


def nobody_hears_a_gap_in_a_conversation(shift):
    for hz, first, last in shift.agent_runs[:TALKS]:
        samples = shift.agent_samples[first * tones.WINDOW:(last + 1) * tones.WINDOW]
        hole_ms = tones.longest_hole_ms(samples)
        if hole_ms >= GAP_MAX_MS:
            yield f"the agent heard nothing of {hz} Hz for {hole_ms} ms"
    for talk, samples in enumerate(shift.customer_samples[:TALKS]):
        hole_ms = tones.longest_hole_ms(samples)
        if hole_ms >= GAP_MAX_MS:
            yield f"customer {talk + 1} heard nothing for {hole_ms} ms"


def the_log_says_that_bridging_was_fast(shift):
    for row in shift.attempts:
        for column in ("bridge_us", "agent_us"):
            if not row[column] or int(row[column]) >= GAP_MAX_MS * 1000:
                yield f"{row}"


def keys_pass_both_ways(shift):
    if shift.keys != {"carrier": AGENT_KEYS, "agent": CUSTOMER_KEYS}:
        yield f"{shift.keys}"


def the_analysis_knows_good_from_bad(_shift):
    """The same looks at made-up recordings: a clean one, a mixed one, one with a hole."""
    def play(hz, seconds, amplitude=tones.AMPLITUDE):
        count = int(seconds * tones.RATE_HZ)
        return [round(amplitude * math.sin(2 * math.pi * hz * i / tones.RATE_HZ))
                for i in range(count)]

    clean = play(640, 1)
    mixed = [a + b for a, b in zip(clean, play(720, 1, tones.AMPLITUDE // 20))]
    broken = clean[:4000] + [0] * 640 + clean[4640:]
    if tones.foreign(tones.spectrum(clean, ALL_HZ), 640):
        yield "a clean tone looks mixed"
    if tones.foreign(tones.spectrum(mixed, ALL_HZ), 640) != {720}:
        yield "a second tone at -26 dB is missed"
    if not 75 <= tones.longest_hole_ms(broken) <= 85 or tones.longest_hole_ms(clean):
        yield "a hole of 80 ms is missed or seen where there is none"
    if [run[0] for run in tones.runs(tones.spectrum(clean + play(800, 1), ALL_HZ))] != [640, 800]:
        yield "two customers look like one"


# -- the cases that need the wire

def sound(packets):
    """The first packet with a loud sample; None when there is none."""
    return next((packet for packet in packets if packet.peak >= tones.LOUD), None)


def the_line_is_one_stream_of_packets(shift):
    """What the agent's phone gets: one source, no number missing, its time never back, and no
    packet late that the customer did not send late."""
    packets = [p for p in shift.wire.packets if p.target in shift.agent_ports]
    if len({p.ssrc for p in packets}) != 1:
        yield f"{len({p.ssrc for p in packets})} sources"
    for one, two in zip(packets, packets[1:]):
        if (two.sequence - one.sequence) % 65536 != 1:
            yield f"after packet {one.sequence} came {two.sequence}"
        late_ms = (two.at - one.at) * 1000
        if late_ms >= GAP_MAX_MS and late_ms - own_pause_ms(shift, one.at, two.at) > 20:
            yield f"{late_ms:.0f} ms before packet {two.sequence}"
    audio = [p for p in packets if p.kind == AUDIO]  # a key keeps the time of its start
    for one, two in zip(audio, audio[1:]):
        if not 0 < (two.timestamp - one.timestamp) % (1 << 32) < 1 << 31:
            yield f"the stream's time went back at packet {two.sequence}"


def own_pause_ms(shift, start, end):
    """The longest pause that a customer's phone made by itself and that touches start..end."""
    packets = [p for p in shift.wire.packets if p.source in shift.customer_ports
               and start - 1 <= p.at <= end + 1]
    return max((two.at - one.at for one, two in zip(packets, packets[1:])
                if one.ssrc == two.ssrc and one.at < end and two.at > start), default=0) * 1000


def the_first_sound_passes_at_once(shift):
    """From the customer's first sound to the agent, and from there the agent's to the customer."""
    by_source = {}
    for packet in shift.wire.packets:
        if packet.source in shift.customer_ports:
            by_source.setdefault(packet.ssrc, []).append(packet)
    if len(by_source) != len(NUMBERS):
        yield f"{len(by_source)} customers on the wire"
    shift.gaps_ms = []
    for spoken in by_source.values():
        start, end, port = sound(spoken), spoken[-1].at, spoken[0].source
        if start is None:
            yield "a customer without a sound"
            continue
        during = [p for p in shift.wire.packets if start.at <= p.at <= end]
        for who, heard in (("agent", sound(p for p in during if p.target in shift.agent_ports)),
                           ("customer", sound(p for p in during if p.target == port))):
            gap_ms = (heard.at - start.at) * 1000 if heard else None
            shift.gaps_ms.append(gap_ms or 0)
            if gap_ms is None or gap_ms >= GAP_MAX_MS:
                yield f"the {who} on port {port} heard the first sound after {gap_ms} ms"


CASES = (the_analysis_knows_good_from_bad, the_line_is_called_once_and_kept,
         every_customer_is_bridged_once, the_log_says_who_hung_up,
         the_agent_hears_each_customer_and_nobody_else, the_agent_hears_silence_between_customers,
         each_customer_hears_the_agent_and_nobody_else, nobody_hears_a_gap_in_a_conversation,
         the_log_says_that_bridging_was_fast, keys_pass_both_ways)
WIRE_CASES = (the_line_is_one_stream_of_packets, the_first_sound_passes_at_once)


def judge(shift):
    """Prints a line for each case; the number of those that failed."""
    failed = 0
    for case in CASES + (WIRE_CASES if shift.wire.available else ()):
        faults = list(case(shift))
        failed += bool(faults)
        print(f"FAILED {case.__name__}: " + "; ".join(faults[:5]) if faults
              else f"ok {case.__name__}")
    return failed


def describe(shift):
    """What was measured, for people."""
    agent_ms = sorted(int(row["agent_us"] or 0) / 1000 for row in shift.attempts)
    print(f"answer to the agent's ear: {agent_ms[len(agent_ms) // 2]:.1f} ms p50, "
          f"{agent_ms[-1]:.1f} ms at most")
    if shift.wire.available:
        print(f"first sound to the other's ear: {max(shift.gaps_ms, default=0):.1f} ms at most")
    else:
        print("the wire was not read: no CAP_NET_RAW")


def main():
    try:
        with rig.Workspace("baresip") as workspace:
            shift = Shift(workspace)
            shift.prepare()
            shift.start()
            shift.work()
            shift.finish()
            failed = judge(shift)
            describe(shift)
    except (rig.RigError, OSError, ValueError, IndexError) as error:
        traceback.print_exc()
        print(f"FAILED the shift: {error}")
        print("0 passed, 1 failed")
        return 1
    total = len(CASES) + (len(WIRE_CASES) if shift.wire.available else 0)
    print(f"{total - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
