import { setOwnValue } from '../core/values/named-values.ts'
import { msg } from '../core/errors/message.ts'
import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type {
  DatasetArray,
  DatasetArrayData,
  DatasetManifest,
  PreparedDataset,
} from '../core/data/dataset.ts'
import { AppError, isAppError } from '../core/errors/errors.ts'
import { isTooDeep, MAX_JSON_DEPTH } from '../core/values/json.ts'
import { invalidData, parseFile } from '../core/errors/invalid-data.ts'
import { arrayKinds } from './array-file.ts'
import { canMapFiles, mapFile, MAPPED_FROM_BYTES } from './map-file.ts'
import { fileError } from '../platform/files/read-within.ts'

const jsonObjectSchema = z.record(z.string(), z.json())

const manifestSchema = z.strictObject({
  format: z.literal(1),
  kind: z.enum(['image', 'table', 'audio', 'text']),
  contentHash: z.string().regex(/^[0-9a-f]{64}$/),
  properties: jsonObjectSchema,
  schema: jsonObjectSchema,
  arrays: z.array(
    z.strictObject({
      name: z.string().min(1),
      dtype: z.enum(['uint8', 'int32', 'float32', 'float64']),
      shape: z.array(z.int().min(0)),
      file: z.string().regex(/^[A-Za-z0-9]+\.bin$/),
      bytes: z.int().min(0),
    }),
  ),
})

/**
 * Reads and checks `dataset.json` of a prepared data set; every array file must be there with the
 * size that shape and type demand.
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid`
 */
export async function readManifest(directory: string): Promise<DatasetManifest> {
  const file = path.join(directory, 'dataset.json')
  let parsed: unknown
  try {
    const text = await readFile(file, 'utf8')
    if (isTooDeep(text)) {
      throw invalidData(file, 'json', null, msg('rule.depth', { limit: MAX_JSON_DEPTH }))
    }
    parsed = JSON.parse(text)
  } catch (error) {
    if (isAppError(error)) throw error
    if (error instanceof SyntaxError)
      throw invalidData(file, 'json', error.message, msg('rule.undamaged', { format: 'JSON' }))
    throw fileError(error, file, 'datasetDirectory')
  }
  const manifest = parseFile(file, manifestSchema, parsed) as DatasetManifest
  for (const array of manifest.arrays) await checkArrayFile(directory, array)
  return manifest
}

/**
 * Opens a prepared data set, as trainers do: large arrays are mapped, so that they may be larger than memory and
 * trainers share them; small ones are read.
 * @param names arrays that are enough, if not all are wanted
 * @throws AppError as {@link readManifest}
 */
export async function readPreparedDataset(
  directory: string,
  names?: readonly string[],
): Promise<PreparedDataset> {
  const manifest = await readManifest(directory)
  const arrays: Record<string, DatasetArrayData> = {}
  for (const array of manifest.arrays) {
    if (names?.includes(array.name) === false) continue
    const file = path.join(directory, array.file)
    setOwnValue(arrays, array.name, toTypedArray(await readBytes(file, array.bytes), array.dtype))
  }
  return { manifest, arrays }
}

async function readBytes(file: string, bytes: number): Promise<Uint8Array> {
  // Its size was checked with the manifest.
  if (bytes >= MAPPED_FROM_BYTES && canMapFiles()) return new Uint8Array(mapFile(file, bytes))
  let read: Buffer
  try {
    read = await readFile(file)
  } catch (error) {
    throw fileError(error, file, 'datasetDirectory')
  }
  if (read.byteLength !== bytes) throw sizeMismatch(file, read.byteLength, bytes)
  return read
}

async function checkArrayFile(directory: string, array: DatasetArray): Promise<void> {
  const file = path.join(directory, array.file)
  const expected = array.shape.reduce(
    (product, length) => product * length,
    arrayKinds[array.dtype].BYTES_PER_ELEMENT,
  )
  if (array.bytes !== expected) {
    const field = `arrays.${array.name}.bytes`
    const rule = msg('rule.equal', { value: expected })
    throw invalidData(path.join(directory, 'dataset.json'), field, array.bytes, rule)
  }
  const stats = await stat(file).catch((error: unknown) => {
    throw fileError(error, file, 'datasetDirectory')
  })
  if (stats.size !== array.bytes) throw sizeMismatch(file, stats.size, array.bytes)
}

/** The bytes as a typed array; copied only where the buffer is shared or not aligned. */
function toTypedArray(bytes: Uint8Array, dtype: DatasetArray['dtype']): DatasetArrayData {
  const size = arrayKinds[dtype].BYTES_PER_ELEMENT
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes)
  const { buffer, byteOffset } = aligned
  return new arrayKinds[dtype](buffer as ArrayBuffer, byteOffset, aligned.byteLength / size)
}

function sizeMismatch(file: string, actual: number, expected: number): AppError {
  return invalidData(file, 'size', actual, msg('rule.equal', { value: expected }))
}
