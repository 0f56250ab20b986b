import type { Translate } from '../i18n/translate.ts'
import { visibleText } from '../i18n/visible-text.ts'
import { type MessageDescriptor, msg } from './message.ts'
import type { JsonValue } from '../values/json.ts'

/**
 * One broken rule in a study file: where (`path`, and `line`/`column` once the text is known, both
 * 1-based), what stood there (`value`) and which rule it breaks.
 */
export interface Problem {
  readonly path: readonly (string | number)[]
  readonly value: JsonValue
  readonly rule: MessageDescriptor
  readonly line?: number
  readonly column?: number
}

/** A value that breaks a rule, whatever it is. */
export function broken(path: Problem['path'], value: unknown, rule: MessageDescriptor): Problem {
  return { path, value: problemValue(value), rule }
}

/** `` space.`optimizer.lr`.float[0] ``: the path as people write it; backticks around a key that would be read as several. */
export function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      const text = /[.`[\]\s]/u.test(key) ? `\`${key.replaceAll('`', '``')}\`` : key
      return index === 0 ? text : `.${text}`
    })
    .join('')
}

/** A value in a problem is cut after so many characters of its JSON. */
const MAX_VALUE_CHARACTERS = 1_000

/** Makes any value printable in a problem: what JSON cannot hold becomes text, and what is long is cut. */
export function problemValue(value: unknown): JsonValue {
  if (value === undefined) return null
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') {
    return String(value)
  }
  // The secret of an address belongs in no error, log or page.
  const json = JSON.stringify(value).replace(
    /(:\/\/)[^/\s"]+@|(rediss?:\/\/)(?:[^"\\]|\\.)*@/g,
    '$1$2…@',
  )
  if (json.length <= MAX_VALUE_CHARACTERS) return JSON.parse(json) as JsonValue
  return `${(typeof value === 'string' ? (JSON.parse(json) as string) : json).slice(0, MAX_VALUE_CHARACTERS)}…`
}

/** Whether a problem is about a key, not about the value behind it. */
export function isUnknownKey({ rule }: Problem): boolean {
  return rule.code === 'rule.unknownName' && rule.values?.['kind'] === 'key'
}

/** `study.yaml:12:9 space.learningRate.float: the low bound must be ≤ the high (got [1,0.1])`. */
export function problemLine(problem: Problem, file: string | undefined, t: Translate): string {
  const { line, column } = problem
  const location = [file, line, column].filter(part => part !== undefined).join(':')
  const where = [location, formatPath(problem.path)].filter(part => part !== '').join(' ')
  return t('problem.line', { where, rule: brokenRule(problem) })
}

/** The rule that a problem breaks, with the value that stood there. */
export function brokenRule({ value, rule }: Problem): MessageDescriptor {
  // An absent value looks like null; a wrong type is the only rule that null itself breaks.
  const isShown = value !== null || rule.code === 'rule.type'
  return isShown ? msg('problem.value', { rule, value: shortValue(value) }) : rule
}

const MAX_SHOWN = 120

/** Enough of a value to recognize it. */
export function shortValue(value: JsonValue): string {
  const text = visibleText(JSON.stringify(value))
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`
}
