import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StudySpecificationInput } from '../../../src-main/core/study/study-specification.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { studyOutcome } from '../../helpers/study-outcome.ts'
import { createStudyDatabase, readStudy, runSession } from '../../helpers/study-session.ts'

/** The same promise as in crash.test.ts, for a real training on the wasm engine with real data. */
const data = fileURLToPath(new URL('../../fixtures/data/', import.meta.url))

const specification: StudySpecificationInput = {
  name: 'training',
  objective: { task: 'tabular', data: { file: 'breast-cancer.csv', target: 'diagnosis' } },
  goals: [{ metric: 'validationLoss', direction: 'minimize' }],
  space: {
    units: { int: [8, 32] },
    dropout: { float: [0, 0.4] },
    learningRate: { float: [0.001, 0.1], log: true },
    epochs: { fixed: 6 },
  },
  pruner: { name: 'median', startupTrials: 2 },
  stop: { trials: 5 },
  engine: 'wasm',
  checkpoint: { everySteps: 9, keepBest: 2, keepLatest: 0 },
  seed: 2,
}

let directory = ''
let expected: { readonly outcome: unknown; readonly test: unknown }

async function createDatabase(name: string): Promise<string> {
  const databasePath = path.join(directory, `${name}.sqlite`)
  await createStudyDatabase(databasePath, specification, data)
  return databasePath
}

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'tunewright-training-'))
  const databasePath = await createDatabase('whole')
  expect(await runSession({ databasePath, kill: null })).toBeNull()
  const snapshot = readStudy(databasePath)
  expected = { outcome: studyOutcome(snapshot), test: snapshot.winner?.metrics }
  expect(snapshot.winner?.metrics.testAccuracy).toBeGreaterThan(0.9)
})

afterAll(async () => {
  await rm(directory, { recursive: true, force: true, maxRetries: 20 })
})

it.each([
  { who: 'main', point: 'judged' },
  { who: 'trainer', point: 'judged' },
  { who: 'main', point: 'checkpointRecorded' },
  { who: 'trainer', point: 'checkpointRecorded' },
] as const)('$who killed in the middle of a training ($point)', async ({ who, point }) => {
  const databasePath = await createDatabase(`${who}-${point}`)
  const kill = { who, point, trialNumber: 2 } as const
  expect(await runSession({ databasePath, kill })).toBe(who === 'main' ? 'SIGKILL' : null)
  if (who === 'main') expect(await runSession({ databasePath, kill: null })).toBeNull()
  const snapshot = readStudy(databasePath)
  expect(studyOutcome(snapshot)).toEqual(expected.outcome)
  expect(snapshot.winner?.metrics).toEqual(expected.test)
  // It did not begin anew: the second attempt says after which step it goes on.
  const retried = snapshot.events.filter(({ kind }) => kind === 'trial.retried')
  expect(retried.map(({ trialNumber, detail }) => [trialNumber, detail['resumeStep']])).toEqual([
    [2, expect.any(Number)],
  ])
})

it('keeps the last checkpoint of the best two trials only, and no file without a row', () => {
  const store = openStudyStore(path.join(directory, 'whole.sqlite'), { readOnly: true })
  const checkpoints = store.checkpoints(1)
  const best = store
    .history(1)
    .filter(({ state }) => state === 'complete')
    .sort((a, b) => (a.values[0] ?? 0) - (b.values[0] ?? 0))
    .slice(0, 2)
    .map(({ number }) => number)
  store.close()
  expect(checkpoints.map(({ trialNumber }) => trialNumber)).toEqual(best.sort((a, b) => a - b))
  expect(checkpoints.every(({ step, batch }) => step === 6 && batch === 0)).toBe(true)
  const folder = path.join(directory, 'whole-checkpoints')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
  expect(files.sort()).toEqual(checkpoints.map(checkpoint => checkpoint.path).sort())
})

it('keeps the files of the best trials, and records the engine of every attempt', () => {
  const { artifacts, winner, trials } = readStudy(path.join(directory, 'whole.sqlite'))
  const kindsOf = (number: number): string[] =>
    artifacts.filter(({ trialNumber }) => trialNumber === number).map(({ kind }) => kind)
  expect(kindsOf(winner?.trialNumber ?? -1).sort()).toEqual([
    'model',
    'predictions.0',
    'weights.best',
    'weights.last',
  ])
  for (const artifact of artifacts) expect(existsSync(artifact.path)).toBe(true)
  for (const { number } of trials) {
    const folder = path.join(directory, 'whole-artifacts', '1', `${number}`)
    expect(existsSync(folder)).toBe(kindsOf(number).length > 0)
  }
  for (const trial of trials) {
    expect(trial.attempts[0]?.engine).toMatchObject({
      name: 'wasm',
      versions: { '@tensorflow/tfjs-core': expect.any(String) as string },
    })
  }
})
