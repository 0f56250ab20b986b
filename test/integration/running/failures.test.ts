import { msg } from '../../../src-main/core/errors/message.ts'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import {
  studySpecificationSchema,
  type StudySpecificationInput,
} from '../../../src-main/core/study/study-specification.ts'
import type { TrialRecord } from '../../../src-main/core/trial/trial.ts'
import type { Tracer } from '../../../src-main/running/runner-events.ts'
import { createStudy } from '../../../src-main/features/studies/node/create-study.ts'
import { runStudy } from '../../../src-main/running/run-study.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/**
 * Attempts that go wrong in a real trainer end as the failure that says how. Exhausted memory: costs.test.ts; a
 * trainer that hangs: local-executor.test.ts; a lost device: webgpu.test.ts.
 */
const scratch = useScratchFolders()
const table = fileURLToPath(new URL('../../fixtures/data/breast-cancer.csv', import.meta.url))

async function firstTrial(
  space: StudySpecificationInput['space'],
  change: Partial<StudySpecificationInput> = {},
  trace?: Tracer,
): Promise<TrialRecord | undefined> {
  const folder = scratch()
  const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  const specification = studySpecificationSchema.parse({
    name: 'fails',
    objective: { task: 'tabular', data: { file: table, target: 'diagnosis' } },
    goals: [{ metric: 'validationLoss', direction: 'minimize' }],
    space,
    engine: 'wasm',
    stop: { trials: 1 },
    retry: { killed: 0, timeout: 0 },
    ...change,
  })
  const { id } = await createStudy({
    file: { specification, source: '', directory: folder },
    store,
    datasetCacheDirectory: workspace.datasetCacheDirectory,
    now: Date.now,
  })
  await runStudy({
    store,
    study: store.findStudy(String(id)),
    workspace,
    now: Date.now,
    ...(trace === undefined ? {} : { trace }),
  })
  const [trial] = store.trials(id)
  store.close()
  return trial
}

const endless = { epochs: { fixed: 10_000 } }

it('a loss that is no number', async () => {
  const trial = await firstTrial({
    learningRate: { fixed: 100 },
    optimizer: { fixed: 'sgd' },
    activation: { fixed: 'linear' },
    epochs: { fixed: 50 },
  })
  expect(trial).toMatchObject({
    state: 'failed',
    attempts: [{ failure: { class: 'nonFinite', reason: { code: 'error.training.nonFinite' } } }],
  })
})

it('a process that somebody killed', async () => {
  const trial = await firstTrial(endless, {}, (point, _number, { trainer }) => {
    if (point === 'metricsArrived' && trainer !== undefined) process.kill(trainer, 'SIGKILL')
  })
  expect(trial).toMatchObject({
    state: 'failed',
    attempts: [{ failure: { class: 'killed', reason: { values: { signal: 'SIGKILL' } } } }],
  })
})

it('a trial that takes longer than the study allows', async () => {
  const timeout = { trialMinutes: 0.03 }
  const tooLong = msg('failure.trialTimeLimit', { limitMs: 1_800 })
  expect(await firstTrial(endless, { timeout })).toMatchObject({
    state: 'failed',
    reason: tooLong,
    attempts: [{ failure: { class: 'timeout', reason: tooLong } }],
  })
})
