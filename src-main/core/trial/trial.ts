import { type MessageDescriptor, msg } from '../errors/message.ts'
import type { TrialOrigin } from './checkpoint.ts'
import type { EngineInfo } from '../machine/engine.ts'
import type { JsonObject } from '../values/json.ts'

/** A value that a parameter can take. */
export type ParameterValue = number | string | boolean

/** Parameter name to value; holds the active parameters only. */
export type Assignment = Readonly<Record<string, ParameterValue>>

/**
 * `interrupted` means that the process went away while the trial ran: `resume` runs it again with
 * the same number, parameters and seed.
 */
export const trialStates = [
  'running',
  'complete',
  'pruned',
  'failed',
  'canceled',
  'interrupted',
] as const
export type TrialState = (typeof trialStates)[number]

/** States that never change again. */
export const finishedTrialStates = ['complete', 'pruned', 'failed', 'canceled'] as const
export type FinishedTrialState = (typeof finishedTrialStates)[number]

export function isFinished(state: TrialState): state is FinishedTrialState {
  return (finishedTrialStates as readonly string[]).includes(state)
}

/** Trials that have ended, whatever their end. */
export function finishedCount(counts: Readonly<Record<FinishedTrialState, number>>): number {
  return finishedTrialStates.reduce((sum, state) => sum + counts[state], 0)
}

/** Why an attempt failed; the retry policy is written in these words. */
export const failureClasses = [
  'code',
  'data',
  'memory',
  'device',
  'timeout',
  'killed',
  'nonFinite',
] as const
export type FailureClass = (typeof failureClasses)[number]

/** Failures of the machine or the data: nothing is learned from them about the point. */
export const accidents: readonly FailureClass[] = ['data', 'device', 'killed']

export interface Failure {
  readonly class: FailureClass
  readonly reason: MessageDescriptor
  readonly stack?: string
  /** Further trials would fail or mislead as well: the study ends as failed. */
  readonly endsStudy?: true
  /** The machine lacks what every further trial needs as well, such as room on its disk: the study waits. */
  readonly pausesStudy?: true
  /** Its machine is to blame, and the trial goes to another one however often it was retried. */
  readonly requeued?: true
  /** The checkpoint to start from cannot be used; the trial can begin elsewhere. */
  readonly lostCheckpoint?: true
}

/** Why the sampler chose these values; shown and stored. */
export interface Provenance {
  readonly sampler: string
  readonly reason: MessageDescriptor
  readonly detail?: JsonObject
}

/** One intermediate value of one metric. */
export interface Report {
  readonly step: number
  readonly value: number
}

/** Values by which a trial is judged. */
export interface TrialValues {
  /**
   * One value per goal, in the order of the goals. Filled when complete; for a pruned trial the
   * best it had reported, or what it would have reached if it lost a race; empty otherwise.
   */
  readonly values: readonly number[]
  /**
   * Values of the study's constraint metrics, in their order; ≤ 0 is allowed, NaN is not. Absent while the
   * trial has none: it runs, it failed, or the study has no constraints.
   */
  readonly constraints?: readonly number[]
}

/**
 * Derivatives of the loss that an objective minimizes by its parameters, at a trial's own values and in their
 * units; some or all of the continuous parameters.
 */
export type ParameterGradient = Readonly<Record<string, number>>

/** Told to the search by a trial with a result. */
export interface TrialResult extends TrialValues {
  /** Absent where the objective gives none. */
  readonly gradient?: ParameterGradient
  /** It failed for a reason that lies elsewhere than in its point, see `accidents`; samplers do not keep away from there. */
  readonly byAccident?: true
  /** It was pruned, and its value stands for what it would have reached in full: samplers take it for that of a complete trial. */
  readonly isEstimate?: true
}

