import { Buffer } from 'node:buffer'
import { encode } from 'fast-png'
import { type ColumnFormat, plainNumber } from '../../../core/data/column-format.ts'
import type { RowContent } from '../../../core/questions/error-analysis.ts'
import type { RowColumn } from '../../../analysis/errors/error-slices.ts'
import type { PreparedDataset } from '../../../core/data/dataset.ts'
import {
  readAudioSchema,
  readImageSchema,
  readTableSchema,
} from '../../../training/data/dataset-schema.ts'
import { datasetArray } from '../../../training/tasks/dataset-array.ts'
import { decodeUtf8 } from '../../../training/text/decode-utf8.ts'

/** The rows of prepared data as a person looks at them. */
export interface RowContents {
  /** Columns over the given rows; of pictures, sounds and texts what can be told without a model. */
  columns(rows: Int32Array): RowColumn[]
  content(row: number): RowContent
  /** Of the file, below the folder of the data; null for what was no file by itself. */
  fileName(row: number): string | null
}

/** A longer side is shown smaller. */
const MAX_SIDE_PIXELS = 128
const MAX_SECONDS = 10
const MAX_CHARACTERS = 600
const MAX_CELLS = 60
const LARGEST_PIXEL = 255

/** @throws AppError `data.invalid` for prepared data without the arrays of their kind */
export function rowContents(dataset: PreparedDataset): RowContents {
  switch (dataset.manifest.kind) {
    case 'table':
      return tableRows(dataset)
    case 'image':
      return pictures(dataset)
    case 'audio':
      return sounds(dataset)
    case 'text':
      return texts(dataset)
  }
}

function tableRows(dataset: PreparedDataset): RowContents {
  const schema = readTableSchema(dataset.manifest)
  const numeric = datasetArray(dataset, 'numeric', Float64Array)
  const categorical = datasetArray(dataset, 'categorical', Int32Array)
  const valueAt = (column: number, row: number) => numeric[column * schema.rows + row] as number
  const codeAt = (column: number, row: number) => categorical[column * schema.rows + row] as number
  return {
    columns: rows => [
      ...schema.numeric.map(({ name }, column): RowColumn => {
        return {
          name,
          kind: 'numeric',
          values: Float64Array.from(rows, row => valueAt(column, row)),
        }
      }),
      ...schema.categorical.map(({ name, categories }, column): RowColumn => {
        const codes = rows.map(row => codeAt(column, row))
        return { name, kind: 'categorical', codes, names: categories }
      }),
    ],
    content(row) {
      const numbers = schema.numeric.map(({ name, format = plainNumber }, column) => ({
        name,
        value: writtenValue(valueAt(column, row), format),
      }))
      const words = schema.categorical.map(({ name, categories }, column) => ({
        name,
        value: categories[codeAt(column, row)] ?? null,
      }))
      return { kind: 'cells', cells: [...numbers, ...words].slice(0, MAX_CELLS) }
    },
    fileName: () => null,
  }
}

const DAY_MS = 86_400_000

/** Days as a date, seconds as a time of day; null where there is no value. */
export function writtenValue(value: number, format: ColumnFormat): string | number | null {
  if (Number.isNaN(value)) return null
  if (format.type !== 'time') return value
  const isClock = format.order === 'clock'
  const moment = new Date(isClock ? value * 1_000 : value * DAY_MS).toISOString()
  return isClock ? moment.slice(11, 19) : moment.slice(0, 10)
}

function pictures(dataset: PreparedDataset): RowContents {
  const [height, width, channels] = readImageSchema(dataset.manifest).imageShape
  const pixels = datasetArray(dataset, 'trainImages', Uint8Array)
  const size = height * width * channels
  const imageOf = (row: number) => pixels.subarray(row * size, (row + 1) * size)
  return {
    columns(rows) {
      const values = Float64Array.from(rows, row => {
        const total = imageOf(row).reduce((sum, value) => sum + value, 0)
        return total / size / LARGEST_PIXEL
      })
      return [{ name: 'brightness', derived: true, kind: 'numeric', values }]
    },
    content: row => pictureContent(imageOf(row), [height, width, channels]),
    fileName: fileNames(dataset),
  }
}

