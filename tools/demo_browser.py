"""The demo with people in it: places for every role, and a phone in the browser for one agent."""

import secrets
import signal
import threading

import rig
import rig_phones

# The demo's clock starts at three in the afternoon; after the evening nobody may be called.
FOREVER_S = 5 * 3600
AGENT = "alex"
PEOPLE = [
    (AGENT, "agent", "an agent's desk: take calls with this browser's microphone"),
    ("olga", "ops", "lists and campaigns"),
    ("sam", "supervisor", "the wallboard and reports"),
    ("carla", "compliance", "what was dialed and why, and its proof"),
    ("adam", "admin", "users and sessions"),
]


class Visitors:
    def __init__(self, workspace):
        rig.own_groups = True  # or Ctrl-C would end the engine before the summary
        self.phones = rig_phones.BrowserPhones(workspace)
        self.password = f"demo-{secrets.token_hex(4)}"
        self.gone = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.gone.set())

    def add_people(self, config):
        # Nobody knows that phone's own password: it is only ever the browser.
        rig.dialer("agent", "add", "--config", config, "--name", AGENT.capitalize(), "--sip-user",
                   AGENT, "--password", secrets.token_hex(16))
        for name, role, _ in PEOPLE:
            rig.add_user(config, name, role, *(["--agent", name] if name == AGENT else []))
            rig.dialer("user", "password", name, "--config", config,
                       text_input=self.password + "\n")

    def welcome(self, engine, campaign, say):
        self.phones.start(engine)
        say("")
        say(f"Open {engine.url} and sign in with the password {self.password} as")
        for name, role, what in PEOPLE:
            say(f"  {name:6} {role:10}  {what}")
        say(f"As {AGENT}: start the shift in the campaign {campaign}, allow the microphone, and be "
            "ready; wear a head-set.")
        say("Ctrl-C ends it, with a summary.")
        say("")

    def leave(self, seconds):
        """Waits; true when somebody pressed Ctrl-C meanwhile."""
        return self.gone.wait(seconds)