/** A trial as samplers and pruners see it. */
export interface TrialSnapshot extends TrialResult {
  readonly number: number
  readonly state: TrialState
  readonly parameters: Assignment
  /** Intermediate values of the first goal's metric, by rising step. */
  readonly reports: readonly Report[]
  /**
   * Further metrics that the study's pruner looks at, at the steps of `reports` where the trial reported them too;
   * absent if there are none.
   */
  readonly further?: Readonly<Record<string, readonly Report[]>>
  /** A person took it out of the search: it teaches nothing and is never the best. */
  readonly excluded?: true
  /** The checkpoint that it went on from; absent for trials that began at the beginning. */
  readonly origin?: TrialOrigin
}

/** All values of one metric, by rising step. */
export interface Curve {
  readonly steps: readonly number[]
  readonly values: readonly number[]
}

/** This computer, where other machines run trials of the same study; none of them can be called so. */
export const LOCAL_MACHINE = ''

/** One execution of a trial. Times are milliseconds since 1970. */
export interface AttemptRecord {
  /** Counts from 1 within the trial. */
  readonly number: number
  readonly state: TrialState
  readonly slot: number
  readonly engine: EngineInfo | null
  /** Where it ran, of a study that other machines run trials of. */
  readonly machine?: string
  readonly startedAtMs: number
  readonly finishedAtMs: number | null
  readonly failure: Failure | null
  /** Which code of the user ran; absent for other objectives, and where it did not start. */
  readonly code?: AttemptCode
}

/** The code of the user that an attempt ran. */
export interface AttemptCode {
  /** SHA-256 over everything that trust covers, as it was when the attempt began. */
  readonly fingerprint: string
  /** It ran from copies of exactly these files, not from where the person edits them. */
  readonly copied: boolean
  /** A covered file changed after the attempt had begun to report; what it loaded from then on may be another version. */
  readonly changed?: true
}

/** Which code an attempt ran, and whether it is sure. */
export function attemptCodeMessage({
  fingerprint,
  copied,
  changed,
}: AttemptCode): MessageDescriptor {
  const source = changed === true ? 'changed' : copied ? 'copy' : 'original'
  return msg(`trials.code.${source}`, { hash: fingerprint.slice(0, 12) })
}

/** A trial in a chart of a study's history; a small part, so that 10,000 of them open at once. */
export interface TrialOutline {
  readonly number: number
  readonly state: TrialState
  /** Of the first goal; NaN while there is none. */
  readonly value: number
  /** Out of the search, because a person said so. */
  readonly excluded: boolean
  /** It breaks no constraint. */
  readonly feasible: boolean
}

/** A trial as the store returns it. */
export interface TrialRecord extends TrialValues {
  readonly number: number
  readonly state: TrialState
  readonly parameters: Assignment
  readonly provenance: Provenance
  /** Seed of everything random inside the trial, 0…2³²−1. */
  readonly seed: number
  /** Step at which the first goal's metric was best, and the last step reported; null if none. */
  readonly bestStep: number | null
  readonly lastStep: number | null
  /** Why it was pruned or canceled; null otherwise. */
  readonly reason: MessageDescriptor | null
  readonly startedAtMs: number
  readonly finishedAtMs: number | null
  readonly attempts: readonly AttemptRecord[]
  /** Metric name to curve. */
  readonly metrics: Readonly<Record<string, Curve>>
  /** A person took it out of the search. */
  readonly excluded?: true
  /** Written by a person. */
  readonly note?: string
  /** The checkpoint that it went on from; absent for trials that began at the beginning. */
  readonly origin?: TrialOrigin
  /** A person suspended it: it is interrupted and waits for them. */
  readonly suspended?: true
  /** It ends as complete after this step; absent where its parameters decide. */
  readonly untilStep?: number
}

/** The trial whose result another one takes over instead of running; null if it runs. */
export function reusedTrial({ detail }: Provenance): number | null {
  const number = detail?.['reusedTrial']
  return typeof number === 'number' ? number : null
}
