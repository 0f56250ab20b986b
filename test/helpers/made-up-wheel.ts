import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { crc32, deflateRawSync } from 'node:zlib'

/** One entry of a made-up archive; what is declared can differ from what is there. */
export interface MadeUpEntry {
  readonly name: string
  readonly data: Buffer
  readonly declaredBytes?: number
  readonly encrypted?: boolean
  readonly checksum?: number
  /** Unix file type and permissions. */
  readonly mode?: number
}

/** A ZIP archive as bytes (PKWARE APPNOTE 6.3.3: local headers, central directory, end record). */
export function buildZip(entries: readonly MadeUpEntry[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const { name, data, declaredBytes = data.length, encrypted = false } = entry
    const packed = deflateRawSync(data)
    const nameBytes = Buffer.from(name)
    const fixed = Buffer.alloc(26)
    fixed.writeUInt16LE(20, 0)
    // Bit 11: names are UTF-8.
    fixed.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2)
    fixed.writeUInt16LE(8, 4)
    fixed.writeUInt32LE(entry.checksum ?? crc32(data), 10)
    fixed.writeUInt32LE(packed.length, 14)
    fixed.writeUInt32LE(declaredBytes, 18)
    fixed.writeUInt16LE(nameBytes.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fixed, nameBytes, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    // Made on Unix, which is what gives the mode its meaning.
    const made = Buffer.from([20, 3])
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), made, fixed, tail, nameBytes]))
    locals.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06'), end])
}

/** Says that it has so many entries, and has none (ZIP64). */
export function emptyZip(entries: number): Buffer {
  const record = Buffer.alloc(52)
  record.writeBigUInt64LE(44n, 0)
  record.writeUInt16LE(45, 8)
  record.writeUInt16LE(45, 10)
  record.writeBigUInt64LE(BigInt(entries), 20)
  record.writeBigUInt64LE(BigInt(entries), 28)
  const locator = Buffer.alloc(16)
  locator.writeUInt32LE(1, 12)
  const end = Buffer.alloc(18, 0xff)
  end.fill(0, 0, 4)
  end.fill(0, 16)
  return Buffer.concat([
    Buffer.from('PK\x06\x06'),
    record,
    Buffer.from('PK\x06\x07'),
    locator,
    Buffer.from('PK\x05\x06'),
    end,
  ])
}

export interface MadeUpWheel {
  readonly name?: string
  readonly version?: string
  readonly tags?: readonly string[]
  readonly requirements?: readonly string[]
  readonly files?: readonly MadeUpEntry[]
  /** Lines of RECORD instead of right ones, by file name. */
  readonly record?: Readonly<Record<string, string>>
  /** Entries beside those of a wheel. */
  readonly extra?: readonly MadeUpEntry[]
}

/** The start of a shared library for Linux on x64, and nothing behind it. */
export function elfLibrary(machine = 0x3e, bytes = 4096): Buffer {
  const library = Buffer.alloc(bytes, 'library ')
  library.writeUInt32BE(0x7f454c46, 0)
  library.writeUInt16LE(machine, 18)
  return library
}

export const libraryNames = [
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/libtensorflow_cc.so.2',
] as const

/** A wheel that looks like TensorFlow's for Linux on x64, unless told otherwise. */
export function wheelEntries(wheel: MadeUpWheel): MadeUpEntry[] {
  const {
    name = 'tensorflow_cpu',
    version = '2.20.0',
    tags = ['cp311-cp311-manylinux_2_27_x86_64'],
    requirements = [],
    files = libraryNames.map(library => ({ name: library, data: elfLibrary() })),
    record = {},
    extra = [],
  } = wheel
  const folder = `${name}-${version}.dist-info/`
  const lines = files.map(file => {
    const hash = createHash('sha256').update(file.data).digest('base64url')
    return record[file.name] ?? `${file.name},sha256=${hash},${file.data.length}`
  })
  const text = (entry: string, content: string) => ({
    name: `${folder}${entry}`,
    data: Buffer.from(content),
  })
  return [
    ...files,
    text(
      'METADATA',
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${requirements.map(line => `Requires-Dist: ${line}\n`).join('')}\nVersion: 9 in the description\n`,
    ),
    text('WHEEL', `Wheel-Version: 1.0\n${tags.map(tag => `Tag: ${tag}\n`).join('')}`),
    text('RECORD', `${lines.join('\n')}\n${folder}RECORD,,\n`),
    ...extra,
  ]
}

export function writeWheel(file: string, wheel: MadeUpWheel = {}): string {
  writeFileSync(file, buildZip(wheelEntries(wheel)))
  return file
}
