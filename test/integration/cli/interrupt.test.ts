import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { askToEnd, pressControlC } from '../../helpers/process-group.ts'
import { jsonObjects, runTunewright, startTunewright } from '../../helpers/run-tunewright.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'tunewright-cli-'))

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 20 })
})

/** Eight trials of a third of a second each; slow enough to be interrupted, one slot. */
const study = `name: slow
objective: { function: branin, steps: 6, durationMs: 50 }
goals: [{ metric: value, direction: minimize }]
space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }
pruner: { name: median, startupTrials: 2 }
stop: { trials: 8 }
seed: 5
`

/** Processes start so many times more slowly on Windows under Wine: the study must still run when the next one is there. */
const slowness = process.platform === 'win32' ? 6 : 1
const startLimitMs = 90_000 * slowness

async function startSlow(database: string, stepMs = 50) {
  const text = study.replace('durationMs: 50', `durationMs: ${stepMs}`)
  writeFileSync(path.join(scratch, 'slow.yaml'), text)
  const running = startTunewright(['--json', '--db', database, 'run', 'slow.yaml'], scratch)
  await vi.waitUntil(() => running.stdout().includes('"trialFinished","number":1'), {
    timeout: startLimitMs,
  })
  return running
}

function outcomeOf(database: string): unknown {
  const reader = openStudyStore(path.join(scratch, database), { readOnly: true })
  const outcome = studyOutcome(reader.snapshot(1))
  reader.close()
  return outcome
}

