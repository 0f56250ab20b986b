import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import type { RandomStream } from '../../../src-main/math/random/random-stream.ts'
import {
  bytesOf,
  decodeWeights,
  encodeWeights,
  type StoredTensor,
} from '../../../src-main/trainer/models/weights-file.ts'
import { buildZip, type MadeUpEntry } from '../../helpers/made-up-wheel.ts'
import { mutate } from '../mutate.ts'
import { inDatabase, mutateDatabase } from './mutate-database.ts'
import { mutateJson, mutateJsonText } from './mutate-json.ts'

/** Changes the inside of an input and repairs what stands around it: sizes, offsets, checksums, hashes. */
export type DeepMutator = (content: Buffer, random: RandomStream) => Buffer

const sha256 = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

const json: DeepMutator = (content, random) => Buffer.from(mutateJsonText(String(content), random))

/** Tensors and texts of a file of weights; the hash of a checkpoint's values is made right. */
const weights: DeepMutator = (content, random) => {
  const { tensors, metadata } = decodeWeights('weights', content)
  const texts = { ...(metadata as Record<string, string> | undefined) }
  const kind = random.integer(4)
  const [text] = Object.keys(texts).filter(name => name !== 'valuesSha256')
  if (text !== undefined && kind < 2) texts[text] = mutateJsonText(texts[text] ?? '', random)
  else mutateTensors(tensors, random)
  if (texts['valuesSha256'] !== undefined) {
    const hash = createHash('sha256')
    for (const { data } of tensors) hash.update(bytesOf(data))
    texts['valuesSha256'] = hash.digest('hex')
  }
  return Buffer.from(encodeWeights(tensors, metadata === undefined ? undefined : texts))
}

const numbers = [0, -0, 1, -1, 1e38, -1e38, 1e-40, NaN, Infinity, -Infinity, 2 ** 31, 1e9, 3, 7]

function mutateTensors(tensors: StoredTensor[], random: RandomStream): void {
  const at = random.integer(Math.max(1, tensors.length))
  const tensor = tensors[at]
  if (tensor === undefined) return
  const { name, shape, data } = tensor
  switch (random.integer(8)) {
    case 0:
      tensors.splice(at, 1)
      return
    case 1:
      tensors.splice(at, 0, { ...tensor, name: `${name}'` })
      return
    case 2:
      tensors[at] = { ...tensor, name: tensors[random.integer(tensors.length)]?.name ?? '' }
      return
    case 3:
      tensors[at] = {
        ...tensor,
        shape: random.uniform() < 0.5 ? [...shape].reverse() : [data.length],
      }
      return
    case 4: {
      const length = random.integer(40)
      const other = data instanceof Int32Array ? new Float32Array(length) : new Int32Array(length)
      tensors[at] = { name, shape: [length], data: other }
      return
    }
    case 5: {
      const other = tensors[random.integer(tensors.length)] ?? tensor
      tensors[at] = { ...other, name }
      return
    }
    default: {
      const changed = data.slice()
      for (let change = 1 + random.integer(3); change > 0; change--) {
        changed[random.integer(Math.max(1, data.length))] =
          numbers[random.integer(numbers.length)] ?? 0
      }
      tensors[at] = { name, shape, data: changed }
    }
  }
}

/** A model as it stands in one file: the weights, with `model.json` among their texts. */
const prediction: DeepMutator = weights

