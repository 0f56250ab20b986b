import { codesIn } from '../../helpers/expect-text.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { vectorFunctions } from '../../../src-main/math/test-functions/vector-functions.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { createStudyDatabase, readStudy, runSession } from '../../helpers/study-session.ts'

let directory = ''

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-constraints-'))
})

afterAll(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

async function run(specification: StudySpecificationInput): Promise<string> {
  const databasePath = path.join(directory, `${specification.name}.sqlite`)
  await createStudyDatabase(databasePath, specification, directory)
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  return databasePath
}

it('takes the best of the feasible trials, pruned ones keep their constraints', async () => {
  const databasePath = await run({
    name: 'disc',
    objective: { function: 'constrainedBranin', steps: 3 },
    goals: [{ metric: 'value', direction: 'minimize' }],
    constraints: [{ metric: 'c1', atMost: -20 }],
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
    sampler: { name: 'random' },
    pruner: { name: 'median', startupTrials: 10 },
    stop: { trials: 40 },
    seed: 3,
  })
  const { trials } = readStudy(databasePath)
  for (const { parameters, constraints } of trials) {
    const [x, y] = [Number(parameters['x0']), Number(parameters['x1'])]
    expect(constraints).toEqual([(x - 2.5) ** 2 + (y - 7.5) ** 2 - 50 + 20])
  }
  expect(new Set(trials.map(trial => trial.state))).toEqual(new Set(['complete', 'pruned']))
  const complete = trials.filter(trial => trial.state === 'complete')
  const lowest = (list: typeof trials) => Math.min(...list.map(trial => trial.values[0] as number))
  const feasible = complete.filter(trial => (trial.constraints?.[0] as number) <= 0)
  expect(lowest(complete)).toBeLessThan(lowest(feasible))
  const reader = openStudyStore(databasePath, { readOnly: true })
  expect(reader.findStudy('disc').best?.value).toBe(lowest(feasible))
  reader.close()
})

it('runs a study with several goals from a file', async () => {
  const databasePath = await run({
    name: 'front',
    objective: { function: 'zdt1', dimension: 3 },
    goals: [
      { metric: 'f2', direction: 'minimize' },
      { metric: 'f1', direction: 'minimize' },
    ],
    space: { x0: { float: [0, 1] }, x1: { float: [0, 1] }, x2: { float: [0, 1] } },
    stop: { trials: 5 },
  })
  const { trials } = readStudy(databasePath)
  expect(trials).toHaveLength(5)
  for (const { parameters, values } of trials) {
    const point = ['x0', 'x1', 'x2'].map(name => Number(parameters[name]))
    const expected = vectorFunctions['zdt1']?.evaluate(point, 2).objectives
    expect([...values].reverse()).toEqual(expected)
  }
})

it('prunes by a metric that is no goal, after an interruption as before it', async () => {
  const specification: StudySpecificationInput = {
    name: 'rules',
    objective: { function: 'constrainedBranin', steps: 3 },
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } },
    pruner: {
      name: 'rules',
      rules: [
        { metric: 'c1', name: 'threshold', upper: 0 },
        { metric: 'c1', direction: 'minimize', name: 'median', startupTrials: 4 },
      ],
    },
    stop: { trials: 24 },
    seed: 3,
  }
  const whole = readStudy(await run(specification)).trials
  const c1 = ({ parameters }: (typeof whole)[number]): number =>
    (Number(parameters['x0']) - 2.5) ** 2 + (Number(parameters['x1']) - 7.5) ** 2 - 50
  expect(whole.filter(trial => c1(trial) > 0).length).toBeGreaterThan(5)
  for (const trial of whole) {
    const code = c1(trial) > 0 ? 'pruning.aboveLimit' : 'pruning.farBelowMedian'
    if (c1(trial) > 0) expect(trial.state).toBe('pruned')
    if (trial.state !== 'pruned') continue
    expect(trial.reason).toMatchObject({ values: { name: 'c1', reason: { code } } })
  }
  expect(
    whole.some(
      ({ reason }) => reason !== null && codesIn(reason).includes('pruning.farBelowMedian'),
    ),
  ).toBe(true)
  // In two sessions: what the second compares with comes from the store.
  const databasePath = path.join(directory, 'halves.sqlite')
  await createStudyDatabase(databasePath, { ...specification, name: 'halves' }, directory)
  const kill = { who: 'main', point: 'finishCommitted', trialNumber: 11 } as const
  expect(await runSession({ databasePath, kill })).toBe('SIGKILL')
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const decided = (trials: typeof whole) => trials.map(({ state, reason }) => ({ state, reason }))
  expect(decided(readStudy(databasePath).trials)).toEqual(decided(whole))
})
