"""What rounds count as Parquet shards, and their sum: exact, nothing twice, and whole when a run dies half way."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

import pytest
from campaigncases import COUNTY, asked, county, hand_in, make_campaign, receipt_of

from toolkit.campaign.merge.consolidated import merge_round
from toolkit.campaign.merge.shard_totals import total_csv, total_shards
from toolkit.campaign.merge.shards import MANIFEST, open_store, read_manifest, write_shards
from toolkit.campaign.round.workers import Workers
from toolkit.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")

NUMBERS = {"1": 20, "2": 7, "21": 3, "3": 100}


def test_the_sum_of_the_shards_is_the_sum_of_the_merge(tmp_path: Path) -> None:
    state = county(tmp_path / "round", NUMBERS)
    merged = merge_round(state)
    written = write_shards(state.campaign, str(tmp_path / "out"), Workers(chunk=2))
    assert [part.organs for part in written.parts] == [2, 2]
    assert (written.counted, written.missing) == (len(merged.counted), len(merged.missing))
    total = total_shards([str(tmp_path / "out")])
    assert total.whole.figures() == merged.whole.figures()
    assert total.is_provisional
    assert [finding.name for finding in total.findings] == [one.name for one in merged.findings]


def test_a_row_holds_what_its_organ_answered(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    state = county(tmp_path / "round", NUMBERS)
    written = write_shards(state.campaign, str(tmp_path / "out"))
    (part,) = written.parts
    rows = pq.read_table(tmp_path / "out" / part.name).to_pylist()
    assert [row["code"] for row in rows] == ["1", "2", "21", "3"]
    assert [row["requests.new.total"] for row in rows] == [20, 7, 3, 100]
    for row in rows:
        filing = state.returns[row["code"]]
        assert {name: value for name, value in row.items() if name in filing.form.fields} == dict(filing.figures())
        assert isinstance(row["disclosure.charges.fees"], Decimal)


def test_many_rounds_are_added_and_an_organ_counts_once(tmp_path: Path) -> None:
    one = county(tmp_path / "one", {"1": 20})
    other = make_campaign(tmp_path / "two", [line.replace(",", ",乙县", 1) for line in COUNTY])
    hand_in(other, [receipt_of(asked(other.form, "1", 5, "乙县机关"))])
    places = [str(tmp_path / name) for name in ("a", "b")]
    for campaign, place in zip((one.campaign, other), places, strict=True):
        write_shards(campaign, place)
    total = total_shards(places)
    assert total.whole.figure("requests.new.total") == 25
    rows = {row["field"]: row for row in csv.DictReader(io.StringIO(total_csv(total).decode("utf-8-sig")))}
    assert rows["requests.new.total"]["whole"] == "25"
    with pytest.raises(InputError, match="会算两次"):
        total_shards([places[0], places[0]])
    with pytest.raises(InputError, match="会算两次"):
        total_shards([*places, places[1]])


def test_writing_again_replaces_what_stood_there_and_nothing_else(tmp_path: Path) -> None:
    state = county(tmp_path / "round", NUMBERS)
    place = tmp_path / "out"
    first = write_shards(state.campaign, str(place), Workers(chunk=1))
    (place / "说明.txt").write_text("留着", encoding="utf-8")
    second = write_shards(state.campaign, str(place))
    assert {path.name for path in place.iterdir()} == {MANIFEST, "说明.txt", *(part.name for part in second.parts)}
    assert len(first.parts) == 4


def test_a_run_that_dies_leaves_the_set_that_stood_there_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = county(tmp_path / "round", {"1": 20, "2": 7})
    place = str(tmp_path / "out")
    write_shards(state.campaign, place, Workers(chunk=1))
    hand_in(state.campaign, [receipt_of(asked(state.campaign.form, "3", 100))])

    monkeypatch.setattr("toolkit.campaign.merge.shards.asdict", stop)
    with pytest.raises(KeyboardInterrupt):
        write_shards(state.campaign, place, Workers(chunk=1))
    monkeypatch.undo()
    assert total_shards([place]).whole.figure("requests.new.total") == 27
    write_shards(state.campaign, place, Workers(chunk=1))
    assert total_shards([place]).whole.figure("requests.new.total") == 127


def stop(_: object) -> NoReturn:
    raise KeyboardInterrupt


def cut(place: Path) -> None:
    part = next(place.glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-1])


def lose(place: Path) -> None:
    next(place.glob("*.parquet")).unlink()


def spoil(place: Path) -> None:
    (place / MANIFEST).write_text("{}", encoding="utf-8")


def rename_form(place: Path) -> None:
    document = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    (place / MANIFEST).write_text(json.dumps({**document, "form": "别的/1"}), encoding="utf-8")


@pytest.mark.parametrize(
    ("harm", "told"), [(cut, "不一样"), (lose, "没有 part-"), (spoil, "重新写出"), (rename_form, "不认识")]
)
def test_what_is_not_as_it_was_written_is_refused(harm: Callable[[Path], None], told: str, tmp_path: Path) -> None:
    state = county(tmp_path / "round", NUMBERS)
    write_shards(state.campaign, str(tmp_path / "out"))
    harm(tmp_path / "out")
    with pytest.raises(InputError, match=told):
        total_shards([str(tmp_path / "out")])


def test_another_file_system_does_as_well(tmp_path: Path) -> None:
    state = county(tmp_path / "round", NUMBERS)
    place = "memory://shards/county"
    written = write_shards(state.campaign, place)
    assert read_manifest(open_store(place)) == written
    assert total_shards([place]).whole.figures() == merge_round(state).whole.figures()


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("nowhere://a/b", "不认识这种位置；"),
        ("没有的文件夹", "没有 shards.json"),
        ("wandb://a", r"还要装别的库：pip install wandbfs$"),
    ],
)
def test_a_place_that_is_none_is_told(place: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        total_shards([place])


def test_nothing_counted_is_no_set_of_noughts(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="还没有一份报表通过核对"):
        write_shards(make_campaign(tmp_path / "round"), str(tmp_path / "out"))
