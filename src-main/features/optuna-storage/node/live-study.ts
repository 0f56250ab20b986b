import { setOwnValue } from '../../../core/values/named-values.ts'
import type { JsonValue } from '../../../core/values/json.ts'
import type { Goal } from '../../../core/study/study-specification.ts'
import type { OptunaTrialEnd, StoredOptunaStudy } from '../../../core/storage/optuna-storage.ts'
import { type Assignment, isFinished } from '../../../core/trial/trial.ts'
import { readDistribution } from '../../../interop/optuna/distribution.ts'
import { type OptunaShape, readShape } from '../../../interop/optuna/from-optuna.ts'
import type { OptunaParameter, OptunaTrial } from '../../../interop/optuna/optuna-rows.ts'
import { readParameters, readTrial } from '../../../interop/optuna/read-optuna-trial.ts'
import { parsePythonJson } from '../../../interop/python-json.ts'
import { bytesOf, type EntryBytes } from './entry-bytes.ts'
import type { Attributes, LiveTrial, ConnectedClient } from './live-trial.ts'

/** Goals that a study can have here; further ones of Optuna are kept and not shown. */
const MAX_GOALS = 8
/** Up to here, every trial that tells something new is looked at together with all others at once. */
const PROMPT_TRIALS = 200
/** Beyond, the number of trials has to grow by this factor. */
const PATIENCE = 1.02

type Kind = OptunaTrial['parameters'][number]

/** A study as its programs see it, and what can be shown of it. */
export class LiveStudy {
  readonly id: number
  readonly name: string
  readonly directions: readonly Goal['direction'][]
  readonly attributes: { readonly user: Attributes; readonly system: Attributes }
  /** By number. */
  readonly trials: LiveTrial[] = []
  readonly clients = new Set<ConnectedClient>()
  readonly entryBytes: EntryBytes = { studyAttributes: 0, trials: 0 }
  /** Parameter to the text of its kind, which stays the same in a study of Optuna. */
  readonly kinds = new Map<string, string>()
  readonly #seen = new Set<string>()
  #shape: OptunaShape | null = null
  #shapeText = ''
  #shapedTrials = 0
  #isStale = false

  constructor({ id, name, directions, attributes }: Omit<StoredOptunaStudy, 'studyId'>) {
    this.id = id
    this.name = name
    this.directions = directions
    this.attributes = {
      user: Object.create(null) as Attributes,
      system: Object.create(null) as Attributes,
    }
    for (const { kind, key, value } of attributes) {
      if (kind !== 'parameter') setOwnValue(this.attributes[kind], key, value)
      this.entryBytes.studyAttributes += bytesOf({ key, value })
    }
  }

  get goalCount(): number {
    return Math.min(this.directions.length, MAX_GOALS)
  }

