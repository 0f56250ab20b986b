import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openPromise, type Entry } from 'yauzl'
import { type MessageDescriptor, msg, type MessageCode } from '../../core/errors/message.ts'

/** A wheel or one of its entries cannot be trusted or read. */
export class WheelError extends Error {
  readonly reason: MessageDescriptor

  /** Names out of a wheel must not steer the terminal that shows them. */
  constructor(code: MessageCode, values: Readonly<Record<string, string | number>> = {}) {
    const printable = Object.entries(values).map(([name, value]): [string, string | number] => [
      name,
      typeof value === 'string' ? value.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '\u{fffd}') : value,
    ])
    const reason = msg(code, Object.fromEntries(printable))
    super(JSON.stringify(reason))
    this.name = 'WheelError'
    this.reason = reason
  }
}

/** Size and hash of an entry, as the wheel's own list says. */
export interface ExpectedFile {
  readonly sha256Hex: string
  readonly bytes: number
}

/** The ZIP archive of a wheel. */
export interface WheelArchive {
  readonly names: readonly string[]
  /** @returns null if there is no such entry */
  bytesOf(name: string): number | null
  /** @throws WheelError if these entries together would grow as no real wheel does */
  requireNoBomb(names: readonly string[]): void
  /** The whole text of a small entry. */
  readText(name: string): Promise<string>
  /**
   * Unpacks one entry into a new file and checks it while it is written.
   * @param onBytes called with the number of bytes of every chunk
   */
  extract(
    name: string,
    destination: string,
    expected: ExpectedFile,
    onBytes: (bytes: number) => void,
  ): Promise<void>
  close(): void
}

/** Far above real wheels (16,000 entries, lists of 2 MB); what is larger is made to hurt. */
const MAX_ENTRIES = 200_000
const MAX_TEXT_BYTES = 32 * 2 ** 20
/** Real libraries shrink to a quarter; a thousandth is a bomb. */
const HIGHEST_RATIO = 100
/** Up to here one entry alone may shrink further: cuDNN has a library of 2 MB that is zeros but for 6 kB. */
const SMALL_BYTES = 16 * 2 ** 20

/** @throws WheelError if the file is no ZIP archive, is cut off, or names files outside of itself */
export async function openWheel(file: string): Promise<WheelArchive> {
  // Lazy: names are checked one by one, and nothing is unpacked unless it is asked for.
  const archive = await naming(() => openPromise(file, { lazyEntries: true, autoClose: false }))
  const entries = new Map<string, Entry>()
  try {
    if (archive.entryCount > MAX_ENTRIES) {
      throw new WheelError('failure.wheel.entries', {
        count: archive.entryCount,
        limit: MAX_ENTRIES,
      })
    }
    await naming(async () => {
      for await (const entry of archive.eachEntry()) {
        if (entries.has(entry.fileName)) {
          throw new WheelError('failure.wheel.twice', { name: entry.fileName })
        }
        entries.set(entry.fileName, entry)
      }
    })
  } catch (error) {
    archive.close()
    throw error
  }

  function find(name: string): Entry {
    const entry = entries.get(name)
    if (entry === undefined) throw new WheelError('failure.wheel.missing', { name })
    if (entry.isEncrypted()) throw new WheelError('failure.wheel.encrypted', { name })
    if (entry.uncompressedSize > SMALL_BYTES) requireRatio([entry], name)
    return entry
  }

  return {
    names: [...entries.keys()],
    bytesOf: name => entries.get(name)?.uncompressedSize ?? null,
    requireNoBomb(names) {
      requireRatio(names.map(find))
    },
    async readText(name) {
      const entry = find(name)
      if (entry.uncompressedSize > MAX_TEXT_BYTES) {
        throw new WheelError('failure.wheel.bytes', {
          name,
          bytes: entry.uncompressedSize,
          limit: MAX_TEXT_BYTES,
        })
      }
      const chunks: Buffer[] = []
      const collect = new Writable({
        write(chunk: Buffer, _encoding, done) {
          chunks.push(chunk)
          done()
        },
      })
      await naming(async () => pipeline(await archive.openReadStreamPromise(entry), collect))
      return Buffer.concat(chunks).toString('utf8')
    },
    async extract(name, destination, expected, onBytes) {
      const entry = find(name)
      if (entry.uncompressedSize !== expected.bytes) {
        throw new WheelError('failure.wheel.notListed', {
          name,
          found: entry.uncompressedSize,
          listed: expected.bytes,
        })
      }
      const hash = createHash('sha256')
      const watch = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk)
          onBytes(chunk.length)
          done(null, chunk)
        },
      })
      const target = createWriteStream(destination, { flags: 'wx' })
      await naming(async () => pipeline(await archive.openReadStreamPromise(entry), watch, target))
      const actualHash = hash.digest('hex')
      if (actualHash !== expected.sha256Hex) {
        throw new WheelError('failure.wheel.notListed', {
          name,
          found: actualHash,
          listed: expected.sha256Hex,
        })
      }
    },
    close: () => {
      archive.close()
    },
  }
}

function requireRatio(entries: readonly Entry[], name?: string): void {
  const sum = (bytes: (entry: Entry) => number) =>
    entries.reduce((total, entry) => total + bytes(entry), 0)
  const packed = sum(({ compressedSize }) => compressedSize)
  const unpacked = sum(({ uncompressedSize }) => uncompressedSize)
  if (unpacked <= HIGHEST_RATIO * Math.max(packed, 1024)) return
  throw new WheelError('failure.wheel.grows', {
    packed,
    unpacked,
    limit: HIGHEST_RATIO,
    ...(name === undefined ? {} : { name }),
  })
}

/** Errors of the ZIP library are reasons; those of the file system keep their codes. */
async function naming<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof WheelError || !(error instanceof Error)) throw error
    const { code } = error as NodeJS.ErrnoException
    if (code !== undefined && !code.startsWith('Z_')) throw error
    throw new WheelError('verbatim', { text: error.message })
  }
}
