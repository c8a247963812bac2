"""Packed answers, unpacked without ever holding more than was asked for."""

import zlib


class Unpacker:
    """Undo gzip or deflate, piece by piece: a few packed kilobytes can hold gigabytes."""

    def __init__(self, coding: str) -> None:
        self._is_packed = coding not in ("identity", "")
        self._gzip = coding in ("gzip", "x-gzip")
        self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16 if self._gzip else zlib.MAX_WBITS)
        self._begun = False

    def piece(self, piece: bytes, most: int) -> bytes:
        """Return at most `most` bytes of what `piece` holds."""
        if not self._is_packed:
            return piece[:most]
        unpacked = bytearray()
        while piece and len(unpacked) < most:
            if self._zlib.eof:  # another packed member follows
                self._zlib = zlib.decompressobj(zlib.MAX_WBITS | 16) if self._gzip else zlib.decompressobj()
            try:
                unpacked += self._zlib.decompress(piece, most - len(unpacked))
            except zlib.error as error:
                if self._begun or self._gzip:
                    raise ValueError(f"the packed answer is damaged: {error}") from error
                # some servers send deflate without its header
                self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
                unpacked += self._zlib.decompress(piece, most - len(unpacked))
            self._begun = True
            piece = self._zlib.unused_data or self._zlib.unconsumed_tail
        return bytes(unpacked)

    @property
    def is_whole(self) -> bool:
        """The packed end was reached, or nothing was packed."""
        return not self._is_packed or not self._begun or self._zlib.eof
