import type { Language } from '../../../src-main/i18n/language.ts'
import { reasonText } from '../../../src-main/contract/i18n/reasons/reason-text.ts'
import type { TrialRow } from '../../../src-main/contract/api/rows.ts'

/** What the words of a filter compare: `state`, `value`, `trial`, or a parameter. */
function fieldOf(trial: TrialRow, name: string): string | number | boolean | undefined {
  if (name === 'state') return trial.state
  if (name === 'value') return trial.values[0]
  if (name === 'trial') return trial.number
  return Object.hasOwn(trial.parameters, name) ? trial.parameters[name] : undefined
}

const comparison = /^([^<>:=]+)(<=|>=|<|>|:|=)(.+)$/

/**
 * A test for rows from what a person typed: `name:value` or `name=value` for equality, `name<number` and
 * the like for ranges, any other word has to stand somewhere in the row. All words must hold. A comparison
 * with a parameter that is not active never holds. Reasons are found as they are shown and as they are stored.
 */
export function trialFilter(text: string, language: Language): (trial: TrialRow) => boolean {
  const tests = text
    .trim()
    .split(/\s+/)
    .filter(word => word !== '')
    .map(word => wordTest(word, language))
  return trial => tests.every(test => test(trial))
}

function wordTest(word: string, language: Language): (trial: TrialRow) => boolean {
  const [, name = '', sign = '', wanted = ''] = comparison.exec(word) ?? []
  if (name === '') {
    const lower = word.toLowerCase()
    return trial =>
      textOf(trial).includes(lower) ||
      (trial.reason !== null && reasonText(trial.reason, language).toLowerCase().includes(lower))
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
  return `${number} ${state} ${assigned.join(' ')} ${reason ?? ''}`.toLowerCase()
}
