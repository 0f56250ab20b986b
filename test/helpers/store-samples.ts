import { msg } from '../../src-main/core/errors/message.ts'
import { AppError, type ErrorCode } from '../../src-main/core/errors/errors.ts'
import type { StudyEnvironment } from '../../src-main/core/study/study.ts'
import {
  type Goal,
  type StudySpecification,
  studySpecificationSchema,
} from '../../src-main/core/study/study-specification.ts'
import type { Assignment } from '../../src-main/core/trial/trial.ts'
import type { MetricBatch } from '../../src-main/platform/storage/metrics.ts'
import type { NewStudy } from '../../src-main/platform/storage/studies.ts'
import type { StudyStore } from '../../src-main/platform/storage/study-store.ts'
import type { NewTrial, TrialFinish } from '../../src-main/platform/storage/trials.ts'

export const sampleEnvironment: StudyEnvironment = {
  tunewright: '0.1.0',
  node: '24.21.0',
  sqlite: '3.54.1',
  platform: 'linux x64',
  cpu: 'a processor',
  cores: 2,
  memoryBytes: 8 * 1024 ** 3,
}

export const lossGoal: Goal = { metric: 'loss', direction: 'minimize' }

export function sampleSpecification(
  name: string,
  goals: readonly Goal[] = [lossGoal],
): StudySpecification {
  return studySpecificationSchema.parse({
    name,
    objective: { function: 'branin', noise: 0.25 },
    goals,
    space: {
      x: { float: [-5, 10] },
      kind: { choice: ['a', 2, true] },
      depth: { int: [1, 4], when: { kind: 'a' } },
    },
    sampler: { name: 'random', option: [1, 2] },
    stop: { trials: 10 },
  })
}

export function sampleStudy(name = 'study', goals?: readonly Goal[]): NewStudy {
  return {
    specification: sampleSpecification(name, goals),
    source: `name: ${name}\n# 调参 as it was written\n`,
    environment: sampleEnvironment,
    createdAtMs: 1_000,
  }
}

export function sampleTrial(studyId: number, number: number, parameters?: Assignment): NewTrial {
  return {
    studyId,
    number,
    parameters: parameters ?? { x: number / 3, kind: 'a', depth: 2 },
    provenance: {
      sampler: 'random',
      reason: msg('proposal.draw', { draw: number }),
      detail: { tries: [1, null] },
    },
    seed: 4_294_967_295 - number,
    slot: 1,
    atMs: 2_000 + number,
  }
}

/** Rows of `[step, ...values]` in the form in which they arrive. */
export function batch(
  trialNumber: number,
  names: readonly string[],
  rows: readonly (readonly number[])[],
): MetricBatch {
  return {
    trialNumber,
    columns: {
      names,
      steps: Int32Array.from(rows, row => row[0] ?? 0),
      values: Float64Array.from(rows.flatMap(row => row.slice(1))),
    },
  }
}

export function sampleFinish(
  studyId: number,
  trialNumber: number,
  changes: Partial<TrialFinish> = {},
): TrialFinish {
  return {
    studyId,
    trialNumber,
    state: 'complete',
    values: [trialNumber],
    bestStep: null,
    reason: null,
    failure: null,
    metrics: [],
    artifacts: [],
    atMs: 3_000 + trialNumber,
    ...changes,
  }
}

/** Starts and finishes a trial with the given first value. */
export function runTrial(store: StudyStore, studyId: number, number: number, value: number): void {
  store.startTrial(sampleTrial(studyId, number))
  store.finishTrial(sampleFinish(studyId, number, { values: [value] }))
}

/** The error that `action` throws; fails the test if it throws nothing or something else. */
export function errorOf<Code extends ErrorCode>(code: Code, action: () => unknown): AppError<Code> {
  try {
    action()
  } catch (error) {
    if (error instanceof AppError && error.code === code) return error as AppError<Code>
    throw error
  }
  throw new Error(`expected ${code}, but nothing was thrown`)
}
