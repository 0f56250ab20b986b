import { type Fact, verbatim } from './fact.ts'
import type { JsonValue } from './json.ts'
import type { Problem } from './problem.ts'

/** What the receiver of an error should do with it. */
export type Reaction = 'userInput' | 'retryable' | 'fatal'

/** Detail that every error of a code carries; texts are made from code and detail, never from `message`. */
export interface ErrorDetails {
  /** A command was called with words that it does not know. */
  'usage.invalid': { reason: Fact }
  /** A study file or setting breaks rules; every broken rule is listed. */
  'specification.invalid': { file?: string; problems: readonly Problem[] }
  'page.notBuilt': { path: string; command: string }
  'file.notFound': { path: string; field: string }
  'file.unreadable': { path: string; reason: Fact }
  'file.exists': { path: string; rule: Fact }
  /** Full disk, missing right, read-only medium: `reason` says which. */
  'file.unwritable': { path: string; reason: Fact }
  /** A data file exists but breaks the rules of its format. `line` is 1-based. */
  'data.invalid': { path: string; field: string; value: JsonValue; rule: Fact; line?: number }
  'dataset.notFound': { dataset: string }
  /** Studies refer to it, or one of them runs on its arrays. */
  'dataset.inUse': { dataset: string; studies: readonly string[] }
  'database.locked': { path: string; reason: Fact }
  'database.future': { path: string; found: number; supported: number }
  'database.corrupt': { path: string; reason: Fact }
  'database.full': { path: string; reason: Fact }
  'database.readOnly': { path: string; reason: Fact }
  'database.migrationFailed': { path: string; from: number; to: number; reason: Fact }
  'study.notFound': { study: string }
  'study.exists': { study: string }
  'study.finished': { study: string; state: string }
  /** A session of the study runs already in this process. */
  'study.running': { study: string }
  'study.notRunning': { study: string }
  /** Another program evaluates its trials, so it cannot be run here. */
  'study.busy': { studyId: number }
  'study.external': { study: string }
  'study.noTrials': { study: string; rule: Fact }
  'trial.notFound': { study: string; number: number }
  /** A finished trial was about to change. */
  'trial.finished': { study: string; number: number; state: string }
  /** A change of a person cannot be made or taken back: `rule` says why. */
  'intervention.refused': { study: string; rule: Fact }
  'engine.unavailable': { engine: string; reason: Fact }
  /** An engine that comes as a pack of its own. */
  'engine.notInstalled': { engine: string }
  /** An installation of it is under way. */
  'engine.installing': { engine: string }
  /** An engine that needs a device which this machine has not. */
  'engine.noDevice': { engine: string; reason: Fact }
  'engine.nonConforming': { engine: string; cases: readonly string[] }
  /** A file with an engine pack is broken, made for another machine, or hostile. */
  'pack.refused': { file: string; reason: Fact }
  'pack.downloadFailed': { command: string; reason: Fact }
  /** The native half of an engine gave up while running; `status` is its own code. */
  'engine.failed': { engine: string; status: number; reason: Fact }
  /** A program was fed or built wrongly: shapes, types, counts. */
  'program.invalid': { program: string; field: string; value: JsonValue; rule: Fact }
  /** A call that the back end does not know, or whose request breaks its schema. */
  'request.invalid': { method: string; problems: readonly Problem[] }
  'protocol.invalid': { from: string; field: string; value: JsonValue; rule: Fact }
  'child.gone': { child: string; reason: Fact; exitCode: number | null; signal: string | null }
  'child.startTimeout': { child: string; limitMs: number }
  /** The training itself failed in a known way; see `FailureClass`. */
  'training.nonFinite': { metric: string; step: number; value: string }
  'training.memory': { reason: Fact }
  'training.invalid': { field: string; value: JsonValue; rule: Fact }
  /** A hypergradient that differs from finite differences; `error` is relative. */
  'training.gradientWrong': { operation: string | Fact; layer: string | Fact; error: number }
  /** Code of the user that the user has not trusted as it is now; `run` names how to. */
  'userCode.untrusted': { command: string; files: readonly string[] }
  /** A trusted file changed while its study ran. */
  'userCode.changed': { path: string }
  'command.notStarted': { command: string; reason: Fact }
  'command.exit': { exitCode: number; tail: string }
  'command.signal': { signal: string; tail: string }
  'command.output': { limitMegabytes: number }
  'command.processes': { limit: number }
  'command.memory': { limitMegabytes: number; usedMegabytes: number }
  'command.diskFull': { reason: Fact }
  /** It ended well without a value of a goal. */
  'command.noValue': { metric: string; reported: readonly string[] }
  /** It was told the step at which it ends, and reported a later one. */
  'command.overran': { untilStep: number; step: number }
  /** It says that it goes on from its checkpoint folder, and left nothing there. */
  'command.noState': { path: string; step: number }
  /** A regular expression took too long over the output. */
  'command.pattern': { limitMs: number }
  /** What watched over it is gone. */
  'command.lost': { reason: Fact }
  /** A command of Slurm refused. */
  'slurm.failed': { command: string; reason: Fact }
  /** PDF is made by a browser, and this machine has none; `variable` can name one. */
  'browser.missing': { variable: string }
  /** No font of this machine has the first of these characters of a picture. */
  'font.missing': { characters: string }
  internal: { reason: Fact }
}

