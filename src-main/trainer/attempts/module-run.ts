import path from 'node:path'
import { msg } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import { defined, isObject } from '../../core/values/json.ts'
import { problemValue } from '../../core/errors/problem.ts'
import type {
  PrepareMessage,
  StartMessage,
  UserTrial,
} from '../../core/processes/trainer-protocol.ts'
import type { ObjectiveHost, ObjectiveResult } from '../../training/objectives/objective-host.ts'
import { moduleObjectiveSchema } from '../../core/study/user-code.ts'
import { type AttemptFiles, attemptFiles } from '../../platform/user-code/attempt-files.ts'
import { AttemptState, startStepOf } from '../../platform/user-code/attempt-state.ts'
import { AttemptLog } from '../../platform/user-code/attempt-log.ts'
import { captureOutput } from '../../platform/user-code/capture-output.ts'
import { earlierReports, LastStep } from '../../platform/user-code/last-step.ts'
import { readModuleState, writeModuleState } from '../../platform/user-code/module-state.ts'
import { RemarkLines } from '../../platform/user-code/remark-lines.ts'
import { ReportTrack } from '../../platform/user-code/report-track.ts'
import { modulePath } from '../../platform/user-code/describe-code.ts'
import {
  noTestSplit,
  requireTrusted,
  userTrialOf,
} from '../../platform/user-code/require-trusted.ts'
import { loadUserModule, type UserModule } from '../../platform/user-code/user-module.ts'
import type { PreparedObjective } from './prepared-objective.ts'
import { runFromState } from './run-from-state.ts'

/** A module of the user, loaded into this process, which serves one attempt. */
export async function prepareModule(message: PrepareMessage): Promise<PreparedObjective> {
  const objective = moduleObjectiveSchema.parse(message.objective)
  await requireTrusted(objective, message)
  const { module: value } = objective
  const file = modulePath(objective, message.userCode?.studyDirectory ?? '')
  const { train } = await loadUserModule(file)
  if (train === null) {
    const rule = msg('rule.exportsTrain')
    throw new AppError('training.invalid', { field: 'objective.module', value, rule })
  }
  return {
    engine: null,
    keepsOwnState: true,
    train: async (start, host) => {
      // Also after it was loaded: what changed in between may have run, and trains nothing.
      const { fingerprint } = await requireTrusted(objective, message)
      host.code?.({ fingerprint, copied: false })
      const { value: reported } = objective
      const directory = path.dirname(file)
      return runModule({
        train,
        value: reported,
        directory,
        start,
        trial: userTrialOf(start),
        host,
      })
    },
    test: () => {
      throw noTestSplit('module')
    },
  }
}

interface ModuleRunOptions {
  readonly train: NonNullable<UserModule['train']>
  readonly value: 'best' | 'last'
  /** Where relative names of files start. */
  readonly directory: string
  readonly start: StartMessage
  readonly trial: UserTrial
  readonly host: ObjectiveHost
}

/**
 * One attempt of a module: its `train` gets the trial, reports through it and may return final metrics.
 * @throws what `train` throws; AppError `training.invalid`, `command.*`; `file.notFound`, `data.invalid` where it cannot go on
 *   from another trial
 */
async function runModule(options: ModuleRunOptions): Promise<ObjectiveResult> {
  const { start, trial } = options
  const files = attemptFiles(trial.directory, trial.attempt)
  const state = AttemptState.of(files, start)
  return runFromState(options, files, state, async () => runOnce(options, files, state))
}

