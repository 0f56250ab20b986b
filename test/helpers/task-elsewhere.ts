import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { StudySpecificationInput } from '../../src-main/core/study/study-specification.ts'
import type { StudySnapshot } from '../../src-main/core/study/study.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import type { UserCodeBench } from './user-code-study.ts'

/** A training on `table.csv` beside the study, judged after every epoch by a pruner that ends some. */
export function taskStudy(changes: Partial<StudySpecificationInput> = {}): StudySpecificationInput {
  return {
    name: 'task',
    objective: {
      task: 'tabular',
      data: { file: 'table.csv', target: 'diagnosis', train: 60, validation: 40, test: 40 },
    },
    engine: 'wasm',
    goals: [{ metric: 'validationAccuracy', direction: 'maximize' }],
    space: {
      learningRate: { float: [0.0001, 0.1], log: true },
      units: { int: [2, 8] },
      epochs: { choice: [6] },
    },
    sampler: { name: 'random' },
    pruner: { name: 'median', startupTrials: 2 },
    stop: { trials: 6 },
    parallelTrials: 1,
    seed: 3,
    ...changes,
  }
}

export function learnt({ trials }: StudySnapshot): unknown {
  return trials.map(({ state, values, bestStep, metrics }) => {
    const { validationAccuracy, trainLoss, loss } = metrics
    return [state, values, bestStep, validationAccuracy, trainLoss, loss]
  })
}

export function failures({ trials }: StudySnapshot): unknown {
  return trials.flatMap(trial => trial.attempts.flatMap(({ failure }) => failure ?? []))
}

/** Both trained to the same bits, one of them on a machine; its weights came back, and its winner was tested. */
export function expectSameTraining(
  user: UserCodeBench,
  remoteStudy: StudySnapshot,
  localStudy: StudySnapshot,
  machine: string,
): void {
  expect(failures(remoteStudy)).toEqual([])
  expect(learnt(remoteStudy)).toEqual(learnt(localStudy))
  expect(remoteStudy.trials.map(({ state }) => state)).toContain('pruned')
  expect(remoteStudy.trials[0]?.attempts[0]).toMatchObject({ machine, engine: { name: 'wasm' } })
  const store = openStudyStore(user.workspace.databasePath, { readOnly: true })
  const [remoteResult, two] = [remoteStudy, localStudy].map(({ study: { id } }) => ({
    winner: store.winner(id)?.metrics,
    weights: store
      .artifacts(id)
      .filter(({ kind }) => kind === 'weights.best')
      .map(({ path: file, trialNumber }) => [trialNumber, readFileSync(file).toString('base64')]),
  }))
  store.close()
  expect(remoteResult?.winner).toBeDefined()
  expect(remoteResult).toEqual(two)
}
