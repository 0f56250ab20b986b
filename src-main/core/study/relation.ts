import { knownNames } from '../values/closest-name.ts'
import { ownValue } from '../values/named-values.ts'
import { quotedNameSource, quoteName, unquotedName } from './parameter-name.ts'
import { type MessageDescriptor, msg } from '../errors/message.ts'
import type { Assignment } from '../trial/trial.ts'

/**
 * A relation between parameters of a study file, e.g. `minUnits < maxUnits` or `2 * layers + heads <= 12`: sums of
 * parameters, numbers, and parameters times a number on both sides of <, <=, > or >=.
 */
export interface Relation {
  readonly text: string
  /** Names that occur, each once. */
  readonly names: readonly string[]
  /** Lower and upper side: lower < upper if `strict`, otherwise lower ≤ upper. */
  readonly lower: LinearSum
  readonly upper: LinearSum
  readonly strict: boolean
}

interface LinearSum {
  readonly constant: number
  readonly terms: readonly { readonly name: string; readonly factor: number }[]
}

export type ParsedRelation =
  | { readonly ok: true; readonly relation: Relation }
  | { readonly ok: false; readonly rule: MessageDescriptor }

/**
 * Words may hold any letter, digit, `_`, `-`, `.` and `/`: a minus sign stands between spaces. Other names, and names that
 * look like numbers, stand in backticks.
 */
const word = String.raw`[\p{L}\p{M}\p{N}_./-]+`
const tokenPattern = new RegExp(
  String.raw`\s*(<=|>=|≤|≥|<|>|\+|\*|${quotedNameSource}|${word}|\S)`,
  'gu',
)
const wordPattern = new RegExp(`^${word}$`, 'u')
const numberPattern = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i
const operators = ['<', '<=', '>', '>=', '≤', '≥']

/** @param allowedNames names of parameters that a relation may use */
export function parseRelation(text: string, allowedNames: readonly string[]): ParsedRelation {
  const tokens = [...text.matchAll(tokenPattern)].map(match => match[1] as string)
  const operatorIndices = tokens.flatMap((token, index) =>
    operators.includes(token) ? [index] : [],
  )
  const [operatorIndex] = operatorIndices
  if (operatorIndex === undefined || operatorIndices.length > 1) {
    return { ok: false, rule: msg('rule.exactlyOneOf', { names: ['<', '<=', '>', '>='] }) }
  }
  const left = parseSum(tokens.slice(0, operatorIndex), allowedNames)
  const right = parseSum(tokens.slice(operatorIndex + 1), allowedNames)
  if ('code' in left) return { ok: false, rule: left }
  if ('code' in right) return { ok: false, rule: right }
  const names = [...new Set([...left.terms, ...right.terms].map(({ name }) => name))]
  if (names.length === 0) return { ok: false, rule: msg('rule.relationParameter') }
  const operator = tokens[operatorIndex] as string
  const [lower, upper] = ['<', '<=', '≤'].includes(operator) ? [left, right] : [right, left]
  const strict = operator === '<' || operator === '>'
  return { ok: true, relation: { text, names, lower, upper, strict } }
}

/** Names in a text, a relation or half a one. */
export function namesInRelation(text: string): string[] {
  return [...text.matchAll(tokenPattern)].flatMap(([, token = '']) => namedBy(token) ?? [])
}

/** @param names new ones by those before; all others stay */
export function renameInRelation(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(tokenPattern, (match: string, token: string) => {
    const name = names.get(namedBy(token) ?? '')
    return name === undefined
      ? match
      : match.slice(0, match.length - token.length) + quoteName(name)
  })
}

/** Whether it holds; a relation with an inactive parameter does. */
export function relationHolds(relation: Relation, assignment: Assignment): boolean {
  if (!relation.names.every(name => Object.hasOwn(assignment, name))) return true
  const lower = valueOf(relation.lower, assignment)
  const upper = valueOf(relation.upper, assignment)
  return relation.strict ? lower < upper : lower <= upper
}

/** By how much it is broken: 0 where it holds, otherwise more than 0. */
export function relationExcess(relation: Relation, assignment: Assignment): number {
  if (relationHolds(relation, assignment)) return 0
  const excess = valueOf(relation.lower, assignment) - valueOf(relation.upper, assignment)
  return Math.max(excess, Number.MIN_VALUE)
}

/**
 * Whether it can hold anywhere.
 * @param bounds smallest and largest value by name
 */
export function canHold(
  { names, lower, upper, strict }: Relation,
  bounds: (name: string) => readonly [number, number],
): boolean {
  const smallest = names.reduce((total, name) => {
    const factor = factorOf(lower, name) - factorOf(upper, name)
    const [low, high] = bounds(name)
    return total + Math.min(factor * low, factor * high)
  }, lower.constant - upper.constant)
  return strict ? smallest < 0 : smallest <= 0
}

/** The name that a part of a text is; null for numbers and signs. */
function namedBy(token: string): string | null {
  const isName =
    wordPattern.test(token) && !['-', '/'].includes(token) && !numberPattern.test(token)
  return unquotedName(token) ?? (isName ? token : null)
}

/** A sum, or what is wrong with it. */
function parseSum(
  tokens: readonly string[],
  allowedNames: readonly string[],
): LinearSum | MessageDescriptor {
  let constant = 0
  const terms: { name: string; factor: number }[] = []
  let next = 0
  let sign = 1
  const rule = msg('rule.relationSum')
  if (tokens.length === 0) return rule
  if (tokens[0] === '-' || tokens[0] === '+') sign = tokens[next++] === '-' ? -1 : 1
  for (;;) {
    const first = tokens[next++]
    if (first === undefined) return rule
    const product = tokens[next] === '*'
    const factors = product ? [first, tokens[next + 1]] : [first]
    if (product) next += 2
    let name: string | null = null
    let factor = sign
    for (const text of factors) {
      if (text === undefined) return rule
      const quoted = unquotedName(text)
      if (quoted === null && (!wordPattern.test(text) || text === '-' || text === '/')) return rule
      const meant = quoted ?? text
      if (numberPattern.test(text)) factor *= Number(text)
      else if (!allowedNames.includes(meant)) return unknownWord(meant, allowedNames)
      else if (name === null) name = meant
      else return rule
    }
    if (product && factors.every(text => numberPattern.test(text ?? ''))) return rule
    if (name === null) constant += factor
    else terms.push({ name, factor })
    const joint = tokens[next++]
    if (joint === undefined) return { constant, terms }
    if (joint !== '+' && joint !== '-') return rule
    sign = joint === '-' ? -1 : 1
  }
}

function unknownWord(name: string, allowedNames: readonly string[]): MessageDescriptor {
  const code = name.includes('-') ? 'rule.relationMinus' : 'rule.relationName'
  return msg(code, { name, ...knownNames(name, allowedNames.map(quoteName)) })
}

function valueOf({ constant, terms }: LinearSum, assignment: Assignment): number {
  return terms.reduce(
    (sum, { name, factor }) => sum + factor * Number(ownValue(assignment, name)),
    constant,
  )
}

function factorOf({ terms }: LinearSum, name: string): number {
  return terms.reduce((sum, term) => sum + (term.name === name ? term.factor : 0), 0)
}
