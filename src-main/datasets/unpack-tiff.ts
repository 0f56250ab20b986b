import { inflateSync } from 'node:zlib'

/** Compression schemes of TIFF that are read (TIFF 6.0 and its supplement 2), by their number. */
export const tiffUnpackers: Readonly<
  Record<number, (packed: Uint8Array, bytes: number) => Uint8Array>
> = {
  1: (packed, bytes) => packed.subarray(0, bytes),
  5: unpackLzw,
  8: (packed, bytes) => inflateSync(packed, { maxOutputLength: bytes + 1 }),
  32_773: unpackBits,
  32_946: (packed, bytes) => inflateSync(packed, { maxOutputLength: bytes + 1 }),
}

const CLEAR = 256
const END = 257
const MAX_CODES = 4_096

/** TIFF 6.0, section 13: codes of 9 to 12 bits, the highest bit first, wider one code early. */
function unpackLzw(packed: Uint8Array, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes)
  // A text is a code before it and one byte more.
  const before = new Uint16Array(MAX_CODES)
  const last = Uint8Array.from({ length: MAX_CODES }, (_, code) => code)
  const lengths = new Uint16Array(MAX_CODES).fill(1, 0, CLEAR)
  let [used, at, next, width, old] = [0, 0, END + 1, 9, -1]
  const firstOf = (code: number): number => {
    let first = code
    while (first >= CLEAR) first = before[first] as number
    return first
  }
  while (used < bytes && at + width <= 8 * packed.length) {
    const byte = at >>> 3
    const three =
      ((packed[byte] as number) << 16) | ((packed[byte + 1] ?? 0) << 8) | (packed[byte + 2] ?? 0)
    const code = (three >>> (24 - width - (at & 7))) & ((1 << width) - 1)
    at += width
    if (code === END) break
    if (code === CLEAR) {
      ;[next, width, old] = [END + 1, 9, -1]
      continue
    }
    if (code > next || (old < 0 && code > END)) throw new RangeError(`code ${code}`)
    if (old >= 0 && next < MAX_CODES) {
      before[next] = old
      last[next] = firstOf(code === next ? old : code)
      lengths[next] = (lengths[old] as number) + 1
      next++
    }
    const length = lengths[code] as number
    for (let position = used + length - 1, text = code; position >= used; position--) {
      if (position < bytes) out[position] = last[text] as number
      text = before[text] as number
    }
    used += length
    old = code
    if (next >= (1 << width) - 1 && width < 12) width++
  }
  return out.subarray(0, Math.min(used, bytes))
}

/** TIFF 6.0, section 9. */
function unpackBits(packed: Uint8Array, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes)
  let used = 0
  for (let at = 0; at < packed.length && used < bytes;) {
    const head = packed[at++] as number
    if (head < 128) {
      const literal = packed.subarray(at, Math.min(at + head + 1, at + bytes - used))
      out.set(literal, used)
      used += literal.length
      at += head + 1
    } else if (head > 128) {
      const end = Math.min(used + 257 - head, bytes)
      out.fill(packed[at++] ?? 0, used, end)
      used = end
    }
  }
  return out.subarray(0, used)
}
