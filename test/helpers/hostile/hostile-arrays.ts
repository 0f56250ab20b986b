import { gzipSync } from 'node:zlib'
import { idxBytes } from '../idx-bytes.ts'
import { imageSource, put, type HostileCase } from './hostile-case.ts'

const images = idxBytes([3, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
const labels = idxBytes([3], [0, 1, 1])

const changed = (content: Uint8Array, at: number, ...values: number[]) => {
  const copy = Uint8Array.from(content)
  copy.set(values, at)
  return copy
}

interface Files {
  readonly images?: Uint8Array
  readonly labels?: Uint8Array
  readonly testImages?: Uint8Array
  readonly testLabels?: Uint8Array
}

function idxCase(name: string, files: Files, field: string, rule: string): HostileCase {
  const make = (folder: string) =>
    imageSource(
      Object.fromEntries(
        Object.entries({ images, labels, ...files }).map(([key, content]) => [
          key,
          put(folder, key, content),
        ]),
      ),
    )
  return { name, make, code: 'data.invalid', field, rule }
}

/** Files of arrays: IDX. */
export const hostileArrays: readonly HostileCase[] = [
  idxCase('an empty IDX file', { images: new Uint8Array() }, 'size', 'rule.atLeast 4'),
  idxCase(
    'an IDX file of another magic number',
    { images: changed(images, 0, 1) },
    'magic',
    'rule.idxMagic',
  ),
  idxCase(
    'an IDX file of an unknown type',
    { images: changed(images, 2, 0x0a) },
    'magic',
    'rule.idxMagic',
  ),
  idxCase(
    'an IDX file of floats',
    { images: changed(images, 2, 0x0d) },
    'magic.type',
    'rule.equal unsigned byte (0x08)',
  ),
  idxCase(
    'images of two dimensions',
    { images: idxBytes([3, 2], [1, 2, 3, 4, 5, 6]) },
    'magic.rank',
    'rule.dimensions 3 4',
  ),
  idxCase(
    'an IDX file of 255 dimensions',
    { images: changed(images, 3, 255) },
    'magic.rank',
    'rule.dimensions 3 4',
  ),
  idxCase(
    'an IDX header that is cut short',
    { images: images.subarray(0, 9) },
    'size',
    'rule.atLeast 16',
  ),
  idxCase(
    'no images at all',
    { images: idxBytes([0, 2, 2], []) },
    'dimensions[0]',
    'rule.atLeast 1',
  ),
  idxCase(
    'an IDX file that is cut short',
    { images: images.subarray(0, -1) },
    'size',
    'rule.sizeOfShape',
  ),
  idxCase(
    'an IDX file with a byte too many',
    { images: Uint8Array.from([...images, 0]) },
    'size',
    'rule.sizeOfShape 28 3 × 2 × 2',
  ),
  idxCase(
    'an IDX file that claims 79 octillion bytes',
    { images: changed(images, 4, ...new Array<number>(12).fill(0xff)) },
    'size',
    'rule.sizeOfShape',
  ),
  idxCase(
    'images that are one line',
    { images: idxBytes([1, 1, 5_000], new Array<number>(5_000).fill(0)) },
    'dimensions[2]',
    'rule.atMost 4096',
  ),
  idxCase('a label too few', { labels: idxBytes([2], [0, 1]) }, 'dimensions[0]', 'rule.perImage'),
  idxCase(
    'labels that are all alike',
    { labels: idxBytes([3], [7, 7, 7]) },
    'labels',
    'rule.differentValues 2',
  ),
  idxCase(
    'a test label that training has not',
    { testImages: images, testLabels: idxBytes([3], [0, 1, 9]) },
    'labels[2]',
    'rule.oneOf 0 1',
  ),
  idxCase(
    'test images of another size',
    { testImages: idxBytes([1, 1, 2], [1, 2]), testLabels: idxBytes([1], [0]) },
    'dimensions',
    'rule.equal 2 × 2 × 1',
  ),
  idxCase(
    'a packed IDX file that is cut short',
    { images: gzipSync(images).subarray(0, -4) },
    'gzip',
    'rule.undamaged gzip',
  ),
]
