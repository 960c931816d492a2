"""Undo without a window: steps, merging, what a new change forgets."""

from typing import Any

import pytest

from ilocdoc.desktop import undo
from ilocdoc.desktop.places import Place, answer_at, place_of, row_title, with_answer
from ilocdoc.desktop.undo import UndoStack

TITLE, NOTE = Place(field="title"), Place(field="note")


class Sheet:
    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.stack = UndoStack(self.apply)

    def apply(self, place: Place, answer: Any) -> None:
        self.answers = with_answer(self.answers, place, answer)

    def put(self, place: Place, answer: Any, *, is_typed: bool = False) -> None:
        before = answer_at(self.answers, place)
        self.stack.push(place, before=before, after=answer, is_typed=is_typed)


def test_changes_are_taken_back_and_put_back_in_order() -> None:
    sheet = Sheet()
    sheet.put(TITLE, "a")
    sheet.put(NOTE, "b")
    sheet.stack.undo()
    assert sheet.answers == {"title": "a"}
    sheet.stack.undo()
    assert sheet.answers == {}
    sheet.stack.redo()
    sheet.stack.redo()
    assert sheet.answers == {"title": "a", "note": "b"}


def test_taking_back_nothing_changes_nothing() -> None:
    sheet = Sheet()
    sheet.stack.undo()
    sheet.stack.redo()
    assert (sheet.answers, len(sheet.stack), sheet.stack.index) == ({}, 0, 0)


def test_a_new_change_forgets_what_was_taken_back() -> None:
    sheet = Sheet()
    sheet.put(TITLE, "a")
    sheet.stack.undo()
    sheet.put(TITLE, "b")
    sheet.stack.redo()
    assert sheet.answers == {"title": "b"}
    assert len(sheet.stack) == 1


def test_typing_in_one_place_is_one_step_until_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(undo.time, "monotonic", lambda: now[0])
    sheet = Sheet()
    for text in ("a", "ab", "abc"):
        sheet.put(TITLE, text, is_typed=True)
    now[0] = undo.MERGE_S + 0.1
    sheet.put(TITLE, "abc d", is_typed=True)
    assert len(sheet.stack) == 2
    sheet.stack.undo()
    assert sheet.answers == {"title": "abc"}


def test_taps_and_other_places_are_steps_of_their_own() -> None:
    sheet = Sheet()
    sheet.put(TITLE, "yes")
    sheet.put(TITLE, "no")
    sheet.put(TITLE, "a", is_typed=True)
    sheet.put(NOTE, "b", is_typed=True)
    assert len(sheet.stack) == 4


def test_a_place_follows_its_row_wherever_it_moves() -> None:
    answers = {"agents": [{"id": "r1", "name": "A"}, {"id": "r2", "name": "B"}]}
    place = place_of(answers, "agents[1].name")
    assert place == Place(field="agents", row="r2", inner="name")
    moved = {"agents": list(reversed(answers["agents"]))}
    assert answer_at(moved, place) == "B"
    assert with_answer(moved, place, "C")["agents"][0] == {"id": "r2", "name": "C"}


def test_a_row_that_is_gone_leads_to_its_repeat_and_changes_nothing() -> None:
    answers: dict[str, Any] = {"agents": [{"id": "r1"}]}
    assert place_of(answers, "agents[4].name") == Place(field="agents")
    gone = Place(field="agents", row="r9", inner="name")
    assert answer_at(answers, gone) is None
    assert with_answer(answers, gone, "C") == answers


def test_a_row_is_named_by_its_number_and_its_own_words() -> None:
    assert row_title("Federal agent", 1, {}) == "Federal agent 2"
    assert row_title("Federal agent", 1, {"label": " Agent B "}) == "Federal agent 2: Agent B"
