import { type MessageDescriptor, msg } from '../../../src-main/core/errors/message.ts'
import { inEnglish } from '../../helpers/expect-text.ts'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { readAttemptLog } from '../../../src-main/platform/user-code/attempt-log.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import { findPython, processesOf, UserCodeBench } from '../../helpers/user-code-study.ts'

const scratch = useScratchFolders()
const python = findPython()

/** A training of eight epochs that reports in three ways and goes on from its checkpoint. */
const program = `
import json, math, os, sys, time
import tunewright
trial = tunewright.trial()
rate, width = trial.parameters["rate"], trial.parameters["width"]
saved = trial.load()
start = int(saved) if saved else 0
print("starting at epoch", start + 1, "with", os.environ["MY_PASSWORD"], flush=True)
for epoch in range(start + 1, 9):
    time.sleep(0.004)
    loss = abs(math.log10(rate) + 2) + 1.0 / width + 2.0 ** -epoch
    print("Epoch %d/8" % epoch)
    print("  val_loss: %.17g - time: 3s" % loss, flush=True)
    if os.environ.get("REPORT") == "lines":
        trial.report(epoch, loss=loss)
    trial.save(str(epoch).encode())
    if trial.should_stop():
        break
if os.environ.get("REPORT") == "file":
    json.dump({"step": 8, "loss": loss}, open(os.environ["TUNEWRIGHT_RESULTS"], "w"))
`

function specification(
  report: 'lines' | 'pattern' | 'file',
  changes: Partial<StudySpecificationInput> = {},
): StudySpecificationInput {
  return {
    name: report,
    objective: {
      command: [python ?? '', 'train.py', '--rate={rate}'],
      environment: { REPORT: report, MY_PASSWORD: 'correct horse battery' },
      metrics:
        report === 'pattern'
          ? { from: 'pattern', pattern: ['^Epoch (?<step>\\d+)/', 'val_loss: (?<loss>\\S+)'] }
          : { from: report },
    },
    goals: [{ metric: 'loss', direction: 'minimize' }],
    space: { rate: { float: [1e-4, 1], log: true }, width: { int: [1, 64] } },
    sampler: { name: 'random' },
    pruner: { name: 'median', startupTrials: 2 },
    stop: { trials: 6 },
    seed: 3,
    ...changes,
  }
}

function bench(): UserCodeBench {
  const made = new UserCodeBench(scratch())
  made.copySample('tunewright.py')
  made.write('train.py', program)
  return made
}

