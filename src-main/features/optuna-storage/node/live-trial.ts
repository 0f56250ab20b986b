import { setOwnValue } from '../../../core/values/named-values.ts'
import { decodeMetricJson, metricToJson } from '../../../core/trial/metric-value.ts'
import type {
  OptunaEntry,
  OptunaTrialHead,
  OptunaTrialState,
  StoredOptunaTrial,
} from '../../../core/storage/optuna-storage.ts'
import {
  encodeOptunaValue,
  type OptunaParameter,
  type OptunaTrial,
  type OptunaValue,
} from '../../../interop/optuna/optuna-rows.ts'

/** The connection of one client process; a program may have several. */
export interface ConnectedClient {
  /** Ids of the studies that it works on. */
  readonly studies: Set<number>
  /** Trials that it runs. */
  readonly trials: Set<LiveTrial>
}

export type Attributes = Record<string, string>

/** Names of other people: none of them reaches a prototype. */
function noAttributes(): Attributes {
  return Object.create(null) as Attributes
}

/** A trial as its program left it, in the form that the mapping of Optuna's files reads as well. */
export class LiveTrial implements OptunaTrial {
  readonly id: number
  /** Of its study. */
  readonly studyId: number
  readonly #goals: number
  readonly number: number
  state: OptunaTrialState
  started: string
  completed: string
  measured: readonly number[]
  readonly parameters: OptunaParameter[] = []
  readonly reports = new Map<number, number>()
  readonly userAttributes = noAttributes()
  readonly systemAttributes = noAttributes()
  /** The client that runs it; null where none is connected. */
  client: ConnectedClient | null = null
  /** Its client disconnected while it ran. */
  isLost = false
  // Moments are told beside the trial, for their texts are in local time.
  readonly start = null
  readonly complete = null

  /** @param study that it belongs to, and how many goals are shown of it */
  constructor(
    study: { readonly id: number; readonly goalCount: number },
    { id, number, head, entries, reports }: StoredOptunaTrial,
  ) {
    this.studyId = study.id
    this.#goals = study.goalCount
    this.id = id
    this.number = number
    this.state = head.state
    this.started = head.started
    this.completed = head.completed
    this.measured = head.values
    for (const { kind, key, value } of entries) {
      if (kind === 'user') setOwnValue(this.userAttributes, key, value)
      else if (kind === 'system') setOwnValue(this.systemAttributes, key, value)
      else this.setParameter(readParameter(key, value))
    }
    for (const { step, value } of reports) this.reports.set(step, value)
  }

  get isFinished(): boolean {
    return this.state !== 'RUNNING' && this.state !== 'WAITING'
  }

  get head(): OptunaTrialHead {
    const { state, started, completed, measured } = this
    return { state, started, completed, values: measured }
  }

  get values(): OptunaValue[] {
    return this.measured.slice(0, this.#goals).map(encodeOptunaValue)
  }

  get intermediate(): (OptunaValue & { readonly step: number })[] {
    return Array.from(this.reports, ([step, value]) => ({ step, ...encodeOptunaValue(value) }))
  }

  setParameter(parameter: OptunaParameter): void {
    const index = this.parameters.findIndex(({ name }) => name === parameter.name)
    if (index < 0) this.parameters.push(parameter)
    else this.parameters[index] = parameter
  }
}

/** As it is stored. */
export function parameterEntry({ name, value, distribution }: OptunaParameter): OptunaEntry {
  const text = JSON.stringify({ value: metricToJson(value), distribution })
  return { kind: 'parameter', key: name, value: text }
}

function readParameter(name: string, text: string): OptunaParameter {
  const { value, distribution } = JSON.parse(text) as { value: unknown; distribution: string }
  return { name, value: decodeMetricJson(value), distribution }
}
