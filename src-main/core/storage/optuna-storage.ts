import type { Assignment, Failure, FinishedTrialState, Provenance, Report } from '../trial/trial.ts'
import type { MessageDescriptor } from '../errors/message.ts'
import type { Goal, StudySpecification } from '../study/study-specification.ts'

/**
 * Messages of the process that speaks Optuna's storage protocol to the one that writes the database: changes that a program
 * asked for, each with what Optuna keeps of it and what this program shows of it. They are written in their order.
 */

export const optunaTrialStates = ['RUNNING', 'COMPLETE', 'PRUNED', 'FAIL', 'WAITING'] as const
export type OptunaTrialState = (typeof optunaTrialStates)[number]

/** `user` and `system` are Optuna's attributes, as JSON text; a `parameter` has its value and its distribution. */
export type OptunaEntryKind = 'user' | 'system' | 'parameter'

export interface OptunaEntry {
  readonly kind: OptunaEntryKind
  readonly key: string
  readonly value: string
}

/** Columns of a trial that Optuna keeps. Moments are texts in local time; empty where there is none. */
export interface OptunaTrialHead {
  readonly state: OptunaTrialState
  readonly started: string
  readonly completed: string
  readonly values: readonly number[]
}

/** How a trial ended, in the terms of this program. */
export interface OptunaTrialEnd {
  readonly state: FinishedTrialState
  readonly values: readonly number[]
  readonly constraints: readonly number[]
  readonly bestStep: number | null
  readonly reason: MessageDescriptor | null
  readonly failure: Failure | null
  readonly parameters: Assignment
  readonly provenance: Provenance
  readonly atMs: number
}

export type OptunaChange =
  | {
      readonly type: 'study.created'
      readonly id: number
      readonly name: string
      readonly directions: readonly Goal['direction'][]
      readonly specification: StudySpecification
    }
  /** Its program does not see it any more; here it is archived. */
  | { readonly type: 'study.deleted'; readonly study: number }
  | { readonly type: 'study.returned'; readonly study: number }
  | {
      readonly type: 'study.attribute'
      readonly study: number
      readonly kind: 'user' | 'system'
      readonly key: string
      readonly value: string
      /** All attributes of its users as they are shown; absent where they stay. */
      readonly shown?: Readonly<Record<string, unknown>>
    }
  /** Parameters, goals or constraints became known. */
  | ({ readonly type: 'study.shape'; readonly study: number } & Pick<
      StudySpecification,
      'goals' | 'constraints' | 'space'
    >)
  /** A program works on it; nobody does any more. */
  | { readonly type: 'study.joined'; readonly study: number }
  | { readonly type: 'study.left'; readonly study: number }
  | {
      readonly type: 'trial.created'
      readonly study: number
      readonly id: number
      readonly number: number
      readonly head: OptunaTrialHead
      readonly entries: readonly OptunaEntry[]
      readonly reports: readonly Report[]
      readonly parameters: Assignment
      readonly seed: number
      readonly startedAtMs: number
      readonly end: OptunaTrialEnd | null
      /** The queued point that it is; leaves the queue. */
      readonly queuedPoint?: number
    }
  | {
      readonly type: 'trial.entry'
      readonly trial: number
      readonly entry: OptunaEntry
      /** As they are shown now; absent where they stay. */
      readonly parameters?: Assignment
    }
  | ({ readonly type: 'trial.report'; readonly trial: number } & Report)
  | {
      readonly type: 'trial.state'
      readonly trial: number
      readonly head: OptunaTrialHead
      readonly end: OptunaTrialEnd | null
    }
  /** The connection of the program that ran it is gone; it speaks again. */
  | { readonly type: 'trial.lost'; readonly trial: number }
  | { readonly type: 'trial.found'; readonly trial: number }

/** A study as Optuna sees it. */
export interface StoredOptunaStudy {
  readonly id: number
  readonly studyId: number
  readonly name: string
  readonly directions: readonly Goal['direction'][]
  readonly attributes: readonly OptunaEntry[]
}

export interface StoredOptunaTrial {
  readonly id: number
  readonly number: number
  readonly head: OptunaTrialHead
  readonly entries: readonly OptunaEntry[]
  readonly reports: readonly Report[]
}

/** Choices of a person or a setting. */
export interface OptunaEndpointSettings {
  /** 0 takes a free one. */
  readonly port: number
  /** A running trial whose program has been gone for so long fails, and its point is queued again; null: a person decides. */
  readonly failAfterMs: number | null
  /** Absolute; where programs upload files of trials to. Absent: those files are left alone. */
  readonly artifacts?: string
}

/** The endpoint as a face shows it. */
export interface OptunaEndpoint {
  /** Null while it is closed. */
  readonly port: number | null
  /** Connections of programs. */
  readonly clients: number
  /** Whether the user of a program is looked up, as on Linux. */
  readonly checksUser: boolean
}

/** The lines of Python by which a program of Optuna stores its study here. */
export function optunaStorageLine(port: number): string {
  return `storage = optuna.storages.GrpcStorageProxy(host="localhost", port=${port})`
}
