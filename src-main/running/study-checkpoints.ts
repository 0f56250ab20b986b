import { trainingsOf } from '../core/study/trainings.ts'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import type {
  CheckpointRecord,
  SavedCheckpoint,
  TrialOrigin,
  CheckpointSettings,
} from '../core/trial/checkpoint.ts'
import { resumesByItself, savesCheckpoints } from '../core/objectives/checkpoint-support.ts'
import { bestTrials } from '../core/trial/ranking.ts'
import type { Goal } from '../core/study/study-specification.ts'
import { checkpointOfPoint, type StudyRecord } from '../core/study/study.ts'
import type { AttemptCheckpoints } from '../core/processes/trainer-protocol.ts'
import { isFinished, type TrialSnapshot } from '../core/trial/trial.ts'
import { removeWithinSync } from '../platform/files/remove.ts'
import { paretoTrials } from '../math/pareto/pareto-trials.ts'
import { chosenExecutor } from './executors/chosen-executor.ts'
import { resumableTrials } from '../search/checkpoints/resumable-trials.ts'
import type { MetricBatch } from '../platform/storage/metrics.ts'
import type { StudyReader, StudyStore } from '../platform/storage/study-store.ts'

/** The checkpoints that would stay and those that would go now; null where the study saves nothing. */
export function planOf(
  reader: StudyReader,
  { id, specification }: StudyRecord,
  trials: readonly TrialSnapshot[],
): RetentionPlan | null {
  const { checkpoint: settings, goals } = specification
  if (settings === 'none') return null
  const checkpoints = reader.checkpoints(id)
  // Asked after every trial: studies that save nothing must not pay for ranking all of their trials each time.
  if (checkpoints.length === 0) {
    const nothing = { checkpoints, trials: [], queuedTrials: [], searchedTrials: [] }
    return planRetention({ settings, goals, ...nothing })
  }
  return planRetention({
    settings,
    goals,
    trials,
    checkpoints,
    queuedTrials: [
      // A trial that was killed before it had copied what it goes on from does that again.
      ...trials.flatMap(({ state, origin }) => (isFinished(state) ? [] : (origin?.trial ?? []))),
      ...reader.queuedPoints(id).flatMap(({ origin }) => checkpointOfPoint(origin)?.trial ?? []),
    ],
    searchedTrials: resumableTrials(specification, trials),
  })
}

interface StudyCheckpointsOptions {
  readonly store: StudyStore
  /** As it is in force now. */
  readonly study: () => StudyRecord
  /** Folder of all checkpoints of the study; null saves none. */
  readonly directory: string | null
  /** Folder of a trial that is code of the user; null or absent for built-in objectives. */
  readonly userDirectory?: (trialNumber: number) => string | null
  readonly now: () => number
}

/**
 * The checkpoints of a study: rows in the store and files beside the database. A row is written after its file is whole and
 * removed before its file is, so that every row has a file; files without a row are swept away when a session begins.
 */
export class StudyCheckpoints {
  readonly #options: StudyCheckpointsOptions

  constructor(options: StudyCheckpointsOptions) {
    this.#options = options
  }

  /** Where and how often an attempt saves; undefined: never. */
  forAttempt(trialNumber: number, attempt: number): AttemptCheckpoints | undefined {
    const { directory, study } = this.#options
    const { specification } = study()
    const { checkpoint, objective } = specification
    if (directory === null || checkpoint === 'none') return undefined
    if (!chosenExecutor(specification).definition.returnsCheckpoints) return undefined
    // A trial of several trainings would need the place among them, too.
    if (trainingsOf(specification) > 1) return undefined
    if (!savesCheckpoints(objective)) return undefined
    const { everySeconds, everyEpochs, everySteps, atEnd, megabytes } = checkpoint
    return {
      everySeconds,
      everyEpochs,
      everySteps,
      atEnd,
      maxBytes: megabytes * 1_000_000,
      directory: path.join(directory, String(trialNumber), `attempt-${attempt}`),
    }
  }

  /** Whether trials are code of the user that goes on from a folder of its own. */
  get areOwn(): boolean {
    const { specification } = this.#options.study()
    return resumesByItself(specification.objective) && trainingsOf(specification) === 1
  }

  /** The last step that earlier attempts of such a trial have reported; null: none, or it is none of those. */
  reportedStep(trialNumber: number): number | null {
    const { store, study } = this.#options
    return this.areOwn ? store.trial(study().id, trialNumber).lastStep : null
  }

