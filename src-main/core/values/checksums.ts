type Table = Uint32Array

function tableOf(polynomial: number): Table {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let crc = index
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1
    return crc >>> 0
  })
}

function checksum(table: Table, bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}

const castagnoli = tableOf(0x82f63b78)
const ieee = tableOf(0xedb88320)

/** CRC-32C (Castagnoli, RFC 3720 appendix B.4), as TFRecords have it. */
export function crc32c(bytes: Uint8Array): number {
  return checksum(castagnoli, bytes)
}

/** CRC-32 (ISO 3309), as `zlib` computes it. */
export function crc32(bytes: Uint8Array): number {
  return checksum(ieee, bytes)
}

/** A CRC-32C that does not change when it is itself checked (`tensorflow/core/lib/hash/crc32c.h`). */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
