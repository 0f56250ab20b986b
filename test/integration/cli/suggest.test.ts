import { execFile, execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  testFunctions,
  type TestFunction,
} from '../../../src-main/math/test-functions/test-functions.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { jsonObjects, runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import { startSuggest, type SuggestClient } from '../../helpers/suggest-client.ts'
import { isSkipped } from '../../helpers/skipped-on-windows.ts'

const scratch = useScratchFolders()
const repository = path.join(import.meta.dirname, '../../..')
const command = [process.execPath, path.join(repository, 'bin/tunewright.cjs')] as const
const run = promisify(execFile)

const first = {
  name: 'told',
  goals: [{ metric: 'loss', direction: 'minimize' }],
  constraints: ['size'],
  space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
  sampler: { name: 'tpe', startupTrials: 4 },
  pruner: { name: 'median', startupTrials: 2 },
  seed: 5,
}

function branin(parameters: unknown): number {
  const { x0, x1 } = parameters as { x0: number; x1: number }
  return (testFunctions['branin'] as TestFunction).evaluate([x0, x1])
}

/** A place in a trial's path: after the answer that is named. */
type Point = 'asked' | 'reported' | 'told'

/** Runs trials one at a time until `count` are told; returns early, between two lines, at `stop`. */
async function drive(
  client: SuggestClient,
  count: number,
  stop?: { readonly trial: number; readonly at: Point },
): Promise<void> {
  const isStop = (trial: unknown, at: Point): boolean => stop?.trial === trial && stop?.at === at
  for (;;) {
    const { trial, parameters } = await client.call({ ask: 1 })
    if (isStop(trial, 'asked')) return
    const value = branin(parameters)
    let prune = false
    for (let step = 1; step <= 3 && !prune; step++) {
      const metrics = { loss: value * (1 + 1 / step), size: value - 60 }
      prune = (await client.call({ report: { trial, step, metrics } }))['prune'] === true
      if (isStop(trial, 'reported')) return
    }
    const tell = prune
      ? { trial, state: 'pruned' }
      : { trial, values: [value], constraints: [value - 60] }
    expect(await client.call({ tell })).toEqual({ told: trial })
    if (isStop(trial, 'told')) return
    if (trial === count - 1) return
  }
}

function outcome(folder: string): unknown {
  const store = openStudyStore(path.join(folder, 'kept.sqlite'), { readOnly: true })
  try {
    return studyOutcome(store.snapshot(1))
  } finally {
    store.close()
  }
}

const databaseOptions = ['--db', 'kept.sqlite']

it('after kill -9 anywhere the study ends like one that was never interrupted', async () => {
  const calm = scratch()
  const client = startSuggest(databaseOptions, calm)
  client.send(first)
  await drive(client, 14)
  expect(await client.end()).toBe(0)
  const expected = outcome(calm)
  expect(JSON.stringify(expected)).toContain('"pruned"')

  const stormy = scratch()
  const stops = [
    { trial: 3, at: 'asked' },
    { trial: 6, at: 'reported' },
    { trial: 9, at: 'told' },
  ] as const
  for (const stop of stops) {
    const victim = startSuggest(databaseOptions, stormy)
    victim.send(first)
    await drive(victim, 14, stop)
    await victim.kill()
    const [study] = jsonObjects(
      (await runTunewright([...databaseOptions, '--json', 'list'], stormy)).stdout,
    )
    expect(study).toMatchObject({ name: 'told', state: 'running' })
  }
  const last = startSuggest(databaseOptions, stormy)
  last.send(first)
  await drive(last, 14)
  expect(await last.end()).toBe(0)
  expect(outcome(stormy)).toEqual(expected)
})