function sounds(dataset: PreparedDataset): RowContents {
  const { sampleRate } = readAudioSchema(dataset.manifest)
  const samples = datasetArray(dataset, 'samples', Float32Array)
  const offsets = datasetArray(dataset, 'offsets', Int32Array)
  const soundOf = (row: number) => samples.subarray(offsets[row], offsets[row + 1])
  return {
    columns(rows) {
      const values = Float64Array.from(rows, row => soundOf(row).length / sampleRate)
      return [{ name: 'seconds', derived: true, kind: 'numeric', values }]
    },
    content: row => soundContent(soundOf(row), sampleRate),
    fileName: fileNames(dataset),
  }
}

function texts(dataset: PreparedDataset): RowContents {
  const bytes = datasetArray(dataset, 'texts', Uint8Array)
  const offsets = datasetArray(dataset, 'offsets', Int32Array)
  const characters = (row: number): number =>
    characterCount(bytes.subarray(offsets[row], offsets[row + 1]))
  return {
    columns(rows) {
      const values = Float64Array.from(rows, characters)
      return [{ name: 'characters', derived: true, kind: 'numeric', values }]
    },
    content(row) {
      return textContent(bytes.subarray(offsets[row], offsets[row + 1]))
    },
    fileName: fileNames(dataset),
  }
}

/** Pictures of one file (IDX, MNIST) and the texts of a table have no names. */
function fileNames({ arrays }: PreparedDataset): (row: number) => string | null {
  const { fileNames: bytes, fileNameOffsets: offsets } = arrays
  if (!(bytes instanceof Uint8Array) || !(offsets instanceof Int32Array)) return () => null
  return row => {
    const [start = 0, end = 0] = offsets.subarray(row, row + 2)
    return decodeUtf8(bytes, start, end, end - start)
  }
}

/** @param pixels height × width × channels */
export function pictureContent(
  pixels: Uint8Array,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
): RowContent {
  const step = Math.ceil(Math.max(height, width) / MAX_SIDE_PIXELS)
  const preview = { height: Math.ceil(height / step), width: Math.ceil(width / step) }
  const data = new Uint8Array(preview.height * preview.width * channels)
  for (let at = 0; at < data.length; at++) {
    const channel = at % channels
    const column = Math.floor(at / channels) % preview.width
    const line = Math.floor(at / channels / preview.width)
    data[at] = pixels[(line * step * width + column * step) * channels + channel] as number
  }
  const png = encode({ ...preview, data, channels, depth: 8 })
  return { kind: 'picture', url: dataUrl('image/png', png), width, height }
}

/** @param samples −1 to 1 */
export function soundContent(samples: Float32Array, sampleRate: number): RowContent {
  const heard = samples.subarray(0, Math.round(MAX_SECONDS * sampleRate))
  const url = dataUrl('audio/wav', wavFile(heard, sampleRate))
  return { kind: 'sound', url, seconds: samples.length / sampleRate }
}

/** @param bytes UTF-8 */
export function textContent(bytes: Uint8Array): RowContent {
  const text = decodeUtf8(bytes, 0, bytes.length, MAX_CHARACTERS)
  return { kind: 'text', text, isCut: characterCount(bytes) > MAX_CHARACTERS }
}

function characterCount(bytes: Uint8Array): number {
  // Every character of UTF-8 has one byte that does not continue another.
  return bytes.reduce((count, byte) => ((byte & 0xc0) === 0x80 ? count : count + 1), 0)
}

function dataUrl(type: string, content: Uint8Array): string {
  return `data:${type};base64,${Buffer.from(content).toString('base64')}`
}

const WAV_HEADER_BYTES = 44
const LARGEST_SAMPLE = 0x7fff

/** One channel, 16 bits. Multimedia Programming Interface and Data Specifications 1.0, IBM and Microsoft 1991, "WAVE". */
function wavFile(samples: Float32Array, sampleRate: number): Uint8Array {
  const dataBytes = 2 * samples.length
  const file = Buffer.alloc(WAV_HEADER_BYTES + dataBytes)
  file.write('RIFF', 0, 'latin1')
  file.writeUInt32LE(WAV_HEADER_BYTES - 8 + dataBytes, 4)
  file.write('WAVEfmt ', 8, 'latin1')
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(sampleRate, 24)
  file.writeUInt32LE(2 * sampleRate, 28)
  file.writeUInt16LE(2, 32)
  file.writeUInt16LE(16, 34)
  file.write('data', 36, 'latin1')
  file.writeUInt32LE(dataBytes, 40)
  for (const [at, sample] of samples.entries()) {
    const value = Math.round(Math.min(1, Math.max(-1, sample)) * LARGEST_SAMPLE)
    file.writeInt16LE(Number.isNaN(value) ? 0 : value, WAV_HEADER_BYTES + 2 * at)
  }
  return file
}
