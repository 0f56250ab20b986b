import { existsSync, openSync, closeSync, ftruncateSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect, it, vi } from 'vitest'
import { readTableRecords } from '../../../src-main/datasets/table-records.ts'
import { readWav } from '../../../src-main/datasets/wav.ts'
import { DesktopStateFile, firstState } from '../../../src-main/desktop/desktop-state.ts'
import { describeImport } from '../../../src-main/exchange/read-import.ts'
import { readWithin } from '../../../src-main/files/read-within.ts'
import { readCheckpointFile } from '../../../src-main/networks/checkpoint-file.ts'
import { readModelFile } from '../../../src-main/networks/model-file.ts'
import { readWeightsFile } from '../../../src-main/networks/weights-file.ts'
import { readStudyFile } from '../../../src-main/study/create-study.ts'
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
  ...{ code: 'data.invalid', field: 'size' },
  rule: { code: 'rule.bytes.atMost', values: { limit } },
})
const over = (field: string, limit: number) => ({
  ...{ code: 'data.invalid', field, rule: { code: 'rule.atMost', values: { limit } } },
})

const csvOfCommas = (rows: number, columns: number) => `${','.repeat(columns - 1)}\n`.repeat(rows)

const npyHeader = (() => {
  const text = "{'descr': '|b1', 'fortran_order': True, 'shape': (6000, 10000), }\n"
  return Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length, 0]), Buffer.from(text)]) // prettier-ignore
})()

function longRecording(frames: number): Buffer {
  const short = wavBytes({ bits: 8, values: [0] })
  const long = Buffer.alloc(44 + frames)
  short.copy(long, 0, 0, 40)
  long.writeUInt32LE(frames, 40)
  return long
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
        ...{ path: file('a.npy', npyHeader.length + 60_000_000, npyHeader), field: 'file' },
        format: { delimiter: 'auto', encoding: 'auto', decimal: 'auto', header: true },
        ...{ missing: [''], onRecord: () => undefined },
      }),
    over('cells', 50_000_000),
  ],
  ['a recording', () => readWav('a.wav', longRecording(64_000_001)), over('frames', 64_000_000)],
])('%s', async (_, read, error) => {
  expect(await refused(read)).toMatchObject(error)
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
