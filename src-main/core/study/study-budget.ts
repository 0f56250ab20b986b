import { msg } from '../errors/message.ts'
import { broken, type Problem } from '../errors/problem.ts'

/**
 * Limits of the check of a study file. Larger files are refused before they are parsed or checked, since both take
 * longer than their size where a file is made to.
 */

/** A study file with ten thousand points to try first has a few hundred kilobytes. */
export const MAX_STUDY_BYTES = 1 << 20
/** Raises {@link MAX_STUDY_BYTES}. */
export const STUDY_BYTES_VARIABLE = 'TUNEWRIGHT_MAX_STUDY_BYTES'

const MAX_DEPTH = 100
const MAX_KEYS = 1_000
const MAX_ITEMS = 10_000
/** Values of the whole file, those behind aliases as often as they are named. */
const MAX_VALUES = 300_000
/** Words, signs and line ends: a parser takes ten seconds and 2 GB for a megabyte of nothing else. */
export const MAX_MARKS = 300_000
/** More than anybody mends at once. */
export const MAX_PROBLEMS = 1_000

/** Why a text of this size is not read; null if it may be. */
export function studySizeProblem(bytes: number, limit: number): Problem | null {
  if (bytes <= limit) return null
  const rule = msg('rule.studyBytes', { limit, variable: STUDY_BYTES_VARIABLE })
  return { ...broken([], bytes, rule), line: 1, column: 1 }
}

/** Whether a text nests so deeply that parsers, which are recursive, should not see it. Strings count as well. */
export function isNestedTooDeeply(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === OPEN_BRACKET || unit === OPEN_BRACE) depth++
    else if (unit === CLOSE_BRACKET || unit === CLOSE_BRACE) depth--
    if (depth > MAX_DEPTH) return true
  }
  return manyMarks.test(text) || deepIndent.test(text)
}

const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
/** Lists in lists on one line: `- - -`. */
const manyMarks = new RegExp(`^ *(?:[-?:][ \\t]+){${String(MAX_DEPTH)}}`, 'm')
const deepIndent = new RegExp(`^ {${String(20 * MAX_DEPTH)}}`, 'm')

/**
 * The first thing of a parsed study file that is more than a check can take: depth, keys of a mapping, items of a list, or
 * all values together. A value that holds itself, as an alias can, is too deep.
 */
export function studyBudgetProblem(raw: unknown): Problem | null {
  let values = 0
  function look(value: unknown, path: readonly (string | number)[]): Problem | null {
    values++
    if (typeof value !== 'object' || value === null) return null
    if (path.length > MAX_DEPTH) return broken(path.slice(0, 1), null, msg('rule.tooDeep'))
    const [below, limit, rule] = Array.isArray(value)
      ? ([[...value.entries()], MAX_ITEMS, 'rule.items.atMost'] as const)
      : ([Object.entries(value), MAX_KEYS, 'rule.keys.atMost'] as const)
    if (below.length > limit) return broken(path, below.length, msg(rule, { count: limit }))
    for (const [key, inner] of below) {
      const problem = look(inner, [...path, key])
      if (problem !== null) return problem
      if (values > MAX_VALUES) {
        return broken(path.slice(0, 1), values, msg('rule.values.atMost', { count: MAX_VALUES }))
      }
    }
    return null
  }
  return look(raw, [])
}