  /** A trial of code of the user has ended: what stays of its own folder is the copy that was recorded. */
  clearOwn(trialNumber: number): void {
    const { checkpoint } = this.#options.study().specification
    if (checkpoint === 'none' || !checkpoint.atEnd || !this.areOwn) return
    const folder = this.#options.userDirectory?.(trialNumber)
    if (folder === null || folder === undefined) return
    removeWithinSync(folder, path.join(folder, 'checkpoints'))
  }

  /** Where an interrupted trial goes on; null: at its beginning. */
  latest(trialNumber: number): SavedCheckpoint | null {
    const { store, study } = this.#options
    return store.checkpoints(study().id, trialNumber).at(-1) ?? null
  }

  /** The checkpoint that a trial descends from; null if it is no longer there. */
  ofOrigin({ trial, step }: TrialOrigin): SavedCheckpoint | null {
    const { store, study } = this.#options
    const trialCheckpoints = store.checkpoints(study().id, trial)
    return (
      trialCheckpoints.find(checkpoint => checkpoint.step === step && checkpoint.batch === 0) ??
      null
    )
  }

  /** A trainer has written one; older ones of the trial go. */
  record(trialNumber: number, checkpoint: SavedCheckpoint, metrics: readonly MetricBatch[]): void {
    const { store, study, now } = this.#options
    const { id: studyId, specification } = study()
    store.recordCheckpoint({ studyId, trialNumber, checkpoint, metrics, atMs: now() })
    if (specification.checkpoint === 'none') return
    const { keepPerTrial } = specification.checkpoint
    this.#remove(store.checkpoints(studyId, trialNumber).slice(0, -keepPerTrial))
  }

  /** A trial begins anew: what it saved before belongs to a curve that is gone. */
  forget(trialNumber: number): void {
    const { store, study } = this.#options
    this.#remove(store.checkpoints(study().id, trialNumber))
  }

  /** The checkpoints that would stay and those that would go now. */
  plan(trials: readonly TrialSnapshot[]): RetentionPlan | null {
    const { store, study } = this.#options
    return planOf(store, study(), trials)
  }

  /** A trial has ended or waits: what need not stay goes. */
  afterTrial(number: number, trials: readonly TrialSnapshot[]): void {
    const state = trials[number]?.state
    if (state !== undefined && isFinished(state)) this.clearOwn(number)
    this.collect(trials)
  }

  /** Removes what need not stay. */
  collect(trials: readonly TrialSnapshot[]): RetentionPlan | null {
    const plan = this.plan(trials)
    if (plan !== null) this.#remove(plan.removed.map(({ checkpoint }) => checkpoint))
    return plan
  }

  /** Removes files that no row knows: a process died between the file and its row, or between the row and its file. */
  sweep(): void {
    const { directory, store, study } = this.#options
    if (directory === null) return
    if (this.areOwn) {
      for (const { number, state } of store.history(study().id, [], { reports: 'none' })) {
        if (isFinished(state)) this.clearOwn(number)
      }
    }
    const recordedPaths = new Set(
      store.checkpoints(study().id).map(checkpoint => path.resolve(checkpoint.path)),
    )
    for (const entry of entriesOf(directory)) {
      for (const attempt of entriesOf(path.join(directory, entry))) {
        const folder = path.join(directory, entry, attempt)
        for (const file of entriesOf(folder)) {
          const whole = path.resolve(folder, file)
          if (!recordedPaths.has(whole)) removeWithinSync(directory, whole)
        }
      }
    }
  }

  #remove(checkpoints: readonly CheckpointRecord[]): void {
    if (checkpoints.length === 0) return
    const { directory, store, study } = this.#options
    store.removeCheckpoints(study().id, checkpoints)
    // Rows of earlier versions may name files elsewhere; those stay.
    if (directory === null) return
    for (const checkpoint of checkpoints) removeWithinSync(directory, checkpoint.path)
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Nothing was saved there yet, or it is a file.
    return []
  }
}

/** Why a checkpoint stays, from the most wanted to the least. */
const retentionReasons = ['inUse', 'queued', 'search', 'best', 'pareto', 'latest'] as const
type RetentionReason = (typeof retentionReasons)[number]

interface RetentionRequest {
  readonly settings: CheckpointSettings
  readonly goals: readonly Goal[]
  /** By number. */
  readonly trials: readonly TrialSnapshot[]
  readonly checkpoints: readonly CheckpointRecord[]
  /** Trials that points which wait want to go on from. */
  readonly queuedTrials: readonly number[]
  /** Trials that the search may go on from. */
  readonly searchedTrials: readonly number[]
}

