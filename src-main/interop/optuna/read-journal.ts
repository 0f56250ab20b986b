import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import { isObject, type JsonValue } from '../../core/values/json.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import { parsePythonJson, writePythonJson } from '../python-json.ts'
import {
  encodeOptunaValue,
  type OptunaAttributes,
  type OptunaParameter,
  type OptunaState,
  optunaStates,
  type OptunaStudy,
  type OptunaTrial,
  type OptunaValue,
} from './optuna-rows.ts'
import { formatOptunaTime } from './optuna-time.ts'

/**
 * Journals of Optuna: one operation a line, the same from 3.1 to 5.0 (`optuna/storages/journal/_storage.py`, `JournalOperation`). A Redis server
 * keeps the same lines under keys that end in `:log:NUMBER`; redis-dump writes one JSON object for each key.
 */
const operations = {
  createStudy: 0,
  deleteStudy: 1,
  setStudyUserAttribute: 2,
  setStudySystemAttribute: 3,
  createTrial: 4,
  setTrialParameter: 5,
  setTrialStateValues: 6,
  setTrialIntermediateValue: 7,
  setTrialUserAttribute: 8,
  setTrialSystemAttribute: 9,
  // Written by Rustuna alone; Optuna passes it over.
  discardTrials: 10,
} as const

const directions = ['NOT_SET', 'MINIMIZE', 'MAXIMIZE'] as const
const finished: readonly OptunaState[] = ['COMPLETE', 'PRUNED', 'FAIL']

type Log = Readonly<Record<string, JsonValue>>
type Writable<T> = { -readonly [Key in keyof T]: T[Key] }
type Trial = Writable<
  Omit<
    OptunaTrial,
    'number' | 'parameters' | 'intermediate' | 'userAttributes' | 'systemAttributes'
  >
> & {
  readonly parameters: Map<string, OptunaParameter>
  readonly intermediate: Map<number, OptunaValue>
  readonly userAttributes: Record<string, string>
  readonly systemAttributes: Record<string, string>
}
interface Study {
  readonly name: string
  readonly directions: OptunaStudy['directions']
  readonly userAttributes: Record<string, string>
  readonly systemAttributes: Record<string, string>
  readonly trials: Trial[]
}

