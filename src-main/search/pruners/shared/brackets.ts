import { sum } from '../../../math/numbers.ts'

/** Brackets of Hyperband (Li et al., JMLR 18(185), 2018, algorithm 1), with whole numbers only. */

/**
 * s_max + 1: the largest k with minResource·factor^(k−1) ≤ maxResource, at least 1.
 * @param minResource whole, ≥ 1
 * @param factor whole, ≥ 2
 */
export function countBrackets(minResource: number, maxResource: number, factor: number): number {
  let count = 1
  for (let step = minResource * factor; step <= maxResource; step *= factor) count++
  return count
}

/**
 * How many trials of one round are in each bracket b, 0 being the boldest: ⌈B·η^s/(s + 1)⌉ with
 * s = B − 1 − b (line 2 of the algorithm).
 */
export function sharesOf(count: number, factor: number): number[] {
  return Array.from({ length: count }, (_, bracket) => {
    const s = count - 1 - bracket
    const product = count * factor ** s
    return (product - (product % (s + 1))) / (s + 1) + (product % (s + 1) === 0 ? 0 : 1)
  })
}

/** 2³² divided by the golden ratio. */
const GOLDEN_STEP = 0x9e3779b9

/**
 * The bracket of a trial: its number times the golden ratio, modulo 1, falls into the bracket's share
 * of the unit interval (Knuth: The art of computer programming, volume 3, §6.4, theorem S). So the
 * shares are kept among any trials in a row, and no period meets that of a grid.
 * @param shares per bracket
 */
export function bracketOf(trialNumber: number, shares: readonly number[]): number {
  const position = ((Math.imul(trialNumber, GOLDEN_STEP) >>> 0) / 4_294_967_296) * sum(shares)
  return bracketAt(position, shares)
}

/** The bracket whose share holds a position in [0, sum of the shares). */
function bracketAt(position: number, shares: readonly number[]): number {
  let remaining = position
  for (const [bracket, share] of shares.entries()) {
    remaining -= share
    if (remaining < 0) return bracket
  }
  return shares.length - 1
}

/** The brackets of Hyperband as Optuna computes them, bit for bit. */

/**
 * ⌊log(maxResource/minResource)/log(factor)⌋ + 1 in floating point, at least 1. The quotient of two
 * rounded logarithms may fall just below a whole number (log₃ 243 = 4.999999999999999), and whether
 * it does depends on the logarithm of the machine; Optuna's is that of the C library, which rounds
 * correctly but for rare cases, so this one does too.
 */
export function optunaBracketCount(
  minResource: number,
  maxResource: number,
  factor: number,
): number {
  const quotient = roundedLog(maxResource / minResource) / roundedLog(factor)
  return Math.max(1, Math.floor(quotient) + 1)
}

/** The place of CRC-32 of `studyName_trialNumber` modulo all shares. */
export function optunaBracketOf(study: string, trialNumber: number, shares: readonly number[]) {
  return bracketAt(crc32(`${study}_${trialNumber}`) % sum(shares), shares)
}

const FRACTION_BITS = 160n
const ONE = 1n << FRACTION_BITS

/** The natural logarithm of a positive finite number, correctly rounded: summed with 160 bits. */
export function roundedLog(x: number): number {
  // x = mantissa·2^exponent with mantissa in [1, 2)
  let exponent = 0
  let mantissa = x
  for (; mantissa >= 2; mantissa /= 2) exponent++
  for (; mantissa < 1; mantissa *= 2) exponent--
  const fixed = BigInt(mantissa * 2 ** 52) << (FRACTION_BITS - 52n)
  const sum = logOfFixed(fixed) + BigInt(exponent) * logOfFixed(2n * ONE)
  return Number(sum) / 2 ** Number(FRACTION_BITS)
}

/** ln y = 2·artanh((y − 1)/(y + 1)) for y in [1, 2], in units of 2^−160. */
function logOfFixed(y: bigint): bigint {
  const z = ((y - ONE) << FRACTION_BITS) / (y + ONE)
  const square = (z * z) >> FRACTION_BITS
  let sum = 0n
  let power = z
  for (let odd = 1n; power > 0n; odd += 2n) {
    sum += power / odd
    power = (power * square) >> FRACTION_BITS
  }
  return 2n * sum
}

/** CRC-32 of the UTF-8 bytes of a text (ISO 3309, polynomial 0xEDB88320 reflected). */
export function crc32(text: string): number {
  let crc = 0xffffffff
  for (const byte of utf8Bytes(text)) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] as number)
  }
  return ~crc >>> 0
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let entry = byte
  for (let bit = 0; bit < 8; bit++) entry = (entry >>> 1) ^ (entry & 1 ? 0xedb88320 : 0)
  return entry
})

/** The language itself has no UTF-8 but in URIs. */
function utf8Bytes(text: string): number[] {
  const bytes: number[] = []
  const escaped = encodeURIComponent(text.toWellFormed())
  for (let index = 0; index < escaped.length; index++) {
    if (escaped[index] === '%') {
      bytes.push(Number.parseInt(escaped.slice(index + 1, index + 3), 16))
      index += 2
    } else {
      bytes.push(escaped.charCodeAt(index))
    }
  }
  return bytes
}