describe('an interrupted study', () => {
  beforeAll(async () => {
    const whole = await startSlow('whole.sqlite')
    expect((await whole.result).exitCode).toBe(0)
  })

  // Where no terminal controls it, the launcher hands the signal on; a terminal's goes to the whole group, so
  // that the command gets it twice at once: that must count as one.
  it('Ctrl-C lets running trials end, pauses, and resume brings the same study', async () => {
    const running = await startSlow('paused.sqlite')
    pressControlC(running.child.pid)
    const { exitCode, stdout } = await running.result
    expect(exitCode).toBe(5)
    expect(jsonObjects(stdout).at(-1)).toMatchObject({ event: 'end', state: 'paused' })
    const paused = openStudyStore(path.join(scratch, 'paused.sqlite'), { readOnly: true })
    expect(paused.trials(1).every(trial => trial.finishedAtMs !== null)).toBe(true)
    paused.close()
    const resumed = await runTunewright(['--db', 'paused.sqlite', 'resume', 'slow'], scratch)
    expect(resumed.exitCode).toBe(0)
    expect(outcomeOf('paused.sqlite')).toEqual(outcomeOf('whole.sqlite'))
  })

  it('Ctrl-C twice stops at once; the running trial runs again on resume', async () => {
    const stepMs = 250 * slowness
    const running = await startSlow('stopped.sqlite', stepMs)
    pressControlC(running.child.pid)
    await expect.poll(() => running.stdout().includes('"notice"')).toBe(true)
    await new Promise(resolve => setTimeout(resolve, 300))
    pressControlC(running.child.pid)
    const { exitCode, stdout } = await running.result
    expect(exitCode).toBe(5)
    expect(jsonObjects(stdout).at(-1)).toMatchObject({ event: 'end', state: 'stopped' })
    const stoppedAtMs = Date.now()
    await new Promise(resolve => setTimeout(resolve, 12 * stepMs))
    const resumed = await runTunewright(
      ['--json', '--db', 'stopped.sqlite', 'resume', 'slow'],
      scratch,
    )
    expect(resumed.exitCode).toBe(0)
    const ended = jsonObjects(resumed.stdout).filter(line => line.event === 'trialFinished')
    expect(ended.length).toBeGreaterThan(0)
    const reader = openStudyStore(path.join(scratch, 'stopped.sqlite'), { readOnly: true })
    const trial = reader.trials(1).find(({ attempts }) => attempts.length === 2)
    reader.close()
    const [first, second] = trial?.attempts ?? []
    const { durationMs } = ended.find(({ number }) => number === trial?.number) ?? {}
    // The time between the two sessions is none of the trial's.
    const sessionsMs =
      stoppedAtMs -
      Number(first?.startedAtMs) +
      Number(second?.finishedAtMs) -
      Number(second?.startedAtMs)
    expect(durationMs).toBeLessThanOrEqual(sessionsMs)
    expect(outcomeOf('stopped.sqlite')).toEqual(outcomeOf('whole.sqlite'))
  })

  it('says the command that goes on, as a shell takes it', async () => {
    writeFileSync(path.join(scratch, 'slow.yaml'), study)
    const database = 'my data.sqlite'
    const running = startTunewright(['--db', database, 'run', 'slow.yaml', '--name', '$a'], scratch)
    await vi.waitUntil(() => running.stdout().includes('trial 0 '), { timeout: startLimitMs })
    askToEnd(running.child.pid)
    const { exitCode, stdout } = await running.result
    expect(exitCode).toBe(5)
    expect(/Resume: (.*)/.exec(stdout)?.[1]).toBe('tunewright resume 1 --db "my data.sqlite"')
    expect((await runTunewright(['resume', '1', '--db', database], scratch)).exitCode).toBe(0)
  })

  it('Ctrl-C does not reach the programs of trials, which end as they would have', async () => {
    const program = `
const fs = require('node:fs')
process.on('SIGINT', () => fs.writeFileSync('heard', ''))
fs.writeFileSync('begun', '')
setTimeout(() => console.log(JSON.stringify({ value: 1 })), 2000)
`
    const text = `name: own
objective: { command: [${JSON.stringify(process.execPath)}, own.cjs] }
goals: [{ metric: value, direction: minimize }]
space: { x: { float: [0, 1] } }
stop: { trials: 4 }
`
    writeFileSync(path.join(scratch, 'own.cjs'), program)
    writeFileSync(path.join(scratch, 'own.yaml'), text)
    const trust = { TUNEWRIGHT_TRUST: path.join(scratch, 'trust.json') }
    const trusted = startTunewright(['trust', 'own.yaml', '--yes'], scratch, trust)
    expect((await trusted.result).exitCode).toBe(0)
    const running = startTunewright(
      ['--json', '--db', 'own.sqlite', 'run', 'own.yaml'],
      scratch,
      trust,
    )
    await vi.waitUntil(() => existsSync(path.join(scratch, 'begun')), { timeout: startLimitMs })
    pressControlC(running.child.pid)
    const { exitCode, stdout } = await running.result
    expect(exitCode).toBe(5)
    const ended = jsonObjects(stdout).filter(line => line.event === 'trialFinished')
    expect(ended.length).toBeGreaterThan(0)
    for (const trial of ended) expect(trial).toMatchObject({ state: 'complete' })
    expect(existsSync(path.join(scratch, 'heard'))).toBe(false)
  })

  // On Windows a process takes those with it that it has started, so that nobody is left to stop the study.
  it('kill -9 of the launcher stops the study, or ends it where nothing else can be; it goes on', async () => {
    const running = await startSlow('orphan.sqlite')
    running.child.kill('SIGKILL')
    const listed = async (): Promise<unknown> => {
      const { stdout } = await runTunewright(['--json', '--db', 'orphan.sqlite', 'list'], scratch)
      return jsonObjects(stdout)[0]
    }
    const ended =
      process.platform === 'win32'
        ? { state: 'running', interrupted: true }
        : { state: 'stopped', interrupted: false }
    await expect.poll(listed, { timeout: 60_000 * slowness }).toMatchObject(ended)
    const { exitCode } = await runTunewright(['--db', 'orphan.sqlite', 'resume', 'slow'], scratch)
    expect(exitCode).toBe(0)
    expect(await listed()).toMatchObject({ state: 'finished' })
  })

  it('a second process is told that the database is in use', async () => {
    // However slow the machine is, the study still runs while it is looked at.
    const running = await startSlow('busy.sqlite', 500 * slowness)
    const { exitCode, stderr } = await runTunewright(
      ['--db', 'busy.sqlite', 'resume', 'slow'],
      scratch,
    )
    expect(exitCode).toBe(4)
    expect(stderr).toContain('in use')
    const [busy] = jsonObjects(
      (await runTunewright(['--json', '--db', 'busy.sqlite', 'list'], scratch)).stdout,
    )
    expect(busy).toMatchObject({ state: 'running', interrupted: false })
    expect((await runTunewright(['--db', 'busy.sqlite', 'show', 'slow'], scratch)).exitCode).toBe(0)
    askToEnd(running.child.pid)
    expect((await running.result).exitCode).toBe(5)
  })
})
