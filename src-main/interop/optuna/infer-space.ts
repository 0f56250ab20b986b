import { msg, type MessageDescriptor } from '../../core/errors/message.ts'
import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import { stepGridSize, stepGridValue } from '../../core/study/step-grid.ts'
import type { ParameterValue } from '../../core/trial/trial.ts'
import { ForeignFileError } from '../foreign-study-file.ts'
import { type OptunaDistribution, readDistribution } from './distribution.ts'
import type { OptunaParameter, OptunaTrial } from './optuna-rows.ts'

/** A parameter as all trials together had it. */
export interface InferredParameter {
  readonly specification: ParameterSpecification
  /** The value of a trial, as this program holds it. */
  value(parameter: OptunaParameter): ParameterValue
}

interface Use<Distribution = OptunaDistribution> {
  readonly distribution: Distribution
  readonly value: number
}

type RangeUse = Use<Extract<OptunaDistribution, { kind: 'float' | 'int' }>>

/**
 * The space of an Optuna study. Optuna stores a distribution with every value, and a range may differ from trial to trial
 * (only the kind and the choices may not): here a parameter gets the range that holds all of them and all values (a value
 * that a person fixed may lie outside), is logarithmic if all were, and keeps its step if all share one grid.
 * @throws ForeignFileError where the study breaks Optuna's own rules
 */
export function inferOptunaSpace(trials: readonly OptunaTrial[]): Map<string, InferredParameter> {
  const uses = new Map<string, Use[]>()
  // The same text again and again: each is read once.
  const distributionByText = new Map<string, OptunaDistribution | MessageDescriptor>()
  for (const { number, parameters } of trials) {
    for (const { name, value, distribution: text } of parameters) {
      const distribution = distributionByText.get(text) ?? readDistribution(text)
      distributionByText.set(text, distribution)
      const field = `trials[${number}].${name}`
      if ('code' in distribution) throw new ForeignFileError(field, text, distribution)
      const rule = brokenRule(distribution, value)
      if (rule !== null) throw new ForeignFileError(field, value, rule)
      const list = uses.get(name) ?? []
      const [first] = list
      if (first !== undefined && !isSameKind(first.distribution, distribution))
        throw new ForeignFileError(field, text, msg('rule.import.sameKind'))
      uses.set(name, list)
      list.push({ distribution, value })
    }
  }
  return new Map(
    Array.from(uses, ([name, list]): [string, InferredParameter] => {
      const first = list[0]?.distribution
      if (first?.kind !== 'categorical') return [name, mergeRanges(list as RangeUse[])]
      const { choices } = first
      const value = (parameter: OptunaParameter) => choices[parameter.value] as ParameterValue
      return [name, { specification: { choice: [...choices] }, value }]
    }),
  )
}

function brokenRule(distribution: OptunaDistribution, value: number): MessageDescriptor | null {
  if (distribution.kind === 'categorical') {
    const high = distribution.choices.length - 1
    return Number.isInteger(value) && value >= 0 && value <= high
      ? null
      : msg('rule.wholeBetween', { low: 0, high })
  }
  if (!Number.isFinite(value)) return msg('rule.finite')
  return distribution.kind === 'float' || Number.isSafeInteger(value) ? null : msg('rule.whole')
}

function isSameKind(a: OptunaDistribution, b: OptunaDistribution): boolean {
  if (a.kind !== b.kind) return false
  if (a.kind !== 'categorical' || b.kind !== 'categorical') return true
  return (
    a.choices.length === b.choices.length &&
    a.choices.every((choice, index) => choice === b.choices[index])
  )
}

function mergeRanges(list: readonly RangeUse[]): InferredParameter {
  const [first] = list as [RangeUse]
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
  if (kind === 'int') {
    const isStepped = step !== null && step !== 1 && !log
    const specification = { int: bounds, ...isLog, ...(isStepped ? { step } : {}) }
    return { specification, value: ({ value }) => value }
  }
  return {
    specification: { float: bounds, ...(step === null ? isLog : { step }) },
    value: ({ value }) => (step === null ? value : gridValue(low, step, value)),
  }
}

/** The step if every trial had it and all values lie on one grid; null otherwise. */
function commonStep(list: readonly RangeUse[], low: number, high: number): number | null {
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
