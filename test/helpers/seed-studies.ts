import { msg, verbatim } from '../../src-main/core/errors/message.ts'
import { writeStudyYaml } from '../../src-main/interop/study-file/write-study-yaml.ts'
import {
  type StudySpecificationInput,
  studySpecificationSchema,
} from '../../src-main/core/study/study-specification.ts'
import type { Assignment, Provenance } from '../../src-main/core/trial/trial.ts'
import { openDatabase } from '../../src-main/platform/storage/database.ts'
import { composeStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import { StoreTables } from '../../src-main/platform/storage/store-tables.ts'
import type { StudyStore } from '../../src-main/platform/storage/study-store.ts'
import { sampleEnvironment } from './store-samples.ts'

/** One trial of a written study. */
export interface SeedTrial {
  readonly parameters: Assignment
  readonly state: 'complete' | 'pruned' | 'failed'
  readonly values: readonly number[]
  readonly constraints?: readonly number[]
  /** Values of the first goal's metric at steps 1, 2, …; default none. */
  readonly curve?: readonly number[]
  readonly provenance?: Provenance
}

export interface SeedStudy {
  readonly name: string
  readonly specification: Omit<StudySpecificationInput, 'name' | 'stop'>
  readonly trials: readonly SeedTrial[]
  /** Trials that the study file asks for; default as many as there are. */
  readonly budget?: number
  /** Every trial failed, and so did the study. */
  readonly hasFailed?: true
}

const START_MS = 1_700_000_000_000

/** Writes finished studies through the real store, in one transaction each, so that 10,000 trials take a second. */
export function seedStudies(databasePath: string, studies: readonly SeedStudy[]): number[] {
  const database = openDatabase(databasePath)
  const store = composeStore(new StoreTables(database))
  try {
    return studies.map(study => database.write(() => writeStudy(store, study)))
  } finally {
    store.close()
  }
}

function writeStudy(store: StudyStore, study: SeedStudy): number {
  const { name, specification, trials, budget, hasFailed = false } = study
  const written = { ...specification, name, stop: { trials: budget ?? Math.max(1, trials.length) } }
  const parsed = studySpecificationSchema.parse(written)
  const { id: studyId } = store.createStudy({
    specification: parsed,
    source: writeStudyYaml(written),
    environment: sampleEnvironment,
    createdAtMs: START_MS,
  })
  store.setStudyState({
    studyId,
    state: 'running',
    reason: null,
    event: 'study.started',
    atMs: START_MS,
  })
  const metric = parsed.goals[0]?.metric ?? ''
  trials.forEach((trial, number) => {
    const { parameters, state, values, constraints, curve = [], provenance } = trial
    const atMs = START_MS + number * 1_000
    store.startTrial({
      studyId,
      number,
      parameters,
      seed: number,
      slot: number % parsed.parallelTrials,
      atMs,
      provenance: provenance ?? {
        sampler: parsed.sampler.name,
        reason: msg('proposal.draw', { draw: number }),
      },
    })
    store.finishTrial({
      studyId,
      trialNumber: number,
      state,
      values,
      artifacts: [],
      ...(constraints === undefined ? {} : { constraints }),
      bestStep: curve.length > 0 ? curve.length : null,
      reason: state === 'pruned' ? msg('pruning.pruned') : null,
      failure: state === 'failed' ? { class: 'code', reason: verbatim('it broke') } : null,
      metrics:
        curve.length === 0
          ? []
          : [
              {
                trialNumber: number,
                columns: {
                  names: [metric],
                  steps: Int32Array.from(curve, (_, step) => step + 1),
                  values: Float64Array.from(curve),
                },
              },
            ],
      atMs: atMs + 800 + 100 * (number % 7),
    })
  })
  if (trials.length > 0) {
    const atMs = START_MS + trials.length * 1_000
    store.setStudyState({
      studyId,
      state: hasFailed ? 'failed' : 'finished',
      reason: msg(hasFailed ? 'ending.allFailed' : 'ending.trialsDone', {
        trials: trials.length,
      }),
      event: hasFailed ? 'study.failed' : 'study.finished',
      atMs,
    })
  }
  return studyId
}

/** In 0…1, without a pattern that a chart would show. */
export function wave(index: number): number {
  const turned = Math.sin(index * 12.9898 + 4.1) * 43_758.5453
  return turned - Math.floor(turned)
}
