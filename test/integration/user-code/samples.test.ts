import { execFile, execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import type { CommandObjective } from '../../../src-main/core/study/user-code.ts'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { readAttemptLog } from '../../../src-main/platform/user-code/attempt-log.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'
import {
  findPython,
  processesOf,
  samplePrograms,
  UserCodeBench,
} from '../../helpers/user-code-study.ts'

/** The examples that come with the application, run for real where their languages are. */
const scratch = useScratchFolders()
const isWindows = process.platform === 'win32'

function works(program: string, parameters: readonly string[]): boolean {
  try {
    execFileSync(program, parameters, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A Python that has torch: the system's, or the one that TUNEWRIGHT_PYTHON names. */
const pythons = [process.env['TUNEWRIGHT_PYTHON'] ?? 'python3', 'python3']
const torchPython = pythons.find(python => works(python, ['-c', 'import torch']))
const runner = fileURLToPath(new URL('../../helpers/run-with-crash.ts', import.meta.url))
const hasR = works('Rscript', ['--version'])

function sample(name: string): { bench: UserCodeBench; study: StudySpecificationInput } {
  const bench = new UserCodeBench(scratch())
  for (const file of readdirSync(samplePrograms)) {
    copyFileSync(path.join(samplePrograms, file), path.join(bench.folder, file))
  }
  const text = readFileSync(path.join(samplePrograms, `${name}.yaml`), 'utf8')
  return { bench, study: parse(text) as StudySpecificationInput }
}

describe('the samples', () => {
  it.skipIf(isSkipped('shell'))('shell.yaml runs', async () => {
    const { bench, study } = sample('shell')
    const { trials } = await bench.tune({ ...study, stop: { trials: 2 } })
    for (const { state, parameters, values } of trials) {
      expect(state).toBe('complete')
      expect(values[0]).toBeCloseTo((Number(parameters['x']) - 2) ** 2 + 1 / 5, 10)
    }
  })

  it.runIf(isWindows)('batch.yaml runs', async () => {
    const { bench, study } = sample('batch')
    const { trials } = await bench.tune({ ...study, stop: { trials: 2 } })
    for (const { state, parameters, values } of trials) {
      expect(state).toBe('complete')
      expect(values[0]).toBe((Number(parameters['x']) - 2) ** 2 * 60 + 12)
    }
  })

  it('resume.yaml runs: the best go on from rung to rung', async ({ skip }) => {
    const python = findPython()
    if (python === null) skip('no Python')
    const { bench, study } = sample('resume')
    const objective = { ...study.objective, command: [python ?? '', 'train_resume.py'] }
    const { trials } = await bench.tune({
      ...study,
      objective,
      stop: { trials: 12 },
      parallelTrials: 1,
    })
    expect(trials.filter(({ state }) => !['complete', 'pruned'].includes(state))).toEqual([])
    const promoted = trials.filter(({ origin }) => origin?.mode === 'continue')
    // One in three of 9 at the first rung.
    expect(promoted.length).toBeGreaterThanOrEqual(3)
    for (const { lastStep, untilStep } of trials) expect(lastStep).toBe(untilStep)
    const log = readAttemptLog(bench.workspace.artifactDirectory(1, promoted[0]?.number ?? -1), 1)
    expect(log?.text).toMatch(/^going on after epoch 1\n/)
  })

  it('r.yaml runs', async ({ skip }) => {
    if (!hasR) skip('Rscript is not installed')
    const { bench, study } = sample('r')
    const { trials } = await bench.tune({ ...study, stop: { trials: 2 } })
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete'])
    for (const { values } of trials) expect(values[0]).toBeGreaterThan(1)
  })

  const torch = { command: [torchPython ?? '', 'train_torch.py'], files: ['tunewright.py'] }

  it('torch.yaml is tuned with pruning on two slots, killed with us by SIGKILL and resumed', async ({
    skip,
  }) => {
    if (torchPython === undefined) skip('no Python with torch; TUNEWRIGHT_PYTHON can name one')
    const { bench, study } = sample('torch')
    const id = await bench.create({
      ...study,
      objective: torch,
      pruner: { name: 'median', startupTrials: 2 },
      space: { ...study.space, epochs: { fixed: 8 } },
      stop: { trials: 5 },
    })
    const child = execFile(
      process.execPath,
      [runner, JSON.stringify({ databasePath: bench.workspace.databasePath, kill: null })],
      { env: { ...process.env, TUNEWRIGHT_TRUST: bench.workspace.trustFile } },
    )
    const ended = new Promise(resolve => child.on('exit', (_, signal) => resolve(signal)))
    const saved = path.join(bench.workspace.artifactDirectory(id, 2), 'checkpoints/checkpoint')
    await vi.waitUntil(() => existsSync(saved), { timeout: 240_000, interval: 10 })
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    await expect.poll(() => processesOf(bench.folder), { timeout: 20_000 }).toEqual([])
    await bench.run(id)
    const { study: stored, trials } = bench.read(id)
    expect(stored.state).toBe('finished')
    expect(trials.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4])
    expect(trials.filter(({ state }) => state === 'complete').length).toBeGreaterThan(0)
    expect(trials.filter(({ state }) => !['complete', 'pruned'].includes(state))).toEqual([])
    const resumed = trials.filter(({ attempts }) => attempts.length > 1)
    expect(resumed.length).toBeGreaterThan(0)
    const logs = resumed.map(({ number }) => {
      return readAttemptLog(bench.workspace.artifactDirectory(id, number), 2)?.text
    })
    expect(logs.some(text => /^going on at epoch \d+\n/.test(text ?? ''))).toBe(true)
    await expect.poll(() => processesOf(bench.folder), { timeout: 20_000 }).toEqual([])
  })

  it('torchrun.yaml trains each trial in two processes, and leaves none behind', async ({
    skip,
  }) => {
    if (torchPython === undefined) skip('no Python with torch; TUNEWRIGHT_PYTHON can name one')
    const { bench, study } = sample('torchrun')
    const { command, ...others } = study.objective as unknown as CommandObjective
    const [, ...words] = command
    const objective = { ...others, command: [torchPython ?? '', ...words] }
    const space = { ...study.space, epochs: { fixed: 2 } }
    const { trials } = await bench.tune({ ...study, space, objective, stop: { trials: 2 } })
    expect(trials.map(({ state, lastStep }) => [state, lastStep])).toEqual([
      ['complete', 2],
      ['complete', 2],
    ])
    const log = readAttemptLog(bench.workspace.artifactDirectory(1, 0), 1)
    expect(log?.text).toContain('"processes": 2')
    await expect.poll(() => processesOf(bench.folder), { timeout: 20_000 }).toEqual([])
  })

  it('torch-serves.yaml runs one trial after the other in a process for each slot', async ({
    skip,
  }) => {
    if (torchPython === undefined) skip('no Python with torch; TUNEWRIGHT_PYTHON can name one')
    const { bench, study } = sample('torch-serves')
    const space = { ...study.space, epochs: { fixed: 3 } }
    const objective = { ...study.objective, command: torch.command }
    const { trials } = await bench.tune({ ...study, space, objective, stop: { trials: 6 } })
    expect(trials.map(({ state, lastStep }) => [state, lastStep])).toEqual(
      Array.from({ length: 6 }, () => ['complete', 3]),
    )
  })

  it('torch-pattern.yaml gives the same study by what the program prints for people', async ({
    skip,
  }) => {
    if (torchPython === undefined) skip('no Python with torch; TUNEWRIGHT_PYTHON can name one')
    const change = { sampler: { name: 'random' }, stop: { trials: 2 }, parallelTrials: 1 }
    const [lines, pattern] = await Promise.all(
      ['torch', 'torch-pattern'].map(async name => {
        const { bench, study } = sample(name)
        const space = { ...study.space, epochs: { fixed: 3 } }
        const objective = { ...study.objective, command: torch.command }
        const { trials } = await bench.tune({ ...study, ...change, space, objective })
        return trials.map(({ state, values, metrics }) => ({ state, values, metrics }))
      }),
    )
    expect(lines?.map(({ state }) => state)).toEqual(['complete', 'complete'])
    expect(lines?.[0]?.metrics['validationAccuracy']?.steps).toEqual([1, 2, 3])
    expect(pattern).toEqual(lines)
  })
})

describe('the commands of docs/programs.md about resume.yaml', () => {
  it('work one after the other as they stand there', async ({ skip }) => {
    if (!works('python3', ['--version'])) skip('no Python')
    const folder = scratch()
    for (const file of readdirSync(samplePrograms)) {
      copyFileSync(path.join(samplePrograms, file), path.join(folder, file))
    }
    const docs = readFileSync(new URL('../../../docs/programs.md', import.meta.url), 'utf8')
    const commands = [...docs.matchAll(/^tunewright ((?:extend|fork) line-promotion [^#\n]*)/gm)]
    expect(commands).toHaveLength(2)
    let output = ''
    const run = async (command: string): Promise<string> => {
      const done = await runTunewright(['--db', 'walk.sqlite', ...command.split(' ')], folder)
      expect([command, done.exitCode]).toEqual([command, 0])
      output = done.stderr
      return done.stdout
    }
    await run('trust resume.yaml --yes')
    expect(await run('run resume.yaml')).toMatch(/^trial \d+ complete /m)
    // Two slots race: now and then the last rung has fewer trials than are asked for, and the command says so.
    const queued = await run(commands[0]?.[1]?.trim() ?? '')
    const count = Number(/Queued: ([1-3]) trial/.exec(queued)?.[1])
    expect(output.includes(`Only ${count}`)).toBe(count < 3)
    const extended = await run('resume line-promotion')
    expect(extended.match(/^trial 4[0-2] complete /gm)).toHaveLength(count)
    await run(commands[1]?.[1]?.trim() ?? '')
    const fork = new RegExp(`^trial ${40 + count} (pruned|complete) `, 'm')
    expect(await run('resume line-promotion')).toMatch(fork)
  }, 240_000)
})
