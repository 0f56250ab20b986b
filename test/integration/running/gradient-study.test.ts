import { inEnglish } from '../../helpers/expect-text.ts'
import { msg, type MessageDescriptor } from '../../../src-main/core/errors/message.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import { createStudyDatabase, readStudy, runSession } from '../../helpers/study-session.ts'

const data = fileURLToPath(new URL('../../fixtures/data', import.meta.url))

const specification: StudySpecificationInput = {
  name: 'descent',
  objective: {
    task: 'tabular',
    data: { file: path.join(data, 'breast-cancer.csv'), target: 'diagnosis' },
    hypergradients: { mode: 'reverse', steps: 6 },
  },
  goals: [{ metric: 'holdoutLoss', direction: 'minimize' }],
  space: {
    layers: { choice: [0, 1] },
    units: { fixed: 4 },
    learningRate: { float: [0.001, 1], log: true },
    l2: { float: [1e-5, 1], log: true },
  },
  sampler: { name: 'gradient', estimator: 'objective', stepSize: 0.05, iterations: 3 },
  stop: { trials: 8 },
  engine: 'wasm',
}

// Sessions are processes of their own, which start slowly on a busy machine.
vi.setConfig({ testTimeout: 300_000 })

let directory = ''
let count = 0

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-gradient-'))
})

afterAll(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

async function create(changes: Partial<StudySpecificationInput> = {}): Promise<string> {
  const databasePath = path.join(directory, `${count++}.sqlite`)
  await createStudyDatabase(databasePath, { ...specification, ...changes }, directory)
  return databasePath
}

it('a descent is stored with its gradients, and goes on from them when main was killed', async () => {
  const whole = await create()
  expect(await runSession({ databasePath: whole, kill: null })).toBeNull()
  const { trials } = readStudy(whole)
  expect(trials.map(({ state }) => state)).toEqual(new Array(8).fill('complete'))
  for (const { metrics } of trials) {
    const names = ['gradient.learningRate', 'gradient.l2', 'gradientNorm', 'gradientMode']
    for (const name of [...names, 'selfTestError', 'validationLoss', 'holdoutLoss']) {
      expect(metrics[name]?.steps).toEqual([6])
    }
    expect(metrics['gradientMode']?.values).toEqual([2])
    expect(metrics['selfTestError']?.values[0]).toBeLessThan(0.02)
  }
  const [first, second] = trials
  // Downhill: a negative derivative raises the value.
  const slope = first?.metrics['gradient.learningRate']?.values[0] as number
  const [from, to] = [first, second].map(trial => trial?.parameters['learningRate'] as number)
  expect(Math.sign((to as number) - (from as number))).toBe(-Math.sign(slope))
  expect(second?.provenance.reason).toMatchObject({
    code: 'proposal.descent',
    values: { step: 1, trial: 0 },
  })
  const loss = (number: number): number =>
    trials[number]?.metrics['validationLoss']?.values[0] as number
  expect(loss(2)).toBeLessThan(loss(0))

  const killed = await create()
  const kill = { who: 'main', point: 'finishCommitted', trialNumber: 4 } as const
  expect(await runSession({ databasePath: killed, kill })).toBe('SIGKILL')
  expect(await runSession({ databasePath: killed, kill: null })).toBeNull()
  expect(studyOutcome(readStudy(killed))).toEqual(studyOutcome(readStudy(whole)))
})

it('a gradient that differences do not confirm ends the study at its first trial', async () => {
  const databasePath = await create({
    space: {
      layers: { fixed: 2 },
      units: { fixed: 8 },
      momentum: { fixed: 0.99 },
      // So near to divergence that no derivative says where a step of two percent leads.
      learningRate: { float: [8, 12] },
    },
    objective: {
      ...specification.objective,
      hypergradients: { mode: 'reverse', steps: 40 },
    } as StudySpecificationInput['objective'],
  })
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const { study, trials } = readStudy(databasePath)
  expect(trials).toHaveLength(1)
  expect(study.state).toBe('failed')
  expect(inEnglish.format(study.reason as MessageDescriptor)).toMatch(
    /^Hypergradients would be wrong: the derivative of the whole run/u,
  )
})

it('without gradients, differences: the trials of an estimate run side by side', async () => {
  // Longer than a proposal takes, which is slow under Wine: else each trial would end before the next begins.
  const durationMs = process.platform === 'win32' ? 400 : 40
  const databasePath = await create({
    objective: { function: 'hartmann6', durationMs } as StudySpecificationInput['objective'],
    goals: [{ metric: 'value', direction: 'minimize' }],
    space: {
      ...Object.fromEntries(
        ['x0', 'x1', 'x2', 'x3', 'x4', 'x5'].map(name => [name, { float: [0, 1] }]),
      ),
    },
    sampler: { name: 'gradient', optimizer: 'gradientDescent', stepSize: 0.1, runs: 1 },
    parallelTrials: 3,
    stop: { trials: 61 },
    engine: 'auto',
  })
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const { trials } = readStudy(databasePath)
  expect(trials).toHaveLength(61)
  // One trial shows that there is no gradient; then come twelve for each estimate.
  const reasons = trials.map(({ provenance }) => provenance.reason)
  expect(reasons[0]).toEqual(msg('proposal.descentStart', { run: 1 }))
  expect(reasons).toContainEqual(msg('proposal.descentStart', { run: 1, point: 1, points: 12 }))
  const estimated = trials.filter(
    ({ provenance }) => provenance.detail?.['estimator'] === 'central',
  )
  const spans = estimated.map(({ attempts: [attempt] }) => [
    attempt?.startedAtMs ?? 0,
    attempt?.finishedAtMs ?? 0,
  ])
  const overlapping = spans.filter(([start, end], at) =>
    spans.some(
      ([other, last], to) =>
        to !== at && (other as number) < (end as number) && (last as number) > (start as number),
    ),
  )
  expect(estimated.length).toBeGreaterThan(40)
  // One after the other, none would be.
  expect(overlapping.length).toBeGreaterThan(estimated.length / 2)
  const value = ({ values }: (typeof trials)[number]): number => values[0] as number
  const first = trials[0] as (typeof trials)[number]
  expect(Math.min(...trials.map(value))).toBeLessThan(value(first) - 0.5)
})

it('what has no gradient is chosen by the outer sampler, the rest is refined in each run', async () => {
  const databasePath = await create({
    sampler: {
      name: 'gradient',
      stepSize: 0.05,
      iterations: 3,
      runs: 3,
      outer: { name: 'grid' },
    },
    space: {
      layers: { choice: [0, 1] },
      activation: { choice: ['tanh', 'gelu'] },
      units: { fixed: 4 },
      learningRate: { float: [0.001, 1], log: true },
      l2: { float: [1e-5, 1], log: true },
    },
    stop: { trials: 40 },
  })
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const { trials, study } = readStudy(databasePath)
  expect(study.reason).toMatchObject({ code: 'ending.runsEnded', values: { runs: 3 } })
  expect(trials).toHaveLength(9)
  const structures = [0, 3, 6].map(start =>
    trials
      .slice(start, start + 3)
      .map(({ parameters }) => `${parameters['layers']} ${parameters['activation']}`),
  )
  for (const run of structures) expect(new Set(run).size).toBe(1)
  expect(new Set(structures.flat()).size).toBe(3)
  for (const start of [0, 3, 6]) {
    const rates = trials.slice(start, start + 3).map(({ parameters }) => parameters['learningRate'])
    expect(new Set(rates).size).toBe(3)
  }
})
