"""The file that names a model: what it may say, and a key that is shown nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.article_readers import find_reader
from api.doctor.examination import examine
from api.model_settings import read_model_settings
from api.settings import load_settings
from domain.errors import InvalidQuestionError

KEY = "sk-0123456789-abcdefghij"
LINES = {"address": '"https://models.example/v1/"', "model": '"small"'}


def write_file(folder: Path, **lines: str) -> Path:
    path = folder / "model.toml"
    text = "".join(f"{name} = {value}\n" for name, value in {**LINES, **lines}.items() if value)
    path.write_text(text)
    return path


def write_key(folder: Path, mode: int = 0o600) -> Path:
    path = folder / "model.key"
    path.write_text(f"{KEY}\n")
    path.chmod(mode)
    return path


def test_a_file_names_address_and_model(tmp_path: Path) -> None:
    endpoint, audience = read_model_settings(write_file(tmp_path))

    assert endpoint.address == "https://models.example/v1"
    assert (endpoint.model, endpoint.key, audience) == ("small", None, "public")


def test_a_key_lies_in_a_file_beside(tmp_path: Path) -> None:
    write_key(tmp_path)

    configured = read_model_settings(write_file(tmp_path, key_file='"model.key"', timeout="30"))

    assert configured.endpoint.key == KEY
    assert configured.endpoint.timeout == 30
    assert KEY not in repr(configured)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("address", "", "address: Field required"),
        ("model", "", "model: Field required"),
        ("model", '""', "model: "),
        ("address", '"http://models.example/v1"', "address: write an https:// address"),
        ("address", '"https://me:secret@models.example/v1"', "address: write an address with"),
        ("address", "7", "address: "),
        ("timeout", "0.5", "timeout: "),
        ("timeout", "601", "timeout: "),
        ("max_chars", "10", "max_chars: "),
        ("max_chars", "100001", "max_chars: "),
        ("audience", '"everybody"', "audience: "),
        ("key", f'"{KEY}"', "key: Extra inputs"),
        ("key_file", '"none.key"', "none.key cannot be read"),
        ("model", "= =", "model.toml: "),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_field(
    tmp_path: Path, name: str, value: str, told: str
) -> None:
    path = write_file(tmp_path, **{name: value})

    with pytest.raises(InvalidQuestionError) as refused:
        read_model_settings(path)

    assert told in refused.value.detail
    assert refused.value.hint
    assert KEY not in refused.value.detail
    assert "secret@" not in refused.value.detail


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    write_key(tmp_path, 0o644)

    with pytest.raises(InvalidQuestionError, match="other users of this machine can read"):
        read_model_settings(write_file(tmp_path, key_file='"model.key"'))


def test_without_the_setting_there_is_no_model() -> None:
    with pytest.raises(InvalidQuestionError, match="no model is configured") as refused:
        find_reader("model", load_settings().configured_model)

    assert [reason.pointer for reason in refused.value.reasons] == ["reader"]


def test_the_configuration_names_the_file_and_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_key(tmp_path)
    path = write_file(tmp_path, key_file='"model.key"')
    monkeypatch.setenv("MINUTEBOOK_MODEL_READER", str(path))

    settings = load_settings()

    assert settings.configured_model is not None
    assert settings.configured_model.endpoint.key == KEY
    told = settings.to_json()["model_reader"]
    assert told == {"value": str(path), "origin": "MINUTEBOOK_MODEL_READER"}
    assert KEY not in f"{settings.to_json()} {settings!r}"


def test_doctor_says_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    settings = load_settings(
        db=str(tmp_path / "none.db"), model_reader=str(write_file(tmp_path, model=""))
    )

    verdict = next(each for each in examine(settings) if each.check == "settings")

    assert verdict.status == "failed"
    assert "model: Field required" in verdict.says
