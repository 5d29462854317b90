"""The database is gone for ten seconds while people talk."""

import collections
import threading
import time

import crash_checks as checks
from crash_site import CAMPAIGN, CLOCK_START, Site, rig  # noqa: F401
