#!/usr/bin/env python3
"""Writes the corpus of ugly lead lists to tests/data/ugly.

Small files as people really send them: every encoding, separator and quoting fault, and workbooks
of every make and age. The same bytes each time. What the readers must say about each stands in
ugly_files_test.cpp and xlsx_read_test.cpp; files too large to keep are made by those tests.
"""

import io
import pathlib
import struct
import zipfile

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "data" / "ugly"

HEAD = "first_name,last_name,phone,state\n"
ROWS = "Ana,Miller,212-555-0101,NY\nBo,Chen,213-555-0102,CA\n"
NAMES = "first_name,last_name,phone,state\nJosé,Núñez,212-555-0101,NY\nZoë,Groß,213-555-0102,CA\n"


def csv_files():
    """Text tables by name."""
    return {
        # Encodings.
        "utf8.csv": NAMES.encode(),
        "utf8_bom.csv": b"\xef\xbb\xbf" + NAMES.encode(),
        "utf16le_bom.csv": b"\xff\xfe" + NAMES.encode("utf-16-le"),
        "utf16be_bom.csv": b"\xfe\xff" + NAMES.encode("utf-16-be"),
        "utf16le.csv": NAMES.encode("utf-16-le"),
        "utf16be.csv": NAMES.encode("utf-16-be"),
        "utf16le_odd.csv": b"\xff\xfe" + NAMES.encode("utf-16-le") + b"x",
        "utf16_lone_surrogate.csv": b"\xff\xfe" + (HEAD + "A").encode("utf-16-le") + b"\x00\xd8"
                                    + ",Miller,212-555-0101,NY\n".encode("utf-16-le"),
        "windows1252.csv": NAMES.encode("cp1252"),
        "latin1_c1.csv": (HEAD + "Ana\x85,Miller,212-555-0101,NY\n").encode("latin-1"),
        "mixed.csv": NAMES.encode() + "Renée,Dupont,214-555-0103,TX\n".encode("cp1252"),
        "utf8_invalid.csv": HEAD.encode() + b"A\xc3\x28na,Miller,212-555-0101,NY\n",
        "utf8_overlong.csv": HEAD.encode() + b"A\xc0\xafna,Miller,212-555-0101,NY\n",
        "utf8_cut.csv": HEAD.encode() + b"Ana,Miller,212-555-0101,N\xc3",
        # Separators and line ends.
        "semicolon.csv": (HEAD + ROWS).replace(",", ";").encode(),
        "tab.csv": (HEAD + ROWS).replace(",", "\t").encode(),
        "bar.csv": (HEAD + ROWS).replace(",", "|").encode(),
        "sep_line.csv": b"sep=;\r\n" + (HEAD + ROWS).replace(",", ";").encode(),
        "crlf.csv": (HEAD + ROWS).replace("\n", "\r\n").encode(),
        "cr.csv": (HEAD + ROWS).replace("\n", "\r").encode(),
        "mixed_ends.csv": b"first_name,last_name,phone,state\r\nAna,Miller,212-555-0101,NY\r"
                          b"Bo,Chen,213-555-0102,CA\nCy,Diaz,214-555-0103,TX",
        "lfcr.csv": (HEAD + ROWS).replace("\n", "\n\r").encode(),
        "no_last_end.csv": (HEAD + ROWS).rstrip("\n").encode(),
        "trailing_separators.csv": (HEAD + ROWS).replace("\n", ",,,\n").encode(),
        "leading_blank_lines.csv": ("\n\n  \n" + HEAD + "\n" + ROWS + "\n\n").encode(),
        # Quotes.
        "quote_never_closed.csv": (HEAD + 'Ana,"Miller,212-555-0101,NY\n' + "Bo,Chen,"
                                   "213-555-0102,CA\n").encode(),
        "quote_with_text.csv": (HEAD + 'Ana,"Mil"ler,212-555-0101,NY\n'
                                "Bo,Chen,213-555-0102,CA\n").encode(),
        "quote_in_field.csv": (HEAD + 'Ana "Annie",Miller,212-555-0101,NY\n').encode(),
        "quote_doubled.csv": (HEAD + '"Ana ""Annie""","Miller, Jr.",212-555-0101,NY\n').encode(),
        "quote_lines.csv": (HEAD + '"Ana\nMaria","Miller",212-555-0101,NY\n'
                            "Bo,Chen,213-555-0102,CA\n").encode(),
        "quote_spaces.csv": (HEAD + ' "Ana" , "Miller" , "212-555-0101" , "NY" \n').encode(),
        "quote_curly.csv": (HEAD + "“Ana”,“Miller”,212-555-0101,NY\n").encode(),
        "quote_single.csv": (HEAD + "'Ana','Miller','212-555-0101','NY'\n").encode(),
        "quotes_only.csv": b'"""""""""""""""\n"',
        # Shapes.
        "empty.csv": b"",
        "bom_only.csv": b"\xef\xbb\xbf",
        "blank.csv": b"\n \n\t\n\r\n",
        "header_only.csv": HEAD.encode(),
        "no_header.csv": ROWS.encode(),
        "no_phone.csv": b"first_name,last_name\nAna,Miller\n",
        "duplicate_headers.csv": b"name,phone,phone,name\nAna,212-555-0101,212-555-0102,A\n",
        "empty_headers.csv": b"name,,phone,\nAna,x,212-555-0101,y\n",
        "header_twice.csv": (HEAD + ROWS + HEAD + "Cy,Diaz,214-555-0103,TX\n").encode(),
        "title_first.csv": ("Leads of November,,,\n,,,\n" + HEAD + ROWS).encode(),
        "ragged.csv": (HEAD + "Ana,Miller,212-555-0101\nBo,Chen,213-555-0102,CA,extra,more\n"
                       "Cy\n").encode(),
        "nul.csv": HEAD.encode() + b"An\x00a,Miller,212-555-0101,NY\nBo,Chen,213-555-0102,CA\n",
        "control_z.csv": (HEAD + ROWS).encode() + b"\x1a",
        "many_columns.csv": ("phone," + ",".join(f"c{i}" for i in range(1100)) + "\n"
                             "212-555-0101\n").encode(),
        "long_field.csv": (HEAD + "A" * 70_000 + ",Miller,212-555-0101,NY\n"
                           "Bo,Chen,213-555-0102,CA\n").encode(),
        # What spreadsheets do to values.
        "formulas.csv": (HEAD + '"=cmd|\'/c calc\'!A1",Miller,212-555-0101,NY\n'
                         '@SUM(A1),+Chen,213-555-0102,CA\n-1+1,Diaz,214-555-0103,TX\n').encode(),
        "scientific.csv": (HEAD + "Ana,Miller,2.12556E+09,NY\nBo,Chen,1.2125550101E+10,CA\n"
                           "Cy,Diaz,214-555-0103,TX\n").encode(),
        "apostrophes.csv": (HEAD + "Ana,O'Neil,'2125550101,NY\n"
                            "Bo,Chen,'213-555-0102,CA\n").encode(),
        "thousands.csv": (HEAD + 'Ana,Miller,"2,125,550,101",NY\nBo,Chen,213-555-0102,CA\n'
                          "Cy,Diaz,2145550103.00,TX\n").encode(),
        "dates.csv": b"phone,birthday\n212-555-0101,11/23/1980\n213-555-0102,1980-11-23\n"
                     b"214-555-0103,29338\n215-555-0104,23-Nov-80\n",
        "errors.csv": (HEAD + "#N/A,Miller,#VALUE!,NY\nBo,Chen,213-555-0102,CA\n").encode(),
        "two_phones.csv": (HEAD + "Ana,Miller,212-555-0101 / 212-555-0102,NY\n"
                           "Bo,Chen,213-555-0102 x12,CA\nCy,Diaz,(214) 555-0103,TX\n").encode(),
        "odd_spaces.csv": (HEAD + "\u00a0Ana\u00a0,Miller,212\u2011555\u20110101,NY\n"
                           "Bo,\u200bChen,+1\u00a0213\u00a0555\u00a00102,CA\n").encode(),
        "right_to_left.csv": (HEAD + "\u202eAna\u202c,Miller,\u200e212-555-0101,NY\n").encode(),
        # Other types.
        "document.pdf.csv": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
        "page.csv": b"<!DOCTYPE html>\n<html><body><table><tr><td>phone</td></tr></table>\n",
        "gzip.csv": b"\x1f\x8b\x08" + bytes(6) + b"\x03\x03" + bytes(9),
        "script.csv": b"#!/bin/sh\necho phone\n",
        "json.csv": b'[{"phone": "212-555-0101"}]\n',
    }


TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
    '+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>')
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def relations(targets, office=OFFICE):
    """A relationships part of (id, type, target)."""
    inside = "".join(f'<Relationship Id="{i}" Type="{office}/{kind}" Target="{target}"/>'
                     for i, kind, target in targets)
    return ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{inside}</Relationships>")


def packed(parts, method=zipfile.ZIP_DEFLATED):
    """A ZIP archive of name -> text or bytes, always the same."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (2026, 11, 22, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, text)
    return out.getvalue()


def cell(ref, text):
    """A cell with the text inside."""
    where = f' r="{ref}"' if ref else ""
    return f'<c{where} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def row_of(number, *texts):
    """A row of texts from column A."""
    cells = "".join(cell(f"{chr(65 + i)}{number}", text) for i, text in enumerate(texts))
    return f'<row r="{number}">{cells}</row>'


HEADER = row_of(1, "name", "phone", "state")
GOOD = row_of(2, "Ana", "212-555-0101", "NY") + row_of(3, "Bo", "213-555-0102", "CA")


class Book:
    """The parts of a workbook, to be spoiled one by one."""

    def __init__(self, rows=HEADER + GOOD, office=OFFICE, main=MAIN):
        self.office, self.main = office, main
        self.sheets = [("Leads", "", rows)]
        self.strings = None
        self.formats = ""
        self.styles = ""
        self.workbook_pr = ""
        self.after_data = ""
        self.absolute = False
        self.folder = "xl/"
        self.extra = {}
        self.declaration = DECLARATION

    def parts(self):
        """name -> text of all parts."""
        names, targets = [], []
        result = {"[Content_Types].xml": TYPES,
                  "_rels/.rels": relations([("rId1", "officeDocument", self.folder
                                             + "workbook.xml")], self.office)}
        for i, (name, state, rows) in enumerate(self.sheets, 1):
            shown = f' state="{state}"' if state else ""
            names.append(f'<sheet name="{name}" sheetId="{i}"{shown} r:id="rId{i}"/>')
            target = f"worksheets/sheet{i}.xml"
            targets.append((f"rId{i}", "worksheet",
                            "/" + self.folder + target if self.absolute else target))
            result[self.folder + target] = (
                f'{self.declaration}<worksheet xmlns="{self.main}"><sheetData>{rows}</sheetData>'
                f"{self.after_data}</worksheet>")
        if self.strings is not None:
            targets.append(("rId98", "sharedStrings", "sharedStrings.xml"))
            result[self.folder + "sharedStrings.xml"] = (
                f'{DECLARATION}<sst xmlns="{self.main}">{self.strings}</sst>')
        if self.styles:
            targets.append(("rId99", "styles", "styles.xml"))
            result[self.folder + "styles.xml"] = (
                f'{DECLARATION}<styleSheet xmlns="{self.main}"><numFmts>{self.formats}</numFmts>'
                f"<cellXfs>{self.styles}</cellXfs></styleSheet>")
        result[self.folder + "workbook.xml"] = (
            f'{DECLARATION}<workbook xmlns="{self.main}" xmlns:r="{self.office}">'
            f'{self.workbook_pr}<sheets>{"".join(names)}</sheets></workbook>')
        result[self.folder + "_rels/workbook.xml.rels"] = relations(targets, self.office)
        result.update(self.extra)
        return result

    def bytes(self, method=zipfile.ZIP_DEFLATED):
        """The file."""
        return packed(self.parts(), method)


def styled_book():
    """Dates and numbers under formats of every kind."""
    codes = ["dd/mm/yyyy", "yyyy-mm-dd hh:mm:ss", "[h]:mm", '"day "0', "[Red]0.00;[Blue]-0.00",
             "00000", "000-00-0000", "[$-409]mmmm d, yyyy;@", "h:mm AM/PM", "0.00E+00",
             "\\d0", "General"]
    ids = [0, 14, 22, 20, 46] + [200 + i for i in range(len(codes))]
    rows = [(2, 2, "44562"), (3, 2, "44562.75"), (4, 0, "60"), (4, 1, "60"), (5, 1, "59"),
            (6, 1, "61"), (7, 2, "46349.999999999"), (8, 3, "0.75"), (9, 4, "1.5"),
            (10, 5, "46349"), (11, 6, "46349.5"), (12, 7, "2.25"), (13, 8, "12"),
            (14, 9, "-3.5"), (15, 10, "2134"), (16, 11, "12345678"), (17, 12, "46349"),
            (18, 13, "0.5"), (19, 14, "12125550101"), (20, 15, "7"), (21, 16, "12125550101"),
            (22, 1, "99999999"), (23, 1, "-1"), (24, 1, "0"), (25, 0, "1.2125550101E+10"),
            (26, 0, "0.10000000000000001"), (27, 0, "12125550101.0"),
            (28, 0, "12125550100.999999"), (29, 0, "1E+300"), (30, 0, "9007199254740993"),
            (31, 0, "-0"), (32, 0, "1.5E-7"), (33, 99, "5")]
    book = Book(row_of(1, "style", "value") + "".join(
        f'<row r="{r + 2}">{cell(f"A{r + 2}", str(s))}<c r="B{r + 2}" s="{s}"><v>{v}</v></c></row>'
        for r, (_, s, v) in enumerate(rows)))
    book.formats = "".join(
        f'<numFmt numFmtId="{200 + i}" formatCode="{c.replace(chr(34), "&quot;")}"/>'
        for i, c in enumerate(codes))
    book.styles = "".join(f'<xf numFmtId="{i}"/>' for i in ids)
    return book


def ole(*names):
    """The head of a compound file with streams of these names."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    entries = b""
    for name in names:
        text = name.encode("utf-16-le") + b"\0\0"
        entries += text.ljust(64, b"\0") + struct.pack("<H", len(text)) + bytes(62)
    return head + entries.ljust(1024, b"\0")


