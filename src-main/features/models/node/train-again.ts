import { defaults } from '../../../core/study/defaults.ts'
import path from 'node:path'
import { msg } from '../../../core/errors/message.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { defined } from '../../../core/values/json.ts'
import type { ArtifactRecord, StudyRecord } from '../../../core/study/study.ts'
import type { StudySpecification } from '../../../core/study/study-specification.ts'
import type { TrialRecord } from '../../../core/trial/trial.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import type { StudyToRun } from '../../../running/executors/open-executor.ts'
import { runStudy } from '../../../running/run-study.ts'
import { openStudyStore } from '../../../platform/storage/sqlite-study-store.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'
import { locateWorkspace, type Workspace } from '../../../platform/storage/workspace.ts'
import { createStudy, directoryOf } from '../../studies/node/create-study.ts'
import { isExternal } from '../../../core/objectives/external/external.ts'

export interface TrialToTrain extends Pick<StudyToRun, 'trainers'> {
  readonly reader: Pick<StudyReader, 'trial'>
  readonly study: StudyRecord
  readonly trial: TrialRecord
  readonly workspace: Workspace
  readonly now: () => number
  /** A training of the lineage has reported this step. */
  readonly onStep?: (trialNumber: number, step: number) => void
  /** Ends it early; `use` gets the trial as far as it came. */
  readonly signal?: AbortSignal
}

/**
 * Trains a trial of the record again, with its parameters and its seed, on the engine that it had, to its end (a pruned one beyond
 * the step at which it was stopped). One that went on from other trials is preceded by those.
 * @param use gets the trial as it is now and its files; both are gone after it
 * @throws AppError `study.external` where another program trains; what preparing data and running a study throw
 */
export async function trainAgain<Result>(
  options: TrialToTrain,
  use: (trained: TrialRecord, files: readonly ArtifactRecord[]) => Result | Promise<Result>,
): Promise<Result> {
  const { study } = options
  if (isExternal(study.specification.objective)) {
    throw new AppError('study.external', { study: study.name })
  }
  return inTemporaryFolder('train-again', async folder => {
    const store = openStudyStore(':memory:')
    try {
      const { number } = options.trial
      const { id } = await runIn(folder, store, options)
      const files = store.artifacts(id).filter(({ trialNumber }) => trialNumber === number)
      return await use(store.trial(id, number), files)
    } finally {
      store.close()
    }
  })
}

async function runIn(
  folder: string,
  store: ReturnType<typeof openStudyStore>,
  { reader, study, trial, workspace, now, onStep, signal, trainers }: TrialToTrain,
): Promise<StudyRecord> {
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
    machineFile: workspace.machineFile,
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
      studyId: again.id,
      number,
      parameters,
      provenance,
      seed,
      slot: 0,
      atMs: now(),
      ...defined({ origin, untilStep }),
    })
    if (!lineage.has(number)) cancel(store, again.id, number, now())
  }
  store.interruptRunning(again.id, now())
  await runStudy({
    store,
    study: store.studyById(again.id),
    workspace: inFolder(workspace, folder),
    now,
    ...defined({ trainers }),
    listener: { metricsArrived: (number, { steps }) => onStep?.(number, steps.at(-1) ?? 0) },
    onRunner: runner => {
      if (signal?.aborted === true) runner.stop()
      else signal?.addEventListener('abort', () => runner.stop(), { once: true })
    },
  })
  return again
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
    name: 'again',
    engine,
    sampler: { name: defaults.plainSampler },
    pruner: { name: defaults.pruner },
    enqueue: [],
    warmStart: [],
    parallelTrials: 1,
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
    state: 'canceled',
    values: [],
    bestStep: null,
    reason: msg('ending.canceled'),
    failure: null,
    metrics: [],
    artifacts: [],
    atMs,
  })
}

/** Weights, logs and checkpoints go to a folder that is removed; what is trusted and prepared stays where it is. */
function inFolder({ trustFile, datasetCacheDirectory }: Workspace, folder: string): Workspace {
  const folderWorkspace = locateWorkspace(path.join(folder, 'again.sqlite'))
  return { ...folderWorkspace, trustFile, datasetCacheDirectory }
}
