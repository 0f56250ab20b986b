import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { tableDataSchema } from '../../../src-main/core/data/data-settings.ts'
import { isAppError } from '../../../src-main/core/errors/errors.ts'
import type { IngestSource } from '../../../src-main/core/processes/ingest-protocol.ts'
import { ingest } from '../../../src-main/datasets/ingest.ts'
import { createRandomStream } from '../../../src-main/math/random/stream.ts'
import { goodNpy, goodParquet } from '../../helpers/hostile/hostile-binary-tables.ts'
import { audioSource, imageSource, put, textSource } from '../../helpers/hostile/hostile-case.ts'
import { jpegBytes, pngBytes } from '../../helpers/hostile/hostile-folders.ts'
import { idxBytes } from '../../helpers/idx-bytes.ts'
import { buildZip } from '../../helpers/made-up-wheel.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { wavBytes } from '../../helpers/wav-bytes.ts'

const scratch = useScratchFolders()
const rounds = 28

const table = (folder: string, content: Uint8Array, target: string): IngestSource => ({
  kind: 'table',
  data: tableDataSchema.parse({ file: put(folder, 'table', content), target }),
})
const inFolders = (folder: string, good: Uint8Array, other: Uint8Array, ending: string) => {
  put(folder, `data/a/1${ending}`, good)
  put(folder, `data/b/2${ending}`, other)
  return { folders: path.join(folder, 'data') }
}
const csv = Buffer.from('x,c,y\n1,"red",a\n2,blue,b\n3,é,a\n')
const png = pngBytes()
const wav = wavBytes({ values: [1, 2, 3, 4] })
const zip = buildZip(
  ['a/1.txt', 'b/2.txt'].map(name => ({ name, data: Buffer.from(`the text of ${name}`) })),
)
const idx = Buffer.from(idxBytes([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))

/** A whole file of every format, and how it is read. */
const formats: readonly [string, Buffer, (folder: string, content: Uint8Array) => IngestSource][] =
  [
    ['CSV', csv, (folder, content) => table(folder, content, 'y')],
    ['packed CSV', gzipSync(csv), (folder, content) => table(folder, content, 'y')],
    ['Parquet', goodParquet, (folder, content) => table(folder, content, 'y')],
    ['NPY', goodNpy, (folder, content) => table(folder, content, 'column3')],
    [
      'IDX',
      idx,
      (folder, content) =>
        imageSource({
          images: put(folder, 'images', content),
          labels: put(folder, 'labels', idxBytes([3], [0, 1, 1])),
        }),
    ],
    ['PNG', png, (folder, content) => imageSource(inFolders(folder, png, content, '.png'))],
    [
      'JPEG',
      jpegBytes,
      (folder, content) => imageSource(inFolders(folder, jpegBytes, content, '.jpg')),
    ],
    ['WAV', wav, (folder, content) => audioSource(inFolders(folder, wav, content, '.wav'))],
    ['ZIP', zip, (folder, content) => textSource({ folders: put(folder, 'data.zip', content) })],
  ]

/** Bytes changed, cut out, put in, or the end cut off: most often near the beginning, where headers are. */
function damage(content: Buffer, number: number): Buffer {
  const stream = createRandomStream({ seed: 6, number, purpose: 'damage' })
  const below = (limit: number) => Math.floor(stream.uniform() * limit)
  const drawOffset = () =>
    below(stream.uniform() < 0.6 ? Math.min(64, content.length) : content.length)
  const at = drawOffset()
  switch (number % 4) {
    case 0: {
      const copy = Buffer.from(content)
      for (let times = 1 + below(4); times > 0; times--) copy[drawOffset()] = below(256)
      return copy
    }
    case 1:
      return content.subarray(0, at)
    case 2:
      return Buffer.concat([content.subarray(0, at), content.subarray(at + 1 + below(4))])
    default:
      return Buffer.concat([
        content.subarray(0, at),
        Buffer.from([below(256), 0xff, 0xff, 0x7f].slice(0, 1 + below(4))),
        content.subarray(at),
      ])
  }
}

describe(`${rounds} damaged files of each format are read or get a typed error`, () => {
  it.each(formats)('%s', async (_name, content, source) => {
    let refused = 0
    for (let number = 0; number < rounds; number++) {
      const folder = scratch()
      try {
        const cacheDirectory = path.join(folder, 'cache')
        await ingest({ source: source(folder, damage(content, number)), cacheDirectory })
      } catch (error) {
        if (!isAppError(error, 'data.invalid')) throw error
        expect(error.detail.path).toContain(folder)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(rounds / 6)
  })
})
