import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src-main/core/values/json.ts'
import { jsonObjects, runTunewright, startTunewright } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-cli-'))

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

const study = `name: branin
objective: { function: branin, steps: 3 }
goals:
  - { metric: value, direction: minimize }
space:
  x0: { float: [-5, 10] }
  x1: { float: [0, 15] }
pruner: { name: median, startupTrials: 2 }
stop: { trials: 6 }
seed: 3
`

function write(name: string, text: string): string {
  writeFileSync(path.join(scratch, name), text)
  return name
}

const run = (...parameters: string[]) =>
  runTunewright(['--db', 'test.sqlite', ...parameters], scratch)

describe('a study from file to report', () => {
  beforeAll(async () => {
    const result = await run('run', write('branin.yaml', study))
    expect(result.stderr).toBe('')
    expect(result.exitCode).toBe(0)
    expect(result.stdout).toMatch(/Best trial: \d/)
    const report = /Report: (.*)/.exec(result.stdout)?.[1] ?? ''
    expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>/i)
  })

  it('lists it', async () => {
    const { stdout, exitCode } = await run('list')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/branin\s+Finished\s+6 \(/)
    const [summary] = jsonObjects((await run('--json', 'list')).stdout)
    expect(summary).toMatchObject({ name: 'branin', state: 'finished' })
  })

  it('shows its trials and says when it leaves some out', async () => {
    expect((await run('show', 'branin')).stdout).toMatch(/x0=.* x1=/)
    expect((await run('show', 'branin', '--trials', '2')).stdout).toContain('showing 2 of 6 trials')
  })

  it('names the best trial, the same as in the export', async () => {
    const [best] = jsonObjects((await run('--json', 'best', '1')).stdout)
    const { stdout } = await run('export', 'branin', '--format', 'csv')
    const rows = parse<Record<string, string>>(stdout, { columns: true })
    const complete = rows.filter(row => row.state === 'complete')
    const lowest = Math.min(...complete.map(row => Number(row['value.value'])))
    expect(rows).toHaveLength(6)
    expect((best?.values as number[])[0]).toBe(lowest)
  })

  it('exports JSON, to a file if asked', async () => {
    const { exitCode } = await run('export', 'branin', '--format', 'json', '-o', 'out.json')
    expect(exitCode).toBe(0)
    const exported = JSON.parse(readFileSync(path.join(scratch, 'out.json'), 'utf8')) as unknown
    expect(exported).toMatchObject({ format: 'tunewright-study' })
  })

  it('writes the report again, in Chinese', async () => {
    const { exitCode } = await run('--language', 'zh-CN', 'report', 'branin', '-o', 'zh.html')
    expect(exitCode).toBe(0)
    expect(readFileSync(path.join(scratch, 'zh.html'), 'utf8')).toContain('lang="zh-CN"')
  })

  it('refuses a second study of the same name, and runs it under another', async () => {
    const again = await run('run', 'branin.yaml')
    expect(again.exitCode).toBe(2)
    expect(again.stderr).toContain('"branin" exists')
    expect((await run('run', 'branin.yaml', '--name', 'again')).exitCode).toBe(0)
  })

  it('holds parameters at values', async () => {
    const fixed = await run('run', 'branin.yaml', '--name', 'fixed', '--fix', 'x0=3', '--json')
    expect(fixed.exitCode).toBe(0)
    const starts = jsonObjects(fixed.stdout).filter(({ event }) => event === 'trialStarted')
    expect(starts).toHaveLength(6)
    for (const { parameters } of starts) expect(parameters).toMatchObject({ x0: 3 })
    for (const [wrong, named] of [
      ['x0=30', 'fix.x0'],
      ['x7=3', 'fix.x7'],
      ['x0', 'name=value'],
    ] as const) {
      const refused = await run('run', 'branin.yaml', '--name', 'other', '--fix', wrong)
      expect(refused.exitCode).toBe(2)
      expect(refused.stderr).toContain(named)
    }
  })

  it('runs as many trials as the command line says', async () => {
    const short = await run('run', 'branin.yaml', '--name', 'short', '--trials', '2', '--json')
    expect(short.exitCode).toBe(0)
    const starts = jsonObjects(short.stdout).filter(({ event }) => event === 'trialStarted')
    expect(starts).toHaveLength(2)
    for (const wrong of ['0', '2.5', '1000001', '']) {
      const refused = await run('run', 'branin.yaml', '--name', 'other', `--trials=${wrong}`)
      expect(refused.exitCode).toBe(2)
      expect(refused.stderr).toContain('--trials')
      expect(refused.stderr).toContain('1000000')
    }
    expect((await run('list')).stdout).not.toContain('other')
  })

  it('learns from an earlier study', async () => {
    const later = study
      .replace('name: branin', 'name: later')
      .concat('sampler: { name: tpe, startupTrials: 4 }\nwarmStart: [{ study: branin }]\n')
    write('later.yaml', later)
    expect((await run('run', 'later.yaml')).exitCode).toBe(0)
    const [snapshot] = jsonObjects((await run('--json', 'show', 'later')).stdout)
    const reasons = (snapshot?.['trials'] as { provenance: { reason: JsonObject } }[]).map(
      ({ provenance }) => provenance.reason,
    )
    // Complete trials of the first study stand in for the start-up.
    for (const reason of reasons) {
      expect(reason).toMatchObject({
        code: 'proposal.withEarlier',
        values: { reason: { code: 'proposal.bestDraw' } },
      })
    }
    const report = await run('report', 'later', '-o', 'later.html')
    expect(report.exitCode).toBe(0)
    expect(readFileSync(path.join(scratch, 'later.html'), 'utf8')).toContain('branin: 6 trials')
  })

  it('has nothing to resume', async () => {
    const { exitCode, stderr } = await run('resume', 'branin')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('nothing left to run')
  })
})

