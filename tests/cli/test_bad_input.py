"""What people really send, through the door they send it by: no traceback, nothing half-written, always a reason."""

from __future__ import annotations

import errno
import io
import json
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strangers import STRANGERS
from terminal import CANNOT_PROCEED, Cli
from workbooks import filled

from toolkit.__main__ import main as start
from toolkit.errors import INTERRUPTED, OutputError
from toolkit.files import safe_stem, write_files

if TYPE_CHECKING:
    from pathlib import Path

EVERY_FORMAT = ("txt", "json", "html")


def test_ctrl_c_is_told_whenever_it_comes(
    xxgk: Cli, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """At work, where Typer takes it for an exit of its own, and while the command is still being loaded."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("toolkit.cli.installed_version", stop)
        stopped = xxgk("--version")
    assert (stopped.code, stopped.out, stopped.err) == (CANNOT_PROCEED, "", f"{INTERRUPTED}\n")
    monkeypatch.setattr("toolkit.cli.main", stop)
    with pytest.raises(SystemExit) as ended:
        start()
    assert (ended.value.code, capsys.readouterr().err) == (CANNOT_PROCEED, f"{INTERRUPTED}\n")


def test_what_is_kept_nowhere_and_an_empty_address_are_refused(xxgk: Cli, tmp_path: Path) -> None:
    kept = xxgk("shards", tmp_path, "memory://a/b")
    assert (kept.code, "程序一结束就没有了" in kept.err) == (CANNOT_PROCEED, True)
    spread = xxgk("collect", tmp_path, "--scheduler", "")
    assert (spread.code, "“”不是地址" in spread.err) == (CANNOT_PROCEED, True)


@pytest.mark.parametrize("kind", STRANGERS)
def test_every_command_that_reads_a_workbook_says_what_the_file_is(xxgk: Cli, tmp_path: Path, kind: str) -> None:
    path, values, out = tmp_path / "来件.xlsx", tmp_path / "v.json", tmp_path / "out"
    path.write_bytes(STRANGERS[kind]())
    values.write_text("{}", encoding="utf-8")
    said = set()
    for arguments in (
        ("check", path),
        ("fill", path, values, "--out", out),
        ("report", path, "--to", "txt", "--out", out),
        ("template", "--year", "2024", "--organ", "甲", "--previous", path, "--out", out.with_suffix(".xlsx")),
    ):
        ran = xxgk(*arguments)
        assert ran.code == CANNOT_PROCEED
        said.add("来件.xlsx" in ran.out + ran.err)
    assert said == {True}
    assert [entry.name for entry in tmp_path.iterdir() if entry.stem == "out"] == []


@pytest.mark.parametrize("name", ["带 空格.xlsx", "（1）.xlsx", "a&b.xlsx", "没有扩展名", "错误的.docx", "😀.xlsx"])
def test_the_name_of_a_file_does_not_matter(xxgk: Cli, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(filled("2021"))
    ran = xxgk("check", "--json", path)
    assert ran.code == 0
    assert ran.json["files"][0]["file"] == str(path)


def test_a_zip_bomb_is_refused_at_once(xxgk: Cli, tmp_path: Path) -> None:
    path = tmp_path / "炸弹.xlsx"
    buffer = io.BytesIO(filled("2021"))
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content if name != "xl/sharedStrings.xml" else b"<sst>" + bytes(600 << 18))
    ran = xxgk("check", path)
    assert ran.code == CANNOT_PROCEED
    assert "炸弹" in ran.out


def test_entities_and_external_references_are_never_followed(xxgk: Cli, tmp_path: Path) -> None:
    path = tmp_path / "实体.xlsx"
    secret = tmp_path / "机密.txt"
    secret.write_text("不许读", encoding="utf-8")
    document = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    with zipfile.ZipFile(io.BytesIO(filled("2021"))) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/sharedStrings.xml":
                content = content.replace(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', document)
                content = content.replace(b"<si><t>", b"<si><t>&x;", 1)
            new.writestr(name, content)
    ran = xxgk("check", "--json", path)
    assert ran.code == CANNOT_PROCEED
    assert "不许读" not in ran.out


def test_a_file_that_may_not_be_read_is_named(xxgk: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "别人的.xlsx"
    path.write_bytes(filled("2021"))

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    ran = xxgk("check", path)
    assert ran.code == CANNOT_PROCEED
    assert "别人的.xlsx" in ran.out
    assert "没有权限" in ran.out


def test_a_full_disk_leaves_the_old_file_and_no_other(
    xxgk: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, values, out = tmp_path / "a.xlsx", tmp_path / "v.json", tmp_path / "o.xlsx"
    source.write_bytes(filled("2021"))
    values.write_text('{"cover.contact": "某"}', encoding="utf-8")
    out.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(out))

    monkeypatch.setattr("toolkit.files.os.fdopen", full)
    ran = xxgk("fill", source, values, "--out", out, "--force")
    assert ran.code == CANNOT_PROCEED
    assert "磁盘" in ran.err
    assert out.read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "o.xlsx", "v.json"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "没有权限"),
        (errno.EROFS, "只读"),
        (errno.ENOSPC, "磁盘已满"),
        (errno.EBUSY, "占用"),
        (errno.EXDEV, f"系统错误 {errno.EXDEV}"),
    ],
)
def test_what_the_system_says_is_told_in_chinese_of_the_file_asked_for(
    number: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Path, _: Path) -> None:
        raise OSError(number, "spoken in English", str(self))

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OutputError, match=words) as caught:
        write_files({tmp_path / "a.txt": b"1"})
    assert f"“{tmp_path / 'a.txt'}”" in str(caught.value)
    assert "English" not in str(caught.value)
    assert ".xxgk-" not in str(caught.value)


def test_a_folder_given_where_a_file_is_meant_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with pytest.raises(OutputError, match="这是文件夹"):
        write_files({tmp_path / "a.txt": b"1", tmp_path / "b": b"2"})
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_file_where_a_folder_is_needed_is_said(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"")
    for path in (tmp_path / "b" / "c.txt", tmp_path / "b" / "c" / "d.txt"):
        with pytest.raises(OutputError, match="有一段是文件，不是文件夹"):
            write_files({path: b""})


def test_a_name_too_long_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="文件名太长"):
        write_files({tmp_path / ("长" * 100) / "a.txt": b""})


def test_of_several_files_none_is_put_in_place_when_one_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"a file where a folder is needed")
    with pytest.raises(OutputError, match="不能写入"):
        write_files({tmp_path / "a.txt": b"1", tmp_path / "b" / "c.txt": b"2"})
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_written_files_are_for_everybody_to_read(tmp_path: Path) -> None:
    write_files({tmp_path / "a.txt": b"1"})
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) & 0o444 == 0o444


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_title_makes_a_file_name_every_system_takes(title: str) -> None:
    stem = safe_stem(title)
    assert stem
    assert len(stem.encode(errors="surrogatepass")) <= 190
    assert not set(stem) & set('<>:"/\\|?*\0\n\r\t')
    assert stem == stem.strip(" .")
    assert stem.split(".")[0].upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["requests.new.natural_person", "overview", "cover.contact", "requests.new.total", "没有", ""]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["text", "level"]), inner, max_size=2)
            ),
            max_leaves=4,
        ),
        max_size=3,
    )
)
def test_any_values_are_filled_or_refused_with_a_reason(xxgk: Cli, tmp_path: Path, raw: dict[str, object]) -> None:
    source, values, out = tmp_path / "a.xlsx", tmp_path / "v.json", tmp_path / "o.xlsx"
    source.write_bytes(filled("2021"))
    values.write_text(json.dumps(raw), encoding="utf-8")
    out.unlink(missing_ok=True)
    ran = xxgk("fill", source, values, "--out", out)
    assert "程序内部出错" not in ran.err
    assert out.exists() == (ran.code == 0)
    if ran.code == 0:
        assert xxgk("check", out).code in {0, 1}
    else:
        assert "v.json" in ran.err
