import { Transform } from 'node:stream'

const LINE_FEED = 0x0a

/**
 * Passes lines on, each up to `maxBytes` and one byte of what is more: a line without an end must not fill the memory.
 * @param firstMaxBytes of the first line
 */
export function cutLines(maxBytes: number, firstMaxBytes: number = maxBytes): Transform {
  let bytes = 0
  let limit = firstMaxBytes
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let from = 0
      while (from < chunk.length) {
        const at = chunk.indexOf(LINE_FEED, from)
        const end = at < 0 ? chunk.length : at
        const room = Math.max(0, limit + 1 - bytes)
        if (room > 0) this.push(chunk.subarray(from, Math.min(end, from + room)))
        bytes += end - from
        if (at >= 0) {
          this.push(chunk.subarray(at, at + 1))
          bytes = 0
          limit = maxBytes
        }
        from = end + 1
      }
      done()
    },
  })
}
