"""Packed files: what is in them is read, what is made to do harm is not."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import pytest

from tests.test_tmx import parted, texts_of, tmx, tu
from tm.errors import InputError
from tm.formats.archive import LIMITS, Limits, gzip_blocks, open_archive, packing

ONE, TWO = tmx(tu("One", "Un")).encode(), tmx(tu("Two", "Deux")).encode("utf-16")


def packed(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return path


def test_all_tmx_files_of_an_archive_are_read(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.tmx.zip", {"a/one.tmx": ONE, "readme.txt": b"no TMX", "b/": b"", "TWO.TMX": TWO})

    found, problems = parted(path)
    assert texts_of(found) == [("One", "Un"), ("Two", "Deux")]
    assert problems == []


def test_only_file_of_an_archive_may_have_any_name(tmp_path: Path) -> None:
    assert texts_of(parted(packed(tmp_path / "x.zip", {"memory.xml": ONE}))[0]) == [("One", "Un")]
    with pytest.raises(InputError, match=r"without any \.tmx file") as caught:
        parted(packed(tmp_path / "x.zip", {"a.xml": ONE, "b.txt": b""}))
    assert "a.xml, b.txt" in caught.value.hint


def test_bad_file_of_an_archive_costs_no_other(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"bad.tmx": b"<html/>", "one.tmx": ONE, "none.tmx": b""})

    found, problems = parted(path)
    assert texts_of(found) == [("One", "Un")]
    assert [problem.path for problem in problems] == [f"{path}/bad.tmx", f"{path}/none.tmx"]
    with pytest.raises(InputError, match="<html>"):
        parted(packed(tmp_path / "y.zip", {"bad.tmx": b"<html/>"}))


@pytest.mark.parametrize("name", ["../one.tmx", "/etc/one.tmx", "a/../../one.tmx", "..\\one.tmx", "C:\\one.tmx"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "x.zip", {name: ONE})

    with pytest.raises(InputError, match="leads out of the archive") as caught:
        parted(path)
    assert caught.value.path == str(path)
    assert list(tmp_path.iterdir()) == [path]


def test_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"one.tmx": ONE + b" " * (LIMITS.spared + 1)})
    assert path.stat().st_size < 100_000

    with pytest.raises(InputError, match="more than 200 times its size") as caught:
        parted(path)
    assert caught.value.hint


def test_bomb_whose_members_share_their_bytes_is_refused(tmp_path: Path) -> None:
    """Every member alone is within bounds and is said to be packed in its own bytes; together they are not."""
    path = packed(tmp_path / "x.zip", {"a.tmx": b" " * 1000})
    content = path.read_bytes()
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    entry = content[start:end]
    many = 500
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, many, many, len(entry) * many, start, 0)
    path.write_bytes(content[:start] + entry * many + tail)

    with pytest.raises(InputError, match="times its size"), open_archive(path, Limits(spared=1000, ratio=10)):
        pass


def test_many_members_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {f"{n}.tmx": b"" for n in range(11)})

    with pytest.raises(InputError, match="more than 10 files"), open_archive(path, Limits(members=10)):
        pass


def test_large_archive_is_refused_by_what_it_says(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"a.tmx": ONE}, zipfile.ZIP_STORED)

    with pytest.raises(InputError, match="larger than 0 MiB"), open_archive(path, Limits(size=100)):
        pass


def test_password_is_told(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"a.tmx": ONE})
    content = bytearray(path.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    with pytest.raises(InputError, match="protected by a password") as caught:
        parted(path)
    assert caught.value.hint


def test_damaged_archive_keeps_what_came_before(tmp_path: Path) -> None:
    bodies = "\n".join(tu(f"Paragraph {n * 7919}", f"Paragraphe {n * 104729}") for n in range(2000))
    path = packed(tmp_path / "x.zip", {"a.tmx": tmx(bodies).encode()})
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 8] = b"\xff" * 8
    path.write_bytes(content)

    found, problems = parted(path)
    assert len(found) > 100
    assert any("damaged" in problem.message for problem in problems)
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="the archive is damaged"):
        parted(path)


def test_gzip_bomb_ends_the_reading(tmp_path: Path) -> None:
    """What was read before it became one is kept."""
    path = tmp_path / "x.tmx.gz"
    with gzip.open(path, "wb") as file:
        file.write(ONE.removesuffix(b"</body></tmx>"))
        for _ in range(LIMITS.spared >> 20):
            file.write(b" " * (1 << 20))
        file.write(tu("Two").encode() + b"</body></tmx>")

    found, problems = parted(path)
    assert texts_of(found) == [("One", "Un")]
    assert "more than 200 times its size" in problems[-1].message


def test_gzip_within_bounds_is_whole() -> None:
    content = bytes(range(256)) * 1000
    assert b"".join(gzip_blocks(io.BytesIO(gzip.compress(content)))) == content


@pytest.mark.parametrize("ending", [".gz", ".zip", ".tmx"])
def test_packing_gives_equal_files(tmp_path: Path, ending: str) -> None:
    contents = []
    for name in ("a", "b"):
        path = tmp_path / name / f"x{ending}"
        path.parent.mkdir()
        with path.open("wb") as file, packing(path, file) as out:
            out.write(b"text")
        contents.append(path.read_bytes())

    assert contents[0] == contents[1]
    assert (contents[0] == b"text") == (ending == ".tmx")