describe('bad input', () => {
  it('names every problem with line, path, value and rule, and creates nothing', async () => {
    const file = write(
      'bad.yaml',
      `name: bad
objective: { function: branin }
goals:
  - { metric: value, direction: sideways }
space:
  x0: { float: [10, -5] }
  x1: { float: [0, 15], log: true }
  mode: { choice: [] }
stop: { trials: 0 }
color: red
`,
    )
    const { exitCode, stderr } = await run('--db', 'none.sqlite', 'run', file)
    expect(exitCode).toBe(2)
    const lines = stderr.split('\n')
    for (const expected of [
      /bad\.yaml:4:.*goals\[0\]\.direction.*"sideways"/,
      /bad\.yaml:6:.*space\.x0\.float.*\[10,-5\]/,
      /bad\.yaml:7:.*space\.x1/,
      /bad\.yaml:8:.*space\.mode\.choice/,
      /bad\.yaml:9:.*stop\.trials.*0/,
      /bad\.yaml:10:.*color/,
    ]) {
      expect(
        lines.some(line => expected.test(line)),
        `${String(expected)} in ${stderr}`,
      ).toBe(true)
    }
    expect(existsSync(path.join(scratch, 'none.sqlite'))).toBe(false)
    expect((await run('check', file)).exitCode).toBe(2)
  })

  it('says which file is missing', async () => {
    const { exitCode, stderr } = await run('run', 'nowhere.yaml')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('nowhere.yaml')
  })

  it('refuses data that are not there before a study exists', async () => {
    const file = write(
      'table.yaml',
      `name: table
objective: { task: tabular, data: { file: gone.csv, target: y } }
goals: [{ metric: validationLoss, direction: minimize }]
space: { units: { int: [8, 16] } }
stop: { trials: 1 }
`,
    )
    const { exitCode, stderr } = await run('run', file)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('gone.csv')
    expect((await run('list')).stdout).not.toContain('table')
  })

  it('speaks JSON about errors too', async () => {
    const { stderr } = await run('--json', 'show', 'nobody')
    expect(jsonObjects(stderr)[0]).toMatchObject({
      error: {
        code: 'study.notFound',
        detail: { study: 'nobody' },
        message: 'No study "nobody" in this database.',
      },
    })
  })

  it('speaks JSON about wrong usage too', async () => {
    const { exitCode, stderr } = await run('--json', 'show')
    expect(exitCode).toBe(2)
    expect(jsonObjects(stderr)).toEqual([
      { error: { code: 'usage.invalid', message: 'argument study is missing' } },
    ])
  })

  it('refuses a file that is no database, and leaves it as it is', async () => {
    const file = path.join(scratch, write('notes.txt', 'some notes that are no database\n'))
    const before = readFileSync(file)
    const { exitCode, stderr } = await run('--db', 'notes.txt', 'run', 'branin.yaml')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/no Tunewright database: .*notes\.txt/)
    expect(readFileSync(file)).toEqual(before)
  })

  it('says which attempts a trial has', async () => {
    const { exitCode, stderr } = await run('logs', 'branin', '0', '--attempt', '9')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--attempt "9": must be one of 1')
    const logs = await run('logs', 'branin', '0', '--attempt', '1')
    expect(logs.stdout).toBe('Attempt 1 left no output.\n')
  })

  it('says what may be trained again', async () => {
    const { exitCode, stderr } = await run('verify', 'branin', '--retrain', 'x')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/--retrain "x": must be .* numbers of trials/)
  })

  it('places a study to learn from that is not there', async () => {
    const later = study
      .replace('name: branin', 'name: orphan')
      .concat('sampler: { name: tpe }\nwarmStart: [{ study: nobody }]\n')
    const { exitCode, stderr } = await run('run', write('orphan.yaml', later))
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^orphan\.yaml:\d+:22 warmStart\[0\]\.study: /m)
  })

  it('treats unknown options and languages as wrong usage', async () => {
    expect((await run('list', '--frobnicate')).exitCode).toBe(2)
    expect((await run('list', '--language', 'de')).exitCode).toBe(2)
  })

  it('refuses a file that is not UTF-8 instead of guessing', async () => {
    writeFileSync(path.join(scratch, 'latin1.yaml'), Buffer.from(`name: caf\xe9\n`, 'latin1'))
    const { exitCode, stderr } = await run('check', 'latin1.yaml')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('UTF-8')
  })

  it('refuses names that would steer a terminal', async () => {
    const { exitCode, stderr } = await run('run', 'branin.yaml', '--name', 'a\u001b[31mb')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/--name name: must not hold control characters/)
  })

  it('says which file or folder cannot be written', async () => {
    const below = await run('--db', 'branin.yaml/x.sqlite', 'run', 'branin.yaml')
    expect(below.exitCode).toBe(2)
    expect(below.stderr).toMatch(/cannot be written: .*branin\.yaml/)
    mkdirSync(path.join(scratch, 'folder'))
    const folder = await run('export', 'branin', '--format', 'csv', '-o', 'folder')
    expect(folder.exitCode).toBe(2)
    expect(folder.stderr).toMatch(/cannot be written: .*folder/)
    expect((await run('export', 'branin', '-o', 'new/deep/x.csv')).exitCode).toBe(0)
  })
})

