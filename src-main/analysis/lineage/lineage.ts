import { ownValue } from '../../core/values/named-values.ts'
import type { OriginMode, TrialOrigin } from '../../core/trial/checkpoint.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'

/** The part of a trial that lineage needs; records and the rows of the page both have it. */
export interface LineageTrial {
  readonly number: number
  readonly parameters: Assignment
  readonly values: readonly number[]
  readonly lastStep: number | null
  readonly origin?: TrialOrigin
}

/** A trial as one turn of a training that several trials made. */
export interface Turn {
  readonly number: number
  readonly mode: 'begin' | OriginMode
  /** It trained the steps after `from`, up to `until`. */
  readonly from: number
  readonly until: number
  /** Parameters that differ from those of the turn before; undefined where one has none. */
  readonly changes: readonly {
    readonly name: string
    readonly before: ParameterValue | undefined
    readonly after: ParameterValue | undefined
  }[]
  readonly parameters: Assignment
  /** Of the first goal. */
  readonly value: number | undefined
}

/**
 * How the training came about in which a trial is the last turn, the first turn first: each goes on from the checkpoint of the one
 * before. One turn for a trial that began at the beginning.
 * @param trials by number; a parent that is not among them ends the line
 */
export function lineageOf(trials: readonly LineageTrial[], number: number): Turn[] {
  const line: LineageTrial[] = []
  for (let trial = trials[number]; trial !== undefined;) {
    line.unshift(trial)
    // A parent was always there before its child; anything else would be no line.
    const parent: number = trial.origin?.trial ?? -1
    trial = parent < trial.number ? trials[parent] : undefined
  }
  return line.map((trial, index) => turnOf(trial, line[index - 1]))
}

/** Trials that go on from the checkpoint of a trial, each as one turn, by number. */
export function childrenOf(trials: readonly LineageTrial[], number: number): Turn[] {
  const parent = trials[number]
  return trials.filter(({ origin }) => origin?.trial === number).map(child => turnOf(child, parent))
}

function turnOf(trial: LineageTrial, before: LineageTrial | undefined): Turn {
  const { number, parameters, origin, lastStep, values } = trial
  const from = origin === undefined || origin.mode === 'initialize' ? 0 : origin.step
  const names = new Set([...Object.keys(before?.parameters ?? {}), ...Object.keys(parameters)])
  const valueIn = (point: Assignment | undefined, name: string): ParameterValue | undefined =>
    point !== undefined && ownValue(point, name)
  return {
    number,
    mode: origin?.mode ?? 'begin',
    from,
    until: Math.max(lastStep ?? from, from),
    parameters,
    value: values[0],
    changes:
      before === undefined
        ? []
        : [...names]
            .map(name => ({
              name,
              before: valueIn(before.parameters, name),
              after: valueIn(parameters, name),
            }))
            .filter(change => change.before !== change.after),
  }
}

/** Names of the numbers that change somewhere in a line, in the order in which they first do. */
export function changedNumbers(turns: readonly Turn[]): string[] {
  return [...new Set(turns.flatMap(({ changes }) => changes.map(({ name }) => name)))].filter(
    name => turns.every(({ parameters }) => typeof ownValue(parameters, name) === 'number'),
  )
}
