import { existsSync, openSync, closeSync, ftruncateSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect, it, vi } from 'vitest'
import { PixelBudget } from '../../../src-main/datasets/decoded-image.ts'
import { checkEntrySizes } from '../../../src-main/datasets/source-entry.ts'
import { readTableRecords } from '../../../src-main/datasets/table-records.ts'
import { readWav } from '../../../src-main/datasets/wav.ts'
import { DesktopStateFile, firstState } from '../../../src-main/hosts/desktop/desktop-state.ts'
import { describeImport } from '../../../src-main/features/imports/node/read-import.ts'
import { readWithin } from '../../../src-main/platform/files/read-within.ts'
import { readCheckpointFile } from '../../../src-main/trainer/models/checkpoint-file.ts'
import { readModelFile } from '../../../src-main/trainer/models/model-file.ts'
import { readWeightsFile } from '../../../src-main/trainer/models/weights-file.ts'
import { readStudyFile } from '../../../src-main/features/studies/node/create-study.ts'
import { describeNetwork } from '../../../src-main/training/models/describe-network.ts'
import { findFiles } from '../../../src-main/platform/user-code/find-files.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { wavBytes } from '../../helpers/wav-bytes.ts'

/** Every reader refuses what is larger than its budget before it has it in memory. Large files are holes: they take no disk. */
const scratch = useScratchFolders()

function file(name: string, bytes: number, start: string | Uint8Array = ''): string {
  const made = path.join(scratch(), name)
  const handle = openSync(made, 'w')
  writeSync(handle, Buffer.from(start))
  ftruncateSync(handle, bytes)
  closeSync(handle)
  return made
}

async function refused(work: () => unknown): Promise<unknown> {
  const before = process.memoryUsage().rss
  const start = process.cpuUsage()
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => null,
      (thrown: unknown) => thrown as { code: string; detail: object },
    )
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1e6).toBeLessThan(5)
  expect(process.memoryUsage().rss - before).toBeLessThan(600e6)
  return error === null ? null : { code: error.code, ...error.detail }
}

const tooLarge = (limit: number) => ({
  code: 'data.invalid',
  field: 'size',
  rule: { code: 'rule.bytes.atMost', values: { limit } },
})
const over = (field: string, limit: number) => ({
  code: 'data.invalid',
  field,
  rule: { code: 'rule.atMost', values: { limit } },
})

const csvOfCommas = (rows: number, columns: number) => `${','.repeat(columns - 1)}\n`.repeat(rows)

const npyHeader = (() => {
  const text = "{'descr': '|b1', 'fortran_order': True, 'shape': (6000, 10000), }\n"
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0]),
    Buffer.from(text),
  ])
})()

function longRecording(frames: number): Buffer {
  const short = wavBytes({ bits: 8, values: [0] })
  const long = Buffer.alloc(44 + frames)
  short.copy(long, 0, 0, 40)
  long.writeUInt32LE(frames, 40)
  return long
}

const entry = (bytes: number) => ({
  name: 'a',
  path: 'a',
  bytes,
  read: async () => Buffer.alloc(0),
})

function readTable(made: string): Promise<unknown> {
  return readTableRecords({
    path: made,
    field: 'file',
    format: { delimiter: ',', encoding: 'utf-8', decimal: '.', header: true },
    missing: [''],
    onRecord: () => undefined,
  })
}

function takePixels(images: number): void {
  const budget = new PixelBudget()
  const image = { height: 8_000, width: 8_000 }
  for (let index = 0; index < images; index++) budget.take('a', image as never)
}

afterEach(() => vi.unstubAllEnvs())

