"""The same report set by typst: its words, tables and heads, tagged, as an archive document.

`write_peer` writes what typst needs; `python -m bench.typst_peer FOLDER` compiles it and
prints CPU seconds with imports and the peak of memory.
"""

import hashlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

import typst
from reportlab.platypus import Table

from bench.peak import peak_kib
from ilocdoc.packet.flowables import Heading, Prose
from ilocdoc.packet.story import Story

TEMPLATE = """
#set document(title: "Federal Enforcement Incident Report",
  date: datetime(year: 2026, month: 10, day: 20))
#let rule = line(length: 100%, stroke: 0.5pt)
#set page(paper: "us-letter", margin: (left: 1in, right: 0.8in, top: 0.95in, bottom: 1in),
  header: [#text(font: "Source Sans 3", size: 8.6pt)[Chicago Police Department #h(1fr)
    Federal Enforcement Incident Report] #v(-8pt) #rule],
  footer: [#rule #v(-8pt) #text(font: "Source Sans 3", size: 8pt)[LOC-0A1B-261020-01 #h(1fr)
    #context counter(page).display("Page 1 of 1", both: true) #h(1fr)] \\
    #text(font: "Source Code Pro", size: 6.8pt)[report.json SHA-256 DIGEST]])
#set text(font: "Source Serif 4", size: 10.5pt, lang: "en", region: "US", hyphenate: false)
#pdf.attach("report.json", relationship: "source", mime-type: "application/json",
  description: "The report as a record")
#pdf.attach("manifest.json", relationship: "data", mime-type: "application/json",
  description: "Every attachment")
#show heading.where(level: 2): set text(size: 14pt)
#show heading.where(level: 3): set text(font: "Source Sans 3", size: 10.5pt)
#show heading.where(level: 4): set text(font: "Source Sans 3", size: 9.4pt)
#show table: set text(font: "Source Sans 3", size: 8.8pt)
#let cell(each, place, columns) = if calc.rem(place, columns) == 0 or (
    columns == 4 and calc.rem(place, 2) == 0) { text(fill: luma(35%), each) } else { [#each] }
#for block in json("blocks.json") {
  if "head" in block { heading(level: block.level, block.head) }
  else if "text" in block { par(block.text) }
  else { table(columns: (1fr,) * block.columns, stroke: (bottom: 0.4pt + gray),
    ..block.cells.enumerate().map(((place, each)) => cell(each, place, block.columns))) }
}
"""


def write_peer(story: Story, record: bytes, *, folder: Path) -> None:
    """Write a story's content for typst, and the template.

    Args:
        story: Not yet drawn.
        record: Is attached, as in the document.
        folder: Is filled.
    """
    blocks = [block for each in story.flowables for block in _blocks(each)]
    (folder / "blocks.json").write_text(json.dumps(blocks), encoding="utf-8")
    digest = hashlib.sha256(record).hexdigest()
    (folder / "main.typ").write_text(TEMPLATE.replace("DIGEST", digest), encoding="utf-8")
    (folder / "report.json").write_bytes(record)
    (folder / "manifest.json").write_text(json.dumps({"sha256": digest}), encoding="utf-8")


def _blocks(flowable: Any) -> list[dict[str, Any]]:
    if isinstance(flowable, Heading):
        return [{"head": _words(flowable), "level": int(flowable.element.tag[1:])}]
    if isinstance(flowable, Prose):
        return [{"text": _words(flowable)}]
    if isinstance(flowable, Table):
        rows = flowable._cellvalues
        cells = [_words(cell) for row in rows for cell in row]
        return [{"columns": len(rows[0]), "cells": cells}]
    inner = getattr(flowable, "_content", None)
    return [block for each in inner or () for block in _blocks(each)]


def _words(cell: Any) -> str:
    if isinstance(cell, Prose):
        return "".join(each.text for each in cell.frags)
    if isinstance(cell, Table):
        return " ".join(_words(each) for row in cell._cellvalues for each in row)
    return ""


def main(folder: Path) -> int:
    """Compile and print what it took."""
    fonts = Path(__file__).resolve().parent.parent / "resources" / "fonts"
    pdf = typst.compile(
        str(folder / "main.typ"),
        root=str(folder),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["a-3a", "ua-1"],
    )
    used = resource.getrusage(resource.RUSAGE_SELF)
    (folder / "peer.pdf").write_bytes(pdf)
    told = {
        "cpu_s": round(used.ru_utime + used.ru_stime, 3),
        "peak_mb": round(peak_kib() / 1024, 1),
        "mb": round(len(pdf) / 1e6, 2),
    }
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