/** Whether a text begins as a journal does, or as a dump of Redis that holds one. */
export function looksLikeJournal(head: string): boolean {
  return (
    /^\{.*\\?"op_code\\?": ?\d/.test(head) || /^\{.*"key": ?"[^"]*:log(?:_number|:\d+)"/.test(head)
  )
}

/**
 * The studies that a journal describes at its end. An operation that breaks Optuna's own rules changes nothing there: a name that is taken, a
 * trial that has ended.
 * @throws ForeignFileError naming the line
 */
export function readJournal(text: string): OptunaStudy[] {
  const journal = new Journal()
  for (const { line, log } of logsOf(text)) journal.apply(log, line)
  return journal.studies()
}

interface NumberedLog {
  /** Of the file, from 1. */
  readonly line: number
  readonly log: Log
}

function logsOf(text: string): readonly NumberedLog[] {
  const lines = text.split('\n')
  const logs: (NumberedLog & { readonly order: number })[] = []
  const last = lines.findLastIndex(line => line.trim() !== '')
  for (const [at, content] of lines.entries()) {
    if (content.trim() === '') continue
    const line = at + 1
    const value = parsePythonJson(content)
    // The program may be writing it, or was killed while it did.
    if (value === undefined && at === last) continue
    if (!isObject(value)) throw new ForeignFileError('line', content, msg('rule.jsonLine'), line)
    if ('op_code' in value) {
      logs.push({ line, log: value, order: at })
      continue
    }
    const { key, value: entry } = value
    const [, order] = (typeof key === 'string' && /:log:(\d+)$/.exec(key)) || []
    if (order === undefined) continue
    const log = typeof entry === 'string' ? parsePythonJson(entry) : undefined
    if (!isObject(log)) throw new ForeignFileError('value', entry, msg('rule.jsonLine'), line)
    logs.push({ line, log, order: Number(order) })
  }
  return logs.sort((a, b) => a.order - b.order)
}

class Journal {
  readonly #studies = new Map<number, Study>()
  readonly #trials: { readonly study: Study; readonly trial: Trial }[] = []
  #nextStudy = 0

  studies(): OptunaStudy[] {
    return [...this.#studies.values()].map(study => ({
      ...study,
      trials: study.trials.map((trial, number) => ({
        ...trial,
        number,
        parameters: [...trial.parameters.values()],
        intermediate: [...trial.intermediate]
          .sort(([a], [b]) => a - b)
          .map(([step, value]) => ({ step, ...value })),
      })),
    }))
  }

  apply(log: Log, line: number): void {
    const read = new Fields(log, line)
    switch (log['op_code']) {
      case operations.createStudy:
        this.#createStudy(read)
        return
      case operations.deleteStudy:
        this.#studies.delete(read.whole('study_id'))
        return
      case operations.setStudyUserAttribute:
        Object.assign(this.#study(read)?.userAttributes ?? {}, read.attributes('user_attr'))
        return
      case operations.setStudySystemAttribute:
        Object.assign(this.#study(read)?.systemAttributes ?? {}, read.attributes('system_attr'))
        return
      case operations.createTrial:
        this.#createTrial(read)
        return
      case operations.discardTrials:
        return
      default:
        this.#applyToTrial(log, read)
    }
  }

  #applyToTrial(log: Log, read: Fields): void {
    const trial = this.#openTrial(read)
    switch (log['op_code']) {
      case operations.setTrialParameter: {
        const name = read.text('param_name')
        const value = read.number('param_value_internal')
        trial?.parameters.set(name, { name, value, distribution: read.text('distribution') })
        return
      }
      case operations.setTrialStateValues:
        if (trial !== undefined) setState(trial, read)
        return
      case operations.setTrialIntermediateValue:
        trial?.intermediate.set(
          read.whole('step'),
          encodeOptunaValue(read.number('intermediate_value')),
        )
        return
      case operations.setTrialUserAttribute:
        Object.assign(trial?.userAttributes ?? {}, read.attributes('user_attr'))
        return
      case operations.setTrialSystemAttribute:
        Object.assign(trial?.systemAttributes ?? {}, read.attributes('system_attr'))
        return
      default:
        read.refuse('op_code', msg('rule.oneOf', { values: Object.values(operations) }))
    }
  }

  #study(read: Fields): Study | undefined {
    return this.#studies.get(read.whole('study_id'))
  }

  /** Undefined for one that is unknown or has ended: nothing is written to it. */
  #openTrial(read: Fields): Trial | undefined {
    const trial = this.#trials[read.whole('trial_id')]?.trial
    return trial === undefined || finished.includes(trial.state) ? undefined : trial
  }

  #createStudy(read: Fields): void {
    const name = read.text('study_name')
    if ([...this.#studies.values()].some(study => study.name === name)) return
    this.#studies.set(this.#nextStudy++, {
      name,
      directions: read
        .list('directions')
        .map(
          direction =>
            directions[Number(direction)] ??
            read.refuse('directions', msg('rule.oneOf', { values: [0, 1, 2] })),
        ),
      userAttributes: emptyAttributes(),
      systemAttributes: emptyAttributes(),
      trials: [],
    })
  }

  #createTrial(read: Fields): void {
    const study = this.#study(read)
    if (study === undefined) return
    const distributions = read.object('distributions')
    const trial: Trial = {
      state: read.has('state') ? read.state() : 'RUNNING',
      start: read.time('datetime_start'),
      complete: read.time('datetime_complete'),
      parameters: new Map(
        Object.entries(read.object('params')).map(([name, value]) => [
          name,
          { name, value: Number(value), distribution: textOf(ownValue(distributions, name)) },
        ]),
      ),
      values: read.values(),
      intermediate: new Map(
        Object.entries(read.object('intermediate_values')).map(([step, value]) => [
          Number(step),
          encodeOptunaValue(Number(value)),
        ]),
      ),
      userAttributes: Object.assign(emptyAttributes(), read.attributes('user_attrs')),
      systemAttributes: Object.assign(emptyAttributes(), read.attributes('system_attrs')),
    }
    study.trials.push(trial)
    this.#trials.push({ study, trial })
  }
}

