#!/usr/bin/env python3
"""Writes the cases of this folder: python3 make_cases.py [FOLDER]. Needs tzdata 2026f or later."""

import sys
from pathlib import Path

from book import Book
from frequency_cases import write_frequency
from holiday_cases import write_holidays
from consent_cases import write_consent
from hours_cases import write_hours
from list_cases import write_lists
from world_cases import write_world


def main():
    book = Book()
    write_hours(book)
    write_holidays(book)
    write_consent(book)
    write_lists(book)
    write_frequency(book)
    write_world(book)
    book.write(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)


main()
