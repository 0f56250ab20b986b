import { ownValue, setOwnValue } from '../../../core/values/named-values.ts'
import { status } from '@grpc/grpc-js'
import { msg } from '../../../core/errors/message.ts'
import {
  type OptunaChange,
  type OptunaEntry,
  type OptunaTrialHead,
  optunaTrialStates,
} from '../../../core/storage/optuna-storage.ts'
import { type Goal, studySpecificationSchema } from '../../../core/study/study-specification.ts'
import { shownStudyName } from '../../../interop/optuna/from-optuna.ts'
import type { OptunaParameter } from '../../../interop/optuna/optuna-rows.ts'
import { usersAttributes } from '../../../interop/optuna/read-optuna-trial.ts'
import { parsePythonJson } from '../../../interop/python-json.ts'
import { deriveSeed } from '../../../math/random/stream.ts'
import type { OptunaTables } from '../../../platform/storage/optuna-tables.ts'
import { bytesOf, EntryCount, entryLimits, type EntryLimits } from './entry-bytes.ts'
import { LiveStudy } from './live-study.ts'
import { LiveTrial, parameterEntry, type ConnectedClient } from './live-trial.ts'
import { formatLocalTime, readLocalTime } from './local-time.ts'
import { Refusal } from './refusal.ts'

/** A trial as a program hands it over whole. */
export interface TrialTemplate {
  readonly head: OptunaTrialHead
  readonly parameters: readonly OptunaParameter[]
  readonly entries: readonly OptunaEntry[]
  readonly reports: readonly { readonly step: number; readonly value: number }[]
}

export interface MemoryOptions {
  /** Reads what is on disk. */
  readonly tables: OptunaTables
  readonly record: (change: OptunaChange) => void
  readonly now: () => number
  /** Default: {@link entryLimits}. */
  readonly limits?: EntryLimits
}

/** Characters of a name or a key of an attribute. */
const MAX_KEY_LENGTH = 2_048

type Kind = 'user' | 'system'

/**
 * Studies and trials as Optuna's programs see them (the contract of `optuna/storages/_base.py`). Every change is in force here at
 * once, and recorded; whoever answers waits until it is on disk. Trials of a study are read when somebody asks for one.
 */
export class OptunaMemory {
  readonly #options: MemoryOptions
  readonly #studies = new Map<number, LiveStudy>()
  /** Id of a study to its id in our tables, while its trials have not been read. */
  readonly #unread = new Map<number, number>()
  readonly #trials = new Map<number, LiveTrial>()
  readonly #lastIds: { study: number; trial: number }
  readonly #entryCount: EntryCount

  constructor(options: MemoryOptions) {
    this.#options = options
    const { limits = entryLimits, tables, now } = options
    this.#entryCount = new EntryCount(limits, () => tables.entryBytes(), now)
    this.#lastIds = { ...options.tables.lastIds() }
    this.#readStudies()
  }

  /** Knows only what is on disk. Ids that were given away meanwhile never come again. */
  forgetAll(): void {
    this.#studies.clear()
    this.#trials.clear()
    this.#unread.clear()
    this.#entryCount.reset()
    this.#readStudies()
  }

