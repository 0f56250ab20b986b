import { setOwnValue } from '../values/named-values.ts'
import type { MessageValue } from '../i18n/message.ts'
import { type MessageDescriptor, msg, verbatim } from './message.ts'
import type { JsonValue } from '../values/json.ts'
import { brokenRule, formatPath, type Problem, shortValue } from './problem.ts'

interface Kind<Detail> {
  /** Whoever called can mend it. */
  readonly isInput: boolean
  /** For the compiler alone. */
  readonly detail?: Detail
}

function input<Detail>(_detail?: Detail): Kind<Detail> {
  return { isInput: true }
}

function other<Detail>(_detail?: Detail): Kind<Detail> {
  return { isInput: false }
}

interface Broken {
  field: string
  value: JsonValue
  rule: MessageDescriptor
}

/** Every code with the detail that its errors carry; texts are made from code and detail, never from `message`. */
const kinds = {
  /** A command was called with words that it does not know. */
  'usage.invalid': input<{ reason: MessageDescriptor }>(),
  /** A study file or setting breaks rules; every broken rule is listed, or `count` says how many there are. */
  'specification.invalid': input<{ file?: string; problems: readonly Problem[]; count?: number }>(),
  /** A variable of the environment holds what it may not. */
  'variable.invalid': input<{ variable: string; value: string; rule: MessageDescriptor }>(),
  'page.notBuilt': input<{ path: string }>(),
  /** The page is not signed in to its host, or no longer; `command` prints a link. */
  'page.signedOut': input<{ command: string }>(),
  /** A program called what its token does not allow. */
  'access.scope': input<{ method: string; scope: string }>(),
  /** A program called what only people may do. */
  'access.peopleOnly': input<{ method: string }>(),
  'file.notFound': input<{ path: string; field: string }>(),
  /** For a page; `command` takes larger ones. */
  'file.tooLarge': input<{ bytes: number; limit: number; command: string }>(),
  /** A page named a file that nobody chose. */
  'file.notChosen': input<{ path: string }>(),
  /** A bundle or a file of settings of an earlier commit; nothing reads those. */
  'file.tooOld': input<{ path: string; found: number; supported: number }>(),
  'file.unreadable': input<{ path: string; reason: MessageDescriptor }>(),
  'file.exists': input<{ path: string; rule: MessageDescriptor }>(),
  /** Or a quota is used up. `bytes` were to be written, where that is known. */
  'disk.full': other<{ path: string; bytes?: number; reason: MessageDescriptor }>(),
  /** Missing right, read-only medium: `reason` says which. */
  'file.unwritable': other<{ path: string; reason: MessageDescriptor }>(),
  /** A data file exists but breaks the rules of its format. `line` is 1-based. */
  'data.invalid': input<Broken & { path: string; line?: number }>(),
  'dataset.notFound': input<{ dataset: string }>(),
  /** Studies refer to it, or one of them runs on its arrays. */
  'dataset.inUse': input<{ dataset: string; studies: readonly string[] }>(),
  'database.locked': other<{ path: string; reason: MessageDescriptor }>(),
  /** Made by an earlier commit, whose databases nothing reads. */
  'database.tooOld': other<{ path: string; found: number; supported: number }>(),
  'database.future': other<{ path: string; found: number; supported: number }>(),
  'database.corrupt': other<{ path: string; reason: MessageDescriptor }>(),
  'database.full': other<{ path: string; reason: MessageDescriptor }>(),
  /**
   * The file was removed, moved or replaced while it was open. `saved`: a copy of everything that was committed; null where it
   * could not be made, for `reason`.
   */
  'database.moved': other<{ path: string; saved: string | null; reason?: MessageDescriptor }>(),
  'database.readOnly': input<{ path: string; reason: MessageDescriptor }>(),
  'database.migrationFailed': other<{
    path: string
    from: number
    to: number
    reason: MessageDescriptor
  }>(),
  'study.notFound': input<{ study: string }>(),
  'study.exists': input<{ study: string }>(),
  'study.tooManyViews': input<{ limit: number }>(),
  'study.finished': input<{ study: string; state: string }>(),
  /** A session of the study runs already in this process. */
  'study.running': input<{ study: string }>(),
  'study.notRunning': input<{ study: string }>(),
  'study.busy': input<{ studyId: number }>(),
  /** Another program evaluates its trials, so it cannot be run here. */
  'study.external': input<{ study: string }>(),
  /** A trial could not be trained once more. */
  'model.failed': other<{ study: string; number: number; reason: MessageDescriptor }>(),
  /** A person gave its making up. */
  'model.canceled': input<{ study: string }>(),
  'study.noTrials': input<{ study: string; rule: MessageDescriptor }>(),
  'trial.notFound': input<{ study: string; number: number }>(),
  /** A finished trial was about to change. */
  'trial.finished': other<{ study: string; number: number; state: string }>(),
  /** A change of a person cannot be made or taken back: `rule` says why. */
  'intervention.refused': input<{ study: string; rule: MessageDescriptor }>(),
  'engine.unavailable': other<{ engine: string; reason: MessageDescriptor }>(),
  /** An engine that comes as a pack of its own. */
  'engine.notInstalled': input<{ engine: string }>(),
  /** An installation of it is under way. */
  'engine.installing': input<{ engine: string }>(),
  /** An engine that needs a device which this machine has not. */
  'engine.noDevice': input<{ engine: string; reason: MessageDescriptor }>(),
  'engine.nonConforming': other<{ engine: string; cases: readonly string[] }>(),
  /** A file with an engine pack is broken, made for another machine, or hostile. */
  'pack.refused': input<{ file: string; reason: MessageDescriptor }>(),
  'pack.downloadFailed': other<{ command: string; reason: MessageDescriptor }>(),
  /** An update that is not taken; the version that is there stays. */
  'update.refused': input<{ source: string; reason: MessageDescriptor }>(),
  /** The native half of an engine gave up while running; `status` is its own code. */
  'engine.failed': other<{ engine: string; status: number; reason: MessageDescriptor }>(),
  /** A program was fed or built wrongly: shapes, types, counts. */
  'compiledFunction.invalid': other<Broken & { function: string }>(),
  /** A call that the back end does not know, or whose request breaks its schema. */
  'request.invalid': other<{ method: string; problems: readonly Problem[] }>(),
  'protocol.invalid': other<Broken & { from: string }>(),
  'child.gone': other<{
    child: string
    reason: MessageDescriptor
    exitCode?: number | null
    signal?: string | null
  }>(),
  /** So many calls wait for it already. */
  'child.busy': input<{ child: string; waiting: number }>(),
  'child.startTimeout': other<{ child: string; seconds: number }>(),
  /** The training itself failed in a known way; see `FailureClass`. */
  'training.nonFinite': other<{ metric: string; step: number; value: string }>(),
  'training.memory': other<{ reason: MessageDescriptor }>(),
  'training.invalid': input<Broken>(),
  /** A hypergradient that differs from finite differences; `error` is relative. */
  'training.gradientWrong': other<{
    operation: string | MessageDescriptor
    layer: string | MessageDescriptor
    error: number
  }>(),
  /** The copy on this machine is not what the study has. */
  'userCode.other': input<{ path: string }>(),
  /** Values of secret variables are not stored with a study; here none are known for these. */
  'userCode.secretMissing': input<{ names: readonly string[] }>(),
  'data.other': input<{ path: string }>(),
  /** Code of the user that the user has not trusted as it is now; `run` names how to. */
  'userCode.untrusted': input<{ command: string; files: readonly string[] }>(),
  /** A trusted file changed while its study ran. */
  'userCode.changed': input<{ path: string }>(),
  /** A program tells nothing of its options; `reason` says what helps. */
  'script.noHelp': input<{ command: string; reason: MessageDescriptor }>(),
  /** Its options are told by itself alone, and no person has let it run for that. */
  'script.needsRun': input<{ command: string; option: string }>(),
  'command.notStarted': input<{ command: string; reason: MessageDescriptor }>(),
  'command.exit': other<{ exitCode: number; tail: string }>(),
  'command.signal': other<{ signal: string; tail: string }>(),
  'command.output': other<{ limitMegabytes: number }>(),
  'command.processes': other<{ limit: number }>(),
  'command.memory': other<{ limitMegabytes: number; usedMegabytes: number }>(),
  'command.diskFull': other<{ reason: MessageDescriptor }>(),
  /** It ended well without a value of a goal. */
  'command.noValue': input<{ metric: string; reported: readonly string[] }>(),
  /** It was told the step at which it ends, and reported a later one. */
  'command.overran': input<{ untilStep: number; step: number }>(),
  /** It says that it goes on from its checkpoint folder, and left nothing there. */
  'command.noState': input<{ path: string; step: number }>(),
  /** A regular expression took too long over the output. */
  'command.pattern': input<{ limitMs: number }>(),
  /** Its supervisor is gone. */
  'command.lost': other<{ reason: MessageDescriptor }>(),
  /** A command of Slurm refused. */
  'slurm.failed': other<{ command: string; reason: MessageDescriptor }>(),
  /** A machine of SSH that nobody has added here. */
  'machine.unknown': input<{ name: string }>(),
  'machine.taken': input<{ name: string }>(),
  'machine.unreachable': other<{ machine: string; reason: MessageDescriptor }>(),
  /** It has not answered for so long that its trials go to others. */
  'machine.lost': other<{ machine: string; reason: MessageDescriptor }>(),
  /** It answers, and something that was asked of it failed there. */
  'machine.refused': other<{ machine: string; reason: MessageDescriptor }>(),
  'machine.full': other<{ machine: string }>(),
  /** No machine of the study answers. */
  'machine.none': other<{ reason: MessageDescriptor }>(),
  /** A queue that nobody has added here. */
  'jobQueue.unknown': input<{ url: string }>(),
  'jobQueue.taken': input<{ url: string }>(),
  'jobQueue.unreachable': other<{ url: string; reason: MessageDescriptor }>(),
  /** No worker is there. */
  'jobQueue.empty': other<{ url: string; name: string }>(),
  /** PDF is made by a browser, and this machine has none; `variable` can name one. */
  'browser.missing': input<{ variable: string }>(),
  /** No font of this machine has the first of these characters of a picture. */
  'font.missing': input<{ characters: string }>(),
  internal: other<{ reason: MessageDescriptor }>(),
}

