import { isObject } from '../../../src-main/core/values/json.ts'
import {
  type UserPrior,
  priorConfidences,
  type ParameterKind,
  parameterKinds,
} from '../../../src-main/core/study/space-specification.ts'
import { textOf, textOfValues, type Value, valueOf, valuesOf } from './value-list.ts'

/** A parameter is active only if a parent has one of these values. */
export interface Condition {
  readonly parent: string
  readonly values: readonly Value[]
}

/** Where good values are expected, while a person is still typing. */
export interface TypedPrior {
  readonly center: string
  readonly confidence: UserPrior['confidence']
}

/** One parameter as a row of the editor. Texts, because a person is still typing. */
export interface SpaceRow {
  readonly name: string
  /** What its field says while that is empty, or the name of another: nothing is called so yet. */
  readonly typed?: string
  readonly kind: ParameterKind
  readonly low: string
  readonly high: string
  readonly log: boolean
  readonly step: string
  /** Values of a choice, separated by commas; the one value of a fixed parameter. */
  readonly values: string
  /** All must hold; empty when always active. */
  readonly when: readonly Condition[]
  readonly prior: TypedPrior | null
  /** Keys that have no field, e.g. weights; they stay as they are. */
  readonly rest: Readonly<Record<string, unknown>>
}

/** Kinds that are written as two numbers: bounds, or mean and deviation. */
export function isPair(kind: ParameterKind): boolean {
  return kind === 'float' || kind === 'int' || kind === 'normal' || kind === 'logNormal'
}

export const emptyRow: SpaceRow = {
  name: '',
  kind: 'float',
  low: '0',
  high: '1',
  log: false,
  step: '',
  values: '',
  when: [],
  prior: null,
  rest: {},
}

const keysWithFields = ['log', 'step', 'when']

/** Rows of the `space` of a study file; what cannot be read becomes an empty field. */
export function rowsOfSpace(space: unknown): SpaceRow[] {
  if (!isObject(space)) return []
  return Object.entries(space).map(([name, parameter]) => {
    if (!isObject(parameter)) return { ...emptyRow, name }
    const kind = parameterKinds.find(key => key in parameter) ?? 'float'
    const content = parameter[kind]
    const bounded = isPair(kind)
    const prior = typedPrior(parameter['prior'])
    const read = prior === null ? keysWithFields : [...keysWithFields, 'prior']
    return {
      name,
      kind,
      low: bounded && Array.isArray(content) ? textOf(content[0]) : '',
      high: bounded && Array.isArray(content) ? textOf(content[1]) : '',
      log: parameter['log'] === true,
      step: textOf(parameter['step']),
      values: bounded ? '' : Array.isArray(content) ? textOfValues(content) : textOf(content),
      when: conditionsOf(parameter['when']),
      prior,
      rest: Object.fromEntries(
        Object.entries(parameter).filter(([key]) => ![kind, ...read].includes(key)),
      ),
    }
  })
}

/** The `space` of a study file. Texts that are no numbers stay texts; the check then says what is wrong. */
export function spaceOfRows(rows: readonly SpaceRow[]): Record<string, unknown> {
  return Object.fromEntries(rows.map(row => [row.name, parameterOf(row)]))
}

/**
 * Rows whose typed names can be their own have them, and conditions follow.
 * @returns also the new names by those before: all at once, since two parameters may have changed places
 */
export function settleNames(rows: readonly SpaceRow[]): {
  readonly rows: readonly SpaceRow[]
  readonly names: ReadonlyMap<string, string>
} {
  const typedNames = rows.map(({ name, typed }) => typed ?? name)
  const isAlone = (text: string) =>
    text !== '' && typedNames.filter(typedName => typedName === text).length === 1
  let settled = rows.filter(
    ({ name, typed }) => typed !== undefined && isAlone(typed) && typed !== name,
  )
  // A name that a row keeps for now is not free.
  const isFree = ({ typed }: SpaceRow) =>
    rows.every(row => row.name !== typed || settled.includes(row))
  while (!settled.every(isFree)) settled = settled.filter(isFree)
  const names = new Map(settled.map(({ name, typed = name }) => [name, typed]))
  return {
    names,
    rows: rows.map(row => {
      const { typed, ...settledRow } = row
      const when = row.when.some(({ parent }) => names.has(parent))
        ? row.when.map(condition => ({
            ...condition,
            parent: names.get(condition.parent) ?? condition.parent,
          }))
        : row.when
      if (settled.includes(row)) return { ...settledRow, name: typed ?? row.name, when }
      return typed === row.name ? { ...settledRow, when } : { ...row, when }
    }),
  }
}

function parameterOf({
  kind,
  low,
  high,
  log,
  step,
  values,
  when,
  prior,
  rest: otherKeys,
}: SpaceRow): Record<string, unknown> {
  const common = {
    ...otherKeys,
    ...(when.length === 0 ? {} : { when: whenOf(when) }),
    ...(prior === null ? {} : { prior: { ...prior, center: valueOf(prior.center) } }),
  }
  if (kind === 'fixed') return { fixed: valueOf(values), ...common }
  if (kind === 'choice' || kind === 'ordinal') {
    return { [kind]: valuesOf(values), ...common }
  }
  return {
    [kind]: [valueOf(low), valueOf(high)],
    ...(log ? { log: true } : {}),
    ...(step.trim() === '' ? {} : { step: valueOf(step) }),
    ...common,
  }
}

/** Medium, where the file does not say how sure; null for one that is none. */
function typedPrior(prior: unknown): TypedPrior | null {
  if (!isObject(prior)) return null
  const { center, confidence: sure = 'medium', ...others } = prior
  const confidence = priorConfidences.find(level => level === sure)
  const isRead = confidence !== undefined && typeof (center ?? '') !== 'object'
  return isRead && Object.keys(others).length === 0 ? { center: textOf(center), confidence } : null
}

function whenOf(conditions: readonly Condition[]): Record<string, unknown> {
  return Object.fromEntries(
    conditions.map(({ parent, values }) => [parent, values.length === 1 ? values[0] : values]),
  )
}

function conditionsOf(when: unknown): Condition[] {
  if (!isObject(when)) return []
  return Object.entries(when).map(([parent, values]) => ({
    parent,
    values: (Array.isArray(values) ? values : [values]) as Value[],
  }))
}
