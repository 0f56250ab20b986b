import type { ParameterSpecification } from '../../contract/space-specification.ts'
import { stepGridSize, stepGridValue } from '../../contract/step-grid.ts'
import type { ParameterValue } from '../../contract/trial.ts'
import { type OptunaDistribution, readDistribution } from './distribution.ts'
import type { OptunaParameter, OptunaTrial } from './optuna-rows.ts'

/** A parameter as all trials together had it. */
export interface InferredParameter {
  readonly specification: ParameterSpecification
  /** The value of a trial, as this program holds it. */
  value(parameter: OptunaParameter): ParameterValue
}

/** Where an Optuna study breaks Optuna's own rules. */
export interface OptunaFault {
  readonly field: string
  readonly value: string | number
  readonly rule: string
}

type Range = Extract<OptunaDistribution, { kind: 'float' | 'int' }>

/**
 * The space of an Optuna study. Optuna stores a distribution with every value, and a range may differ from trial to trial
 * (only the kind and the choices may not): here a parameter gets the range that holds all of them and all values (a value
 * that a person fixed may lie outside), is logarithmic if all were, and keeps its step if all share one grid.
 */
export function inferOptunaSpace(
  trials: readonly OptunaTrial[],
): Map<string, InferredParameter> | OptunaFault {
  const uses = new Map<string, { distribution: OptunaDistribution; value: number }[]>()
  // The same text again and again: each is read once.
  const known = new Map<string, OptunaDistribution | string>()
  for (const { number, parameters } of trials) {
    for (const { name, value, distribution: text } of parameters) {
      const distribution = known.get(text) ?? readDistribution(text)
      known.set(text, distribution)
      const field = `trial ${number}, parameter ${name}`
      if (typeof distribution === 'string') {
        return { field, value: text.slice(0, 200), rule: distribution }
      }
      const fault = valueFault(distribution, value)
      if (fault !== null) return { field, value, rule: fault }
      const list = uses.get(name)
      const first = list?.[0]?.distribution
      if (first !== undefined && !isSameKind(first, distribution)) {
        const rule = 'kind and choices must be the same in every trial'
        return { field, value: text.slice(0, 200), rule }
      }
      if (list === undefined) uses.set(name, [{ distribution, value }])
      else list.push({ distribution, value })
    }
  }
  const space = new Map<string, InferredParameter>()
  for (const [name, list] of uses) {
    const first = list[0]?.distribution
    if (first?.kind === 'categorical') {
      const { choices } = first
      space.set(name, {
        specification: { choice: [...choices] },
        value: parameter => choices[parameter.value] as ParameterValue,
      })
    } else {
      space.set(name, mergeRanges(list as { distribution: Range; value: number }[]))
    }
  }
  return space
}

function valueFault(distribution: OptunaDistribution, value: number): string | null {
  if (distribution.kind === 'categorical') {
    const last = distribution.choices.length - 1
    return Number.isInteger(value) && value >= 0 && value <= last
      ? null
      : `must be the index of a choice, 0 to ${last}`
  }
  if (!Number.isFinite(value)) return 'must be a finite number'
  return distribution.kind === 'float' || Number.isSafeInteger(value)
    ? null
    : 'must be a whole number'
}

function isSameKind(a: OptunaDistribution, b: OptunaDistribution): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind !== 'categorical' || b.kind !== 'categorical') return true
  return (
    a.choices.length === b.choices.length &&
    a.choices.every((choice, index) => choice === b.choices[index])
  )
}

function mergeRanges(list: readonly { distribution: Range; value: number }[]): InferredParameter {
  const [first] = list as [{ distribution: Range; value: number }]
  const { kind } = first.distribution
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  let log = true
  for (const { distribution, value } of list) {
    low = Math.min(low, distribution.low, value)
    high = Math.max(high, distribution.high, value)
    log &&= distribution.log
  }
  log &&= low > 0
  const step = low === high ? null : commonStep(list, low, high)
  const bounds: [number, number] = [low, high]
  const isLog = log && high > low ? { log: true } : {}
  const snap = (value: number): number => (step === null ? value : gridValue(low, step, value))
  if (kind === 'int') {
    return {
      specification: {
        int: bounds,
        ...isLog,
        ...(step === null || step === 1 || log ? {} : { step }),
      },
      value: ({ value }) => value,
    }
  }
  return {
    specification: { float: bounds, ...(step === null ? isLog : { step }) },
    value: ({ value }) => snap(value),
  }
}

/** The step if every trial had it and all values lie on one grid; null otherwise. */
function commonStep(
  list: readonly { distribution: Range; value: number }[],
  low: number,
  high: number,
): number | null {
  const step = list[0]?.distribution.step ?? null
  if (step === null || step > high - low) return null
  const onGrid = (value: number): boolean =>
    Math.abs(gridValue(low, step, value) - value) <= 1e-8 * step
  const fits = list.every(
    ({ distribution, value }) =>
      distribution.step === step && onGrid(distribution.low) && onGrid(value),
  )
  if (!fits) return null
  const top = stepGridValue({ low, high, step }, stepGridSize({ low, high, step }) - 1)
  return list.every(({ value }) => gridValue(low, step, value) <= top) ? step : null
}

function gridValue(low: number, step: number, value: number): number {
  return stepGridValue({ low, high: value, step }, Math.round((value - low) / step))
}
