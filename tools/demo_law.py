"""What the law asks about the demo's people: registries, kinds of lines, consents, answers about
reassigned numbers. A realistic mixture, the same on every run: most may be called, some may not.
"""

import importlib.machinery
import importlib.util
import pathlib

import rig

# Sales calls by a dialer need written consent there whatever the line is.
CONSENT_STATES = {"CT", "FL", "MD", "OK"}
# One number in so many ...
WIRELESS = 3  # belongs to a wireless carrier
SILENT = 8    # of those whose consent is needed has given none
MOVED = 10    # of Maine's has another owner now


def make_leads():
    """The module that makes the demo's list, for its area codes."""
    path = str(pathlib.Path(__file__).with_name("make_leads"))
    loader = importlib.machinery.SourceFileLoader("make_leads", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("make_leads", loader))
    loader.exec_module(module)
    return module


def people():
    """(number, state, place in the count) of everybody who may be on the list."""
    numbers = [(f"{code}555{line:04d}", state) for code, state in make_leads().AREA_CODES
               for line in range(100, 200)]
    return [(number, state, place * 7919 % len(numbers))
            for place, (number, state) in enumerate(numbers)]


def load(config, folder, seller, national, company, recorded_voice):
    """Loads everything as a user would; the numbers that consented. With `recorded_voice`
    (agentless) every call needs written consent."""
    everybody = people()
    wireless = {number for number, _, place in everybody if place % WIRELESS == 0}
    consenting = [number for number, state, place in everybody
                  if (recorded_voice or state in CONSENT_STATES or number in wireless)
                  and place % SILENT != 1]
    massachusetts = [number for number, state, place in everybody
                     if state == "MA" and place % 20 == 3]
    rig.load_law(config, folder, national.strip(), "\n".join(sorted(wireless)),
                 "\n".join(massachusetts))
    rig.load_list(config, folder, "company", company)
    rig.load_consents(config, folder, seller, consenting)
    maine = [(number, place) for number, state, place in everybody if state == "ME"]
    answers = pathlib.Path(folder) / "reassigned.csv"
    answers.write_text("number,date,answer\n" + "".join(
        f"{number},2026-11-02,{'yes' if place % MOVED == 0 else 'no'}\n"
        for number, place in maine))
    rig.dialer("dnc", "load", answers, "--config", config, "--kind", "reassigned", "--as-of",
               rig.LIST_DATE, "--quiet")
    return set(consenting)
