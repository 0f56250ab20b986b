import { isObject } from '../../../core/values/json.ts'
import { trainingsOf } from '../../../core/study/trainings.ts'
import { defaults } from '../../../core/study/defaults.ts'
import path from 'node:path'
import type { DryRun } from '../../../core/questions/study-preview.ts'
import type { EngineInfo } from '../../../core/machine/engine.ts'
import { isUserCode, type StudySpecification } from '../../../core/study/study-specification.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import { readTrialLogs } from '../../../running/trial-logs.ts'
import type { Assignment } from '../../../core/trial/trial.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import type { StudyRunner } from '../../../running/loop/study-runner.ts'
import type { DatasetStore, StudyStore } from '../../../platform/storage/study-store.ts'
import { openStudyStore } from '../../../platform/storage/sqlite-study-store.ts'
import { createStudy } from './create-study.ts'
import { runStudy } from '../../../running/run-study.ts'
import { locateWorkspace, type Workspace } from '../../../platform/storage/workspace.ts'
import { wallTimeLimitMs } from '../../../core/stopping/minutes/minutes.ts'
import { trialLimit } from '../../../core/stopping/trials/trials.ts'

export interface DryRunOptions {
  readonly specification: StudySpecification
  readonly workspace: Workspace
  /** Where the data are entered; default: nowhere that outlives the run. */
  readonly registry?: DatasetStore
  /** Longest wait in milliseconds; a longer trial is told from its first steps. */
  readonly limitMs?: number
  /** Given at once what a person may do and see while it runs. */
  readonly onBegin?: (testRun: RunningTestRun) => void
}

/** A test run from its beginning to its end. */
export interface RunningTestRun {
  /** What its program has printed so far; null before that, and where no program runs. */
  output(): string | null
  /** Ends the trial; the test run then says what was seen until there. */
  cancel(): void
}

const DEFAULT_LIMIT_MS = 20_000
/** The trial may take this many times its limit to start, on a busy machine. */
const START_PATIENCE = 3

/**
 * Runs the first trial of a study in a database that ends with it, and says from it how many trials fit the time
 * limit and how long the study takes. It is one point of the space: others take more or less.
 */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  return inTemporaryFolder('dry-run', async folder => dryRunIn(folder, options))
}

async function dryRunIn(
  folder: string,
  { specification, workspace, registry, limitMs = DEFAULT_LIMIT_MS, onBegin }: DryRunOptions,
): Promise<DryRun> {
  const store = openStudyStore(':memory:')
  const single: StudySpecification = {
    ...specification,
    pruner: { name: defaults.pruner },
    parallelTrials: 1,
    stop: { trials: 1, failures: 1 },
  }
  let runner: StudyRunner | null = null
  let parameters: Assignment = {}
  let engine: EngineInfo | null = null
  const begunAtMs = performance.now()
  let startedAtMs: number | null = null
  let endedAtMs: number | null = null
  const steps: { readonly step: number; readonly atMs: number }[] = []
  const reportedMetrics = new Set<string>()
  let isStopped = false
  const stop = (): void => {
    isStopped = true
    runner?.stop()
  }
  let timer = setTimeout(stop, START_PATIENCE * limitMs)
  const ownWorkspace = { ...workspace, ...ownFilesIn(folder) }
  let studyId: number | null = null
  onBegin?.({
    output: () =>
      studyId === null || startedAtMs === null
        ? null
        : (outputOf(store, ownWorkspace, store.studyById(studyId))?.text ?? null),
    cancel: stop,
  })
  try {
    const study = await createStudy({
      file: { specification: single, source: '', directory: path.dirname(workspace.databasePath) },
      store,
      datasetCacheDirectory: workspace.datasetCacheDirectory,
      trustFile: workspace.trustFile,
      machineFile: workspace.machineFile,
      secretsFile: ownFilesIn(folder).secretsFile,
      now: Date.now,
      ...(registry === undefined ? {} : { registry }),
    })
    studyId = study.id
    await runStudy({
      store,
      study,
      workspace: ownWorkspace,
      now: Date.now,
      onRunner: it => {
        runner = it
        if (isStopped) it.stop()
      },
      listener: {
        trialStarted: trial => {
          ;({ parameters } = trial)
          startedAtMs = performance.now()
          clearTimeout(timer)
          timer = setTimeout(stop, limitMs)
        },
        engineKnown: engineInfo => {
          engine = engineInfo
        },
        metricsArrived: (_, columns, training) => {
          for (const name of columns.names) reportedMetrics.add(name)
          if (training > 0) return
          for (const step of columns.steps) steps.push({ step, atMs: performance.now() })
        },
        trialFinished: () => {
          endedAtMs = performance.now()
        },
      },
    })
    const failure = store.trials(study.id, { metrics: false })[0]?.attempts.at(-1)?.failure
    const fromMs = startedAtMs ?? begunAtMs
    const measuredMs = (endedAtMs ?? performance.now()) - fromMs
    const seen = new Set(steps.map(({ step }) => step)).size
    const startMs = steps[0] === undefined ? measuredMs : steps[0].atMs - fromMs
    const trialMs =
      endedAtMs === null ? extrapolate(specification, parameters, steps, startMs) : measuredMs
    return {
      parameters,
      engine,
      measuredMs,
      hasStarted: startedAtMs !== null,
      steps: seen,
      startMs,
      trialMs,
      failure: failure?.class === 'killed' ? null : (failure?.reason ?? null),
      unreadGoals:
        endedAtMs === null
          ? specification.goals
              .map(({ metric }) => metric)
              .filter(metric => !reportedMetrics.has(metric))
          : [],
      loggedMetrics: readsLogs(specification) ? [...reportedMetrics] : [],
      output: outputOf(store, ownWorkspace, study),
      ...(trialMs === null
        ? { trialsWithin: null, studyMs: null }
        : trialForecast(specification, trialMs)),
    }
  } finally {
    clearTimeout(timer)
    store.close()
  }
}