export interface RetentionPlan {
  readonly retained: readonly {
    readonly checkpoint: CheckpointRecord
    readonly reason: RetentionReason
  }[]
  /** `overBudget`: it was wanted, but everything together is too large. */
  readonly removed: readonly {
    readonly checkpoint: CheckpointRecord
    readonly reason: 'unwanted' | 'overBudget'
  }[]
  /** Bytes of what is kept. */
  readonly retainedBytes: number
  readonly budgetBytes: number
}

/**
 * Which checkpoints of a study stay. Of trials that may still run, the latest `keepPerTrial`, whatever their size. Of
 * finished ones, the same number if the trial is among the best `keepBest` by the first goal, in the Pareto set, among the last
 * `keepLatest`, or something still wants to go on from it. Then, while all together exceed the budget, the least wanted
 * go: latest, Pareto, the worst of the best, what the search wants (oldest first), what waits.
 */
function planRetention(request: RetentionRequest): RetentionPlan {
  const { settings, checkpoints, trials } = request
  const wanted = wantedTrials(request)
  const states = new Map(trials.map(({ number, state }) => [number, state]))
  const retained: { checkpoint: CheckpointRecord; reason: RetentionReason; order: number }[] = []
  const removed: { checkpoint: CheckpointRecord; reason: 'unwanted' | 'overBudget' }[] = []
  for (const [number, trialCheckpoints] of byTrial(checkpoints)) {
    const state = states.get(number)
    const running = state !== undefined && !isFinished(state)
    const why = running ? { reason: 'inUse' as const, order: 0 } : wanted.get(number)
    trialCheckpoints.forEach((checkpoint, index) => {
      if (why !== undefined && index < settings.keepPerTrial) retained.push({ checkpoint, ...why })
      else removed.push({ checkpoint, reason: 'unwanted' })
    })
  }
  const rank = ({ reason, order }: (typeof retained)[number]): number =>
    retentionReasons.indexOf(reason) * 1e9 + order
  retained.sort((a, b) => rank(a) - rank(b) || a.checkpoint.trialNumber - b.checkpoint.trialNumber)
  const budgetBytes = settings.megabytes * 1_000_000
  let retainedBytes = retained.reduce((sum, { checkpoint }) => sum + checkpoint.bytes, 0)
  while (retainedBytes > budgetBytes && (retained.at(-1)?.reason ?? 'inUse') !== 'inUse') {
    const { checkpoint } = retained.pop() as (typeof retained)[number]
    retainedBytes -= checkpoint.bytes
    removed.push({ checkpoint, reason: 'overBudget' })
  }
  return {
    retained: retained.map(({ checkpoint, reason }) => ({ checkpoint, reason })),
    removed,
    retainedBytes,
    budgetBytes,
  }
}

/** Of each trial the latest place first. */
function byTrial(checkpoints: readonly CheckpointRecord[]): Map<number, CheckpointRecord[]> {
  const map = new Map<number, CheckpointRecord[]>()
  for (const checkpoint of checkpoints) {
    map.set(checkpoint.trialNumber, [...(map.get(checkpoint.trialNumber) ?? []), checkpoint])
  }
  for (const trialCheckpoints of map.values())
    trialCheckpoints.sort((a, b) => b.step - a.step || b.batch - a.batch)
  return map
}

/** Finished trials whose checkpoints are wanted, with the first reason that holds; a low order is wanted more. */
function wantedTrials(
  request: RetentionRequest,
): Map<number, { readonly reason: RetentionReason; readonly order: number }> {
  const { settings, trials, goals, queuedTrials, searchedTrials } = request
  const wanted = new Map<number, { reason: RetentionReason; order: number }>()
  const add = (reason: RetentionReason, numbers: readonly number[]): void => {
    numbers.forEach((number, order) => {
      if (!wanted.has(number)) wanted.set(number, { reason, order })
    })
  }
  add('queued', queuedTrials)
  add(
    'search',
    [...searchedTrials].sort((a, b) => b - a),
  )
  const has = new Set(request.checkpoints.map(({ trialNumber }) => trialNumber))
  const finished = trials.filter(({ number, state }) => has.has(number) && isFinished(state))
  const numbersOf = (list: readonly TrialSnapshot[]): number[] => list.map(({ number }) => number)
  add('best', numbersOf(bestTrials(trials, goals[0]).slice(0, settings.keepBest)))
  if (settings.keepPareto && goals.length > 1) {
    add(
      'pareto',
      numbersOf(paretoTrials(trials, goals)).sort((a, b) => a - b),
    )
  }
  const latest = numbersOf(finished).sort((a, b) => b - a)
  add('latest', latest.slice(0, settings.keepLatest))
  return wanted
}
