"""A form of a few questions, one alert and the shipped catalogue: enough for the verbs."""

from ilocdoc.shelf import form_file

FORM = b"""
form = "incident"
version = "small"
replaces = ""
title = { en = "Small report" }
stages = ["draft", "submit", "approve", "referral"]

[conditions]
submitting = 'stage != "draft"'

[choices]
yes_no = [
  { name = "yes", label = { en = "Yes" } },
  { name = "no", label = { en = "No" } },
]
part = [
  { name = "used_force", label = { en = "Used force" } },
  { name = "scene_supervisor", label = { en = "Scene supervisor" } },
]

[[sections]]
name = "scene"
label = { en = "Place and time" }
  [[sections.fields]]
  name = "place"
  type = "text"
  label = { en = "Place" }
  required = 'submitting'
  [[sections.fields]]
  name = "injured"
  type = "select_one yes_no"
  label = { en = "Was an injury reported?" }
  [[sections.fields]]
  name = "injury"
  type = "text"
  label = { en = "What injury" }
  relevant = 'injured == "yes"'
  [[sections.fields]]
  name = "members"
  type = "repeat"
  label = { en = "Members" }
  row_label = { en = "Member" }
    [[sections.fields.fields]]
    name = "star"
    type = "text"
    label = { en = "Star" }
    [[sections.fields.fields]]
    name = "member_role"
    type = "select_one part"
    label = { en = "Part" }
"""

ALERTS = b"""
alerts = "incident"
version = "small"
forms = ["small"]

[[rules]]
id = "A-01"
version = "1"
severity = "stop"
stage = "submit"
section = "scene"
field = "injured"
when = 'injured == "yes"'
text = { en = "Has EMS been summoned? Enter the time, or why not." }
"""


class SmallForms:
    """Fits `casework.ports.FormShelf`."""

    def newest(self) -> bytes:
        return FORM

    def form(self, version: str) -> bytes:
        return FORM

    def alerts(self) -> bytes:
        return ALERTS

    def words(self) -> bytes:
        return next(form_file("words").glob("*.toml")).read_bytes()

    def catalogue(self) -> bytes:
        return next(form_file("catalogue").glob("*.toml")).read_bytes()
