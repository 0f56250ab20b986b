/** Code points per call of String.fromCodePoint: each is an argument. */
const CHUNK_LENGTH = 4_096

/**
 * Text of well-formed UTF-8 (the ingest process wrote it). Pure folders have no TextDecoder.
 * Unicode Standard 16.0, table 3-6.
 * @param end position behind the last byte
 * @param most code points that are decoded at most
 */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number, most: number): string {
  let text = ''
  let points: number[] = []
  let at = start
  for (let count = 0; at < end && count < most; count++) {
    const lead = bytes[at++] as number
    const following = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
    // The lead byte's own bits: 7, 5, 4 or 3 of them.
    let point = following === 0 ? lead : lead & (0x3f >> following)
    for (let k = 0; k < following; k++) point = (point << 6) | ((bytes[at++] as number) & 0x3f)
    points.push(point)
    if (points.length === CHUNK_LENGTH) {
      text += String.fromCodePoint(...points)
      points = []
    }
  }
  return text + String.fromCodePoint(...points)
}
