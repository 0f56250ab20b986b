/**
 * Types for a module that Tunewright trains (objective `module`, docs/programs.md). Copy this file beside the module, or
 * name it by a relative path:
 *
 *     import type { Space, Trial } from './tunewright'
 *     export const space: Space = { rate: { float: [1e-4, 1], log: true } }
 *     export async function train(trial: Trial<{ rate: number }>) { … }
 */

export type ParameterValue = number | string | boolean

/** As in a study file. */
export type Space = Record<string, ParameterDefinition>

/** Active only while other parameters have one of these values. */
interface Conditional {
  when?: Record<string, ParameterValue | ParameterValue[]>
}

export type ParameterDefinition = Conditional &
  (
    | { float: [low: number, high: number]; log?: boolean; step?: number }
    | { int: [low: number, high: number]; log?: boolean; step?: number }
    | { choice: ParameterValue[]; weights?: number[] }
    | { ordinal: ParameterValue[] }
    | { fixed: ParameterValue }
    | { normal: [mean: number, deviation: number]; [option: string]: unknown }
    | { logNormal: [mean: number, deviation: number]; [option: string]: unknown }
  )

export type Metrics = Record<string, number>

export interface Trial<Parameters = Record<string, ParameterValue | undefined>> {
  /** Of this trial; a parameter that is not active is missing. */
  readonly parameters: Readonly<Parameters>
  /** Counts from 0. */
  readonly number: number
  /** `1`, `2` …; `1.2` for the second training of the first attempt. */
  readonly attempt: string
  readonly slot: number
  /** What this training is about, of the study's `instances`; null without any. */
  readonly instance: string | null
  readonly study: string
  /** 0 … 2³²−1; the same in every attempt. */
  readonly seed: number
  /** The step after which the trial begins: 0, or that of the trial that it goes on from. */
  readonly startStep: number
  /**
   * With `resumes: true`: the step after which to return, having saved and reported; in place of the module's own number of
   * steps. Null: the module decides.
   */
  readonly untilStep: number | null
  /** The trial whose state `checkpoint.load` gives; null where it begins at the beginning. */
  readonly origin: {
    readonly trial: number
    readonly step: number
    /** `fork`: with other parameters from here on. */
    readonly mode: 'continue' | 'fork' | 'initialize'
  } | null
  /** Aborted when the trial is pruned or canceled. */
  readonly signal: AbortSignal
  /**
   * Metrics at a step. Steps are whole numbers that rise; each metric counts once per step. NaN and infinities are
   * allowed. A metric `gradient.NAME` is the derivative of the first goal by a parameter. Resolves when the pruner has
   * spoken: ask `shouldPrune` then.
   */
  report(step: number, metrics: Metrics): Promise<void>
  /** Whether to end: pruned or canceled. What is reported afterwards is ignored. */
  shouldPrune(): boolean
  /** Lets pausing and canceling through; call it now and then in long computations that report rarely. */
  rest(): Promise<void>
  /** Keeps a copy of a file with the trial, as it is now; `step` says of which step it is. Relative names start at the folder of the module. */
  artifact(path: string, as?: { name?: string; step?: number }): Promise<void>
  /** A sentence about the trial, for people. */
  note(text: string): Promise<void>
  /** A value that is kept with the trial; anything that JSON can hold. */
  attribute(name: string, value: unknown): Promise<void>
  readonly checkpoint: {
    /** Folder that outlives the attempts of the trial. */
    readonly directory: string
    /** Replaces the saved state (before the report of its step): anything that the structured clone algorithm takes, typed arrays included. */
    save(state: unknown): void
    /** What an earlier attempt saved, or the trial that this one goes on from; null if nothing. */
    load(): unknown
  }
}

/** What a module exports. Metrics that it returns count as one more step. */
export interface TrainingModule<Parameters = Record<string, ParameterValue | undefined>> {
  space?: Space
  train(trial: Trial<Parameters>): Metrics | void | Promise<Metrics | void>
}
