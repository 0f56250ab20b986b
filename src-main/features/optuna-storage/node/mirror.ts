import {
  decodeOptunaValue,
  type OptunaAttributes,
  optunaStates,
  type OptunaStudy,
  type OptunaTrial,
} from '../../../interop/optuna/optuna-rows.ts'
import { readOptunaTime } from '../../../interop/optuna/optuna-time.ts'
import { msg } from '../../../core/errors/message.ts'
import { invalidData } from '../../../core/errors/invalid-data.ts'
import type { OptunaClient } from './client.ts'
import { formatLocalTime } from './local-time.ts'
import { type TextEntry, wholeOf, type WireTrial } from './wire.ts'

/** Beside each trial that is mirrored: its number in the file. */
export const NUMBER_KEY = 'tunewright:number_in_file'
/** And when it began there, by which it is known again. */
const START_KEY = 'tunewright:start_in_file'
/** Beside each study that is mirrored: its file. Others may have the same name. */
export const FILE_KEY = 'tunewright:file'

/** What the port has of a trial. */
interface Seen {
  readonly trialId: number
  /** As the file said it; null where it had not begun. */
  readonly start: string | null
  state: OptunaTrial['state']
  readonly parameters: Set<string>
  readonly reports: Map<number, number>
  readonly user: Map<string, string>
  readonly system: Map<string, string>
}

interface ReadFile {
  readonly libraryVersion: string | null
  readonly studies: readonly OptunaStudy[]
}

interface SeenStudy {
  readonly studyId: number
  readonly user: Map<string, string>
  readonly system: Map<string, string>
  /** By number in the file. */
  readonly trials: Map<number, Seen>
}

/** Does at a port what the program of a growing file has done since the last look. */
export class OptunaMirror {
  readonly #client: OptunaClient
  readonly #file: string
  /** By name in the file. */
  readonly #studies = new Map<string, SeenStudy>()

  /** @param file absolute */
  constructor(client: OptunaClient, file: string) {
    this.#client = client
    this.#file = file
  }

  /**
   * @param file as it is now
   * @throws AppError `data.invalid` where a file was made anew under its name, and what the port answers
   */
  async take({ studies, libraryVersion }: ReadFile): Promise<void> {
    // Before Optuna 5 times are local already.
    const isUtc = Number.parseInt(libraryVersion ?? '5', 10) >= 5
    for (const study of studies) {
      const seen = this.#studies.get(study.name) ?? (await this.#open(study))
      this.#studies.set(study.name, seen)
      await this.#takeAttributes('Study', seen.studyId, seen, study)
      for (const trial of study.trials) await this.#takeTrial(seen, trial, isUtc)
    }
  }

  async #open({ name, directions }: OptunaStudy): Promise<SeenStudy> {
    const { studies } = await this.#client.ask('GetAllStudies', {})
    const byName = new Map(studies.map(study => [study.studyName, study]))
    const isOther = (studyName: string): boolean => {
      const sameNamed = byName.get(studyName)
      return (
        sameNamed !== undefined &&
        toMap(sameNamed.systemAttributes).get(FILE_KEY) !== JSON.stringify(this.#file)
      )
    }
    let studyName = name
    for (let count = 2; isOther(studyName); count++) studyName = `${name} ${count}`
    const storedStudy = byName.get(studyName)
    if (storedStudy === undefined) {
      const named = directions.map(direction => (direction === 'MAXIMIZE' ? 1 : 0))
      const created = await this.#client.ask('CreateNewStudy', { studyName, directions: named })
      const studyId = wholeOf(created.studyId)
      const mark = { id: studyId, key: FILE_KEY, value: JSON.stringify(this.#file) }
      await this.#client.ask('SetStudySystemAttribute', mark)
      const attributes = { user: new Map<string, string>(), system: new Map<string, string>() }
      return { studyId, ...attributes, trials: new Map() }
    }
    const studyId = wholeOf(storedStudy.studyId)
    const request = { studyId, includedTrialIds: [], trialIdGreaterThan: -1 }
    const { trials } = await this.#client.ask('GetTrials', request)
    return {
      studyId,
      user: toMap(storedStudy.userAttributes),
      system: toMap(storedStudy.systemAttributes),
      trials: new Map(trials.flatMap(trial => seenOf(trial) ?? [])),
    }
  }

  async #takeTrial(study: SeenStudy, trial: OptunaTrial, isUtc: boolean): Promise<void> {
    const seen = study.trials.get(trial.number)
    if (seen === undefined || wasAbandoned(seen, trial)) {
      const request = {
        studyId: study.studyId,
        templateTrial: toWire(trial, isUtc),
        templateTrialIsNone: false,
      }
      const { trialId } = await this.#client.ask('CreateNewTrial', request)
      study.trials.set(trial.number, seenAs(wholeOf(trialId), trial))
      return
    }
    const { trialId } = seen
    if (seen.start !== null && seen.start !== trial.start) {
      throw invalidData(
        this.#file,
        `trials.${trial.number}.start`,
        trial.start,
        msg('rule.optuna.sameTrial'),
      )
    }
    if (isOver(seen.state)) return
    if (seen.state === 'WAITING' && trial.state !== 'WAITING') {
      await this.#setState(seen, 'RUNNING', [])
    }
    for (const { name, value, distribution } of trial.parameters) {
      if (seen.parameters.has(name)) continue
      const request = { trialId, paramName: name, paramValueInternal: value, distribution }
      await this.#client.ask('SetTrialParameter', request)
      seen.parameters.add(name)
    }
    for (const { step, ...value } of trial.intermediate) {
      const number = decodeOptunaValue(value)
      if (Object.is(seen.reports.get(step), number)) continue
      const request = { trialId, step, intermediateValue: number }
      await this.#client.ask('SetTrialIntermediateValue', request)
      seen.reports.set(step, number)
    }
    await this.#takeAttributes('Trial', trialId, seen, trial)
    if (seen.state !== trial.state) {
      await this.#setState(seen, trial.state, trial.values.map(decodeOptunaValue))
    }
  }

  async #setState(seen: Seen, state: OptunaTrial['state'], values: readonly number[]) {
    const request = { trialId: seen.trialId, state: optunaStates.indexOf(state), values }
    await this.#client.ask('SetTrialStateValues', request)
    seen.state = state
  }