def workbook_files():
    """Workbooks, and what has the name of one."""
    files = {"plain.xlsx": Book().bytes(), "stored.xlsx": Book().bytes(zipfile.ZIP_STORED)}

    shared = Book(HEADER + '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c>'
                  '<c r="C2" t="s"><v>2</v></c></row><row r="3"><c r="A3" t="s"><v>3</v></c>'
                  '<c r="B3" t="s"><v>4</v></c><c r="C3" t="s"><v>5</v></c></row>')
    shared.strings = ("<si><t>Ana</t></si><si><t>212-555-0101</t></si><si><t/></si>"
                      "<si><r><rPr><b/></rPr><t>Bo</t></r><r><t xml:space=\"preserve\"> Chen</t>"
                      "</r><rPh sb=\"0\" eb=\"1\"><t>boh</t></rPh><phoneticPr fontId=\"1\"/></si>"
                      "<si><t>213-555-0102</t></si><si><t>C_x000D_A_x005F_x_xD83D__xDE00_"
                      "_x0041</t></si>")
    files["shared_strings.xlsx"] = shared.bytes()

    lost = Book(HEADER + '<row r="2"><c r="A2" t="s"><v>7</v></c></row>'
                '<row r="3"><c r="A3" t="s"><v>-1</v></c></row>' + row_of(4, "Bo", "213-555-0102"))
    files["shared_string_lost.xlsx"] = lost.bytes()

    files["styles.xlsx"] = styled_book().bytes()
    old_days = styled_book()
    old_days.workbook_pr = '<workbookPr date1904="1"/>'
    old_days.sheets[0] = ("Leads", "", row_of(1, "value") + '<row r="2"><c r="A2" s="1"><v>0</v>'
                          '</c></row><row r="3"><c r="A3" s="1"><v>44887</v></c></row>')
    files["dates_1904.xlsx"] = old_days.bytes()

    files["kinds.xlsx"] = Book(
        row_of(1, "name", "phone", "note")
        + '<row r="2"><c r="A2" t="str"><f>"A"&amp;"na"</f><v>Ana</v></c><c r="B2"><f>1+1</f>'
        '<v>12125550101</v></c><c r="C2" t="b"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>""</f><v></v></c><c r="B3"><v> 12135550102 </v></c>'
        '<c r="C3" t="d"><v>2026-11-23T00:00:00.000</v></c></row>'
        '<row r="4"><c r="A4" t="inlineStr"><is><r><t>C</t></r><r><t>y</t></r></is></c>'
        '<c r="B4" t="n"><v>1.2145550103E10</v></c><c r="C4" t="b"><v>0</v></c></row>').bytes()
    files["errors.xlsx"] = Book(
        HEADER + row_of(2, "Ana", "212-555-0101", "NY")
        + '<row r="3">' + cell("A3", "Bo") + '<c r="B3" t="e"><v>#N/A</v></c></row>'
        + '<row r="4">' + cell("A4", "Cy") + '<c r="B4"><f>A1*2</f></c></row>'
        + '<row r="5">' + cell("A5", "Di") + '<c r="B5"><f>A1*2</f><v/></c></row>'
        + row_of(6, "Ed", "214-555-0103", "TX")).bytes()
    files["sparse.xlsx"] = Book(
        row_of(1, "name", "phone", "state", "note") + '<row r="5">' + cell("B5", "212-555-0101")
        + cell("D5", "x") + "</row>" + '<row r="9" spans="1:4"><c r="A9"/><c r="B9" s="1"/></row>'
        '<row r="12">' + cell("A12", "  ") + "</row>" + row_of(20, "Bo", "213-555-0102")).bytes()
    files["no_refs.xlsx"] = Book(
        "<row>" + cell("", "name") + cell("", "phone") + "</row><row>" + cell("", "Ana")
        + cell("", "212-555-0101") + '</row><row r="5">' + cell("", "Bo") + cell("", "213-555-0102")
        + "</row><row>" + cell("", "Cy") + cell("", "214-555-0103") + "</row>").bytes()
    files["out_of_order.xlsx"] = Book(
        HEADER + row_of(5, "Ana", "212-555-0101") + row_of(4, "Bo", "213-555-0102")
        + '<row r="7">' + cell("B7", "214-555-0103") + cell("A7", "Cy") + "</row>"
        + '<row r="8">' + cell("A99999999", "x") + cell("ZZZZ8", "x") + "</row>"
        + row_of(9, "Di", "215-555-0104")).bytes()
    merged = Book(HEADER + GOOD)
    merged.after_data = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    files["merged.xlsx"] = merged.bytes()
    files["whitespace.xlsx"] = Book(
        HEADER + row_of(2, "  Ana\r\n Maria ", "212-555-0101", "N&#10;Y")
        + row_of(3, "Bo&#13;&#10;Chen", "213-555-0102", "&lt;CA&gt; &amp; &quot;x&quot;")).bytes()

    several = Book()
    several.sheets = [("Secret", "hidden", row_of(1, "name", "phone")),
                      ("Deep", "veryHidden", row_of(1, "x")), ("Empty", "", ""),
                      ("Leads", "", HEADER + GOOD), ("2", "", row_of(1, "phone"))]
    several.extra["xl/chartsheets/sheet1.xml"] = "<chartsheet/>"
    files["several_sheets.xlsx"] = several.bytes()
    hidden = Book()
    hidden.sheets = [("Secret", "hidden", HEADER + GOOD), ("Empty", "", "")]
    files["only_hidden.xlsx"] = hidden.bytes()
    files["no_rows.xlsx"] = Book("").bytes()
    absolute = Book()
    absolute.absolute = True
    files["absolute_targets.xlsx"] = absolute.bytes()
    elsewhere = Book()
    elsewhere.folder = "a/b/"
    files["other_folder.xlsx"] = elsewhere.bytes()
    files["strict.xlsx"] = Book(office=STRICT_OFFICE, main=STRICT_MAIN).bytes()
    prefixed = Book()
    parts = prefixed.parts()
    sheet = parts["xl/worksheets/sheet1.xml"]
    for tag in ("worksheet", "sheetData", "row", "c", "is", "t"):
        sheet = sheet.replace(f"<{tag}>", f"<x:{tag}>").replace(f"<{tag} ", f"<x:{tag} ")
        sheet = sheet.replace(f"</{tag}>", f"</x:{tag}>")
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("xmlns=", "xmlns:x=")
    files["prefixed.xlsx"] = packed(parts)
    parts = {name.replace("/", "\\"): text for name, text in Book().parts().items()}
    files["backslashes.xlsx"] = packed(parts)
    utf16 = Book().parts()
    name = "xl/worksheets/sheet1.xml"
    utf16[name] = utf16[name].replace("UTF-8", "UTF-16").encode("utf-16")
    files["utf16.xlsx"] = packed(utf16)

    files["long_cell.xlsx"] = Book(
        HEADER + row_of(2, "A" * 32_767, "212-555-0101") + row_of(3, "B" * 70_000, "213-555-0102")
        + row_of(4, "Cy", "214-555-0103")).bytes()
    files["wide.xlsx"] = Book(
        HEADER + '<row r="2">' + cell("A2", "Ana") + cell("B2", "212-555-0101")
        + cell("XFD2", "far") + '</row><row r="3">' + cell("A3", "Bo") + cell("B3", "213-555-0102")
        + '<c r="XFD3" s="1"/></row>').bytes()

    # Damage.
    whole = Book().bytes()
    files["cut.xlsx"] = whole[:len(whole) // 2]
    spoiled = bytearray(Book(HEADER + GOOD * 1).bytes(zipfile.ZIP_STORED))
    spoiled[spoiled.index(b"Ana")] = ord("B")
    files["checksum.xlsx"] = bytes(spoiled)
    broken = Book().parts()
    broken["xl/worksheets/sheet1.xml"] = broken["xl/worksheets/sheet1.xml"][:-60]
    files["cut_xml.xlsx"] = packed(broken)
    nothing = Book().parts()
    del nothing["xl/worksheets/sheet1.xml"]
    files["lost_sheet.xlsx"] = packed(nothing)
    wrong = Book().parts()
    wrong["xl/worksheets/sheet1.xml"] = "<html><body/></html>"
    files["wrong_part.xlsx"] = packed(wrong)
    headless = Book().parts()
    del headless["xl/workbook.xml"]
    files["lost_workbook.xlsx"] = packed(headless)
    doctype = Book().parts()
    doctype["xl/worksheets/sheet1.xml"] = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b '
        '"&a;&a;&a;&a;&a;&a;&a;&a;">]>' + Book().parts()["xl/worksheets/sheet1.xml"]
        .removeprefix(DECLARATION).replace("Ana", "&b;"))
    files["entities.xlsx"] = packed(doctype)
    deep = Book().parts()
    deep["xl/worksheets/sheet1.xml"] = "<a>" * 5000 + "</a>" * 5000
    files["deep.xlsx"] = packed(deep)
    bomb = Book().parts()
    bomb["xl/sharedStrings.xml"] = "<sst>" + " " * 5_000_000 + "</sst>"
    bomb["xl/_rels/workbook.xml.rels"] = relations(
        [("rId1", "worksheet", "worksheets/sheet1.xml"),
         ("rId2", "sharedStrings", "sharedStrings.xml")])
    files["small_bomb.xlsx"] = packed(bomb)
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as archive:
        for part, text in Book().parts().items():
            archive.writestr(zipfile.ZipInfo(part, (2026, 11, 22, 0, 0, 0)), text)
        archive.writestr(zipfile.ZipInfo("XL/Workbook.xml", (2026, 11, 22, 0, 0, 0)), "<workbook/>")
    files["two_parts_of_one_name.xlsx"] = twice.getvalue()
    nested = packed({"leads.xlsx": Book().bytes()}, zipfile.ZIP_STORED)
    for _ in range(5):
        nested = packed({"inner.zip": nested}, zipfile.ZIP_STORED)
    files["nested.xlsx"] = nested

    # Other types under the name of a workbook.
    files["old.xls"] = ole("Root Entry", "Workbook", "\x05SummaryInformation")
    files["old_named.xlsx"] = ole("Root Entry", "Book")
    files["encrypted.xlsx"] = ole("Root Entry", "EncryptionInfo", "EncryptedPackage")
    files["letter.xlsx"] = ole("Root Entry", "WordDocument")
    secret = bytearray(Book().bytes())
    at = 0
    while (at := secret.find(b"PK\x01\x02", at)) >= 0:
        secret[at + 8] |= 1
        at += 4
    at = 0
    while (at := secret.find(b"PK\x03\x04", at)) >= 0:
        secret[at + 6] |= 1
        at += 4
    files["zip_password.xlsx"] = bytes(secret)
    files["binary.xlsb"] = packed({"[Content_Types].xml": TYPES, "_rels/.rels": relations(
        [("rId1", "officeDocument", "xl/workbook.bin")]), "xl/workbook.bin": b"\x83\x01\0"})
    files["calc.ods"] = packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                                "content.xml": "<office:document-content/>"}, zipfile.ZIP_STORED)
    files["letter.docx"] = packed({"[Content_Types].xml": TYPES, "_rels/.rels": relations(
        [("rId1", "officeDocument", "word/document.xml")]), "word/document.xml": "<w:document/>"})
    files["archive.zip"] = packed({"leads.csv": (HEAD + ROWS).encode()})
    files["empty.zip"] = packed({})
    files["empty.xlsx"] = b""
    files["csv_named.xlsx"] = (HEAD + ROWS).encode()
    files["utf16_named.xlsx"] = b"\xff\xfe" + (HEAD + ROWS).encode("utf-16-le")
    files["pdf_named.xlsx"] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    files["page_named.xls"] = (b"<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body>"
                               b"<table><tr><td>phone</td></tr></table></body></html>")
    files["xml_2003.xls"] = (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
                             b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>')
    files["noise.xlsx"] = bytes((i * 197 + i // 7) % 256 for i in range(4096))
    files["pk_noise.xlsx"] = b"PK\x03\x04" + bytes((i * 197 + i // 7) % 256 for i in range(4096))
    return files


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in {**csv_files(), **workbook_files()}.items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
