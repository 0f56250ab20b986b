import { msg } from '../core/errors/message.ts'
import { ownValue } from '../core/values/named-values.ts'
import { spellingKey } from '../core/data/spelling.ts'
import { stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { ExportedModel } from '../core/models/exported-model.ts'
import { invalidData, parseFile } from '../core/errors/invalid-data.ts'
import type { ReadRows } from '../core/data/read-rows.ts'
import { tableFormat, type TableFormat } from '../core/data/table-format.ts'
import { type ColumnFormat, columnFormatSchema, plainNumber } from '../core/data/column-format.ts'
import { textEncodingSchema } from '../core/data/text-source.ts'
import { systemFiles } from './class-files.ts'
import { decodeImage, imageExtensions, withChannels } from './decode-image.ts'
import { PixelBudget } from './decoded-image.ts'
import { listFolder } from './folder-entries.ts'
import { decodeText, textExtensions } from './ingest-text.ts'
import { audioExtensions } from './ingest-audio.ts'
import { ColumnGuess } from './column-guess.ts'
import { cellReader, type ReadCell } from './read-cell.ts'
import { parseNumber } from './written-number.ts'
import { resizeImage } from './resize-image.ts'
import { type SourceEntry } from './source-entry.ts'
import { fileError } from '../platform/files/read-within.ts'
import { readSourceFile, SOURCE_FILE_LIMIT_BYTES } from './source-file.ts'
import { readTableRecords } from './table-records.ts'
import { readWav } from './wav.ts'
import { openZip } from './zip-entries.ts'
import { taskDefinitions } from '../core/tasks/registry.ts'

const field = 'input'
const readings = {
  image: z.strictObject({ imageShape: z.tuple([z.int(), z.int(), z.literal([1, 3])]) }),
  audio: z.strictObject({ sampleRate: z.int(), seconds: z.number() }),
  text: z.union([
    z.strictObject({ encoding: textEncodingSchema }),
    z.strictObject({ text: z.string(), ...tableFormat }),
  ]),
  table: z.strictObject({
    ...tableFormat,
    missing: z.array(z.string()),
    /** Models from before there were formats do not have it. */
    columns: z.record(z.string(), columnFormatSchema).default({}),
  }),
}
/** The part of a table's preprocessing that the reader needs; the task checks all of it. */
const columnsSchema = z.looseObject({
  numeric: z.array(z.looseObject({ name: z.string() })),
  categorical: z.array(z.looseObject({ name: z.string(), categories: z.array(z.string()) })),
})

type OnCells = (fields: readonly string[]) => void

/**
 * Reads new data for a model by the readers of training: a file, a folder or a ZIP archive of
 * images, recordings or texts, or a table.
 * @param onRecord hears every record of a table, the names of its columns first
 * @throws AppError `file.notFound`, `file.unreadable`, `data.invalid` naming the file or the line
 */
export async function readNewRows(
  model: ExportedModel,
  input: string,
  onRecord: OnCells = () => undefined,
): Promise<ReadRows> {
  switch (taskDefinitions[model.task].dataKind) {
    case 'image':
      return readImages(reading(model, readings.image), input)
    case 'audio':
      return readRecordings(reading(model, readings.audio), input)
    case 'text': {
      const how = reading(model, readings.text)
      return 'text' in how ? readTextColumn(how, input, onRecord) : readTexts(how.encoding, input)
    }
    case 'table':
      return readTable(model, input, onRecord)
  }
}

function reading<Schema extends z.ZodType>(model: ExportedModel, schema: Schema) {
  return parseFile('model.json', schema, model.reading, ['reading'])
}

async function readImages(
  { imageShape }: z.output<typeof readings.image>,
  input: string,
): Promise<ReadRows> {
  const [height, width, channels] = imageShape
  const size = height * width * channels
  const budget = new PixelBudget()
  let total = 0
  const { names, parts } = await readFiles(input, imageExtensions, async entry => {
    const image = await decodeImage(entry.path, await entry.read())
    budget.take(entry.path, image)
    total = takeBytes(input, total, size, 'pixels')
    // Colors before size, as in training.
    return resizeImage(withChannels(image, channels), height, width).data
  })
  const pixels = new Uint8Array(size * parts.length)
  for (const [row, part] of parts.entries()) pixels.set(part, row * size)
  return { kind: 'image', names, pixels }
}

async function readRecordings(
  { sampleRate, seconds }: z.output<typeof readings.audio>,
  input: string,
): Promise<ReadRows> {
  const length = Math.max(1, Math.round(seconds * sampleRate))
  let total = 0
  const { names, parts } = await readFiles(input, audioExtensions, async entry => {
    const recording = readWav(entry.path, await entry.read())
    if (recording.sampleRate !== sampleRate) {
      const rule = msg('rule.sampleRate', { rate: sampleRate })
      throw invalidData(entry.path, 'sampleRate', recording.sampleRate, rule)
    }
    const samples = recording.samples.slice(0, length)
    total = takeBytes(input, total, samples.byteLength, 'samples')
    return samples
  })
  const offsets = new Int32Array(parts.length + 1)
  for (const [row, part] of parts.entries()) offsets[row + 1] = (offsets[row] ?? 0) + part.length
  const samples = new Float32Array(offsets.at(-1) ?? 0)
  for (const [row, part] of parts.entries()) samples.set(part, offsets[row])
  return { kind: 'audio', names, recordings: { samples, offsets, sampleRate, length } }
}

async function readTexts(encoding: string, input: string): Promise<ReadRows> {
  const { names, parts } = await readFiles(input, textExtensions, async entry =>
    decodeText(entry.path, await entry.read(), encoding),
  )
  return { kind: 'text', names, texts: joinTexts(input, parts) }
}

async function readTextColumn(
  reading: TableFormat & { readonly text: string },
  input: string,
  onRecord: OnCells,
): Promise<ReadRows> {
  const texts: string[] = []
  const names: string[] = []
  let column = -1
  await readTableRecords({
    path: input,
    field,
    format: reading,
    missing: [''],
    onRecord: (fields, line) => {
      onRecord(fields)
      if (column < 0) {
        column = findColumn(input, fields, reading.text)
        return
      }
      texts.push(fields[column] ?? '')
      names.push(String(line))
    },
  })
  requireRows(input, names.length)
  return { kind: 'text', names, texts: joinTexts(input, texts) }
}

/** Texts one after the other as UTF-8. */
function joinTexts(path: string, texts: readonly string[]) {
  const chunks = texts.map(text => Buffer.from(text))
  const offsets = new Int32Array(texts.length + 1)
  let total = 0
  for (const [row, chunk] of chunks.entries()) {
    total = takeBytes(path, total, chunk.length, 'text')
    offsets[row + 1] = total
  }
  return { bytes: new Uint8Array(Buffer.concat(chunks)), offsets }
}

/** New data are in memory together. */
function takeBytes(
  path: string,
  before: number,
  bytes: number,
  of: 'pixels' | 'samples' | 'text',
): number {
  const total = before + bytes
  if (total <= SOURCE_FILE_LIMIT_BYTES) return total
  throw invalidData(
    path,
    'input',
    total,
    msg('rule.bytes.atMost', { limit: SOURCE_FILE_LIMIT_BYTES, of }),
  )
}

async function readTable(
  model: ExportedModel,
  input: string,
  onRecord: OnCells,
): Promise<ReadRows> {
  const { missing, columns: formats, ...format } = reading(model, readings.table)
  const columns = parseFile('model.json', columnsSchema, model.preprocessing, ['preprocessing'])
  const isMissing = new Set(missing)
  const keyOf = columns.categorical.map(({ name }) => {
    const trained = ownValue(formats, name)
    const isMerged = trained?.type === 'category' && trained.spelling === 'merge'
    return isMerged ? spellingKey : (text: string) => text
  })
  const codes = columns.categorical.map(
    ({ categories }, index) =>
      new Map(categories.map((category, code) => [keyOf[index]?.(category), code])),
  )
  const lines: number[] = []
  const numbers = columns.numeric.map(({ name }) => new NewNumbers(name))
  const categories: number[][] = columns.categorical.map(() => [])
  const unseen = new Map<number, readonly string[]>()
  let columnIndices: { numeric: number[]; categorical: number[] } | null = null
  const dialect = await readTableRecords({
    path: input,
    field,
    format,
    missing,
    onRecord: (fields, line) => {
      onRecord(fields)
      if (columnIndices === null) {
        columnIndices = {
          numeric: columns.numeric.map(({ name }) => findColumn(input, fields, name)),
          categorical: columns.categorical.map(({ name }) => findColumn(input, fields, name)),
        }
        return
      }
      lines.push(line)
      for (const [index, column] of columnIndices.numeric.entries()) {
        const cell = (fields[column] ?? '').trim()
        numbers[index]?.add(isMissing.has(cell) ? null : cell, line)
      }
      for (const [index, column] of columnIndices.categorical.entries()) {
        const cell = (fields[column] ?? '').trim()
        const code = codes[index]?.get(keyOf[index]?.(cell))
        // A category that training has never seen is like a missing one.
        categories[index]?.push(code ?? -1)
        const name = columns.categorical[index]?.name
        if (code === undefined && name !== undefined && !isMissing.has(cell))
          unseen.set(lines.length - 1, [...(unseen.get(lines.length - 1) ?? []), name])
      }
    },
  })
  requireRows(input, lines.length)
  const trained = new Map(Object.entries(formats))
  const proofs = new Set(numbers.map(column => column.proof()).filter(sign => sign !== null))
  const [proof] = dialect.format === 'csv' && proofs.size === 1 ? proofs : []
  const decimal = format.decimal === 'auto' ? (proof ?? null) : format.decimal
  const read = numbers.map(column =>
    column.read(input, lines, trained.get(column.name) ?? plainNumber, decimal),
  )
  return {
    kind: 'table',
    names: lines.map(String),
    rows: lines.length,
    numeric: Float64Array.from(read.flat()),
    categorical: Int32Array.from(categories.flat()),
    unseen,
  }
}

/** The cells of a column of numbers in new data, which may be written otherwise than those of training. */
class NewNumbers {
  readonly name: string
  /** Null for a cell without a value. */
  readonly #cells: (string | null)[] = []
  readonly #guess = new ColumnGuess()
  #values = 0

  constructor(name: string) {
    this.name = name
  }

  add(cell: string | null, line: number): void {
    this.#cells.push(cell)
    if (cell === null) return
    this.#values++
    this.#guess.add(cell, parseNumber(cell), line)
  }

  proof(): '.' | ',' | null {
    return this.#guess.proof(this.#values)
  }

  /**
   * The values, read as in training where that fits all of them and nothing proves another sign of decimals.
   * @throws AppError `data.invalid` with the first cell that does not fit
   */
  read(
    file: string,
    lines: readonly number[],
    trained: ColumnFormat,
    decimal: '.' | ',' | null,
  ): number[] {
    const guessed = this.#guess.decide(this.#values, {}, decimal).format
    const isOther =
      trained.type === 'number' && guessed.type === 'number' && decimal !== null
        ? decimal !== trained.decimal
        : false
    const usual = cellReader(trained)
    const values = isOther ? null : this.#valuesBy(usual)
    if (values !== null) return values
    const otherwise = guessed.type === trained.type ? this.#valuesBy(cellReader(guessed)) : null
    if (otherwise !== null) return otherwise
    const row = this.#cells.findIndex(cell => cell !== null && usual(cell) === null)
    const rule = msg(trained.type === 'number' ? 'rule.number' : 'rule.columnType', {
      type: trained.type,
    })
    throw invalidData(file, this.name, this.#cells[row] ?? '', rule, lines[row])
  }

  /** Null if a cell does not fit. */
  #valuesBy(read: ReadCell): number[] | null {
    const values: number[] = []
    for (const cell of this.#cells) {
      const value = cell === null ? Number.NaN : read(cell)
      if (value === null) return null
      values.push(value)
    }
    return values
  }
}

/** Reads a single file, or all files of a folder or an archive that have one of the endings. */
async function readFiles<Part>(
  input: string,
  extensions: readonly string[],
  read: (entry: SourceEntry) => Promise<Part>,
): Promise<{ readonly names: string[]; readonly parts: Part[] }> {
  const { entries, close } = await openInput(input)
  try {
    const fitting = entries.filter(
      ({ name }) =>
        !systemFiles.test(name) && extensions.includes(path.posix.extname(name).toLowerCase()),
    )
    if (fitting.length === 0)
      throw invalidData(input, 'files', entries.length, msg('rule.holdsFiles', { extensions }))
    const parts: Part[] = []
    for (const entry of fitting) parts.push(await read(entry))
    return { names: fitting.map(entry => entry.name), parts }
  } finally {
    close()
  }
}

async function openInput(input: string) {
  try {
    const stats = await stat(input)
    if (stats.isDirectory()) return await listFolder(input, field)
    if (path.extname(input).toLowerCase() === '.zip') return await openZip(input, field)
    const name = path.basename(input)
    const read = () => readSourceFile(input, field)
    return { entries: [{ name, path: input, bytes: stats.size, read }], close: () => undefined }
  } catch (error) {
    throw fileError(error, input, field)
  }
}

function findColumn(file: string, header: readonly string[], name: string): number {
  const index = header.findIndex(cell => cell.trim() === name)
  if (index >= 0) return index
  throw invalidData(file, 'columns', name, msg('rule.trainingColumn'))
}

function requireRows(file: string, rows: number): void {
  if (rows === 0) throw invalidData(file, 'rows', 0, msg('rule.atLeast', { limit: 1 }))
}