it.each([
  ['model.json', () => readModelFile(file('model.json', 64_000_001)), tooLarge(64_000_000)],
  ['weights', () => readWeightsFile(file('w', 2_000_000_001)), tooLarge(2_000_000_000)],
  ['checkpoints', () => readCheckpointFile(file('c', 2_000_000_001)), tooLarge(2_000_000_000)],
  [
    'a sweep',
    () => describeImport({ file: file('a.yaml', (1 << 20) + 1, 'a'), language: 'en' }),
    tooLarge(1 << 20),
  ],
  [
    'a space',
    () => describeImport({ file: file('a.py', (1 << 20) + 1, 'a'), language: 'en' }),
    tooLarge(1 << 20),
  ],
  [
    'runs',
    () => describeImport({ file: file('a.csv', 200_000_001, 'a'), language: 'en' }),
    tooLarge(200_000_000),
  ],
  [
    'cells of runs',
    () =>
      describeImport({ file: file('a.csv', 5_100_000, csvOfCommas(2_600, 2_000)), language: 'en' }),
    over('cells', 5_000_000),
  ],
  [
    'rows of runs',
    () =>
      describeImport({
        file: file('a.csv', 400_006, 'a,b\n' + '1,2\n'.repeat(1e5 + 1)),
        language: 'en',
      }),
    over('rows', 100_001),
  ],
  [
    'a record of a table',
    () => readTable(file('a.csv', 1_200_004, `a,b\n${'x'.repeat(1_200_000)}`)),
    { code: 'data.invalid', rule: { code: 'rule.csv.recordBytes' } },
  ],
  [
    'files of a folder',
    () =>
      checkEntrySizes(
        'a',
        Array.from({ length: 200_001 }, () => entry(1)),
        2e9,
      ),
    over('files', 200_000),
  ],
  ['a file of a folder', () => checkEntrySizes('a', [entry(256_000_001)], 2e9), tooLarge(256e6)],
  [
    'all files of a folder together',
    () =>
      checkEntrySizes(
        'a',
        Array.from({ length: 9 }, () => entry(250e6)),
        2e9,
      ),
    tooLarge(2e9),
  ],
  [
    'pixels of all images',
    () => takePixels(782),
    { code: 'data.invalid', field: 'pixels', value: 50_048_000_000 },
  ],
  [
    'channels of a recording',
    () =>
      readWav(
        'a.wav',
        wavBytes({ bits: 8, channels: 33, values: Array.from({ length: 33 }, () => 0) }),
      ),
    { code: 'data.invalid', field: 'channels' },
  ],
  [
    'parameters of a network',
    () =>
      describeNetwork({
        inputShape: [30_000],
        layers: [{ kind: 'dense', units: 30_000 }],
      }),
    { code: 'training.invalid', field: 'parameterCount', value: 900_030_000 },
  ],
  [
    'columns of runs',
    () => describeImport({ file: file('a.csv', 3_001, csvOfCommas(1, 3_001)), language: 'en' }),
    over('columns', 2_000),
  ],
  [
    'an Optuna file',
    () => describeImport({ file: file('a.db', 200_000_001, 'SQLite format 3\0'), language: 'en' }),
    tooLarge(200_000_000),
  ],
  [
    'an array in Fortran order',
    () =>
      readTableRecords({
        path: file('a.npy', npyHeader.length + 60_000_000, npyHeader),
        field: 'file',
        format: { delimiter: 'auto', encoding: 'auto', decimal: 'auto', header: true },
        missing: [''],
        onRecord: () => undefined,
      }),
    over('cells', 50_000_000),
  ],
  ['a recording', () => readWav('a.wav', longRecording(64_000_001)), over('frames', 64_000_000)],
])('%s', async (_, read, error) => {
  expect(await refused(read)).toMatchObject(error)
})

it('code that trust covers is named where it is too large for that', () => {
  const made = file('train.bin', (16 << 20) + 1)
  const command = { command: ['python3', made], environment: {} }
  const { files, notCovered } = findFiles(command as never, path.dirname(made))
  expect(files).not.toContain(made)
  expect(notCovered).toContainEqual(
    expect.objectContaining({
      code: 'trust.uncovered.large',
      values: { path: made, limit: 16 << 20 },
    }),
  )
})

it.skipIf(process.platform === 'win32')('a device without an end', async () => {
  expect(await refused(() => readWithin('/dev/zero', 'file', 1_000))).toMatchObject(tooLarge(1_000))
  expect(await refused(() => readStudyFile('/dev/zero'))).toMatchObject(tooLarge(1 << 20))
})

it('as many bytes as may be are read', async () => {
  const exact = file('exact', 5_000_000, 'abc')
  const bytes = await readWithin(exact, 'file', 5_000_000)
  expect([bytes.length, bytes.subarray(0, 4)]).toEqual([5_000_000, Buffer.from('abc\0')])
  expect(await readWithin(file('none', 0), 'file', 0)).toHaveLength(0)
})

it('limits can be raised, not lowered', async () => {
  const large = file('a.csv', 201_000_000, 'a')
  vi.stubEnv('TUNEWRIGHT_MAX_IMPORT_BYTES', '200500000')
  expect(await refused(() => describeImport({ file: large, language: 'en' }))).toMatchObject(
    tooLarge(200_500_000),
  )
  vi.stubEnv('TUNEWRIGHT_MAX_IMPORT_BYTES', '5')
  expect(await refused(() => describeImport({ file: large, language: 'en' }))).toMatchObject(
    tooLarge(200_000_000),
  )
})

it('a state of the desktop that nobody wrote is put aside', () => {
  const state = path.join(scratch(), 'desktop.json')
  writeFileSync(state, `${JSON.stringify(firstState)}${' '.repeat(70_000)}`)
  expect(new DesktopStateFile(state, () => undefined).get()).toEqual(firstState)
  expect(existsSync(`${state}.unreadable`)).toBe(true)
})