/** Any name is free in it. */
function emptyAttributes(): Record<string, string> {
  return Object.create(null) as Record<string, string>
}

function setState(trial: Trial, read: Fields): void {
  const state = read.state()
  // Another process took it first.
  if (state === 'RUNNING' && trial.state === 'RUNNING') return
  trial.state = state
  if (state === 'RUNNING') trial.start = read.time('datetime_start')
  if (finished.includes(state)) trial.complete = read.time('datetime_complete')
  const values = read.values()
  if (values.length > 0) trial.values = values
}

/** Fields of one operation, each checked for its kind. */
class Fields {
  readonly #log: Log
  readonly #line: number

  constructor(log: Log, line: number) {
    this.#log = log
    this.#line = line
  }

  has(name: string): boolean {
    return ownValue(this.#log, name) !== undefined && ownValue(this.#log, name) !== null
  }

  whole(name: string): number {
    const value = ownValue(this.#log, name)
    return Number.isSafeInteger(value) ? (value as number) : this.refuse(name, msg('rule.whole'))
  }

  number(name: string): number {
    const value = toNumber(ownValue(this.#log, name))
    return value ?? this.refuse(name, msg('rule.number'))
  }

  text(name: string): string {
    const value = ownValue(this.#log, name)
    if (typeof value === 'string') return value
    return this.refuse(name, msg('rule.type', { expected: msg('kind.text') }))
  }

  list(name: string): readonly JsonValue[] {
    const value = ownValue(this.#log, name)
    if (Array.isArray(value)) return value as readonly JsonValue[]
    return this.refuse(name, msg('rule.type', { expected: msg('kind.list') }))
  }

  /** Empty where it is absent. */
  object(name: string): Log {
    const value = ownValue(this.#log, name) ?? {}
    return isObject(value)
      ? value
      : this.refuse(name, msg('rule.type', { expected: msg('kind.mapping') }))
  }

  state(): OptunaState {
    const rule = msg('rule.oneOf', { values: optunaStates.map((_, at) => at) })
    return optunaStates[this.whole('state')] ?? this.refuse('state', rule)
  }

  /** Empty where there are none. */
  values(): readonly OptunaValue[] {
    const values = this.has('values')
      ? this.list('values')
      : this.has('value')
        ? [this.#log['value']]
        : []
    return values.map(value =>
      encodeOptunaValue(toNumber(value) ?? this.refuse('values', msg('rule.number'))),
    )
  }

  attributes(name: string): OptunaAttributes {
    return Object.fromEntries(
      Object.entries(this.object(name)).map(([key, value]) => [key, writePythonJson(value)]),
    )
  }

  /** As the tables have it; without a zone taken as UTC, as there. */
  time(name: string): string | null {
    if (!this.has(name)) return null
    const text = this.text(name)
    const timeMs = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
    return Number.isNaN(timeMs) ? null : formatOptunaTime(timeMs)
  }

  refuse(name: string, rule: ReturnType<typeof msg>): never {
    throw new ForeignFileError(name, ownValue(this.#log, name) ?? null, rule, this.#line)
  }
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** NaN and infinities are texts, as {@link parsePythonJson} reads them. */
function toNumber(value: JsonValue | undefined): number | null {
  if (typeof value === 'number') return value
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : null
}