function unzip(content: Buffer): MadeUpEntry[] {
  const entries: MadeUpEntry[] = []
  const end = content.lastIndexOf('PK\x05\x06')
  let at = content.readUInt32LE(end + 16)
  for (let remaining = content.readUInt16LE(end + 10); remaining > 0; remaining--) {
    const [packed, nameBytes, extra, note] = [20, 28, 30, 32].map(field =>
      field === 20 ? content.readUInt32LE(at + field) : content.readUInt16LE(at + field),
    ) as [number, number, number, number]
    const name = content.toString('utf8', at + 46, at + 46 + nameBytes)
    const local = content.readUInt32LE(at + 42)
    const start = local + 30 + content.readUInt16LE(local + 26) + content.readUInt16LE(local + 28)
    const bytes = content.subarray(start, start + packed)
    const isPacked = content.readUInt16LE(at + 10) === 8
    entries.push({ name, data: isPacked ? inflateRawSync(bytes) : Buffer.from(bytes) })
    at += 46 + nameBytes + extra + note
  }
  return entries
}

const names = [
  'a',
  '../a',
  '/a',
  'a\\b',
  'C:a',
  'CON',
  'a/../b',
  'a/',
  'A',
  '.',
  'x'.repeat(300),
  'a\0b',
  'ä',
  'ä',
]

/** Members with right sizes and checksums. */
const zip: DeepMutator = (content, random) => {
  const entries = unzip(content)
  const at = random.integer(Math.max(1, entries.length))
  const entry = entries[at]
  if (entry === undefined) return content
  const kind = random.integer(6)
  if (kind === 0) entries[at] = { ...entry, name: names[random.integer(names.length)] ?? '' }
  else if (kind === 1) entries.splice(at, 1)
  else if (kind === 2) entries.push({ ...entry, name: names[random.integer(names.length)] ?? '' })
  else if (kind === 3)
    entries[at] = { ...entry, mode: [0o120777, 0o040755, 0o010644][random.integer(3)] ?? 0 }
  else entries[at] = { ...entry, data: mutate([entry.data], random) }
  return buildZip(entries)
}

interface Listed {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** Database, files and list of a bundle; hashes and sizes in the list, and mostly in the rows, are made right. */
const bundle: DeepMutator = (content, random) => {
  const entries = new Map(unzip(content).map(({ name, data }) => [name, data]))
  const list = (): { files: Listed[] } =>
    JSON.parse(String(entries.get('manifest.json'))) as { files: Listed[] }
  const files = [...entries.keys()].filter(name => !/^(?:study\.sqlite|manifest\.json)$/.test(name))
  const database = entries.get('study.sqlite') ?? Buffer.alloc(0)
  const kind = random.integer(8)
  if (kind === 0) {
    const changed = mutateJson(list(), random)
    return buildZip(
      [...entries].map(([name, data]) => ({
        name,
        data: name === 'manifest.json' ? Buffer.from(JSON.stringify(changed)) : data,
      })),
    )
  }
  if (kind === 1 && files.length > 0) {
    const name = files[random.integer(files.length)] ?? ''
    const before = entries.get(name) ?? Buffer.alloc(0)
    const after = mutate([before], random)
    entries.set(name, after)
    entries.set(
      'study.sqlite',
      inDatabase(database, handle => {
        for (const table of ['artifacts', 'checkpoints']) {
          handle
            .prepare(`UPDATE ${table} SET sha256 = ?, bytes = ? WHERE sha256 = ?`)
            .run(sha256(after), after.length, sha256(before))
        }
      }),
    )
  } else entries.set('study.sqlite', mutateDatabase(database, random))
  const manifest = list()
  const changed = {
    ...manifest,
    files: manifest.files.map(({ name }) => {
      const data = entries.get(name) ?? Buffer.alloc(0)
      return { name, bytes: data.length, sha256: sha256(data) }
    }),
  }
  entries.set('manifest.json', Buffer.from(JSON.stringify(changed)))
  return buildZip([...entries].map(([name, data]) => ({ name, data })))
}

/** By reader; the others get changed bytes alone. */
export const deepMutators: Readonly<Record<string, DeepMutator>> = {
  weights,
  checkpoint: weights,
  prediction,
  zip,
  bundle,
  database: mutateDatabase,
  optuna: mutateDatabase,
  model: json,
  prepared: json,
  trust: json,
  call: json,
  studyJson: json,
}
