import type { z } from 'zod'
import type { EngineName } from '../../../core/machine/engines/registry.ts'
import type { Problem } from '../../../core/errors/problem.ts'
import type { ObjectiveKind } from '../../../core/objectives/registry.ts'

/** What the rules of an executor may look at: a study file as it was written, which may break other rules. */
export interface StudyToCheck {
  readonly objective: Readonly<Record<string, unknown>>
  readonly parallelTrials?: unknown
  readonly gpus?: unknown
  readonly engine?: unknown
}

/**
 * The pure half of an executor, which says where trials run and what that place can do. A study names it by a key under `executor`, with its
 * options below the key. Everything else in Tunewright asks for these capabilities and never for a name. The Node half, `ExecutorNode`, is
 * loaded when a study begins.
 */
export interface ExecutorDefinition<Options = unknown> {
  /** The key below `executor` in a study file. */
  readonly name: string
  readonly optionsSchema: z.ZodType<Options>
  /** The kinds of objectives whose trials it runs. */
  readonly supports: readonly ObjectiveKind[]
  /** Trials run on other computers: they take no memory, GPU or trainer of this one. */
  readonly runsElsewhere: boolean
  /** Trials continue after the session has ended or was killed, and the next session adopts them. */
  readonly outlivesSession: boolean
  /** A command with `serves` can run trial after trial in one process. */
  readonly keepsProcesses: boolean
  /** Metrics of a command can be read from logs that it writes (`metrics: { from: logs }`). */
  readonly readsLogs: boolean
  /** Checkpoints of its trials reach this computer, so that trials can be resumed, extended, forked and promoted. */
  readonly returnsCheckpoints: boolean
  /** It calls `AttemptListener.taken` when an attempt begins; the time limit of a trial does not run before that. */
  readonly reportsStart: boolean
  /** A pruner's judgment would arrive late: an attempt gets the pruner's next rung as its last step. */
  readonly stopsAtRungs: boolean
  /** Each trial needs a folder on this computer, even if it is no code of the user. */
  readonly needsTrialFolders: boolean
  /** The engine that `engine: auto` stands for; null: the computer that trains chooses. */
  readonly autoEngine: EngineName | null
  /** Trials of the same study may run on this computer at the same time, under the key `local`. */
  readonly mixesWithLocal: boolean
  /** How many trials can run at once; `Infinity` where nobody knows. */
  capacity(options: Options): number
  /** Rules that relate its options to each other and to other keys of the study file. */
  check(options: Options, study: StudyToCheck): readonly Problem[]
  /** The folder that holds the folders of trials, where other computers have to see it; relative to the study file. */
  sharedDirectory?(options: Options): string | undefined
  /** What a person who trusts a study's code also trusts, as lines; part of the fingerprint of that code. */
  trustedLines?(options: Options): readonly string[]
}
