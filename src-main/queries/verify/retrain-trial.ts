import path from 'node:path'
import type { TrialComparison } from '../../contract/api/verification.ts'
import type { CostMetric } from '../../contract/cost-metrics.ts'
import { fact } from '../../contract/fact.ts'
import { AppError } from '../../contract/errors.ts'
import type { StudyRecord } from '../../contract/study.ts'
import { objectiveKind, type StudySpecification } from '../../contract/study-specification.ts'
import type { TrialRecord } from '../../contract/trial.ts'
import { defined } from '../../contract/json.ts'
import { inTemporaryFolder } from '../../files/temporary.ts'
import { openStudyStore } from '../../storage/sqlite-study-store.ts'
import type { StudyReader } from '../../storage/study-store.ts'
import { createStudy, directoryOf } from '../../study/create-study.ts'
import { runStudy } from '../../running/run-study.ts'
import { locateWorkspace, type Workspace } from '../../storage/workspace.ts'
import { compareTrials } from './compare-trials.ts'

/** Metrics that depend on the machine and its moment, and never come out the same. */
const measuredOnMachine: readonly CostMetric[] = [
  'trainingSeconds',
  'peakMemoryBytes',
  'energyJoules',
  'cpuEnergyJoules',
  'gpuEnergyJoules',
  'peakGpuMemoryBytes',
]

/**
 * Trains a trial of the record again, with its parameters and its seed, on the engine that it had, to its end (a pruned one beyond
 * the step at which it was stopped), and compares what both reported. One that went on from other trials is preceded by those. Nothing of
 * it is kept.
 * @throws AppError `study.external` where another program trains; what preparing data and running a study throw
 */
export async function retrainTrial(options: RetrainOptions): Promise<TrialComparison> {
  const { study } = options
  if (objectiveKind(study.specification.objective) === 'external') {
    throw new AppError('study.external', { study: study.name })
  }
  return inTemporaryFolder('verify', async folder => retrainIn(folder, options))
}

interface RetrainOptions {
  readonly reader: Pick<StudyReader, 'trial'>
  readonly study: StudyRecord
  readonly trial: TrialRecord
  readonly workspace: Workspace
  readonly now: () => number
  /** Largest relative difference that counts as within tolerance. */
  readonly tolerance: number
}

async function retrainIn(
  folder: string,
  { reader, study, trial, workspace, now, tolerance }: RetrainOptions,
): Promise<TrialComparison> {
  const store = openStudyStore(':memory:')
  try {
    const engine = trial.attempts.at(-1)?.engine?.name ?? study.specification.engine
    const again = await createStudy({
      file: {
        specification: singleTrial(study.specification, trial.number, engine),
        source: '',
        directory: directoryOf(study, workspace),
      },
      store,
      datasetCacheDirectory: workspace.datasetCacheDirectory,
      trustFile: workspace.trustFile,
      now,
    })
    // The trials stand in the new study with their own numbers and seeds, as if their process went away: a session runs them
    // again, by number, each from the checkpoint of the one before.
    const lineage = new Map(lineageOf(reader, study.id, trial).map(each => [each.number, each]))
    for (let number = 0; number <= trial.number; number++) {
      const { parameters, provenance, seed, origin, untilStep } = lineage.get(number) ?? {
        ...trial,
        origin: undefined,
        untilStep: undefined,
      }
      store.startTrial({
        ...{ studyId: again.id, number, parameters, provenance, seed, slot: 0, atMs: now() },
        ...defined({ origin, untilStep }),
      })
      if (!lineage.has(number)) cancel(store, again.id, number, now())
    }
    store.interruptRunning(again.id, now())
    await runStudy({
      store,
      study: store.findStudy(String(again.id)),
      workspace: inFolder(workspace, folder),
      now,
    })
    return compareTrials(trial, store.trial(again.id, trial.number), {
      goals: study.specification.goals.map(({ metric }) => metric),
      tolerance,
      isComparable: name => !(measuredOnMachine as readonly string[]).includes(name),
    })
  } finally {
    store.close()
  }
}

/**
 * The trials that led to one, from the first: each ends where the next one went on, whatever its checkpoint has become since,
 * and the last where it was told to.
 */
function lineageOf(
  reader: Pick<StudyReader, 'trial'>,
  studyId: number,
  trial: TrialRecord,
): Pick<TrialRecord, 'number' | 'parameters' | 'provenance' | 'seed' | 'origin' | 'untilStep'>[] {
  const { origin } = trial
  if (origin === undefined) return [trial]
  const parent = { ...reader.trial(studyId, origin.trial), untilStep: origin.step }
  return [...lineageOf(reader, studyId, parent), trial]
}

function singleTrial(
  specification: StudySpecification,
  number: number,
  engine: StudySpecification['engine'],
): StudySpecification {
  return {
    ...specification,
    name: 'verify',
    engine,
    sampler: { name: 'random' },
    pruner: { name: 'none' },
    enqueue: [],
    learnFrom: [],
    slots: 1,
    stop: { trials: number + 1, failures: 1 },
  }
}

function cancel(
  store: ReturnType<typeof openStudyStore>,
  studyId: number,
  number: number,
  atMs: number,
): void {
  store.finishTrial({
    studyId,
    trialNumber: number,
    state: 'cancelled',
    values: [],
    bestStep: null,
    reason: fact('ending.cancelled'),
    failure: null,
    metrics: [],
    artifacts: [],
    atMs,
  })
}

/** Weights, logs and checkpoints go to a folder that is removed; what is trusted and prepared stays where it is. */
function inFolder({ trustFile, datasetCacheDirectory }: Workspace, folder: string): Workspace {
  const own = locateWorkspace(path.join(folder, 'verify.sqlite'))
  return { ...own, trustFile, datasetCacheDirectory }
}
