import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import SqliteDatabase from 'better-sqlite3'
import protobuf from 'protobufjs/minimal.js'
import { crc32, maskedCrc } from '../../src-main/core/values/checksums.ts'
import { buildZip } from '../helpers/made-up-wheel.ts'
import { dataBombs, studyBombs } from './bombs.ts'
import { corpusOf } from './corpus.ts'

/** Inputs of some kilobytes that are made to take long, for every reader. */

type Bombs = Readonly<Record<string, Buffer>>

const text = (content: string): Buffer => Buffer.from(content)
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
const nestedObjects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')
const many = (count: number): string =>
  `{${Array.from({ length: count }, (_, index) => `"k${index}":${index}`).join(',')}}`
const yaml = Object.fromEntries(
  Object.entries(studyBombs).map(([name, content]) => [name, text(content)]),
)
const jsonBombs: Bombs = {
  nested: text(nested(200_000)),
  nestedObjects: text(nestedObjects(100_000)),
  many: text(many(200_000)),
  number: text(`[${'9'.repeat(2_000_000)}]`),
  text: text(`"${'\\u0061'.repeat(500_000)}"`),
}
const space = (rest: string): string => `from hyperopt import hp\nspace = ${rest}\n`

/** A header of a safetensors file, with its length before it. */
function safetensors(header: string, length = header.length): Buffer {
  const start = Buffer.alloc(8)
  start.writeBigUInt64LE(BigInt(length))
  return Buffer.concat([start, text(header)])
}

const tensorBombs: Bombs = {
  length: safetensors('{}', 2 ** 40),
  nested: safetensors(nestedObjects(100_000)),
  many: safetensors(
    `{${Array.from({ length: 50_000 }, (_, index) => `"t${index}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`).join(',')}}`,
  ),
  shape: safetensors(
    `{"t":{"dtype":"F32","shape":[${Array.from({ length: 50_000 }, () => '1').join(',')}],"data_offsets":[0,4]}}`,
  ),
}

