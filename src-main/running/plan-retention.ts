import type { CheckpointRecord, CheckpointSettings } from '../contract/checkpoint.ts'
import { bestTrials } from '../contract/ranking.ts'
import type { Goal } from '../contract/study-specification.ts'
import { isFinished, type TrialSnapshot } from '../contract/trial.ts'
import { paretoTrials } from '../math/pareto/pareto-trials.ts'

/** Why a checkpoint stays, from the most wanted to the least. */
const retentionReasons = ['inUse', 'queued', 'search', 'best', 'pareto', 'latest'] as const
type RetentionReason = (typeof retentionReasons)[number]

export interface RetentionRequest {
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
  readonly kept: readonly {
    readonly checkpoint: CheckpointRecord
    readonly reason: RetentionReason
  }[]
  /** `overBudget`: it was wanted, but everything together is too large. */
  readonly removed: readonly {
    readonly checkpoint: CheckpointRecord
    readonly reason: 'unwanted' | 'overBudget'
  }[]
  /** Bytes of what is kept. */
  readonly keptBytes: number
  readonly budgetBytes: number
}

/**
 * Which checkpoints of a study stay. Of trials that may still run, the latest `keepPerTrial`, whatever their size. Of
 * finished ones, the same number if the trial is among the best `keepBest` by the first goal, in the Pareto set, among the last
 * `keepLatest`, or something still wants to go on from it. Then, while all together exceed the budget, the least wanted
 * go: latest, Pareto, the worst of the best, what the search wants (oldest first), what waits.
 */
export function planRetention(request: RetentionRequest): RetentionPlan {
  const { settings, checkpoints, trials } = request
  const wanted = wantedTrials(request)
  const states = new Map(trials.map(({ number, state }) => [number, state]))
  const kept: { checkpoint: CheckpointRecord; reason: RetentionReason; order: number }[] = []
  const removed: { checkpoint: CheckpointRecord; reason: 'unwanted' | 'overBudget' }[] = []
  for (const [number, own] of byTrial(checkpoints)) {
    const state = states.get(number)
    const running = state !== undefined && !isFinished(state)
    const why = running ? { reason: 'inUse' as const, order: 0 } : wanted.get(number)
    own.forEach((checkpoint, index) => {
      if (why !== undefined && index < settings.keepPerTrial) kept.push({ checkpoint, ...why })
      else removed.push({ checkpoint, reason: 'unwanted' })
    })
  }
  const rank = ({ reason, order }: (typeof kept)[number]): number =>
    retentionReasons.indexOf(reason) * 1e9 + order
  kept.sort((a, b) => rank(a) - rank(b) || a.checkpoint.trialNumber - b.checkpoint.trialNumber)
  const budgetBytes = settings.megabytes * 1_000_000
  let keptBytes = kept.reduce((sum, { checkpoint }) => sum + checkpoint.bytes, 0)
  while (keptBytes > budgetBytes && (kept.at(-1)?.reason ?? 'inUse') !== 'inUse') {
    const { checkpoint } = kept.pop() as (typeof kept)[number]
    keptBytes -= checkpoint.bytes
    removed.push({ checkpoint, reason: 'overBudget' })
  }
  return {
    kept: kept.map(({ checkpoint, reason }) => ({ checkpoint, reason })),
    ...{ removed, keptBytes, budgetBytes },
  }
}

/** Of each trial the latest place first. */
function byTrial(checkpoints: readonly CheckpointRecord[]): Map<number, CheckpointRecord[]> {
  const map = new Map<number, CheckpointRecord[]>()
  for (const checkpoint of checkpoints) {
    map.set(checkpoint.trialNumber, [...(map.get(checkpoint.trialNumber) ?? []), checkpoint])
  }
  for (const own of map.values()) own.sort((a, b) => b.step - a.step || b.batch - a.batch)
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
