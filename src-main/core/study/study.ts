import type { Baseline } from './baseline.ts'
import type { TestLooks } from './test-looks.ts'
import type { FileMedia } from '../trial/trial-files.ts'
import type { MessageDescriptor } from '../errors/message.ts'
import type { TrialOrigin } from '../trial/checkpoint.ts'
import type { CustomChart } from './custom-chart.ts'
import type { EventRecord } from './events.ts'
import type { StudyOrigin } from './imported-study.ts'
import type { JsonObject } from '../values/json.ts'
import type { StudySpecification } from './study-specification.ts'
import type { TrialView } from './trial-view.ts'
import type { Assignment, TrialRecord } from '../trial/trial.ts'
import type { ProjectSnapshot } from './user-code.ts'

/**
 * `running` in the database while no process holds the lock means that the process went away;
 * `resume` continues such a study like a paused one.
 */
export type StudyState = 'created' | 'running' | 'paused' | 'stopped' | 'finished' | 'failed'

/** The machine and the versions that the study ran on; recorded when the study is created. */
export interface StudyEnvironment {
  readonly tunewright: string
  readonly node: string
  readonly sqlite: string
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  /** Present where another program ran the trials: then this machine only read them. */
  readonly importedFrom?: StudyOrigin
  /** For objectives that are code of the user. */
  readonly project?: ProjectSnapshot
}

export interface StudyRecord {
  readonly id: number
  readonly name: string
  readonly state: StudyState
  /** Why the study is in this state, e.g. which stop rule held. */
  readonly reason: MessageDescriptor | null
  readonly specification: StudySpecification
  /** The study file as it was written, or its YAML if there was no file. */
  readonly source: string
  readonly environment: StudyEnvironment
  /** Properties of the data: rows, classes, content hash; null until prepared or without data. */
  readonly dataset: JsonObject | null
  readonly createdAtMs: number
  /** Wall time of all sessions together. */
  readonly elapsedMs: number
  /** Words of a person about it. */
  readonly labels: StudyLabels
  /** What a person wants to see drawn of it; absent: nobody chose. */
  readonly customChart?: CustomChart
  /** Views of the table of its trials that a person saved. */
  readonly trialViews: readonly TrialView[]
}

/** How a person orders studies; nothing of it changes the search. */
export interface StudyLabels {
  readonly tags: readonly string[]
  readonly note: string
  readonly archived: boolean
  /** Null or absent: trials are compared with none. */
  readonly baseline?: Baseline | null
}

export const noLabels: StudyLabels = { tags: [], note: '', archived: false }

/** A point that a person wants to be tried; it becomes the next trial that starts. */
export interface QueuedPoint {
  readonly id: number
  readonly parameters: Assignment
  readonly origin: QueuedPointOrigin
}

export const queuedPointKinds = [
  'point',
  'clone',
  'retry',
  'continue',
  'fork',
  'initialize',
] as const

/**
 * Where a queued point comes from: its own thought, a trial that was edited, or one that is tried again, or the checkpoint of a
 * trial that it goes on from (`continue`, `fork`, `initialize`, with the step).
 */
export interface QueuedPointOrigin {
  readonly kind: (typeof queuedPointKinds)[number]
  /** The trial that it was made from; null for a point. */
  readonly trialNumber: number | null
  readonly step?: number
  /** The trial ends after this step; absent: its parameters decide. */
  readonly untilStep?: number
}

/** The checkpoint that a queued point goes on from; null if it begins at the beginning. */
export function checkpointOfPoint({
  kind,
  trialNumber,
  step,
}: QueuedPointOrigin): TrialOrigin | null {
  if (kind === 'point' || kind === 'clone' || kind === 'retry') return null
  if (trialNumber === null || step === undefined) return null
  return { trial: trialNumber, step, mode: kind }
}

/** Counts for lists and progress. */
export interface StudySummary extends StudyRecord {
  readonly trials: Readonly<Record<TrialRecord['state'], number>>
  /** Best complete trial by the first goal; null if none. */
  readonly best: { readonly number: number; readonly value: number } | null
}

/** The test split, evaluated once for the best trial after the search. */
export interface WinnerRecord {
  readonly trialNumber: number
  readonly evaluatedAtMs: number
  /** Metric name to value on the test split. */
  readonly metrics: Readonly<Record<string, number>>
  /** How often its test rows were looked at; null where nobody knows which rows these are. */
  readonly looks: TestLooks | null
}

/** A file that belongs to a trial. */
export interface ArtifactRecord {
  readonly trialNumber: number
  /** e.g. `weights.best`. */
  readonly kind: string
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** Of a file that its program left to be looked at. */
  readonly media?: FileMedia
}

/** Everything about a study, as reports and exports need it. */
export interface StudySnapshot {
  readonly study: StudyRecord
  readonly trials: readonly TrialRecord[]
  readonly events: readonly EventRecord[]
  readonly artifacts: readonly ArtifactRecord[]
  readonly winner: WinnerRecord | null
}
