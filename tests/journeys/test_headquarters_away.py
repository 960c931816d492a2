"""Headquarters is switched off in the middle and on again: nothing needs a hand."""

import re

from ilocdoc.shelf import form_file


def test_a_report_written_without_a_line_is_sent_when_there_is_one(department):
    department.hq.kill()
    told = department.replay(form_file("scenarios", "S7.toml"))
    assert "packet approved and verified" in told, "the work goes on without a line"
    assert len(re.findall("Nothing was lost", told)) == 2
    unsent = department.run("status", "--unsent", "--data", department.laptop)
    assert unsent.returncode == 1
    assert re.match(r"unsent: \d\d entries, \d\d letters, 2 files", unsent.stdout)

    department.hq.restart()
    department.sync()
    assert department.run("status", "--unsent", "--data", department.laptop).returncode == 0
    assert "Sound." in department.hq.command("check")


def test_headquarters_killed_after_it_answered_still_has_everything(department):
    department.sync()
    before = department.hq.command("check")
    department.hq.kill()
    department.hq.restart()
    assert department.hq.command("check") == before
    assert "sent 0 entries" in department.sync()