  all(): LiveStudy[] {
    return [...this.#studies.values()]
  }

  createStudy(name: string, directions: readonly Goal['direction'][]): LiveStudy {
    this.#checkKey(name)
    if (directions.length === 0) throw refuse(status.INVALID_ARGUMENT, 'directions', 0)
    if (this.#named(name) !== undefined) {
      throw new Refusal(status.ALREADY_EXISTS, msg('optuna.studyExists', { name }))
    }
    const id = ++this.#lastIds.study
    const study = new LiveStudy({ id, name, directions, attributes: [] })
    this.#studies.set(id, study)
    const { goals } = study.shape
    const specification = studySpecificationSchema.parse({
      name: shownStudyName(name),
      objective: { external: true },
      goals,
      space: {},
      stop: {},
    })
    this.#options.record({ type: 'study.created', id, name, directions, specification })
    return study
  }

  deleteStudy(study: LiveStudy): void {
    this.forget(study)
    this.#options.record({ type: 'study.deleted', study: study.id })
  }

  /** Its programs do not see it any more. */
  forget(study: LiveStudy): void {
    for (const trial of study.trials) {
      this.#trials.delete(trial.id)
      trial.client?.trials.delete(trial)
    }
    for (const client of study.clients) client.studies.delete(study.id)
    this.#studies.delete(study.id)
    this.#unread.delete(study.id)
  }

  /** A study that its program deleted, or that lay in the bin, is seen again. @returns false where its name has been given away */
  restore(studyId: number): boolean {
    const stored = this.#options.tables.storedStudy(studyId)
    if (stored === null || this.#named(stored.name) !== undefined) return false
    this.#studies.set(stored.id, new LiveStudy(stored))
    this.#unread.set(stored.id, studyId)
    if (stored.isDeleted) this.#options.record({ type: 'study.returned', study: stored.id })
    return true
  }

  /** @param client null: it is a person who does */
  setStudyAttribute(
    study: LiveStudy,
    { kind, key, value }: { readonly kind: Kind; readonly key: string; readonly value: string },
    client: ConnectedClient | null,
  ): void {
    this.#checkAttribute(key, value)
    const addedBytes = bytesOf({ key, value }, ownValue(study.attributes[kind], key))
    this.#entryCount.add(study, 'studyAttributes', addedBytes, client !== null)
    setOwnValue(study.attributes[kind], key, value)
    const userAttributes = kind === 'user' ? (usersAttributes(study.attributes.user) ?? {}) : null
    this.#options.record({
      type: 'study.attribute',
      study: study.id,
      kind,
      key,
      value,
      ...(userAttributes === null ? {} : { shown: userAttributes }),
    })
    if (kind === 'system' && key === 'study:metric_names') this.#reshape(study, study.lookAgain())
  }

  study(id: number): LiveStudy {
    const study = this.#studies.get(id)
    if (study === undefined) throw unknown('study', id)
    const studyId = this.#unread.get(id)
    if (studyId !== undefined) {
      this.#unread.delete(id)
      this.#readTrials(study, studyId)
    }
    return study
  }

  studyNamed(name: string): LiveStudy {
    const study = this.#named(name)
    if (study === undefined) throw unknown('study', name)
    return study
  }

  trial(id: number): LiveTrial {
    const trial = this.#trials.get(id) ?? this.#findUnread(id)
    if (trial === undefined) throw unknown('trial', id)
    return trial
  }

  /** It has not been deleted with its study. */
  has(trial: LiveTrial): boolean {
    return this.#trials.get(trial.id) === trial
  }

  trialOf(study: LiveStudy, number: number): LiveTrial {
    const trial = study.trials[number]
    if (trial === undefined) throw unknown('trial', number)
    return trial
  }

  createTrial(
    study: LiveStudy,
    template: TrialTemplate | null,
    client: ConnectedClient | null,
    queuedPoint?: number,
  ): LiveTrial {
    const { now, record } = this.#options
    const atMs = now()
    const id = ++this.#lastIds.trial
    const number = study.trials.length
    const head = template?.head ?? { ...running, started: formatLocalTime(atMs) }
    const entries = template?.entries ?? []
    const reports = template?.reports ?? []
    for (const { key, value } of entries) this.#checkAttribute(key, value)
    const stored = [...entries, ...(template?.parameters ?? []).map(parameterEntry)]
    const storedBytes = stored.reduce((sum, entry) => sum + bytesOf(entry), 0)
    this.#entryCount.add(study, 'trials', storedBytes, client !== null)
    const trial = new LiveTrial(study, { id, number, head, entries, reports })
    for (const parameter of template?.parameters ?? []) {
      study.learn(parameter)
      trial.setParameter(parameter)
    }
    study.trials.push(trial)
    this.#trials.set(id, trial)
    this.#reshape(study, trial.parameters.length > 0 && study.reshape(trial))
    const completedAtMs = readLocalTime(trial.completed)
    const startedAtMs = readLocalTime(trial.started) ?? completedAtMs ?? atMs
    record({
      type: 'trial.created',
      study: study.id,
      id,
      number,
      head,
      reports,
      entries: [...entries, ...trial.parameters.map(parameterEntry)],
      parameters: study.assignmentOf(trial),
      seed: deriveSeed({ seed: 0, number, purpose: 'trial' }),
      startedAtMs,
      end: trial.isFinished ? study.endOf(trial, completedAtMs ?? startedAtMs) : null,
      ...(queuedPoint === undefined ? {} : { queuedPoint }),
    })
    this.touch(trial, client)
    return trial
  }