describe('a study that was kept', () => {
  it('stands in lists and reports like any other, but only its own program goes on with it', async () => {
    const folder = scratch()
    const client = startSuggest(databaseOptions, folder)
    client.send(first)
    await drive(client, 6)
    await client.end()
    const tunewright = (...parameters: string[]) =>
      runTunewright([...databaseOptions, ...parameters], folder)
    expect((await tunewright('list')).stdout).toMatch(/told +Paused +6 /)
    const [best] = jsonObjects((await tunewright('--json', 'best', 'told')).stdout)
    expect(best).toMatchObject({ parameters: { x0: expect.any(Number) as unknown } })
    expect((await tunewright('report', 'told', '-o', 'told.html')).exitCode).toBe(0)
    expect(readFileSync(path.join(folder, 'told.html'), 'utf8')).toContain(
      'another program (ask and tell)',
    )
    const resumed = await tunewright('resume', 'told')
    expect(resumed.exitCode).toBe(2)
    expect(resumed.stderr).toContain('tunewright suggest')
    writeFileSync(
      path.join(folder, 'told.json'),
      JSON.stringify({ ...first, objective: { external: true }, stop: { trials: 3 } }),
    )
    const ran = await tunewright('run', 'told.json')
    expect(ran.exitCode).toBe(2)
    expect(ran.stderr).toContain('objective.external')
  })

  it('belongs to one process at a time', async () => {
    const folder = scratch()
    const client = startSuggest(databaseOptions, folder)
    client.send(first)
    await client.call({ ask: 1 })
    const second = await runTunewright([...databaseOptions, 'suggest'], folder)
    expect(second.exitCode).toBe(4)
    expect(await client.call({ tell: { trial: 0, state: 'failed' } })).toEqual({ told: 0 })
    expect(await client.end()).toBe(0)
  })

  it.skipIf(isSkipped('signals'))('ends cleanly, however often it is told to', async () => {
    const client = startSuggest(databaseOptions, scratch())
    client.send(first)
    await client.call({ ask: 1 })
    // To the whole group, again and again: none of them may cut the clean end short.
    const again = setInterval(() => {
      client.signal('SIGTERM')
    }, 3)
    const end = await client.exit
    clearInterval(again)
    expect(end).toEqual([0, null])
  })
})

it('proposes what a study with the same settings tries', async () => {
  const folder = scratch()
  const { goals: _goals, constraints: _constraints, pruner: _pruner, ...settings } = first
  const goals = [{ metric: 'value', direction: 'minimize' }]
  const study = { ...settings, goals, objective: { function: 'branin' }, stop: { trials: 12 } }
  writeFileSync(path.join(folder, 'study.json'), JSON.stringify(study))
  expect((await runTunewright([...databaseOptions, 'run', 'study.json'], folder)).exitCode).toBe(0)
  const ran = (outcome(folder) as { parameters: unknown }[]).map(({ parameters }) => parameters)

  const client = startSuggest([], folder)
  client.send({ ...settings, goals, stop: { trials: 12 } })
  const proposals: unknown[] = []
  for (;;) {
    const { trial, parameters, exhausted } = await client.call({ ask: 1 })
    if (exhausted !== undefined) break
    proposals.push(parameters)
    await client.call({ tell: { trial, values: [branin(parameters)] } })
  }
  expect(await client.end()).toBe(0)
  expect(proposals).toEqual(ran)
})

it('ends with the input; an interrupt of the process group does not end it', async () => {
  const folder = scratch()
  const client = startSuggest([], folder)
  client.send({ goals: first.goals })
  expect(await client.next()).toMatchObject({ error: { field: 'space' } })
  client.signal('SIGINT')
  client.send({ goals: first.goals, space: first.space })
  expect(await client.call({ ask: 1 })).toMatchObject({ trial: 0 })
  expect(await client.end()).toBe(0)
  expect((await runTunewright(['suggest'], folder)).exitCode).toBe(0)
})

it.skipIf(isSkipped('shell'))('is driven by a shell script: 50 trials', async () => {
  const script = path.join(repository, 'test/fixtures/ask-tell/sphere.sh')
  const { stdout } = await run('bash', [script, ...command, 'suggest'], { cwd: scratch() })
  // 50 random points reach a median of 0.6 in this square.
  expect(Number(stdout)).toBeLessThan(0.2)
})

it.skipIf(!hasPython())('the Python example of docs/ask-and-tell.md runs', async () => {
  const folder = scratch()
  const text = readFileSync(path.join(repository, 'docs/ask-and-tell.md'), 'utf8')
  const [, example = ''] = /```python\n(.*?)```/s.exec(text) ?? []
  const installed = '["tunewright", '
  expect(example).toContain(installed)
  const called = `[${command.map(part => JSON.stringify(part)).join(', ')}, `
  writeFileSync(path.join(folder, 'example.py'), example.replace(installed, called))
  const { stdout } = await run('python3', ['example.py'], { cwd: folder })
  expect(stdout).toMatch(/^best \d/m)
  const [study] = jsonObjects(
    (await runTunewright(['--db', 'tuning.sqlite', '--json', 'list'], folder)).stdout,
  )
  expect(study).toMatchObject({ trials: { complete: 30 } })
})

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import json, subprocess'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
