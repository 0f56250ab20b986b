import type { z } from 'zod'
import {
  type AddAnswer,
  type AskAnswer,
  type CloseAnswer,
  type ErrorAnswer,
  type FilesAnswer,
  MAX_LINE_BYTES,
  type FieldProblem,
  type MetricReport,
  type OpenAnswer,
  type ReportAnswer,
  type RequestKind,
  type RequestOf,
  requestLineSchemas,
  type Say,
  type SayAnswer,
  type SuggestAnswer,
  type TellAnswer,
  type TrialsAnswer,
} from '../common/ask-tell-protocol.ts'
import { msg, type MessageDescriptor } from '../../../core/errors/message.ts'
import { unknownName } from '../../../core/values/closest-name.ts'
import { AppError, errorMessage, isAppError, toAppError } from '../../../core/errors/errors.ts'
import { isObject } from '../../../core/values/json.ts'
import { metricRow } from '../../../core/trial/metric-value.ts'
import { broken, formatPath } from '../../../core/errors/problem.ts'
import { parseWithProblems } from '../../../core/errors/schema-problems.ts'
import type { StudyRecord } from '../../../core/study/study.ts'
import type { MetricColumns } from '../../../core/processes/trainer-protocol.ts'
import { MAX_REMARKS } from '../../../core/trial/trial-files.ts'
import { visibleText } from '../../../core/values/visible-text.ts'
import type { StudyStore } from '../../../platform/storage/study-store.ts'
import { ExternalStudy } from './external-study.ts'
import { openExternalStudy } from './open-study.ts'
import { requestProblem } from './request-problem.ts'
import { ToldFiles } from './told-files.ts'

export interface ConversationOptions {
  readonly store: StudyStore
  readonly now: () => number
  /** Told of an error that nobody expected, beside the answer that says so. */
  readonly onBug?: (error: unknown) => void
  /** Told once a line has opened the study. */
  readonly onOpen?: (study: StudyRecord) => void
  /** Whether somebody else works on a study. */
  readonly isTaken?: (studyId: number) => boolean
  /** Follows a study that a line opens. */
  readonly watch?: (study: StudyRecord) => StudyWatcher
  /** Where files of a study lie; without it none are kept. */
  readonly filesOf?: (studyId: number) => string
}

/** Who shows a study while its program works on it. */
export interface StudyWatcher {
  /** @param refresh to be called when a person has changed the study */
  began(refresh: () => void): void
  /** A trial looks different. */
  changed(trialNumber: number): void
  reported(trialNumber: number, columns: MetricColumns): void
  /** Trials have named parameters that the study did not have. */
  grew(): void
  ended(): void
}

export type Answer =
  | AskAnswer
  | TellAnswer
  | ReportAnswer
  | SuggestAnswer
  | SayAnswer
  | FilesAnswer
  | AddAnswer
  | TrialsAnswer
  | OpenAnswer
  | CloseAnswer
  | ErrorAnswer

/**
 * Lines in, answers out: the first line that is right opens the study, without an answer; every further line asks,
 * tells or reports, or opens a further study. A line that is wrong changes nothing and gets one error.
 */
export class Conversation {
  readonly #options: ConversationOptions
  /** By name; lines that name none are about the first. */
  readonly #studies = new Map<string, ExternalStudy>()
  readonly #watchers = new Map<string, StudyWatcher>()
  /** By name, of studies that are open and of those that were. */
  readonly #files = new Map<string, ToldFiles>()
  #first: string | null = null
  #line = 0

  constructor(options: ConversationOptions) {
    this.#options = options
  }

  /** Whether a line opened a study. */
  get isOpen(): boolean {
    return this.#first !== null
  }