it('checks a sound file and counts its points', async () => {
  const file = write(
    'grid.yaml',
    `name: grid
objective: { function: branin }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10], step: 5 }, x1: { float: [0, 15], step: 5 } }
sampler: { name: grid }
stop: {}
`,
  )
  const { exitCode, stdout } = await run('check', file)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('16 points')
})

describe('a reader that goes away', () => {
  /** Closes the pipe at once, as `| head -0` does. */
  async function runClosed(...parameters: string[]) {
    const running = startTunewright(['--db', 'test.sqlite', ...parameters], scratch)
    running.child.stdout?.destroy()
    return running.result
  }

  it.each([
    ['show', 'branin'],
    ['list', '--json'],
    ['export', 'branin', '--format', 'json'],
  ])('ends %s quietly', async (...parameters) => {
    expect(await runClosed(...parameters)).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('stops a running study, which can be resumed', async () => {
    const text = study.replace('steps: 3', 'steps: 3, durationMs: 100').replace('branin', 'piped')
    const { exitCode, stderr } = await runClosed('run', write('piped.yaml', text))
    expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: '' })
    expect((await run('resume', 'piped')).exitCode).toBe(0)
  })
})

it('speaks the language of the locale; an empty variable is none', async () => {
  const environment = { LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_CN.UTF-8' }
  const { stderr } = await startTunewright(['check', 'gone.yaml'], scratch, environment).result
  expect(stderr).toContain('找不到文件：gone.yaml')
})

it('lists no studies before the first one', async () => {
  const home = path.join(scratch, 'home')
  const environment = { HOME: home, XDG_DATA_HOME: home, APPDATA: home, LOCALAPPDATA: home }
  const { exitCode, stdout } = await startTunewright(['list'], scratch, environment).result
  expect(exitCode).toBe(0)
  expect(stdout).toContain('No studies')
  expect(existsSync(home)).toBe(false)
})