  async #takeAttributes(
    owner: 'Study' | 'Trial',
    id: number,
    seen: Pick<Seen, 'user' | 'system'>,
    now: { readonly userAttributes: OptunaAttributes; readonly systemAttributes: OptunaAttributes },
  ): Promise<void> {
    for (const kind of ['User', 'System'] as const) {
      const sent = kind === 'User' ? seen.user : seen.system
      const wanted = kind === 'User' ? now.userAttributes : now.systemAttributes
      for (const [key, value] of Object.entries(wanted)) {
        if (sent.get(key) === value) continue
        await this.#client.ask(`Set${owner}${kind}Attribute`, { id, key, value })
        sent.set(key, value)
      }
    }
  }
}

function isOver(state: OptunaTrial['state']): boolean {
  return state !== 'RUNNING' && state !== 'WAITING'
}

/** A person here did not wait for it, and now it has a result: trials that ended stay as they are, and another one tells it. */
function wasAbandoned(seen: Seen, { state }: OptunaTrial): boolean {
  return seen.state === 'FAIL' && (state === 'COMPLETE' || state === 'PRUNED')
}

function toMap(entries: readonly TextEntry[]): Map<string, string> {
  return new Map(entries.map(({ key, value }) => [key, value]))
}

/** Null for a trial that is not of a file, such as a point that a person queued. */
function seenOf(trial: WireTrial): readonly (readonly [number, Seen])[] | null {
  const system = toMap(trial.systemAttributes)
  const number = system.get(NUMBER_KEY)
  if (number === undefined) return null
  const start = system.get(START_KEY)
  const seen = {
    trialId: wholeOf(trial.trialId),
    start: start === undefined ? null : String(JSON.parse(start)),
    state: optunaStates[trial.state] ?? 'FAIL',
    parameters: new Set(trial.params.map(({ key }) => key)),
    reports: new Map(trial.intermediateValues.map(({ key, value }) => [wholeOf(key), value])),
    user: toMap(trial.userAttributes),
    system,
  }
  return [[Number(number), seen]]
}

function seenAs(trialId: number, trial: OptunaTrial): Seen {
  const { state, start, parameters, intermediate, userAttributes, systemAttributes } = trial
  return {
    trialId,
    state,
    start,
    parameters: new Set(parameters.map(({ name }) => name)),
    reports: new Map(intermediate.map(({ step, ...value }) => [step, decodeOptunaValue(value)])),
    user: new Map(Object.entries(userAttributes)),
    system: new Map(Object.entries(systemAttributes)),
  }
}

function toWire(trial: OptunaTrial, isUtc: boolean): WireTrial {
  const entries = (attributes: OptunaAttributes): TextEntry[] =>
    Object.entries(attributes).map(([key, value]) => ({ key, value }))
  const time = (text: string | null): string => {
    const timeMs = text === null || !isUtc ? null : readOptunaTime(text)
    return timeMs === null ? (text ?? '') : formatLocalTime(timeMs)
  }
  const markers = [
    { key: NUMBER_KEY, value: String(trial.number) },
    ...(trial.start === null ? [] : [{ key: START_KEY, value: JSON.stringify(trial.start) }]),
  ]
  return {
    trialId: 0,
    number: trial.number,
    state: optunaStates.indexOf(trial.state),
    values: isOver(trial.state) ? trial.values.map(decodeOptunaValue) : [],
    datetimeStart: time(trial.start),
    datetimeComplete: time(trial.complete),
    params: trial.parameters.map(({ name, value }) => ({ key: name, value })),
    distributions: trial.parameters.map(({ name, distribution }) => ({
      key: name,
      value: distribution,
    })),
    userAttributes: entries(trial.userAttributes),
    systemAttributes: [...entries(trial.systemAttributes), ...markers],
    intermediateValues: trial.intermediate.map(({ step, ...value }) => ({
      key: step,
      value: decodeOptunaValue(value),
    })),
  }
}
