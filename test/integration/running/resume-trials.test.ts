import { msg } from '../../../src-main/core/errors/message.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import type { TrialRecord } from '../../../src-main/core/trial/trial.ts'
import {
  bestNumbers,
  extendTrials,
  forkTrial,
} from '../../../src-main/features/interventions/node/resume-trials.ts'
import { Interventions } from '../../../src-main/features/interventions/node/interventions.ts'
import { offlineHost } from '../../../src-main/features/interventions/node/offline-host.ts'
import { undoEvent } from '../../../src-main/features/interventions/node/undo-event.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { createStudyDatabase, readStudy, runSession } from '../../helpers/study-session.ts'

/** Trials that go on from the checkpoint of another one: extended, forked, promoted, in a population. */
const data = fileURLToPath(new URL('../../fixtures/data/', import.meta.url))
let directory = ''
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-resume-'))
})
afterAll(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

const training = {
  objective: { task: 'tabular', data: { file: 'breast-cancer.csv', target: 'diagnosis' } },
  goals: [{ metric: 'validationLoss', direction: 'minimize' as const }],
  engine: 'wasm' as const,
  seed: 4,
} satisfies Partial<StudySpecificationInput>

async function database(name: string, specification: Omit<StudySpecificationInput, 'name'>) {
  const databasePath = path.join(directory, `${name}.sqlite`)
  await createStudyDatabase(databasePath, { name, ...specification }, data)
  return databasePath
}

const curve = ({ metrics }: TrialRecord): readonly number[] => metrics['trainLoss']?.values ?? []

it('an extended trial equals one that was longer from the start; a fork goes its own way', async () => {
  const space = {
    learningRate: { float: [0.001, 0.05] },
    units: { fixed: 8 },
    dropout: { fixed: 0.2 },
  } satisfies StudySpecificationInput['space']
  const short = await database('short', {
    ...training,
    space: { ...space, epochs: { int: [1, 9] } },
    enqueue: [{ learningRate: 0.01, epochs: 2 }],
    stop: { trials: 1 },
  })
  expect(await runSession({ databasePath: short, kill: null })).toBeNull()
  const store = openStudyStore(short)
  const interventions = new Interventions({ store, host: offlineHost, now: Date.now })
  expect(bestNumbers(store, 1, 3)).toEqual([0])
  extendTrials({ interventions, store }, 1, [0], 3)
  forkTrial({ interventions, store }, 1, 0, { learningRate: 0.02, epochs: 4 }, 'fork')
  forkTrial({ interventions, store }, 1, 0, { learningRate: 0.02 }, 'initialize')
  expect(() => forkTrial({ interventions, store }, 1, 0, { epochs: 2 }, 'fork')).toThrow(
    expect.objectContaining({ code: 'intervention.refused' }),
  )
  store.close()
  expect(await runSession({ databasePath: short, kill: null })).toBeNull()
  const { trials } = readStudy(short)

  const long = await database('long', {
    ...training,
    space: { ...space, epochs: { int: [1, 9] } },
    enqueue: [{ learningRate: 0.01, epochs: 5 }],
    stop: { trials: 1 },
  })
  expect(await runSession({ databasePath: long, kill: null })).toBeNull()
  const [whole] = readStudy(long).trials
  const [first, extended, fork, warm] = trials
  if (!whole || !first || !extended || !fork || !warm) throw new Error('trials are missing')
  expect([...curve(first), ...curve(extended)]).toEqual(curve(whole))
  expect(extended).toMatchObject({
    state: 'complete',
    values: whole.values,
    bestStep: whole.bestStep,
    origin: { trial: 0, step: 2, mode: 'continue' },
  })
  expect(fork.metrics['trainLoss']?.steps).toEqual([3, 4])
  expect(curve(fork)[0]).not.toBe(curve(extended)[0])
  expect(warm.metrics['trainLoss']?.steps).toEqual([1, 2])
  // It begins with weights that were trained.
  expect(curve(warm)[0]).toBeLessThan(curve(first)[0] ?? 0)
})

const curves = {
  objective: { function: 'sphere', dimension: 1, steps: 9 },
  goals: [{ metric: 'value', direction: 'minimize' as const }],
  space: { x0: { float: [-5, 5] } },
  seed: 3,
} satisfies Partial<StudySpecificationInput>

it('promotion: everybody waits at the rungs, the best go on, killed in between or not', async () => {
  const specification = {
    ...curves,
    pruner: { name: 'promotion', maxResource: 9 },
    stop: { trials: 16 },
  }
  const whole = await database('promotion', specification)
  expect(await runSession({ databasePath: whole, kill: null })).toBeNull()
  const { trials } = readStudy(whole)
  const promoted = trials.filter(({ origin }) => origin !== undefined)
  expect(promoted.length).toBeGreaterThanOrEqual(4)
  expect(trials.some(({ state }) => state === 'complete')).toBe(true)
  for (const { number, origin, parameters, metrics, seed } of promoted) {
    const parent = trials[origin?.trial ?? -1]
    expect(parent).toMatchObject({ parameters, seed, state: 'pruned', lastStep: origin?.step })
    expect(metrics['value']?.steps[0], `first step of trial ${number}`).toBe(
      (origin?.step ?? 0) + 1,
    )
  }
  // Nobody is promoted twice.
  expect(new Set(promoted.map(({ origin }) => origin?.trial)).size).toBe(promoted.length)

  const killed = await database('promotion-killed', specification)
  const number = promoted[1]?.number ?? 0
  const kill = { who: 'main', point: 'judged', trialNumber: number } as const
  expect(await runSession({ databasePath: killed, kill })).toBe('SIGKILL')
  expect(await runSession({ databasePath: killed, kill: null })).toBeNull()
  const pick = ({
    number: trialNumber,
    state,
    parameters,
    values,
    origin,
    metrics,
  }: TrialRecord) => ({
    number: trialNumber,
    state,
    parameters,
    values,
    origin,
    metrics,
  })
  expect(readStudy(killed).trials.map(pick)).toEqual(trials.map(pick))
})

it('a trial that a person lets go on runs although the study had ended, and can be withdrawn', async () => {
  const databasePath = await database('ended', { ...curves, stop: { epochs: 18 } })
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const store = openStudyStore(databasePath)
  const interventions = new Interventions({ store, host: offlineHost, now: Date.now })
  expect(store.findStudy('1').state).toBe('finished')
  const [queued] = forkTrial({ interventions, store }, 1, 1, { x0: 2 }, 'initialize')
  expect(store.findStudy('1').state).toBe('paused')
  const undo = (eventId: number) => undoEvent(interventions, store, { studyId: 1, eventId })
  const withdrawn = undo(queued?.id ?? -1)
  expect(store.queuedPoints(1)).toEqual([])
  undo(withdrawn.id)
  expect(store.queuedPoints(1)).toMatchObject([
    { parameters: { x0: 2 }, origin: { kind: 'initialize', trialNumber: 1, step: 9 } },
  ])
  store.close()
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const { study, trials } = readStudy(databasePath)
  expect(study.state).toBe('finished')
  expect(trials).toHaveLength(3)
  expect(trials[2]).toMatchObject({ state: 'complete', origin: { trial: 1, mode: 'initialize' } })
})

it.each(['pbt', 'pb2'])('%s: members copy better ones and change on the way', async name => {
  const databasePath = await database(name, {
    ...training,
    space: {
      learningRate: { float: [1e-5, 1], log: true },
      units: { fixed: 8 },
      epochs: { fixed: 4 },
    },
    sampler: { name, population: 4, interval: 1, steps: 4 },
    stop: { trials: 99 },
  })
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const { study, trials } = readStudy(databasePath)
  expect(study).toMatchObject({
    state: 'finished',
    reason: msg('ending.membersTrained', { steps: 4 }),
  })
  expect(trials).toHaveLength(16)
  expect(trials.filter(({ state }) => state !== 'complete')).toEqual([])
  for (const { number, origin, metrics } of trials) {
    expect(metrics['trainLoss']?.steps).toEqual([Math.floor(number / 4) + 1])
    expect(origin?.step).toBe(number < 4 ? undefined : Math.floor(number / 4))
  }
  const forks = trials.filter(({ origin }) => origin?.mode === 'fork')
  expect(forks.length).toBeGreaterThanOrEqual(3)
  for (const fork of forks) {
    expect(fork.parameters).not.toEqual(trials[fork.origin?.trial ?? -1]?.parameters)
  }
})

it('freezeThaw: trainings go on piece by piece up to the whole', async () => {
  const databasePath = await database('freezeThaw', {
    ...training,
    space: {
      learningRate: { float: [1e-5, 1], log: true },
      units: { fixed: 8 },
      epochs: { fixed: 4 },
    },
    sampler: { name: 'freezeThaw', steps: 4, startupTrials: 3 },
    stop: { trials: 99, epochs: 16 },
  })
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const { trials } = readStudy(databasePath)
  expect(trials.filter(({ state }) => state === 'failed')).toEqual([])
  const continued = trials.filter(({ origin }) => origin?.mode === 'continue')
  expect(continued.length).toBeGreaterThan(0)
  for (const { origin, metrics, parameters } of continued) {
    const parent = trials[origin?.trial ?? -1]
    expect(parameters).toEqual(parent?.parameters)
    expect(metrics['trainLoss']?.steps[0]).toBe((parent?.lastStep ?? 0) + 1)
  }
  const lengths = trials.map(({ metrics }) => metrics['trainLoss']?.steps.at(-1))
  expect(Math.max(...lengths.map(Number))).toBe(4)
})
