import { ownValue } from '../../core/values/named-values.ts'
/** Values as JSON has none: NaN and ±∞, and columns of numbers and bytes; nothing else is made from what is read. */

const numbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}
const arrays = { Int32Array, Float64Array, Uint8Array } as const
type ArrayName = keyof typeof arrays

export function pack(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) return { $number: String(part) }
    const name = (Object.keys(arrays) as ArrayName[]).find(type => part instanceof arrays[type])
    if (name === undefined) return part
    const { buffer, byteOffset, byteLength } = part as Uint8Array
    const $content = Buffer.from(buffer, byteOffset, byteLength).toString('base64')
    return { $array: name, $content }
  })
}

/** @throws SyntaxError, RangeError for what was not packed here */
export function unpack(text: string): unknown {
  return JSON.parse(text, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null) return part
    const { $number, $array, $content } = part as Readonly<Record<string, unknown>>
    if (typeof $number === 'string') return ownValue(numbers, $number)
    if (typeof $array !== 'string' || typeof $content !== 'string') return part
    const type = Object.hasOwn(arrays, $array) ? arrays[$array as ArrayName] : Uint8Array
    // A copy of its own, so that it begins where numbers may.
    const bytes = Uint8Array.from(Buffer.from($content, 'base64'))
    return new type(bytes.buffer)
  })
}
