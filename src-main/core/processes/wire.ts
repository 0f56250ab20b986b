/**
 * Messages between a face and its back end as JSON text. JSON has no NaN and no infinities, so these
 * travel as `{"$number": "NaN"}`; everything else is plain JSON.
 */

/** @throws TypeError for cycles and bigints, which no message holds */
export function encodeWire(message: unknown): string {
  return JSON.stringify(message, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? { $number: String(value) } : value,
  )
}

/** @throws SyntaxError if the text is not JSON */
export function decodeWire(text: string): unknown {
  // A function for every value makes reading ten times slower, and most messages hold finite numbers only.
  if (!text.includes('"$number"')) return JSON.parse(text)
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$number' in value)) return value
    const word = value.$number
    return word === 'NaN' || word === 'Infinity' || word === '-Infinity' ? Number(word) : value
  })
}
