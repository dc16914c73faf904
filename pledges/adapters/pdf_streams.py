"""The streams of a PDF that anybody may have made, within limits that ours stay far below."""

import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf
from pikepdf.settings import set_qpdf_limits

LARGE = 64 << 20
"""Bytes that are taken from a stream of any file, however small."""
_INFLATED = 256 << 20
"""Most bytes that one stream of a file's structure may become."""
_PART = 1 << 20

# Ours stay far below; without a limit, a file of one megabyte could ask for a gigabyte of memory.
set_qpdf_limits(flate_max_memory=_INFLATED, run_length_max_memory=_INFLATED, png_max_memory=_INFLATED, tiff_max_memory=_INFLATED)


def decoded(stream: pikepdf.Stream, limit: int) -> bytes:
    """The bytes of a stream, plain or deflated. Raises ValueError: another filter, damaged, or more than `limit` bytes."""
    return b"".join(parts(stream, limit))


def parts(stream: pikepdf.Stream, limit: int) -> Iterator[bytes]:
    """The bytes of a stream piece by piece. Raises what `decoded` raises."""
    raw = bytes(stream.read_raw_bytes())
    filters = stream.get("/Filter", pikepdf.Array())
    if list(filters if isinstance(filters, pikepdf.Array) else [filters]) == [pikepdf.Name.FlateDecode]:
        parts = _inflated(raw)
    elif filters == pikepdf.Array():
        parts = iter((raw,))
    else:
        raise ValueError("a filter that we do not write")
    length = 0
    for part in parts:
        length += len(part)
        if length > limit:
            raise ValueError("more than a declaration holds")
        yield part


def _inflated(raw: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    try:
        while raw and not inflater.eof:
            yield inflater.decompress(raw, _PART)
            raw = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise ValueError(str(error)) from error


def dictionary(value: object) -> Mapping[str, Any]:
    """A dictionary of a PDF, or an empty one where a damaged file has something else."""
    return dict(value.items()) if isinstance(value, pikepdf.Dictionary) else {}