describe.skipIf(python === null)('a Python script', () => {
  it('gives the same study by JSON lines and by a pattern on its plain output', async () => {
    const user = bench()
    const lines = await user.tune(specification('lines'))
    const pattern = await user.tune(specification('pattern'))
    expect(lines.study.state).toBe('finished')
    const states = lines.trials.map(({ state }) => state)
    expect(new Set(states)).toEqual(new Set(['complete', 'pruned']))
    expect(studyOutcome(pattern)).toEqual(studyOutcome(lines))
    const [first] = lines.trials
    expect(first?.metrics['loss']?.steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const { rate, width } = first?.parameters as { rate: number; width: number }
    const expected = Math.abs(Math.log10(rate) + 2) + 1 / width + 2 ** -8
    expect(first?.values[0]).toBeCloseTo(expected, 12)
    const log = readAttemptLog(user.workspace.artifactDirectory(lines.study.id, 0), 1)
    expect(log?.text).toMatch(/^starting at epoch 1 with \[redacted\]\nEpoch 1\/8\n/)
    expect(log?.leftOutBytes).toBe(0)
  })

  it('gives its value by a results file', async () => {
    const { study, trials } = await bench().tune(
      specification('file', { pruner: { name: 'none' }, stop: { trials: 1 } }),
    )
    expect(study.state).toBe('finished')
    expect(trials.map(({ state, bestStep }) => [state, bestStep])).toEqual([['complete', 8]])
  })

  it('fails where its results file is larger than may be', async () => {
    const user = bench()
    user.write(
      'train.py',
      "import os\nopen(os.environ['TUNEWRIGHT_RESULTS'], 'w').truncate(17 << 20)\n",
    )
    const { trials } = await user.tune(
      specification('file', { pruner: { name: 'none' }, stop: { trials: 1 } }),
    )
    const [failure] = trials.map(({ attempts }) => attempts.at(-1)?.failure)
    expect(failure).toMatchObject({ class: 'data', reason: { code: 'error.data.invalid' } })
    expect(failure?.reason.values).toMatchObject({
      field: 'size',
      rule: msg('rule.bytes.atMost', { limit: 16 << 20 }),
    })
  })

  it('is recorded with its folder, its files and its environment without secrets', async () => {
    const { study } = await bench().tune(specification('lines', { stop: { trials: 1 } }))
    const { project } = study.environment
    expect(project?.directory).toBe(project?.studyDirectory)
    expect(project?.git).toBeNull()
    expect(project?.files.map(file => path.basename(file.path))).toContain('train.py')
    expect(project?.environment['REPORT']).toBe('lines')
    expect(project?.environment['MY_PASSWORD']).toBe('[redacted]')
  })

  it('that changes while its study runs ends the study', async () => {
    const user = bench()
    const id = await user.create(specification('lines'))
    let changed = false
    await user.run(id, {
      listener: {
        trialFinished: () => {
          if (!changed) user.write('train.py', `${program}\n# another line\n`)
          changed = true
        },
      },
    })
    const { study } = user.read(id)
    expect(study.state).toBe('failed')
    expect(inEnglish.format(study.reason as MessageDescriptor)).toMatch(
      /train\.py changed after it was trusted/,
    )
    await expect(user.run(id)).rejects.toMatchObject({ code: 'userCode.untrusted' })
  })

  it('is killed with us and resumed on two slots, from its checkpoint', async () => {
    const user = bench()
    const slow = program.replace('sleep(0.004)', 'sleep(0.04)')
    user.write('train.py', slow)
    const id = await user.create(specification('lines', { parallelTrials: 2, stop: { trials: 5 } }))
    const script = fileURLToPath(new URL('../../helpers/run-with-crash.ts', import.meta.url))
    const child = execFile(
      process.execPath,
      [script, JSON.stringify({ databasePath: user.workspace.databasePath, kill: null })],
      { env: { ...process.env, TUNEWRIGHT_TRUST: user.workspace.trustFile } },
    )
    const ended = new Promise(resolve => child.on('exit', (_, signal) => resolve(signal)))
    const checkpoint = path.join(user.workspace.artifactDirectory(id, 3), 'checkpoints/checkpoint')
    while (!existsSync(checkpoint)) await sleep(10)
    expect(processesOf(user.folder).length).toBeGreaterThan(0)
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    for (let round = 0; round < 500 && processesOf(user.folder).length > 0; round++) await sleep(10)
    await expect.poll(() => processesOf(user.folder), { timeout: 10_000 }).toEqual([])
    const orphanedTrial = user.read(id).trials.find(({ number }) => number === 3)
    expect(orphanedTrial?.state).toBe('running')
    const reached = Number(readFileSync(checkpoint, 'utf8'))
    await user.run(id)
    const { study, trials } = user.read(id)
    expect(study.state).toBe('finished')
    expect(trials).toHaveLength(5)
    const resumed = trials.find(({ number }) => number === 3)
    expect(resumed?.attempts.length).toBeGreaterThanOrEqual(2)
    const log = readAttemptLog(user.workspace.artifactDirectory(id, 3), 2)
    expect(log?.text).toMatch(new RegExp(`^starting at epoch ${reached + 1} `))
    await expect.poll(() => processesOf(user.folder), { timeout: 10_000 }).toEqual([])
  })
})
