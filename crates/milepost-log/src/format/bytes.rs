//! Little-endian reading and writing without a way to run past the end.

/// A place in a byte slice that moves forward with each field taken.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (field, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*field)
    }

    pub(crate) fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let (field, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(field)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }
}

/// The length of a slice as it stands in offsets and on disk.
pub(crate) fn len64(bytes: &[u8]) -> u64 {
    bytes.len() as u64
}

/// A count or offset as an index. What does not fit saturates, and every use of an index is
/// checked, so that an absurd length fails instead of wrapping.
pub(crate) fn index(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Writes `bytes` over the place that begins at `at`; does nothing if it does not lie inside.
pub(crate) fn patch(target: &mut [u8], at: usize, bytes: &[u8]) {
    let place = at.checked_add(bytes.len()).and_then(|end| target.get_mut(at..end));
    if let Some(place) = place {
        place.copy_from_slice(bytes);
    }
}

/// CRC32C of `bytes` and then of the place they belong to, so that a block that was written to,
/// or read from, the wrong place does not pass.
pub(crate) fn placed_crc(bytes: &[u8], segment: u64, offset: u64) -> u32 {
    let crc = crc32c::crc32c(bytes);
    let crc = crc32c::crc32c_append(crc, &segment.to_le_bytes());
    crc32c::crc32c_append(crc, &offset.to_le_bytes())
}