  get shape(): OptunaShape {
    return (this.#shape ??= this.#readShape())
  }

  /**
   * Looks at the trials again.
   * @param trial that is why; absent: whatever there is
   * @returns whether parameters, goals or constraints look different now
   */
  reshape(trial?: LiveTrial): boolean {
    if (trial !== undefined) {
      const signature = whatItTells(trial)
      if (this.#seen.has(signature)) return false
      this.#seen.add(signature)
      const count = this.trials.length
      if (count > PROMPT_TRIALS && count < this.#shapedTrials * PATIENCE) {
        this.#isStale = true
        return false
      }
    } else if (this.#shape !== null && !this.#isStale) return false
    return this.lookAgain()
  }

  /** At once, for a parameter that no trial had before, or new names of goals. @returns whether anything looks different */
  lookAgain(): boolean {
    this.#shape = this.#readShape()
    this.#isStale = false
    this.#shapedTrials = this.trials.length
    const { goals, constraints, space } = this.#shape
    const text = JSON.stringify({ goals, constraints, space })
    const isNew = text !== this.#shapeText
    this.#shapeText = text
    return isNew
  }

  /** Parameters of a trial as they are shown. */
  assignmentOf(trial: LiveTrial): Assignment {
    return readParameters(trial, this.shape.parameters, this.shape.names)
  }

  /** Parameters of a trial under the names and with the choices of its program; without those that are not understood. */
  ownAssignmentOf({ parameters }: LiveTrial): Record<string, JsonValue> {
    return Object.fromEntries(
      parameters.flatMap(({ name, value, distribution }): [string, JsonValue][] => {
        const read = readOnce(distribution)
        if ('code' in read) return []
        if (read.kind !== 'categorical') return [[name, value]]
        // As they were written: not every choice of Python can be one here.
        const raw = parsePythonJson(distribution) as {
          readonly attributes: { readonly choices: readonly JsonValue[] }
        }
        const choice = raw.attributes.choices[value]
        return choice === undefined ? [] : [[name, choice]]
      }),
    )
  }

  /** How a trial that has ended is shown. */
  endOf(trial: LiveTrial, atMs: number): OptunaTrialEnd {
    const { goals, constraints } = this.shape
    const parameters = this.assignmentOf(trial)
    const read = readTrial(trial, { parameters, goals, constraints, notes: [] })
    return {
      // A trial that has ended is never `interrupted`.
      state: isFinished(read.state) ? read.state : 'failed',
      values: read.values,
      constraints: read.constraints ?? [],
      bestStep: read.bestStep,
      reason: read.reason,
      failure: read.failure,
      parameters,
      provenance: read.provenance,
      atMs,
    }
  }

  /** @returns whether a program may give a parameter this distribution after those of earlier trials */
  allows({ name, distribution }: OptunaParameter): boolean {
    const kind = kindOf(distribution)
    const kindBefore = this.kinds.get(name)
    return kindBefore === undefined || kind === null || kindBefore === kind
  }

  learn({ name, distribution }: OptunaParameter): void {
    const kind = kindOf(distribution)
    if (kind !== null && !this.kinds.has(name)) this.kinds.set(name, kind)
  }

  #readShape(): OptunaShape {
    const directions = this.directions.slice(0, MAX_GOALS)
    return readShape(
      {
        name: this.name,
        directions: directions.map(direction =>
          direction === 'minimize' ? 'MINIMIZE' : 'MAXIMIZE',
        ),
        userAttributes: this.attributes.user,
        systemAttributes: this.attributes.system,
        trials: this.trials.map(trial => shownTrial(trial, this.kinds)),
      },
      [],
    )
  }
}

/** A trial with those parameters that can be shown; the others are kept for its program. */
function shownTrial(trial: LiveTrial, kinds: ReadonlyMap<string, string>): OptunaTrial {
  const isShown = ({ name, value, distribution }: Kind): boolean => {
    const kind = kindOf(distribution)
    return kind !== null && kinds.get(name) === kind && fits(distribution, value)
  }
  if (trial.parameters.every(isShown)) return trial
  return {
    number: trial.number,
    state: trial.state,
    start: null,
    complete: null,
    values: [],
    intermediate: [],
    parameters: trial.parameters.filter(isShown),
    userAttributes: trial.userAttributes,
    systemAttributes: trial.systemAttributes,
  }
}

const readKinds = new Map<string, ReturnType<typeof readDistribution>>()

function readOnce(text: string): ReturnType<typeof readDistribution> {
  const cached = readKinds.get(text)
  if (cached !== undefined) return cached
  if (readKinds.size > 10_000) readKinds.clear()
  const read = readDistribution(text)
  readKinds.set(text, read)
  return read
}

/** The part of a distribution that may not change within a study of Optuna; null for one that is not known. */
function kindOf(text: string): string | null {
  const distribution = readOnce(text)
  if ('code' in distribution) return null
  return distribution.kind === 'categorical'
    ? JSON.stringify(distribution.choices)
    : distribution.kind
}

function fits(text: string, value: number): boolean {
  const distribution = readOnce(text)
  if ('code' in distribution || !Number.isFinite(value)) return false
  if (distribution.kind === 'float') return true
  if (!Number.isSafeInteger(value)) return false
  return !('choices' in distribution) || (value >= 0 && value < distribution.choices.length)
}

/** Trials of which this is the same teach the space nothing. */
function whatItTells({ parameters, systemAttributes }: LiveTrial): string {
  return JSON.stringify([
    parameters.map(({ name, value, distribution }) => {
      const read = readOnce(distribution)
      if ('code' in read) return [name, distribution]
      if (read.kind === 'categorical') return [name, distribution, value]
      const isOutside = value < read.low || value > read.high
      return isOutside ? [name, distribution, value] : [name, distribution]
    }),
    Object.keys(systemAttributes).filter(key => key.startsWith('constraints')),
    (systemAttributes['constraints'] ?? '').split(',').length,
  ])
}
