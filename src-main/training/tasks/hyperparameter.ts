import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { setOwnValue } from '../../core/values/named-values.ts'
import type { ParameterSpecification } from '../../core/study/space-specification.ts'
import type { Assignment, ParameterValue } from '../../core/trial/trial.ts'

/**
 * A setting of a trial. One table per task is the truth for defaults, for the check of
 * a space, for reading an assignment and for documentation.
 */
export type Hyperparameter =
  | {
      readonly kind: 'float'
      /** Both bounds are allowed. */
      readonly low: number
      readonly high: number
      readonly default: number
    }
  | {
      readonly kind: 'int'
      readonly low: number
      readonly high: number
      /** Null: takes the value of another hyperparameter, which its text names. */
      readonly default: number | null
    }
  | { readonly kind: 'choice'; readonly values: readonly string[]; readonly default: string }
  | { readonly kind: 'boolean'; readonly default: boolean }

export type HyperparameterTable = Readonly<Record<string, Hyperparameter>>

/** The type of a hyperparameter's value, from its table. */
type ValueOf<Definition> = Definition extends {
  readonly kind: 'choice'
  readonly values: infer Values
}
  ? Values extends readonly (infer Value)[]
    ? Value
    : never
  : Definition extends { readonly kind: 'boolean' }
    ? boolean
    : Definition extends { readonly default: null }
      ? number | null
      : number

/** All values of a table; what a task trains with. */
export type HyperparameterValues<Table extends HyperparameterTable> = {
  readonly [Name in keyof Table]: ValueOf<Table[Name]>
}

/** Defaults by name, where they are values of their own. */
export function defaultsOf(table: HyperparameterTable): Assignment {
  const defaults: Record<string, ParameterValue> = {}
  for (const [name, definition] of Object.entries(table)) {
    if (definition.default !== null) setOwnValue(defaults, name, definition.default)
  }
  return defaults
}

/** Bounds this many times apart are searched on a logarithmic scale. */
const LOG_SPAN = 100

/** All that a hyperparameter may be, as a search would try it. */
export function wholeRange(definition: Hyperparameter): ParameterSpecification {
  switch (definition.kind) {
    case 'float':
    case 'int': {
      const { low, high, kind } = definition
      const isLog = low > 0 && high / low >= LOG_SPAN
      const scale = isLog ? { log: true } : {}
      return kind === 'int' ? { int: [low, high], ...scale } : { float: [low, high], ...scale }
    }
    case 'choice':
      return { choice: [...definition.values] }
    case 'boolean':
      return { choice: [true, false] }
  }
}

/** The rule that a value breaks; null if it is allowed. */
export function brokenRule(
  definition: Hyperparameter,
  value: ParameterValue,
): MessageDescriptor | null {
  switch (definition.kind) {
    case 'float':
    case 'int': {
      const { low, high, kind } = definition
      const fits = typeof value === 'number' && value >= low && value <= high
      if (fits && (kind === 'float' || Number.isInteger(value))) return null
      return msg(kind === 'int' ? 'rule.wholeBetween' : 'rule.numberBetween', { low, high })
    }
    case 'choice':
      return typeof value === 'string' && definition.values.includes(value)
        ? null
        : msg('rule.oneOf', { values: definition.values })
    case 'boolean':
      return typeof value === 'boolean' ? null : msg('rule.type', { expected: msg('kind.boolean') })
  }
}