  setParameter(trial: LiveTrial, parameter: OptunaParameter, client: ConnectedClient | null): void {
    this.#checkOpen(trial)
    this.#checkKey(parameter.name)
    const study = this.study(trial.studyId)
    if (!study.allows(parameter)) {
      const reason = msg('optuna.distributionChanged', { name: parameter.name })
      throw new Refusal(status.INVALID_ARGUMENT, reason)
    }
    const before = trial.parameters.find(({ name }) => name === parameter.name)
    const valueBefore = before === undefined ? undefined : parameterEntry(before).value
    const addedBytes = bytesOf(parameterEntry(parameter), valueBefore)
    this.#entryCount.add(study, 'trials', addedBytes, client !== null)
    this.touch(trial, client)
    const isNew = !study.kinds.has(parameter.name)
    study.learn(parameter)
    trial.setParameter(parameter)
    this.#reshape(study, isNew && study.lookAgain())
    this.#options.record({
      type: 'trial.entry',
      trial: trial.id,
      entry: parameterEntry(parameter),
      parameters: study.assignmentOf(trial),
    })
  }

  report(trial: LiveTrial, step: number, value: number, client: ConnectedClient | null): void {
    this.#checkOpen(trial)
    this.touch(trial, client)
    trial.reports.set(step, value)
    this.#options.record({ type: 'trial.report', trial: trial.id, step, value })
  }

  setAttribute(
    trial: LiveTrial,
    { kind, key, value }: { readonly kind: Kind; readonly key: string; readonly value: string },
    client: ConnectedClient | null,
  ): void {
    this.#checkOpen(trial)
    this.#checkAttribute(key, value)
    const attributes = kind === 'user' ? trial.userAttributes : trial.systemAttributes
    const addedBytes = bytesOf({ key, value }, ownValue(attributes, key))
    this.#entryCount.add(this.study(trial.studyId), 'trials', addedBytes, client !== null)
    this.touch(trial, client)
    setOwnValue(attributes, key, value)
    const isFixed = kind === 'system' && key === 'fixed_params'
    this.#options.record({
      type: 'trial.entry',
      trial: trial.id,
      entry: { kind, key, value },
      ...(isFixed ? { parameters: this.study(trial.studyId).assignmentOf(trial) } : {}),
    })
  }

  /** @returns false for a trial that another program has begun */
  setState(
    trial: LiveTrial,
    state: OptunaTrialHead['state'],
    values: readonly number[],
    client: ConnectedClient | null,
  ): boolean {
    this.#checkOpen(trial)
    if (state === 'RUNNING' && trial.state !== 'WAITING') return false
    const study = this.study(trial.studyId)
    const atMs = this.#options.now()
    trial.state = state
    if (values.length > 0) trial.measured = values
    if (state === 'RUNNING') trial.started = formatLocalTime(atMs)
    if (trial.isFinished) {
      trial.completed = formatLocalTime(atMs)
      trial.isLost = false
      trial.client?.trials.delete(trial)
      trial.client = null
      this.#reshape(study, study.reshape(trial))
    }
    const end = trial.isFinished ? study.endOf(trial, atMs) : null
    this.#options.record({ type: 'trial.state', trial: trial.id, head: trial.head, end })
    this.touch(trial, client)
    return true
  }

  /** A program works on it. @param client null: it is a person who does */
  touch(trial: LiveTrial, client: ConnectedClient | null): void {
    if (client === null) return
    const study = this.study(trial.studyId)
    client.studies.add(study.id)
    if (study.clients.size === 0) this.#options.record({ type: 'study.joined', study: study.id })
    study.clients.add(client)
    if (trial.state !== 'RUNNING') return
    if (trial.isLost) {
      trial.isLost = false
      this.#options.record({ type: 'trial.found', trial: trial.id })
    }
    if (trial.client === client) return
    trial.client?.trials.delete(trial)
    trial.client = client
    client.trials.add(trial)
  }

  /** A connection is gone: trials that it ran are lost, until somebody speaks of them again. @returns those */
  leave(client: ConnectedClient): LiveTrial[] {
    const lost = [...client.trials].filter(trial => trial.state === 'RUNNING')
    for (const trial of lost) {
      trial.client = null
      trial.isLost = true
      this.#options.record({ type: 'trial.lost', trial: trial.id })
    }
    for (const id of client.studies) {
      const study = this.#studies.get(id)
      study?.clients.delete(client)
      if (study === undefined || study.clients.size > 0) continue
      this.#reshape(study, study.reshape())
      this.#options.record({ type: 'study.left', study: study.id })
    }
    return lost
  }

  #reshape(study: LiveStudy, isNew: boolean): void {
    if (!isNew) return
    const { goals, constraints, space } = study.shape
    this.#options.record({
      type: 'study.shape',
      study: study.id,
      goals: [...goals],
      space,
      constraints: [...constraints],
    })
  }

  #named(name: string): LiveStudy | undefined {
    return this.all().find(study => study.name === name)
  }

  #readStudies(): void {
    for (const study of this.#options.tables.studies()) {
      this.#studies.set(study.id, new LiveStudy(study))
      this.#unread.set(study.id, study.studyId)
    }
  }

  #readTrials(study: LiveStudy, studyId: number): void {
    for (const stored of this.#options.tables.trials(studyId)) {
      const trial = new LiveTrial(study, stored)
      for (const parameter of trial.parameters) study.learn(parameter)
      for (const entry of stored.entries) study.entryBytes.trials += bytesOf(entry)
      trial.isLost = trial.state === 'RUNNING'
      study.trials.push(trial)
      this.#trials.set(trial.id, trial)
    }
    study.lookAgain()
  }

  #findUnread(id: number): LiveTrial | undefined {
    const studyId = this.#options.tables.idsOf.get(id)?.studyId
    const [study] = [...this.#unread].find(([, unreadId]) => unreadId === studyId) ?? []
    if (study === undefined) return undefined
    this.study(study)
    return this.#trials.get(id)
  }

  #checkOpen(trial: LiveTrial): void {
    if (!trial.isFinished) return
    const reason = msg('optuna.trialFinished', { trial: trial.number })
    throw new Refusal(status.FAILED_PRECONDITION, reason)
  }

  #checkAttribute(key: string, value: string): void {
    this.#checkKey(key)
    if (parsePythonJson(value) === undefined) throw refuse(status.INVALID_ARGUMENT, key, value)
  }

  #checkKey(key: string): void {
    if (key.length > MAX_KEY_LENGTH) throw refuse(status.INVALID_ARGUMENT, 'key', key)
  }
}

const running = { state: optunaTrialStates[0], completed: '', values: [] } as const

function unknown(what: 'study' | 'trial', value: number | string): Refusal {
  return new Refusal(status.NOT_FOUND, msg(`optuna.unknown.${what}`, { value }))
}

function refuse(code: status, field: string, value: number | string): Refusal {
  return new Refusal(code, msg('optuna.badField', { field, value: String(value).slice(0, 80) }))
}