export type ErrorCode = keyof typeof kinds
export const errorCodes = Object.keys(kinds) as readonly ErrorCode[]
export type ErrorDetails = {
  readonly [Code in ErrorCode]: NonNullable<(typeof kinds)[Code]['detail']>
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

  /** Whoever called can mend it. */
  get isInput(): boolean {
    return kinds[this.code].isInput
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

/** An error as it travels to a face: where it was thrown stays behind, and the face makes the words from code and detail. */
export type PlainError = Omit<SerializedError, 'stack' | 'message'>

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

export function plainError(error: unknown): PlainError {
  const { code, detail } = serializeError(error)
  return { code, detail }
}

/** The reverse of {@link serializeError}. */
export function deserializeError(error: PlainError & { readonly stack?: string }): AppError {
  const restored = new AppError(error.code, error.detail as unknown as ErrorDetails[ErrorCode])
  if (error.stack !== undefined) restored.stack = error.stack
  return restored
}

/**
 * An error as a person reads it, with one text per code. Values of any kind are shown as JSON, shortened; what is
 * empty is left out, so that a text can do without it.
 */
export function errorMessage({ code, detail }: AppError): MessageDescriptor {
  const values: Record<string, MessageValue> = {}
  for (const [name, value] of Object.entries(detail) as [string, unknown][]) {
    if (value === '' || value === null || value === undefined) continue
    if (Array.isArray(value) && value.length === 0) continue
    if (name !== 'problems') setOwnValue(values, name, value as MessageValue)
  }
  if ('rule' in detail && 'value' in detail) values['value'] = shortValue(detail.value)
  if ('error' in detail) values['percent'] = Number((100 * detail.error).toPrecision(2))
  if ('problems' in detail) {
    values['count'] ??= detail.problems.length
    values['problems'] = detail.problems.map(problemMessage)
  }
  return msg(`error.${code}`, values)
}

/** Why something failed, for the detail of another error: the text of an `AppError`, or what else was thrown says. */
export function reasonOf(error: unknown): MessageDescriptor {
  if (isAppError(error)) return errorMessage(error)
  return verbatim(messageOf(error))
}

function problemMessage(problem: Problem): MessageDescriptor {
  const rule = brokenRule(problem)
  return problem.path.length === 0 ? rule : msg('rule.of', { name: formatPath(problem.path), rule })
}