function readsLogs({ objective }: StudySpecification): boolean {
  return (
    'metrics' in objective && isObject(objective.metrics) && objective.metrics['from'] === 'logs'
  )
}

/** The end of what its program printed is what says why nothing was read from it. */
const MAX_OUTPUT_CHARACTERS = 20_000

function outputOf(
  store: StudyStore,
  workspace: Workspace,
  { id, specification: { objective } }: StudyRecord,
): DryRun['output'] {
  if (!isUserCode(objective) || store.trials(id, { metrics: false }).length === 0) return null
  const text = readTrialLogs(store, workspace, id, 0).at(-1)?.text ?? ''
  const metrics = 'metrics' in objective ? objective.metrics : null
  const patterns = metrics?.from === 'pattern' ? [metrics.pattern].flat() : []
  return { text: text.slice(-MAX_OUTPUT_CHARACTERS), patterns }
}

/** Weights of the trial go to a folder that is removed. */
function ownFilesIn(
  folder: string,
): Pick<
  Workspace,
  'artifactDirectory' | 'checkpointDirectory' | 'notificationsFile' | 'secretsFile'
> {
  const dryRunWorkspace = locateWorkspace(path.join(folder, 'dry-run.sqlite'))
  // Nothing else of it: the data lie in the cache of the real one.
  return {
    notificationsFile: dryRunWorkspace.notificationsFile,
    secretsFile: dryRunWorkspace.secretsFile,
    artifactDirectory: (study, trial) => dryRunWorkspace.artifactDirectory(study, trial),
    checkpointDirectory: study => dryRunWorkspace.checkpointDirectory(study),
  }
}

/** The whole trial from its first steps, if the number of steps is known and one step was seen. */
function extrapolate(
  specification: StudySpecification,
  parameters: Assignment,
  steps: readonly { readonly step: number; readonly atMs: number }[],
  startMs: number,
): number | null {
  const { objective } = specification
  const total = 'steps' in objective ? objective['steps'] : parameters['epochs']
  const first = steps[0]
  const last = steps.at(-1)
  if (typeof total !== 'number' || first === undefined || last === undefined) return null
  const done = last.step - first.step
  // One step took as long as everything before it.
  const perStepMs = done > 0 ? (last.atMs - first.atMs) / done : startMs
  const trainingMs = startMs + perStepMs * Math.max(0, total - 1)
  return trainingsOf(specification) * trainingMs
}

/** Parallel trials are taken to work without slowing each other down. */
function trialForecast(
  { stop, parallelTrials }: StudySpecification,
  trialMs: number,
): Pick<DryRun, 'trialsWithin' | 'studyMs'> {
  const limitMs = wallTimeLimitMs(stop)
  const trials = trialLimit(stop)
  const allMs = trials === null ? null : (trials / parallelTrials) * trialMs
  const trialsWithin = limitMs === null ? null : Math.floor(limitMs / trialMs) * parallelTrials
  const ends = [limitMs, allMs].filter(ms => ms !== null)
  return { trialsWithin, studyMs: ends.length === 0 ? null : Math.min(...ends) }
}
