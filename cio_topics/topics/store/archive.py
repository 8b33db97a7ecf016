"""The file itself: a zip of JSON and plain arrays, stored as they are."""

from __future__ import annotations

import io
import json
import math
import os
import re
import struct
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from cio_topics.errors import SettingsError, shorten
from cio_topics.files import write_bytes

__all__ = ["FORMAT", "ModelFileError", "read_archive", "write_archive"]

#: The format this version writes, and the newest it reads.
FORMAT = 1

_MODEL = "model.json"
_ARRAY = re.compile(r"arrays/([A-Za-z0-9_.]{1,200})\.npy")
_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER = re.compile(
    r"\{'descr': '([<|][biuf][1248])', 'fortran_order': (True|False), "
    r"'shape': \(([0-9, ]{0,200})\), \} *\n"
)
_BROKEN = (
    zipfile.BadZipFile,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,
    NotImplementedError,  # a way of compressing or encrypting that Python does not know
    OSError,
    OverflowError,
    RecursionError,
    RuntimeError,
    ValueError,
    struct.error,
)


class ModelFileError(SettingsError):
    """A file is no model, is broken, or holds what this version cannot read."""

    exit_code = 3


def write_archive(
    path: str | os.PathLike[str], content: dict[str, Any], arrays: dict[str, np.ndarray]
) -> None:
    """Write a model file, whole or not at all; the same content gives the same bytes.

    Nothing is compressed: compressed bytes would be others with other versions of zlib, and a file
    that declares more than it holds is found out before it is read.

    Parameters
    ----------
    path : path
    content : dict
        Ready for JSON.
    arrays : dict of str to ndarray
        Numbers and truth values.

    Raises
    ------
    SettingsError
        JSON cannot hold the content.
    OutputError
        The file cannot be written.
    """
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1, sort_keys=True)
        members = {_MODEL: (text + "\n").encode()}
    except (TypeError, ValueError) as error:  # ValueError: no number, or a lone surrogate
        raise SettingsError(
            f"the manifest or a setting has a value that JSON cannot hold: {error}.",
            "Give texts, numbers, lists and dicts.",
            "文字列・数値・リスト・辞書だけを渡してください。",
        ) from error
    members |= {f"arrays/{name}.npy": _npy(array) for name, array in sorted(arrays.items())}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, member in members.items():
            info = zipfile.ZipInfo(name)  # the day is fixed: 1980-01-01
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, member)
    write_bytes(path, buffer.getvalue())


def read_archive(
    path: str | os.PathLike[str], *, with_arrays: bool = True
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what :func:`write_archive` wrote.

    Everything is checked before it is read: names, sizes, headers of arrays. No pickle is opened,
    and nothing is decompressed.

    Raises
    ------
    ModelFileError
    """
    name = Path(path).name
    with _opened(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                members = _members(name, archive, os.fstat(file.fileno()).st_size)
                content = json.loads(archive.read(members.pop(_MODEL)))
                _check_format(name, content)
                arrays = {
                    key: _array(name, key, archive.read(member))
                    for key, member in (members if with_arrays else {}).items()
                }
        except ModelFileError:
            raise
        except _BROKEN as error:
            raise _broken(name, f"{error}" or type(error).__name__) from error
    return content, arrays


def _opened(path: str | os.PathLike[str]) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise ModelFileError(
            f"cannot read the model {str(path)!r}: {error.strerror or error}.",
            "Give the path of a file that write_model or cio-topics topics --save wrote.",
            "write_model か topics --save で書いたファイルを指定してください。",
        ) from error


def _broken(name: str, why: str) -> ModelFileError:
    return ModelFileError(
        f"{shorten(name)} is no whole model file: {shorten(why, 120)[1:-1]}.",
        "Copy or write it again.",
        "ファイルをコピーし直すか、もう一度書き出してください。",
    )


def _members(name: str, archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """Return the members by the names of their arrays, after a look at all names and sizes."""
    members: dict[str, zipfile.ZipInfo] = {}
    declared = 0
    for info in archive.infolist():
        array = _ARRAY.fullmatch(info.filename)
        key = array[1] if array else info.filename
        if not array and key != _MODEL:
            raise ModelFileError(
                f"{shorten(name)} holds {shorten(key)}; a model file holds model.json and "
                "arrays/*.npy only, and nothing else is opened.",
                "Read a file that write_model or cio-topics topics --save wrote.",
                "write_model か topics --save で書いたファイルを指定してください。",
            )
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
            raise _broken(name, f"{key} is compressed or encrypted")
        if key in members:
            raise _broken(name, f"{key} is there twice")
        declared += info.file_size
        members[key] = info
    if declared > size:
        raise _broken(name, f"it declares {declared} bytes and has {size}")
    if _MODEL not in members:
        raise _broken(name, "model.json is missing")
    return members


def _check_format(name: str, content: Any) -> None:
    number = content.get("format") if isinstance(content, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise _broken(name, "model.json names no format")
    if number > FORMAT:
        writer = content.get("cio_topics")
        raise ModelFileError(
            f"{shorten(name)} was written by cio_topics {shorten(writer)[1:-1]}, format {number}; "
            f"this version reads formats up to {FORMAT}.",
            "Update: python -m pip install --upgrade cio-topics.",
            "更新してください: python -m pip install --upgrade cio-topics",
        )


def _npy(array: np.ndarray) -> bytes:
    """Return the bytes of a .npy file, little end first; the order in memory is kept."""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, little, version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _array(name: str, key: str, content: bytes) -> np.ndarray:
    """Return an array, its header read by a pattern; numpy would evaluate it as Python."""
    start = 10 + int.from_bytes(content[8:10], "little")
    header = _HEADER.fullmatch(content[10:start].decode("latin-1"))
    if not content.startswith(_MAGIC) or header is None:
        raise _broken(name, f"arrays/{key}.npy is no plain array of numbers")
    try:
        dtype = np.dtype(header[1])
    except TypeError as error:
        raise _broken(name, f"arrays/{key}.npy has the unknown type {header[1]}") from error
    shape = tuple(int(part) for part in header[3].split(",") if part.strip())
    declared = math.prod(shape) * dtype.itemsize
    if declared != len(content) - start or len(shape) > 4:
        raise _broken(name, f"arrays/{key}.npy declares {declared} bytes, not those it has")
    flat = np.frombuffer(content, dtype, offset=start).astype(dtype.newbyteorder("="))
    return flat.reshape(shape, order="F" if header[2] == "True" else "C")
