import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { readRunFolder } from '../../../../../../src-main/features/imports/node/run-folder/read-run-folder.ts'
import { useScratchFolders } from '../../../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const MEBIBYTE = 1024 * 1024
const meta = 'run_id: abc\nrun_name: good\nstatus: 3\n'
const deep = (open: string, close: string): string =>
  `${open.repeat(100_000)}${close.repeat(100_000)}`

/** A run that is fine, beside files that are not. */
function runWith(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = scratch()
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return folder
}

function read(folder: string) {
  const { runs, problems } = readRunFolder(folder)
  return { runs, problems, said: problems.map(({ file, reason }) => [file, reason.code]) }
}

describe("MLflow's file store", () => {
  const store = (files: Readonly<Record<string, string | Buffer>>): string =>
    runWith({
      '0/abc/meta.yaml': meta,
      '0/abc/metrics/loss': '1 0.5 0\n2 0.25 1\n',
      '0/abc/params/lr': '0.1',
      ...files,
    })

  it.each([
    ['an endless line', Buffer.alloc(40 * MEBIBYTE, '1')],
    ['lines that are no values', 'x\n'.repeat(200_000)],
    ['zero characters', Buffer.alloc(4 * MEBIBYTE)],
  ])('keeps its other metrics beside one of %s', (_, content) => {
    const { runs } = read(store({ '0/abc/metrics/bad': content }))
    expect(runs[0]?.metrics).toMatchObject({ loss: { values: [0.5, 0.25] } })
    expect(runs[0]?.metrics['bad']).toBeUndefined()
  })

  it('says which parameter is too large, and keeps the others', () => {
    const { runs, said } = read(store({ '0/abc/params/prompt': Buffer.alloc(MEBIBYTE, 'a') }))
    expect(runs[0]?.settings).toEqual({ lr: 0.1 })
    expect(said).toEqual([[path.join('0', 'abc', 'params', 'prompt'), 'error.data.invalid']])
  })

  it('says that it has more parameters than are kept', () => {
    const many = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`0/abc/params/p${index}`, '1']),
    )
    const { runs, said } = read(store(many))
    expect(Object.keys(runs[0]?.settings ?? {}).length).toBeLessThan(3_000)
    expect(said).toEqual([[path.join('0', 'abc'), 'import.settingsCut']])
  })

  it.each([
    ['nested without end', `run_id: abc\na: ${deep('[', ']')}\n`],
    [
      'of aliases that multiply',
      `run_id: abc\na: &a [1,1,1,1,1,1,1,1,1]\n${Array.from(
        { length: 20 },
        (_, at) =>
          `${String.fromCodePoint(98 + at)}: &${String.fromCodePoint(98 + at)} [${Array<string>(9)
            .fill(`*${String.fromCodePoint(97 + at)}`)
            .join(',')}]`,
      ).join('\n')}\n`,
    ],
    ['too large', `run_id: abc\n${'# \n'.repeat(200_000)}`],
  ])('refuses a description that is %s, by its name', (_, text) => {
    const folder = store({ '0/def/meta.yaml': text, '0/def/metrics/loss': '1 0.5 0\n' })
    const { runs, said } = read(folder)
    expect(runs.map(({ name }) => name)).toContain('good')
    if (text.length < 262_144)
      expect(said).toEqual([[path.join('0', 'def', 'meta.yaml'), 'rule.import.config']])
  })
})

describe('trainer_state.json', () => {
  const fine = { 'a/trainer_state.json': '{"log_history":[{"step":1,"loss":0.5}]}' }

  it.each([
    ['is larger than can be read', Buffer.alloc(17 * MEBIBYTE, ' ')],
    ['is cut off', '{"log_history":[{"step":1,'],
    ['is nested without end', `{"log_history":${'['.repeat(200_000)}`],
    ['has no history', '{"log_history":{"step":1}}'],
    ['is no text', Buffer.from([0xff, 0xfe, 0, 0])],
  ])('that %s is said, and other runs are read', (_, content) => {
    const { runs, said } = read(runWith({ ...fine, 'b/trainer_state.json': content }))
    expect(runs.find(({ name }) => name === 'a')?.metrics).toMatchObject({
      loss: { values: [0.5] },
    })
    expect(said.map(([file]) => file)).toEqual([path.join('b', 'trainer_state.json')])
  })

  it('with entries of every other kind keeps those that are measurements', () => {
    const entries = [null, 1, 'a', [], {}, { step: 'x', loss: 1 }, { step: 2, loss: 0.25 }]
    const { runs } = read(
      runWith({ 'trainer_state.json': JSON.stringify({ log_history: entries }) }),
    )
    expect(runs[0]?.metrics['loss']?.values.at(-1)).toBe(0.25)
  })
})

describe('plain lines', () => {
  const fine = { 'a/metrics.jsonl': '{"step":1,"loss":0.5}\n' }

  it.each([
    ['metrics.jsonl', 'one endless line', Buffer.alloc(40 * MEBIBYTE, '{')],
    ['metrics.csv', 'one endless head', Buffer.alloc(40 * MEBIBYTE, 'a,')],
    ['metrics.json', 'more bytes than can be read', Buffer.alloc(17 * MEBIBYTE, ' ')],
    ['metrics.json', 'lists within lists', deep('[', ']')],
  ])('%s of %s is said, and other runs are read', (name, _, content) => {
    const { runs, said } = read(runWith({ ...fine, [`b/${name}`]: content }))
    expect(runs.find(run => run.name === 'a')?.metrics).toMatchObject({ loss: { values: [0.5] } })
    expect(said.map(([file]) => file)).toEqual([path.join('b', name)])
  })

  it('with more names than are kept are cut, and that is said', () => {
    const row = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`m${index}`, 1]))
    const { runs, said } = read(runWith({ 'metrics.jsonl': `${JSON.stringify(row)}\n` }))
    expect(Object.keys(runs[0]?.metrics ?? {}).length).toBeLessThanOrEqual(1_000)
    expect(said.map(([, code]) => code)).toEqual(['import.valuesCut'])
  })

  it('beside a configuration that is nested without end keep their values', () => {
    const { runs, said } = read(
      runWith({ ...fine, 'a/config.json': deep('[', ']'), 'a/config.yaml': deep('[', ']') }),
    )
    expect(runs[0]?.metrics).toMatchObject({ loss: { values: [0.5] } })
    expect(said).toContainEqual([path.join('a', 'config.yaml'), 'rule.import.config'])
  })

  it.skipIf(process.platform === 'win32')(
    'that are a pipe without a writer are not waited for',
    () => {
      const folder = runWith(fine)
      for (const name of ['metrics.jsonl', 'trainer_state.json', 'meta.yaml']) {
        mkdirSync(path.join(folder, 'b'), { recursive: true })
        execFileSync('mkfifo', [path.join(folder, 'b', name)])
      }
      expect(read(folder).runs.map(({ name }) => name)).toEqual(['a'])
    },
  )
})