export type ErrorCode = keyof ErrorDetails

const reactions: Record<ErrorCode, Reaction> = {
  'usage.invalid': 'userInput',
  'specification.invalid': 'userInput',
  'page.notBuilt': 'userInput',
  'file.notFound': 'userInput',
  'file.unreadable': 'userInput',
  'file.exists': 'userInput',
  'file.unwritable': 'retryable',
  'data.invalid': 'userInput',
  'dataset.notFound': 'userInput',
  'dataset.inUse': 'userInput',
  'database.locked': 'retryable',
  'database.future': 'fatal',
  'database.corrupt': 'fatal',
  'database.full': 'retryable',
  'database.readOnly': 'userInput',
  'database.migrationFailed': 'fatal',
  'study.notFound': 'userInput',
  'study.exists': 'userInput',
  'study.finished': 'userInput',
  'study.running': 'userInput',
  'study.notRunning': 'userInput',
  'study.busy': 'userInput',
  'study.external': 'userInput',
  'study.noTrials': 'userInput',
  'trial.notFound': 'userInput',
  'trial.finished': 'fatal',
  'intervention.refused': 'userInput',
  'engine.unavailable': 'fatal',
  'engine.notInstalled': 'userInput',
  'engine.installing': 'userInput',
  'engine.noDevice': 'userInput',
  'engine.nonConforming': 'fatal',
  'engine.failed': 'fatal',
  'pack.refused': 'userInput',
  'pack.downloadFailed': 'retryable',
  'program.invalid': 'fatal',
  'request.invalid': 'fatal',
  'protocol.invalid': 'fatal',
  'child.gone': 'retryable',
  'child.startTimeout': 'retryable',
  'training.nonFinite': 'fatal',
  'training.memory': 'fatal',
  'training.invalid': 'userInput',
  'training.gradientWrong': 'fatal',
  'userCode.untrusted': 'userInput',
  'userCode.changed': 'userInput',
  'command.notStarted': 'userInput',
  'command.exit': 'fatal',
  'command.signal': 'fatal',
  'command.output': 'fatal',
  'command.processes': 'fatal',
  'command.memory': 'fatal',
  'command.diskFull': 'retryable',
  'command.noValue': 'userInput',
  'command.overran': 'userInput',
  'command.noState': 'userInput',
  'command.pattern': 'userInput',
  'command.lost': 'retryable',
  'slurm.failed': 'retryable',
  'browser.missing': 'userInput',
  'font.missing': 'userInput',
  internal: 'fatal',
}

/**
 * The only error that crosses a boundary on purpose; anything else that is thrown is a bug.
 * `message` is for logs; what a person reads is made from `code` and `detail`.
 */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code
  readonly detail: ErrorDetails[Code]

  constructor(code: Code, detail: ErrorDetails[Code], cause?: unknown) {
    super(`${code} ${JSON.stringify(detail)}`, cause === undefined ? undefined : { cause })
    this.name = 'AppError'
    this.code = code
    this.detail = detail
  }

  get reaction(): Reaction {
    return reactions[this.code]
  }
}

/** Narrows an unknown thrown value to an `AppError`, of one code if given. */
export function isAppError<Code extends ErrorCode>(
  error: unknown,
  code?: Code,
): error is AppError<Code> {
  return error instanceof AppError && (code === undefined || error.code === code)
}

/** The plain form of an error that crosses a process boundary. */
export interface SerializedError {
  readonly code: ErrorCode
  readonly detail: JsonValue
  readonly message: string
  readonly stack?: string
}

/** The words of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** An `AppError` as it is; anything else that was thrown becomes `internal`. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error
  return new AppError('internal', { reason: verbatim(messageOf(error)) }, error)
}

/** Turns anything thrown into its plain form. */
export function serializeError(error: unknown): SerializedError {
  const stack = error instanceof Error ? error.stack : undefined
  const app = toAppError(error)
  return {
    code: app.code,
    detail: JSON.parse(JSON.stringify(app.detail)) as JsonValue,
    message: app.message,
    ...(stack === undefined ? {} : { stack }),
  }
}

/** The reverse of {@link serializeError}. */
export function deserializeError(error: SerializedError): AppError {
  const restored = new AppError(error.code, error.detail as unknown as ErrorDetails[ErrorCode])
  if (error.stack !== undefined) restored.stack = error.stack
  return restored
}