function sqlite(...statements: readonly string[]): Buffer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bomb-'))
  try {
    const file = path.join(folder, 'a.sqlite')
    const database = new SqliteDatabase(file)
    for (const statement of statements) database.exec(statement)
    database.close()
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const endless =
  'WITH RECURSIVE c(x) AS (VALUES(1) UNION ALL SELECT x + 1 FROM c) SELECT x AS study_id, x AS study_name, x AS id, x AS name FROM c'

/** Honest databases in which a view that never ends stands for a table. */
async function endlessViews(reader: string, tables: readonly string[]): Promise<Bombs> {
  const [honest] = await corpusOf(reader)
  if (honest === undefined) return {}
  // A log cannot be kept in memory.
  const withoutLog = Buffer.from(honest)
  withoutLog.fill(1, 18, 20)
  return Object.fromEntries(
    tables.map(table => {
      const database = new SqliteDatabase(withoutLog)
      database.unsafeMode()
      const sql = `CREATE VIEW ${table} AS ${endless}`
      database.exec('PRAGMA writable_schema = ON')
      database
        .prepare("UPDATE sqlite_schema SET type = 'view', rootpage = 0, sql = ? WHERE name = ?")
        .run(sql, table)
      const content = database.serialize()
      database.close()
      return [`endless ${table}`, content]
    }),
  )
}

function idx(...sizes: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length)
  header.set([0, 0, 8, sizes.length])
  for (const [index, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * index)
  return header
}

function wav(channels: number, rate: number, bytes: number): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(0xffff_ffff, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(bytes, 40)
  return Buffer.concat([header, Buffer.alloc(2_000_000)])
}

const chosen = (...names: readonly string[]): Bombs =>
  Object.fromEntries(names.map(name => [name, dataBombs[name] as Buffer]))
const tables = Object.fromEntries(
  Object.entries(dataBombs).filter(([name]) => /\.(?:csv|csv\.gz|parquet|npy)$/.test(name)),
)
const zips: Bombs = {
  ...chosen('nested.zip', 'entries.zip'),
  zeros: buildZip([{ name: 'a.csv', data: Buffer.alloc(100_000_000) }]),
}

const layers = (count: number): string =>
  JSON.stringify({
    format: 1,
    network: { layers: Array.from({ length: count }, () => ({ kind: 'dense', units: 1e9 })) },
  })

/** A field of a message of protocol buffers. */
function field(number: number, content: Uint8Array): Buffer {
  return Buffer.from(
    protobuf.Writer.create()
      .uint32(number * 8 + 2)
      .bytes(content)
      .finish(),
  )
}

/** A run of W&B: fragments of records by their type, of which none is longer than a block. */
function wandbRun(fragments: readonly { readonly type: number; readonly data: Buffer }[]): Buffer {
  const blockBytes = 32_768
  const parts: Buffer[] = [Buffer.from(':W&B\xe1\xbe\0', 'latin1')]
  let at = 7
  for (const { type, data } of fragments) {
    const room = blockBytes - (at % blockBytes)
    if (room < 7 + data.length) {
      parts.push(Buffer.alloc(room))
      at += room
    }
    const head = Buffer.alloc(7)
    head.writeUInt16LE(data.length, 4)
    head[6] = type
    head.writeUInt32LE(crc32(Buffer.concat([head.subarray(6), data])), 0)
    parts.push(head, data)
    at += 7 + data.length
  }
  return Buffer.concat(parts)
}

/** One record, in as many fragments as it needs. */
function wandbRecord(data: Buffer): Buffer {
  const bytes = 30_000
  const count = Math.max(2, Math.ceil(data.length / bytes))
  return wandbRun(
    Array.from({ length: count }, (_, index) => ({
      type: index === 0 ? 2 : index === count - 1 ? 4 : 3,
      data: data.subarray(index * bytes, (index + 1) * bytes),
    })),
  )
}

const item = (name: string, json: string): Buffer =>
  field(1, Buffer.concat([field(1, text(name)), field(16, text(json))]))
const history = (...items: readonly Buffer[]): Buffer => field(2, Buffer.concat(items))
const configuration = (...items: readonly Buffer[]): Buffer => field(5, Buffer.concat(items))
const nothing = Buffer.alloc(0)

/** An event file of records with the right checksums. */
function eventFile(...events: readonly Buffer[]): Buffer {
  return Buffer.concat(
    events.flatMap(event => {
      const tail = Buffer.alloc(4)
      tail.writeUInt32LE(maskedCrc(event))
      return [eventHead(BigInt(event.length)), event, tail]
    }),
  )
}

function eventHead(length: bigint): Buffer {
  const head = Buffer.alloc(12)
  head.writeBigUInt64LE(length)
  head.writeUInt32LE(maskedCrc(head.subarray(0, 8)), 8)
  return head
}

const summary = (...values: readonly Buffer[]): Buffer => field(5, Buffer.concat(values))
const scalar = (tag: string): Buffer =>
  field(1, Buffer.concat([field(1, text(tag)), Buffer.from([0x15, 0, 0, 0x80, 0x3f])]))
const plugin = (name: string, content: Buffer): Buffer =>
  field(9, field(1, Buffer.concat([field(1, text(name)), field(2, content)])))
/** What a script writes with `add_text`. */
const settingsText = (content: string): Buffer =>
  eventFile(
    summary(
      field(
        1,
        Buffer.concat([
          field(1, text('hparams')),
          field(8, Buffer.concat([Buffer.from([0x08, 7]), field(8, text(content))])),
          plugin('text', nothing),
        ]),
      ),
    ),
  )

const wandbBombs = (): Bombs => ({
  emptyParts: wandbRun([
    { type: 2, data: nothing },
    ...Array.from({ length: 400_000 }, () => ({ type: 3, data: nothing })),
  ]),
  beginnings: wandbRun(Array.from({ length: 400_000 }, () => ({ type: 2, data: nothing }))),
  rows: wandbRun(
    Array.from({ length: 100_000 }, (_, index) => ({
      type: 1,
      data: history(item(`m${index}`, '1')),
    })),
  ),
  names: wandbRecord(
    history(...Array.from({ length: 100_000 }, (_, index) => item(`m${index}`, '1'))),
  ),
  settings: wandbRecord(
    configuration(...Array.from({ length: 100_000 }, (_, index) => item(`c${index}`, '1'))),
  ),
  deepSettings: wandbRecord(configuration(item('a', nestedObjects(100_000)))),
  deepRow: wandbRecord(history(item('a', nestedObjects(100_000)))),
  infinities: wandbRecord(history(item('a', `[${'Infinity,'.repeat(200_000)}NaN]`))),
  quotes: wandbRecord(configuration(item('a', `"${'\\'.repeat(1_000_001)}`))),
  longNumber: wandbRecord(configuration(item('a', '9'.repeat(2_000_000)))),
})

const eventBombs = (): Bombs => ({
  length: Buffer.concat([eventHead(2n ** 63n), Buffer.alloc(64)]),
  empty: eventFile(...Array.from({ length: 100_000 }, () => nothing)),
  tags: eventFile(summary(...Array.from({ length: 60_000 }, (_, index) => scalar(`t${index}`)))),
  events: eventFile(...Array.from({ length: 50_000 }, (_, index) => summary(scalar(`t${index}`)))),
  settings: eventFile(
    ...Array.from({ length: 20_000 }, (_, index) =>
      summary(
        field(
          1,
          plugin(
            'hparams',
            field(
              3,
              field(1, Buffer.concat([field(1, text(`h${index}`)), field(2, field(3, text('a')))])),
            ),
          ),
        ),
      ),
    ),
  ),
  bars: settingsText('|'.repeat(1_000_000)),
  rows: settingsText(lines(60_000, index => `|a${index}|${index}|`)),
  spaces: settingsText(`|a|${' '.repeat(1_000_000)}`),
  deepText: settingsText(nestedObjects(100_000)),
  infinities: settingsText(`{"a": [${'Infinity,'.repeat(100_000)}NaN]`),
})

const bombs: Readonly<Record<string, () => Bombs | Promise<Bombs>>> = {
  study: () => yaml,
  sweep: () => yaml,
  studyJson: () => jsonBombs,
  hyperopt: () => ({
    power: text(space('{"a": hp.uniform("a", 0, 9 ** 9 ** 9 ** 9)}')),
    brackets: text(space(`${'('.repeat(50_000)}1${')'.repeat(50_000)}`)),
    sum: text(space(`{"a": hp.uniform("a", 0, ${'1+'.repeat(100_000)}1)}`)),
    choices: text(space(`${'hp.choice("a", ['.repeat(2_000)}1${'])'.repeat(2_000)}`)),
    spaces: text(space(`{"a":${' '.repeat(1_000_000)}1}`)),
    text: text(space(`"${'\\'.repeat(500_001)}`)),
    names: text(lines(50_000, index => `x${index} = x${index - 1}`)),
  }),
  runs: () => chosen('columns.csv', 'quote.csv', 'quotes.csv', 'numbers.csv', 'dates.csv'),
  results: () => ({
    ...jsonBombs,
    lines: text(lines(200_000, () => '{"loss": 1}')),
    metrics: text(many(50_000)),
    brackets: text('{'.repeat(1_000_000)),
  }),
  call: () => ({
    ...jsonBombs,
    payload: text(`{"method":"study.get","payload":${nested(100_000)}}`),
    fields: text(`{"method":"study.get","payload":${many(100_000)}}`),
  }),
  suggest: () => ({ ...jsonBombs, lines: text(lines(200_000, () => '{"ask": 1}')) }),
  table: () => tables,
  idx: () => ({ sizes: idx(0xffff_ffff, 0xffff_ffff, 0xffff_ffff), zeros: idx(0xffff_ffff, 0, 1) }),
  npy: () => chosen('shape.npy'),
  image: () => chosen('pixels.png'),
  wav: () => ({
    channels: wav(0xffff, 8_000, 2_000_000),
    rate: wav(1, 0xffff_ffff, 2_000_000),
    bytes: wav(1, 8_000, 0xffff_ffff),
  }),
  zip: () => zips,
  weights: () => tensorBombs,
  checkpoint: () => tensorBombs,
  prediction: () => tensorBombs,
  model: () => ({ ...jsonBombs, layers: text(layers(50_000)) }),
  prepared: () => ({
    ...jsonBombs,
    arrays: text(
      JSON.stringify({
        format: 1,
        kind: 'table',
        contentHash: 'a'.repeat(64),
        properties: { rows: 2 ** 50 },
        schema: {},
        arrays: Array.from({ length: 50_000 }, (_, index) => ({
          name: `x${index}`,
          dtype: 'float32',
          shape: [2 ** 40, 2 ** 12],
          file: 'x.bin',
          bytes: 8,
        })),
      }),
    ),
  }),
  trust: () => ({
    ...jsonBombs,
    entries: text(`{"version":2,"trusted":[${'{"a":1},'.repeat(100_000)}{}]}`),
  }),
  runsOfWandb: wandbBombs,
  runsOfTensorboard: eventBombs,
  runsWithConfiguration: async () => Promise.resolve({ ...yaml, ...jsonBombs }),
  runsOfDatabase: async () =>
    endlessViews('runsOfDatabase', ['runs', 'params', 'metrics', 'experiments']),
  optuna: async () => ({
    views: sqlite(
      ...['studies', 'trials', 'version_info'].map(name => `CREATE VIEW ${name} AS ${endless}`),
    ),
    ...(await endlessViews('optuna', ['studies', 'trials', 'trial_params', 'trial_values'])),
  }),
  database: async () => ({
    views: sqlite(...['studies', 'trials'].map(name => `CREATE VIEW ${name} AS ${endless}`)),
    ...(await endlessViews('database', ['studies', 'trials', 'events', 'metrics'])),
  }),
  bundle: () => ({
    ...zips,
    manifest: buildZip([{ name: 'manifest.json', data: text(nested(100_000)) }]),
    gzip: gzipSync(Buffer.alloc(10_000_000)),
  }),
}

/** Bombs of a reader by name. */
export async function bombsOf(reader: string): Promise<Bombs> {
  const make = bombs[reader]
  if (make === undefined) throw new Error(`no bombs for ${reader}`)
  return make()
}
