import { readFileSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { buildZip, type MadeUpEntry } from '../made-up-wheel.ts'
import { riffChunk, wavBytes, type WavOptions } from '../wav-bytes.ts'
import { audioSource, imageSource, put, textSource, type HostileCase } from './hostile-case.ts'

interface PngParts {
  readonly width?: number
  readonly height?: number
  readonly color?: number
  readonly pixels?: Buffer
}

function pngChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length, 0)
  head.write(type, 4, 'latin1')
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])), 0)
  return Buffer.concat([head, data, tail])
}

/** A gray image of 2 × 2 pixels unless told otherwise. */
export function pngBytes({ width = 2, height = 2, color = 0, pixels }: PngParts = {}): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  header[9] = color
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', pixels ?? deflateSync(Buffer.from([0, 1, 2, 0, 3, 4]))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

const changed = (content: Uint8Array, at: number, ...values: number[]) => {
  const copy = Buffer.from(content)
  copy.set(values, at)
  return copy
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/images/pillow.generated.json', import.meta.url), 'utf8'),
) as { cases: { name: string; file: string }[] }
/** A whole JPEG image. */
export const jpegBytes = Buffer.from(
  cases.find(({ name }) => name === 'jpeg, 4:4:4')?.file ?? '',
  'base64',
)
/** Start of frame: 0xff 0xc0, length, precision, height, width. */
const frame = jpegBytes.indexOf(Buffer.from([0xff, 0xc0]))

type Source = (source: { readonly folders: string }) => ReturnType<HostileCase['make']>

function folderCase(
  source: Source,
  name: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  field: string,
  rule: string,
): HostileCase {
  const make = (folder: string) => {
    for (const [file, content] of Object.entries(files)) put(folder, `data/${file}`, content)
    return source({ folders: path.join(folder, 'data') })
  }
  return { name, make, code: 'data.invalid', field, rule }
}

function imageCase(name: string, content: Uint8Array, field: string, rule: string) {
  return folderCase(imageSource, name, { 'a/1.png': pngBytes(), 'b/2.png': content }, field, rule)
}

const whole = 'rule.undamaged'

