#!/usr/bin/env python3
"""How much slower than a bare COPY is an import that checks, dedupes and scrubs every row?

One private cluster with its default, safe settings, and in each round: the same CSV by COPY through
psql into a plain table of text columns, then `dialer import` with the rules, a national list and a
company list. Prints medians, their ratio and the largest memory of the importing process. Then
workbooks of 20,000 and 200,000 rows, with the memory of each.
"""

import argparse
import csv
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tools"))
import rig  # noqa: E402

COLUMNS = ["phone", "phone2", "first_name", "last_name", "email", "address", "city", "state", "zip",
           "county", "country", "time_zone", "lead_id", "debt_id", "list_code", "campaign_code",
           "source_url", "created_at", "score", "product", "language", "notes"]
FIRST = "Ann Bo Cy Di Eve Fay Gus Hal Ida Jo Kim Lee Max Ned Oda Pat Quin Ray Sue Tom".split()
LAST = "Adams Baker Clark Davis Evans Frank Hills Irwin Jones King Lopez Mason Nolan".split()
TOWNS = [("Albany", "NY", "12207", "Albany", "Eastern"), ("Miami", "FL", "33101", "", "Eastern"),
         ("Dallas", "TX", "75201", "Dallas", "Central"), ("Chicago", "IL", "60601", "Cook", ""),
         ("Los Angeles", "CA", "90001", "", "Pacific"), ("Denver", "CO", "80202", "", "Mountain"),
         ("Boston", "MA", "02108", "Suffolk", "Eastern"), ("Seattle", "WA", "98101", "", "PST")]
CODES = [212, 305, 214, 312, 213, 303, 617, 206, 201, 203, 205, 207, 208, 209, 215, 216]


def rows_of(count, seed):
    """Rows as a CRM exports them; every twentieth has a second phone, one in a hundred is bad."""
    draw = random.Random(seed)
    lines = draw.sample(range(2_000_000, 9_999_999), min(count, 7_000_000) // 8 + 1)
    for index in range(count):
        code, line = CODES[index % 8], lines[index // 8]
        town, state, postal, county, zone = TOWNS[draw.randrange(8)]
        first, last = draw.choice(FIRST), draw.choice(LAST)
        phone = "12" if index % 100 == 99 else f"({code}) {line // 10000}-{line % 10000:04d}"
        second = f"{CODES[8 + index % 8]}-{line // 10000}-{line % 10000:04d}"
        yield [phone, second if index % 20 == 0 else "", first, last,
               f"{first}.{last}{index}@example.com", f"{draw.randint(1, 9999)} Main Street", town,
               state, postal, county, "US", zone, f"L{index:08d}", "", "A7", "spring",
               f"https://example.com/form/{draw.randint(1, 99)}", "2026-11-02 10:15:00",
               draw.randint(1, 99), "solar", "en", ""]


def write_csv(path, count, seed):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows_of(count, seed))


def write_xlsx(path, count, seed):
    """A workbook with its texts in the cells, as programs write them that stream."""
    head = ('<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats'
            '.org/spreadsheetml/2006/main"><sheetData>')

    def row_xml(number, cells):
        texts = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
        return f'<row r="{number}">{texts}</row>'

    types = ('<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org'
             '/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.'
             'openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
             'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+'
             'xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
             'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>')
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}"><Relationship Id="r1" '
                         f'Type="{office}/officeDocument" Target="xl/workbook.xml"/>'
                         '</Relationships>')
        archive.writestr("xl/workbook.xml", '<workbook xmlns="http://schemas.openxmlformats.org/'
                         f'spreadsheetml/2006/main" xmlns:r="{office}"><sheets><sheet name="Leads" '
                         'sheetId="1" r:id="r1"/></sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">'
                         f'<Relationship Id="r1" Type="{office}/worksheet" '
                         'Target="worksheets/sheet1.xml"/></Relationships>')
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write((head + row_xml(1, COLUMNS)).encode())
            for number, cells in enumerate(rows_of(count, seed), 2):
                sheet.write(row_xml(number, cells).encode())
            sheet.write(b"</sheetData></worksheet>")


