import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, expect, it, vi } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { jsonObjects, startTunewright } from '../../helpers/run-tunewright.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-suspend-'))
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

/** Trial 0 goes on until a file is there, so that nothing depends on how fast this machine is. */
const program = `
const isWaiting = () => process.env.TUNEWRIGHT_TRIAL === '0' && !require('node:fs').existsSync('go')
const report = (step, value) => console.log(JSON.stringify({ step, value }))
report(1, 1)
const timer = setInterval(() => {
  if (isWaiting()) return
  report(2, 0.5)
  clearInterval(timer)
}, 100)
`
const study = `name: slow
objective: { command: [${JSON.stringify(process.execPath)}, program.cjs] }
goals: [{ metric: value, direction: minimize }]
space: { x: { float: [-5, 5] } }
stop: { trials: 3 }
`
const trust = { TUNEWRIGHT_TRUST: path.join(scratch, 'trust.json') }
const database = ['--json', '--db', 'slow.sqlite']
const steer = async (...parameters: string[]) =>
  startTunewright([...database, ...parameters], scratch, trust).result

const outputOf = async (what: string) => {
  const parameters = ['--db', 'slow.sqlite', what, 'slow', '0']
  return (await startTunewright(parameters, scratch, trust).result).stdout
}

function read() {
  const reader = openStudyStore(path.join(scratch, 'slow.sqlite'), { readOnly: true })
  try {
    return { trials: reader.trials(1), events: reader.events(1), study: reader.findStudy('slow') }
  } finally {
    reader.close()
  }
}

it(
  'suspend and unsuspend reach the process that runs the study, and work without one',
  { timeout: 600_000 },
  async () => {
    writeFileSync(path.join(scratch, 'slow.yaml'), study)
    writeFileSync(path.join(scratch, 'program.cjs'), program)
    expect((await steer('trust', 'slow.yaml', '--yes')).exitCode).toBe(0)
    const running = startTunewright([...database, 'run', 'slow.yaml'], scratch, trust)
    await vi.waitUntil(() => running.stdout().includes('"trialStarted","number":0'), 300_000)
    const suspended = await steer('suspend', 'slow', '0')
    expect(jsonObjects(suspended.stdout)).toEqual([
      { event: 'trial.suspended', number: 0, asked: true },
    ])
    expect(read().trials[0]).toMatchObject({ state: 'interrupted', suspended: true })
    expect((await steer('suspend', 'slow', '0')).stderr).toContain('rule.trial.suspended')
    // The study goes on without it, to its end.
    expect((await running.result).exitCode).toBe(0)
    expect(jsonObjects(running.stdout())).toContainEqual({ event: 'trialSuspended', number: 0 })
    expect(read().trials.map(({ state }) => state)).toEqual(['interrupted', 'complete', 'complete'])

    const alone = await steer('unsuspend', 'slow', '0')
    expect(jsonObjects(alone.stdout)).toEqual([
      { event: 'trial.unsuspended', number: 0, asked: false },
    ])
    expect((await steer('unsuspend', 'slow', '0')).stderr).toContain('rule.trial.notSuspended')
    expect(await outputOf('suspend')).toContain(': tunewright unsuspend slow 0 --db slow.sqlite\n')
    expect(await outputOf('unsuspend')).toContain(': tunewright resume slow --db slow.sqlite\n')
    writeFileSync(path.join(scratch, 'go'), '')
    expect((await steer('resume', 'slow')).exitCode).toBe(0)
    const { trials, events } = read()
    expect(trials[0]).toMatchObject({ state: 'complete', values: [0.5] })
    expect(trials[0]?.attempts.map(({ state }) => state)).toEqual(['interrupted', 'complete'])
    const kinds = events.filter(({ trialNumber }) => trialNumber === 0).map(({ kind }) => kind)
    expect(kinds).toEqual(expect.arrayContaining(['trial.suspended', 'trial.unsuspended']))
  },
)
