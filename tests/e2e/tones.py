"""Tones for the audio tests: each party plays its own, and recordings are searched for all of them.

All frequencies are multiples of 40 Hz, so that a window of 200 samples at 8 kHz holds whole periods
of each of them and one tone does not leak into the bin of another.
"""

import array
import math
import operator
import sys
import wave

RATE_HZ = 8000
WINDOW = 200      # samples, 25 ms
AMPLITUDE = 8000  # of the tones that are played
PRESENT = AMPLITUDE // 2   # a window plays a tone
SILENT = AMPLITUDE // 200  # a window is silent
AUDIBLE = AMPLITUDE * 3 // 100  # -30 dB; the harmonics of G.711 stay below
STEP = 40         # samples, 5 ms: the grain in which holes are measured
LOUD = AMPLITUDE // 4

_waves = {}


def write_tone(path, hz, seconds):
    """A mono WAV file of 16 bits at 8 kHz."""
    second = array.array("h", (round(AMPLITUDE * math.sin(2 * math.pi * hz * i / RATE_HZ))
                               for i in range(RATE_HZ)))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(_little_endian(second).tobytes() * seconds)


def read_wav(path):
    """The samples of a mono WAV file of 16 bits at 8 kHz."""
    with wave.open(str(path), "rb") as file:
        shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
        if shape != (1, 2, RATE_HZ):
            raise ValueError(f"{path}: {shape}")
        return _little_endian(array.array("h", file.readframes(file.getnframes())))


def _little_endian(samples):
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def strength(window, hz):
    """The amplitude of one frequency in WINDOW samples (one bin of the Fourier sum)."""
    if hz not in _waves:
        steps = [2 * math.pi * hz * i / RATE_HZ for i in range(WINDOW)]
        _waves[hz] = [math.cos(step) for step in steps], [math.sin(step) for step in steps]
    cosine, sine = _waves[hz]
    return 2 / WINDOW * math.hypot(sum(map(operator.mul, window, cosine)),
                                   sum(map(operator.mul, window, sine)))


def spectrum(samples, frequencies):
    """A list of {hz: amplitude}, one for each window; empty for a silent window."""
    windows = []
    for start in range(0, len(samples) - WINDOW + 1, WINDOW):
        window = samples[start:start + WINDOW]
        silent = max(window) <= SILENT and min(window) >= -SILENT
        windows.append({} if silent else {hz: strength(window, hz) for hz in frequencies})
    return windows


def runs(windows):
    """[hz, first, last] of each stretch of windows in which one tone is strongest and present; a
    short interruption does not end a stretch, another tone does."""
    found = []
    for index, window in enumerate(windows):
        hz = max(window, key=window.get) if window else None
        if hz is None or window[hz] < PRESENT:
            continue
        if found and found[-1][0] == hz and index - found[-1][2] <= 10:
            found[-1][2] = index
        else:
            found.append([hz, index, index])
    return found


def foreign(windows, own):
    """The frequencies but `own` that are heard in two windows in a row. A single window may hold a
    splice of the same tone, which spreads over all frequencies."""
    heard = set()
    for earlier, later in zip(windows, windows[1:]):
        heard |= {hz for hz in earlier if hz != own and earlier[hz] > AUDIBLE
                  and later.get(hz, 0) > AUDIBLE}
    return heard


def longest_hole_ms(samples):
    """The longest quiet stretch inside the samples, from the first loud one to the last."""
    loud = [max(samples[i:i + STEP]) >= LOUD for i in range(0, len(samples) - STEP + 1, STEP)]
    if True not in loud:
        return len(samples) * 1000 // RATE_HZ
    longest = hole = 0
    for is_loud in loud[loud.index(True):len(loud) - loud[::-1].index(True)]:
        hole = 0 if is_loud else hole + 1
        longest = max(longest, hole)
    return longest * STEP * 1000 // RATE_HZ