const hostileImages: readonly HostileCase[] = [
  imageCase('an empty image', Buffer.alloc(0), 'magic', 'rule.begins PNG, JPEG'),
  imageCase(
    'SVG with a script that is called PNG',
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    'magic',
    'rule.begins PNG, JPEG',
  ),
  imageCase(
    'a PNG cut in its pixels',
    pngBytes().subarray(0, 45),
    'chunks."IDAT".length',
    'rule.bytesLeft 0',
  ),
  imageCase('a PNG without its end', pngBytes().subarray(0, -12), 'size', 'rule.cutShort IEND'),
  imageCase(
    'a PNG with a changed byte',
    changed(pngBytes(), 44, 0xaa),
    'chunks."IDAT"',
    'rule.undamaged PNG',
  ),
  imageCase(
    'a PNG with a changed header',
    changed(pngBytes(), 18, 9),
    'chunks."IHDR"',
    'rule.undamaged PNG',
  ),
  imageCase(
    'a PNG chunk of 4 GB',
    changed(pngBytes(), 33, 0xff, 0xff, 0xff, 0xff),
    'chunks."IDAT".length',
    'rule.bytesLeft 26',
  ),
  imageCase(
    'a PNG of 4 gigapixels',
    pngBytes({ width: 65_536, height: 65_536 }),
    'dimensions',
    'rule.pixels 64000000',
  ),
  imageCase('a PNG of no pixels', pngBytes({ width: 0 }), 'dimensions', 'rule.pixels 64000000'),
  imageCase('a PNG of color type 5', pngBytes({ color: 5 }), 'color', 'rule.pngColor'),
  imageCase(
    'a PNG whose pixels unpack to 10 MB',
    pngBytes({ pixels: deflateSync(Buffer.alloc(10_000_000)) }),
    'chunks.IDAT',
    'rule.bytes.atMost 34 unpacked',
  ),
  imageCase(
    'a PNG with too few pixels',
    pngBytes({ pixels: deflateSync(Buffer.from([0, 1])) }),
    'png',
    whole,
  ),
  imageCase(
    'a PNG of pixels that are not packed',
    pngBytes({ pixels: Buffer.from('these are no pixels') }),
    'chunks.IDAT',
    'rule.bytes.atMost 34 unpacked',
  ),
  imageCase('a JPEG of three bytes', jpegBytes.subarray(0, 3), 'size', 'rule.cutShort SOF'),
  imageCase('a JPEG cut in its tables', jpegBytes.subarray(0, frame), 'size', 'rule.cutShort SOF'),
  imageCase('a JPEG cut behind its frame', jpegBytes.subarray(0, frame + 19), 'jpeg', whole),
  imageCase(
    'a JPEG of 4 gigapixels',
    changed(jpegBytes, frame + 5, 0xff, 0xff, 0xff, 0xff),
    'dimensions',
    'rule.pixels 64000000',
  ),
  imageCase(
    'a JPEG of 12 bits',
    changed(jpegBytes, frame + 4, 12),
    'frame.precision',
    'rule.equal 8',
  ),
  imageCase('a lossless JPEG', changed(jpegBytes, frame + 1, 0xc3), 'frame', 'rule.jpegFrame'),
  imageCase(
    'images of two sizes',
    pngBytes({ width: 1, pixels: deflateSync(Buffer.from([0, 1, 0, 3])) }),
    'dimensions',
    'rule.imageSize 2 × 2 a/1.png',
  ),
  folderCase(
    imageSource,
    'no image',
    { 'a/x.txt': 'a', 'b/y.gif': 'b' },
    'files',
    'rule.holdsFiles .png .jpg .jpeg',
  ),
  folderCase(
    imageSource,
    'an image in no class',
    { '1.png': pngBytes(), 'a/2.png': pngBytes() },
    'folder',
    'rule.classFolder',
  ),
  folderCase(
    imageSource,
    'classes within a split',
    { 'test/a/1.png': pngBytes(), 'train/a/2.png': pngBytes() },
    'folder',
    'rule.besideFolder test/a',
  ),
  folderCase(
    imageSource,
    'images of one class',
    { 'a/1.png': pngBytes(), 'a/2.png': pngBytes() },
    'classes',
    'rule.classes',
  ),
  folderCase(
    imageSource,
    'folders ten deep',
    { '1/2/3/4/5/6/7/8/9/10/1.png': pngBytes() },
    'folders',
    'rule.atMost 8',
  ),
  {
    name: 'a link that leads out of the folder',
    make: folder => {
      put(folder, 'data/a/1.png', pngBytes())
      symlinkSync('/etc', path.join(folder, 'data/b'))
      return imageSource({ folders: path.join(folder, 'data') })
    },
    code: 'data.invalid',
    field: 'file',
    rule: 'rule.fileOrFolder',
  },
  {
    name: 'a folder that is not there',
    make: folder => imageSource({ folders: path.join(folder, 'none') }),
    code: 'file.notFound',
    field: 'objective.data.source.folders',
    rule: '',
  },
]

const recording = wavBytes({ values: [1, 2, 3, 4] })
const header = recording.subarray(0, 12)

function wavCase(name: string, content: WavOptions | Uint8Array, field: string, rule: string) {
  const bytes = content instanceof Uint8Array ? content : wavBytes(content)
  return folderCase(audioSource, name, { 'a/1.wav': recording, 'b/2.wav': bytes }, field, rule)
}

const hostileRecordings: readonly HostileCase[] = [
  wavCase('an empty recording', Buffer.alloc(0), 'magic', 'rule.begins WAV'),
  wavCase(
    'a recording cut short',
    recording.subarray(0, -3),
    'chunks."data".length',
    'rule.bytesLeft 5',
  ),
  wavCase('a recording that ends behind its head', header, 'chunks', 'rule.wavChunks'),
  wavCase(
    'samples before their format',
    Buffer.concat([header, riffChunk('data', Buffer.alloc(4))]),
    'chunks',
    'rule.wavChunks',
  ),
  wavCase(
    'a format of 4 bytes',
    Buffer.concat([header, riffChunk('fmt ', Buffer.alloc(4))]),
    'chunks.fmt.length',
    'rule.atLeast 16',
  ),
  wavCase('A-law', { code: 6, bits: 8, values: [1] }, 'format', 'rule.wavFormat'),
  wavCase('12 bits', { bits: 12, blockAlign: 2, values: [] }, 'bits', 'rule.oneOf 8 16 24 32'),
  wavCase('no channels', { channels: 0, values: [] }, 'channels', 'rule.between 1 32'),
  wavCase(
    'no samples per second',
    { sampleRate: 0, values: [1] },
    'sampleRate',
    'rule.between 1000 384000',
  ),
  wavCase('frames of a wrong size', { blockAlign: 7, values: [1] }, 'blockAlign', 'rule.equal 2'),
  wavCase('no samples', { values: [] }, 'chunks.data.length', 'rule.multipleOf 2'),
  wavCase(
    'samples that are NaN',
    { code: 3, bits: 32, values: [0, Number.NaN] },
    'samples[1]',
    'rule.finite',
  ),
  wavCase(
    'another sample rate',
    { sampleRate: 44_100, values: [1] },
    'sampleRate',
    'rule.sampleRate 8000 a/1.wav',
  ),
]

