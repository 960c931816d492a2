"""What is due in time: EMS that has not come, notices with a deadline. Told, never counted."""

from collections.abc import Callable, Collection

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ilocdoc.casework.ports import Clock
from ilocdoc.desktop.controls import IconButton, card, empty, text_label
from ilocdoc.desktop.open_report import OpenReport
from ilocdoc.desktop.theme import Look
from ilocdoc.record.people import Role
from ilocdoc.record.tasks import Moments, Task, tasks_for
from ilocdoc.record.times import internal_stamp

EVERY_MS = 30_000


class TasksPane(QWidget):
    """The tasks of this report that are for this member; hidden while there are none."""

    wanted = Signal(str, str)
    """Section and field where a task is answered."""

    def __init__(
        self, report: OpenReport, *, look: Look, clock: Clock, roles: Collection[Role]
    ) -> None:
        super().__init__()
        self._report, self._look, self._clock = report, look, clock
        self._roles = roles
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(8))
        column.addWidget(text_label("In time", "heading"))
        frame, self._list = card("inner")
        self._list.setSpacing(look.px(4))
        column.addWidget(frame)
        self._shown: tuple[tuple[str, str], ...] = ()
        report.judged.connect(self.show_tasks)
        timer = QTimer(self, interval=EVERY_MS)
        timer.timeout.connect(self.show_tasks)
        timer.start()
        self.show_tasks()

    @Slot()
    def show_tasks(self) -> None:
        """Show what is due; nothing is drawn anew while none changed."""
        report = self._report
        moments = Moments(now=self._clock.now())
        found = tasks_for(report.rules, report.draft, form=report.form, moments=moments)
        tasks = [each for each in found if each.is_due and each.tell in self._roles]
        shown = tuple((each.rule, each.row) for each in tasks)
        self.setVisible(bool(tasks))
        if shown == self._shown:
            return
        self._shown = shown
        empty(self._list)
        for task in tasks:
            self._list.addWidget(self._row(task))

    def _row(self, task: Task) -> QWidget:
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(text_label(task.text))
        since = " ".join(internal_stamp(task.since))
        column.addWidget(text_label(f"Open since {since}", "warn"))
        link = IconButton("Go there", look=self._look, icon="chevron-right", kind="link")
        link.setObjectName(f"task:{task.rule}")
        link.setAccessibleName(f"Go there: {task.text}")
        link.clicked.connect(self._goer(task))
        column.addWidget(link)
        return box

    def _goer(self, task: Task) -> Callable[[], None]:
        return lambda: self.wanted.emit(task.section, task.field)