/** @returns `nothingToDo` if it went on from what an earlier attempt left, and had nothing to say */
async function runOnce(
  { train, value, directory, start, trial, host }: ModuleRunOptions,
  files: AttemptFiles,
  state: AttemptState | null,
): Promise<ObjectiveResult | 'nothingToDo'> {
  const track = new ReportTrack(start.goals, value, earlierReports(start))
  const lastStep = new LastStep(state === null ? undefined : start.untilStep)
  const ending = new AbortController()
  const ended: { why: 'prune' | 'cancel' | 'suspend' | null } = { why: null }
  let seenStep = 0
  const stop = (why: 'prune' | 'cancel' | 'suspend'): void => {
    ended.why ??= why
    ending.abort()
  }
  // A module that returns right after a report, without having been told, has ended by itself: that report was its last.
  let isJudged = false
  const prune = (): void => {
    if (isJudged) stop('prune')
  }
  const pruneUnlessLast = (): void => {
    isJudged = true
    setImmediate(prune)
  }
  const take = async (step: number | null, metrics: Readonly<Record<string, number>>) => {
    seenStep = Math.max(seenStep, step ?? 0)
    if (lastStep.isReached && step !== null) lastStep.check(step)
    // A trial that is to go on later reports what it still does; otherwise its curve had a hole.
    if (ended.why !== null && ended.why !== 'suspend') return
    const fresh = track.take({ step, metrics })
    if (fresh === null) return
    lastStep.check(fresh.step)
    if ((await host.report(fresh.step, fresh.metrics)) === 'stop') pruneUnlessLast()
  }
  host.steered?.(what => stop(state === null ? 'cancel' : what))
  const lines = new RemarkLines({
    directory,
    artifacts: files.artifacts,
    remarks: files.remarks,
  })
  const log = new AttemptLog(files.trialDirectory, trial.attempt)
  const release = captureOutput(log)
  try {
    const result = await train({
      parameters: start.parameters,
      number: start.trialNumber,
      attempt: trial.attempt,
      slot: trial.slot,
      study: trial.studyName,
      instance: trial.instance ?? null,
      seed: start.seed,
      signal: ending.signal,
      startStep: startStepOf(start),
      untilStep: start.untilStep ?? null,
      origin: trial.continuation?.origin ?? null,
      report: async (step: unknown, metrics: unknown) => {
        prune()
        await take(stepOf(step), metricsOf(metrics))
      },
      shouldPrune: () => {
        prune()
        return ending.signal.aborted
      },
      rest: async () => {
        if ((await host.yieldNow()) === 'stop') stop('cancel')
      },
      artifact: async (file: unknown, { name, step }: ArtifactOptions = {}) =>
        lines.takeMessage({ artifact: textOf('artifact', file), ...defined({ name, step }) }),
      note: async (text: unknown) => lines.takeMessage({ note: textOf('note', text) }),
      attribute: async (name: unknown, value: unknown) =>
        lines.takeMessage({ attributes: { [textOf('attribute', name)]: value } }),
      checkpoint: {
        directory: files.checkpoints,
        save: (state: unknown) => writeModuleState(files.checkpoints, state),
        load: () => readModuleState(files.checkpoints),
      },
    })
    if (result !== undefined && result !== null) {
      // Where steps are told, what it returns belongs to the last.
      await take(state === null ? null : (track.last?.step ?? null), metricsOf(result))
    }
  } finally {
    release()
    log.close()
  }
  const { best, last } = track
  const isDone = ended.why === null || (ended.why !== 'cancel' && lastStep.isReached)
  const isSpared = isJudged && ended.why === null && !lastStep.isReached
  isJudged = false
  const spared = isSpared ? { endedUnstopped: true as const } : {}
  if (state === null || last === null) {
    if (isDone && state?.isLeftOver === true) return 'nothingToDo'
    return { finished: isDone, best, last, ...spared }
  }
  if (!isDone && ended.why !== 'prune') return { finished: false, best, last }
  const checkpoint = await state.keep(Math.max(last.step, seenStep), !isDone)
  return {
    finished: isDone,
    best,
    last,
    ...spared,
    ...(checkpoint === null ? {} : { checkpoint }),
  }
}

function stepOf(step: unknown): number {
  if (typeof step === 'number') return step
  const rule = msg('rule.whole')
  throw new AppError('training.invalid', { field: 'step', value: problemValue(step), rule })
}

interface ArtifactOptions {
  readonly name?: unknown
  readonly step?: unknown
}

function textOf(field: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  const rule = msg('rule.notEmpty')
  throw new AppError('training.invalid', { field, value: problemValue(value), rule })
}

function metricsOf(metrics: unknown): Record<string, number> {
  if (!isObject(metrics)) {
    const rule = msg('rule.objectOfNumbers')
    throw new AppError('training.invalid', { field: 'metrics', value: problemValue(metrics), rule })
  }
  for (const [field, value] of Object.entries(metrics)) {
    if (typeof value === 'number') continue
    const rule = msg('rule.number')
    throw new AppError('training.invalid', { field, value: problemValue(value), rule })
  }
  return { ...(metrics as Record<string, number>) }
}
