"""A name under which a file leaves the laptop names nothing but a new file."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ilocdoc.record.file_names import safe_name

ID = "0192f0c0-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photo.jpg", f"photo-{ID}.jpg"),
        ("../../etc/passwd", f"_.._etc_passwd-{ID}"),
        ("C:\\Windows\\x.exe", f"C__Windows_x-{ID}.exe"),
        ("a.jpg:x", f"a.jpg_x-{ID}"),
        ("CON", f"file_CON-{ID}"),
        ("con.txt", f"file_con-{ID}.txt"),
        ("LPT1.tar.gz", f"file_LPT1.tar-{ID}.gz"),
        ("COM¹.txt", f"file_COM¹-{ID}.txt"),
        ("gpj.\u202egpj", f"gpj-{ID}.gpj"),
        ("trailing. . ", f"trailing-{ID}"),
        ("", f"file-{ID}"),
        ("...", f"file-{ID}"),
        ("nul\0byte.jpg", f"nulbyte-{ID}.jpg"),
        ("Núñez café.png", f"Núñez café-{ID}.png"),
        ("e\u0301.png", f"é-{ID}.png"),
        ("x" * 4000 + ".mp4", "x" * 116 + f"-{ID}.mp4"),
        ("\ud800.jpg", f"jpg-{ID}"),
        ("a\nb.jpg", f"ab-{ID}.jpg"),
        ("-rf.jpg", f"-rf-{ID}.jpg"),
    ],
)
def test_names(name, expected):
    assert safe_name(name, evidence_id=ID) == expected


@given(st.text(max_size=300))
def test_no_name_reaches_out_of_its_folder(name):
    made = safe_name(name, evidence_id=ID)
    assert ID in made
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f]', made)
    assert not made.startswith((".", " "))
    assert not made.endswith((".", " "))
    assert not any(unicodedata.category(each) in {"Cc", "Cf", "Cs"} for each in made)
    assert len(made.encode()) <= 120 + len(ID) + 2
    stem = made.split(".")[0].split("-0192")[0].strip().upper()
    assert stem not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT9"}


@given(st.text(max_size=50), st.text(max_size=50))
def test_two_items_never_share_a_name(one, other):
    second = ID[:-1] + "2"
    assert safe_name(one, evidence_id=ID) != safe_name(other, evidence_id=second)