  /** Answers to one line of input, each as soon as it is known; none to an empty line. */
  *answers(text: string): Generator<Answer, void, void> {
    this.#line++
    if (text.trim() === '') return
    let kind: RequestKind | null = null
    try {
      if (Buffer.byteLength(text) > MAX_LINE_BYTES) {
        throw invalidLine(text, msg('rule.bytes.atMost', { limit: MAX_LINE_BYTES }))
      }
      const value = parseJson(text)
      if (this.#first === null && !isOpening(value)) {
        this.#open(value)
        return
      }
      kind = requestKind(value)
      if (kind === 'open') {
        yield { opened: this.#open((value as Readonly<Record<string, unknown>>)['open']) }
        return
      }
      const study = this.#named(value)
      if (kind === 'close') yield this.#close(study)
      else yield* this.#answer(study, kind, value)
    } catch (error) {
      if (!isAppError(error)) this.#options.onBug?.(error)
      yield errorAnswer(error, this.#line, kind)
    }
  }

  /**
   * Answers to lines that came together: what they write is one transaction, so that one wait for the disk does for all. If
   * it fails, each line gets that error, and the studies are read anew; trials that the program has stay its own.
   */
  answersTogether(lines: readonly string[]): readonly Answer[] {
    if (lines.length < 2 || this.#first === null || lines.some(changesStudies)) {
      return lines.flatMap(line => [...this.answers(line)])
    }
    const held = [...this.#studies].map(([name, study]) => [name, study.held] as const)
    const line = this.#line
    try {
      return this.#options.store.together(() =>
        lines.flatMap(text => [...this.answers(text)].map(orDatabaseError)),
      )
    } catch (error) {
      this.#line = line + lines.length
      for (const [name, numbers] of held) {
        const study = this.#options.store.findStudy(name)
        this.#studies.set(name, new ExternalStudy(study, this.#options, numbers))
      }
      return lines
        .filter(text => text.trim() !== '')
        .map((_, index) =>
          error instanceof LostTransaction
            ? { error: { ...error.answer, line: line + index + 1 } }
            : errorAnswer(error, line + index + 1, null),
        )
    }
  }

  /** Files of all trials that were told are taken over. */
  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#files.values(), async files => files.settled()))
  }

  close(reason: MessageDescriptor): void {
    for (const study of this.#studies.values()) {
      study.close(reason)
      this.#watchers.get(study.study.name)?.ended()
    }
    this.#studies.clear()
    this.#watchers.clear()
  }

  #open(line: unknown): string {
    const record = openExternalStudy(line, this.#options)
    const { name } = record
    // Its program begins anew.
    this.#studies.get(name)?.close(msg('ending.endOfInput'))
    this.#studies.set(name, new ExternalStudy(record, this.#options))
    this.#openFiles(record)
    this.#first ??= name
    this.#options.onOpen?.(record)
    const watcher = this.#options.watch?.(record)
    if (watcher !== undefined) {
      this.#watchers.set(name, watcher)
      watcher.began(() => this.#studies.get(name)?.refresh())
    }
    return name
  }

  #openFiles(study: StudyRecord): void {
    const { store, now, filesOf, onBug } = this.#options
    if (filesOf === undefined || this.#files.has(study.name)) return
    const files = new ToldFiles({
      store,
      study,
      now,
      home: filesOf(study.id),
      onStored: number => this.#watchers.get(study.name)?.changed(number),
      onBug: error => onBug?.(error),
    })
    this.#files.set(study.name, files)
  }

  /** @throws AppError `request.invalid` */
  #named(line: unknown): ExternalStudy {
    const name = (line as { readonly study?: unknown }).study ?? this.#first
    const study = typeof name === 'string' ? this.#studies.get(name) : undefined
    if (study !== undefined) return study
    const rule = unknownName('study', name, [...this.#studies.keys()])
    throw new AppError('request.invalid', {
      method: 'line',
      problems: [broken(['study'], name, rule)],
    })
  }

  #close(study: ExternalStudy): CloseAnswer {
    const { name } = study.study
    study.close(msg('ending.endOfInput'))
    this.#studies.delete(name)
    this.#watchers.get(name)?.ended()
    this.#watchers.delete(name)
    return { closed: name }
  }

  *#answer(
    study: ExternalStudy,
    kind: Exclude<RequestKind, 'open' | 'close'>,
    line: unknown,
  ): Generator<Answer, void, void> {
    const watcher = this.#watchers.get(study.study.name)
    const { specification, name } = study.study
    const files = this.#files.get(name)
    for (const reply of answer(study, kind, line, { ...this.#options, files })) {
      if ('why' in reply) files?.asked(reply.trial)
      // Once the whole transaction is on disk.
      else if ('told' in reply) queueMicrotask(() => files?.told(reply.told))
      if (watcher !== undefined) show(watcher, reply, line)
      yield reply
    }
    if (study.study.specification !== specification) watcher?.grew()
  }
}

/** What an answer says has happened. */
function show(watcher: StudyWatcher, reply: Answer, line: unknown): void {
  if ('prune' in reply) {
    const { report } = line as { readonly report: MetricReport }
    watcher.reported(
      reply.trial,
      metricRow(report.step, requestLineSchemas.report.parse(report).metrics),
    )
  } else if ('trial' in reply) watcher.changed(reply.trial)
  else if ('told' in reply) watcher.changed(reply.told)
  else if ('said' in reply) watcher.changed(reply.said)
  else if ('added' in reply) watcher.changed(reply.added)
}

function isOpening(line: unknown): boolean {
  return isObject(line) && 'open' in line
}

/** Whether the line may open or close a study; those that may are no part of a transaction with others. */
function changesStudies(text: string): boolean {
  return /"(?:open|close)"\s*:/.test(text)
}

/** A write that failed may have taken the whole transaction with it. */
function orDatabaseError(answer: Answer): Answer {
  if (!('error' in answer) || !answer.error.code.startsWith('database.')) return answer
  throw new LostTransaction(answer.error)
}

class LostTransaction extends Error {
  readonly answer: ErrorAnswer['error']

  constructor(answer: ErrorAnswer['error']) {
    super(answer.code)
    this.answer = answer
  }
}

function* answer(
  study: ExternalStudy,
  kind: Exclude<RequestKind, 'open' | 'close'>,
  line: unknown,
  { store, files }: Pick<ConversationOptions, 'store'> & { readonly files: ToldFiles | undefined },
): Generator<Answer, void, void> {
  switch (kind) {
    case 'ask':
      yield* study.ask(request(line, 'ask'))
      return
    case 'tell':
      yield study.tell(request(line, 'tell'))
      return
    case 'report':
      yield study.report(request(line, 'report'))
      return
    case 'suggest':
      yield study.suggest(request(line, 'suggest'))
      return
    case 'say':
      yield say(study, store, request(line, 'say'))
      return
    case 'files': {
      const { trial } = request(line, 'files')
      study.pending(trial)
      yield { trial, folder: files?.folder(trial) ?? null }
      return
    }
    case 'add':
      yield study.add(request(line, 'add'))
      return
    case 'trials':
      yield study.trials(request(line, 'trials').from)
  }
}

/** @throws AppError `trial.notFound`, `trial.finished`, `request.invalid` */
function say(study: ExternalStudy, store: StudyStore, { trial, note, attributes }: Say): SayAnswer {
  study.pending(trial)
  const notes = note === undefined ? [] : [visibleText(note)]
  const isStored = store.addRemarks(study.study.id, trial, { notes, attributes, leftOut: [] })
  if (isStored) return { said: trial }
  throw requestProblem(
    'say',
    ['trial'],
    trial,
    msg('rule.artifacts.remarks', { limit: MAX_REMARKS }),
  )
}

/** @throws AppError `request.invalid` */
function requestKind(line: unknown): RequestKind {
  const kinds = Object.keys(requestLineSchemas) as RequestKind[]
  const keys = isObject(line) ? Object.keys(line).filter(key => key !== 'study') : []
  const [kind] = kinds.filter(candidate => candidate === keys[0])
  if (kind !== undefined && keys.length === 1) return kind
  throw invalidLine(line, msg('rule.exactlyOneOf', { names: kinds }))
}

function request<Kind extends RequestKind>(line: unknown, kind: Kind): RequestOf<Kind> {
  const value = (line as Readonly<Record<RequestKind, unknown>>)[kind]
  const schema: z.ZodType = requestLineSchemas[kind]
  const parsed = parseWithProblems(schema, value, [kind])
  if (!parsed.ok) throw new AppError('request.invalid', { method: kind, problems: parsed.problems })
  return parsed.value as RequestOf<Kind>
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const rule = msg('rule.jsonLine')
    throw invalidLine(text, rule)
  }
}

function invalidLine(line: unknown, rule: MessageDescriptor): AppError {
  return new AppError('request.invalid', { method: 'line', problems: [broken([], line, rule)] })
}

/**
 * The error of a line in the words of problems: field, value, rule.
 * @param line its number
 * @param kind what it wanted; null where that is not known
 */
function errorAnswer(thrown: unknown, line: number, kind: RequestKind | null): ErrorAnswer {
  const error = toAppError(thrown)
  const problems = problemsOf(error, kind)
  const [first = asAWhole(error)] = problems
  return { error: { code: error.code, ...first, line, ...(problems.length > 1 && { problems }) } }
}

function problemsOf(error: AppError, kind: RequestKind | null): readonly FieldProblem[] {
  if (isAppError(error, 'request.invalid') || isAppError(error, 'specification.invalid')) {
    return error.detail.problems.map(({ path, value, rule }) => ({
      field: formatPath(path),
      value,
      rule,
    }))
  }
  const field = `${kind ?? ''}.trial`
  if (isAppError(error, 'trial.notFound')) {
    return [{ field, value: error.detail.number, rule: msg('rule.askedTrial') }]
  }
  if (isAppError(error, 'trial.finished')) {
    const { number, state } = error.detail
    return [{ field, value: number, rule: msg('rule.alreadyFinished', { state }) }]
  }
  return [asAWhole(error)]
}

function asAWhole(error: AppError): FieldProblem {
  return { field: '', value: null, rule: errorMessage(error) }
}