const text = (name: string, content = name): MadeUpEntry => ({ name, data: Buffer.from(content) })
const two = [text('a/1.txt'), text('b/2.txt')]

function zipCase(name: string, content: Uint8Array, field: string, rule: string): HostileCase {
  const make = (folder: string) => textSource({ folders: put(folder, 'data.zip', content) })
  return { name, make, code: 'data.invalid', field, rule }
}

const wholeZip = 'rule.undamaged ZIP'

/** Both entries of its directory stand at the place of the first. */
function overlapping(): Buffer {
  const archive = Buffer.from(buildZip(two))
  const directory = Buffer.from('PK\x01\x02', 'latin1')
  const second = archive.lastIndexOf(directory)
  archive.writeUInt32LE(0, second + 42)
  return archive
}

const hostileArchives: readonly HostileCase[] = [
  zipCase('a text that is called ZIP', Buffer.from('not a zip'), 'zip', wholeZip),
  zipCase('an archive without its end', buildZip(two).subarray(0, -30), 'zip', wholeZip),
  zipCase('an archive without its start', buildZip(two).subarray(20), 'zip', wholeZip),
  zipCase('a name that leads out', buildZip([text('../../a/1.txt')]), 'zip', wholeZip),
  zipCase('an absolute name', buildZip([text('/etc/a/1.txt')]), 'zip', wholeZip),
  zipCase('a drive', buildZip([text('C:/a/1.txt')]), 'zip', wholeZip),
  zipCase('a backslash', buildZip([text('a\\1.txt')]), 'zip', wholeZip),
  zipCase('files that share their bytes', overlapping(), 'zip.offset', 'rule.atLeast 39'),
  zipCase('a name twice', buildZip([...two, ...two]), 'zip.name', 'rule.unique'),
  zipCase(
    'an encrypted file',
    buildZip([...two, { ...text('a/3.txt'), encrypted: true }]),
    'zip.encryption',
    'rule.notEncrypted',
  ),
  zipCase(
    'a link in an archive',
    buildZip([...two, { ...text('a/3.txt', '/etc/passwd'), mode: 0o120777 }]),
    'zip.mode',
    'rule.fileOrFolder',
  ),
  zipCase(
    'a bomb',
    buildZip([...two, { name: 'a/3.txt', data: Buffer.alloc(5_000_000) }]),
    'zip.size',
    'rule.packedRatio',
  ),
  zipCase(
    'a file that claims 3 GB',
    buildZip([...two, { ...text('a/3.txt'), declaredBytes: 3e9 }]),
    'zip.size',
    'rule.packedRatio',
  ),
  zipCase(
    'a file that is larger than it says',
    buildZip([...two, { ...text('a/3.txt'), declaredBytes: 1 }]),
    'zip',
    wholeZip,
  ),
  zipCase(
    'a file that is smaller than it says',
    buildZip([...two, { ...text('a/3.txt'), declaredBytes: 50 }]),
    'zip',
    wholeZip,
  ),
  zipCase(
    'a file with a wrong checksum',
    buildZip([...two, { ...text('a/3.txt'), checksum: 7 }]),
    'zip.crc32',
    'rule.equal 0x00000007',
  ),
  zipCase(
    'texts in two encodings',
    buildZip([...two, { name: 'a/3.txt', data: Buffer.from([0x63, 0x61, 0x66, 0xe9]) }]),
    'encoding',
    'rule.encoding utf-8 objective.data.source.encoding',
  ),
]

/** Folders and archives of images, recordings and texts. */
export const hostileFolders: readonly HostileCase[] = [
  ...hostileImages,
  ...hostileRecordings,
  ...hostileArchives,
]