def timed(arguments):
    """Seconds, the largest memory in MB and the output of a program."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(list(map(str, arguments)), stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read().decode()
    if process.returncode != 0:
        raise RuntimeError(f"{arguments[0]} ended with {process.returncode}: {text}")
    return seconds, usage.ru_maxrss / 1024, text


def bare_copy(cluster, path):
    cluster.sql("DROP TABLE IF EXISTS bare; CREATE TABLE bare ("
                + ", ".join(f"{name} text" for name in COLUMNS) + ")")
    cluster.sql("CHECKPOINT", user="postgres")
    return timed(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                  cluster.user_dsn("dialer_owner"), "-c",
                  f"\\copy bare from '{path}' with (format csv, header)"])[0]


def import_file(cluster, path, campaign, *more):
    cluster.sql("CHECKPOINT", user="postgres")
    seconds, megabytes, text = timed(
        [rig.BIN / "dialer", "import", path, "--campaign", campaign, "--quiet", "--json",
         "--refused", f"{path}.refused", "--store", cluster.user_dsn("dialer_engine"), *more])
    return seconds, megabytes, json.loads(text)


def new_campaign(cluster, name, seller):
    rig.dialer("campaign", "create", name, "--store", cluster.user_dsn("dialer_engine"),
               "--seller", seller, "--caller-id", "+12125550199")


def prepare(folder, options):
    cluster = rig.Cluster(folder / "cluster")
    rig.dialer("migrate", "--store", cluster.user_dsn("dialer_owner"))
    dsn = cluster.user_dsn("dialer_engine")
    draw = random.Random(5)
    with open(folder / "national.txt", "w", encoding="ascii") as file:
        for code in CODES:
            for line in sorted(draw.sample(range(2_000_000, 9_999_999), options.listed // 16)):
                file.write(f"{code},{line:07d}\n")
    with open(folder / "company.txt", "w", encoding="ascii") as file:
        file.writelines(f"{code}{line:07d}\n" for code in CODES
                        for line in draw.sample(range(2_000_000, 9_999_999), 1000))
    for kind in ("national", "company"):
        rig.dialer("dnc", "load", folder / f"{kind}.txt", "--store", dsn, "--list", kind,
                   "--as-of", time.strftime("%Y-%m-%d", time.gmtime()), "--quiet", "--allow-bad")
    return cluster


def measure_csv(cluster, folder, options):
    """Each round is a seller of its own, whose company has the leads of an earlier campaign."""
    path = folder / "leads.csv"
    write_csv(path, options.rows, 1)
    write_csv(folder / "before.csv", options.rows // 20, 2)
    print(json.dumps({"rows": options.rows, "bytes": path.stat().st_size}), flush=True)
    bare, whole, memory = [], [], []
    for number in range(options.rounds):
        for name in ("before", "leads"):
            new_campaign(cluster, f"{name} {number}", f"Seller {number}")
        import_file(cluster, folder / "before.csv", f"before {number}")
        bare.append(bare_copy(cluster, path))
        seconds, megabytes, summary = import_file(cluster, path, f"leads {number}")
        whole.append(seconds)
        memory.append(megabytes)
        print(json.dumps({"round": number, "copy_s": round(bare[-1], 2),
                          "import_s": round(seconds, 2), "ratio": round(seconds / bare[-1], 2),
                          "memory_mb": round(megabytes), "accepted": summary["accepted"],
                          "refused": summary["refused"], "scrub": summary["scrub"]["leads"]}),
              flush=True)
    print(json.dumps({"copy_s": round(statistics.median(bare), 2),
                      "import_s": round(statistics.median(whole), 2),
                      "ratio": round(statistics.median(whole) / statistics.median(bare), 2),
                      "memory_mb": round(max(memory))}), flush=True)


def measure_xlsx(cluster, folder, options):
    for count in (options.sheet_rows // 10, options.sheet_rows):
        path = folder / f"leads{count}.xlsx"
        write_xlsx(path, count, 1)
        new_campaign(cluster, f"sheet {count}", f"Sheet {count}")
        seconds, megabytes, summary = import_file(cluster, path, f"sheet {count}")
        print(json.dumps({"xlsx_rows": summary["rows"], "bytes": path.stat().st_size,
                          "seconds": round(seconds, 2), "memory_mb": round(megabytes)}),
              flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--listed", type=int, default=5_000_000, help="numbers of the registry")
    parser.add_argument("--sheet-rows", type=int, default=200_000)
    parser.add_argument("--folder", default=None, help="for the cluster; a disk, not memory")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-import-", dir=options.folder))
    folder.chmod(0o755)  # the server may run as a user of its own
    cluster = None
    try:
        cluster = prepare(folder, options)
        measure_csv(cluster, folder, options)
        measure_xlsx(cluster, folder, options)
    finally:
        if cluster is not None:
            cluster.destroy()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
