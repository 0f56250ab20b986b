import type { Language } from '../../../src-main/core/i18n/language.ts'
import { ownValue } from '../../../src-main/core/values/named-values.ts'
import { createTranslate, type Translate } from '../../../src-main/core/i18n/translate.ts'
import {
  quotedNameSource,
  quoteName,
  unquotedName,
} from '../../../src-main/core/study/parameter-name.ts'
import type { TrialRow } from '../../../src-main/features/studies/common/rows.ts'

const ownFields = ['state', 'value', 'trial']

/** The name of a parameter as a filter takes it: in backticks where it would mean something else. */
export function filterName(parameter: string): string {
  const isOwn = ownFields.includes(parameter)
  return isOwn ? `\`${parameter}\`` : quoteName(parameter)
}

/** A value as a filter takes it: in backticks where a blank would end the word. */
export function filterValue(value: string): string {
  return /^[^\s`]+$/u.test(value) ? value : `\`${value.replaceAll('`', '``')}\``
}

/** The value that a word of a filter compares: `state`, `value`, `trial`, or a parameter. */
function fieldOf(trial: TrialRow, written: string): string | number | boolean | undefined {
  const quoted = unquotedName(written)
  if (quoted !== null) return ownValue(trial.parameters, quoted)
  const name = written
  if (name === 'state') return trial.state
  if (name === 'value') return trial.values[0]
  if (name === 'trial') return trial.number
  return ownValue(trial.parameters, name)
}

const wordPattern = new RegExp(String.raw`(?:${quotedNameSource}|\S)+`, 'gu')
const comparison = new RegExp(String.raw`^(${quotedNameSource}|[^<>:=]+)(<=|>=|<|>|:|=)(.+)$`, 'su')

/**
 * A test for rows from what a person typed: `name:value` or `name=value` for equality, `name<number` and
 * the like for ranges, any other word has to stand somewhere in the row. Backticks hold together what has blanks or signs in it.
 * All words must hold. A comparison with a parameter that is not active never holds. Reasons are found as they are shown and by their codes.
 */
export function trialFilter(text: string, language: Language): (trial: TrialRow) => boolean {
  const t = createTranslate(language)
  const tests = [...text.matchAll(wordPattern)].map(([word]) => wordTest(word, t))
  return trial => tests.every(test => test(trial))
}

/** Names that a filter compares and nothing has: what it finds is nothing, whatever the values. */
export function unknownNames(text: string, parameters: Iterable<string>): string[] {
  const parameterNames = new Set(parameters)
  const names = [...text.matchAll(wordPattern)].flatMap(([word]) => {
    const written = comparison.exec(word)?.[1]
    if (written === undefined || ownFields.includes(written)) return []
    const name = unquotedName(written) ?? written
    return parameterNames.has(name) ? [] : [name]
  })
  return [...new Set(names)]
}

function wordTest(word: string, t: Translate): (trial: TrialRow) => boolean {
  const [, name = '', sign = '', value = ''] = comparison.exec(word) ?? []
  const wanted = unquotedName(value) ?? value
  if (name === '') {
    const lower = (unquotedName(word) ?? word).toLowerCase()
    return trial =>
      textOf(trial).includes(lower) ||
      (trial.reason !== null && t.format(trial.reason).toLowerCase().includes(lower))
  }
  if (sign === ':' || sign === '=') {
    return trial => {
      const value = fieldOf(trial, name)
      return value !== undefined && (String(value) === wanted || value === Number(wanted))
    }
  }
  const limit = Number(wanted)
  return trial => {
    const value = fieldOf(trial, name)
    if (typeof value !== 'number') return false
    if (sign === '<') return value < limit
    if (sign === '<=') return value <= limit
    return sign === '>' ? value > limit : value >= limit
  }
}

function textOf(trial: TrialRow): string {
  const { number, state, parameters, reason } = trial
  const assigned = Object.entries(parameters).map(([name, value]) => `${name} ${value}`)
  return `${number} ${state} ${assigned.join(' ')} ${reason?.code ?? ''}`.toLowerCase()
}
