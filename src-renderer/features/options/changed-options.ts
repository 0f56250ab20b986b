import { ownValue } from '../../../src-main/core/values/named-values.ts'
import { t } from '../../composables/localize.ts'
import type { OptionField } from './option-fields.ts'
import { yamlLine } from './yaml-line.ts'

/** Options that are named; the others are counted. */
const SHOWN_OPTIONS = 3
/** A longer value is left out behind its name. */
const MAX_VALUE_CHARACTERS = 24

/**
 * The options that are set, each with its value as in the file: `folds = 5`.
 * @param within the key that the options stand in; absent for those of the file itself
 */
export function changedOptions(
  fields: readonly OptionField[],
  value: Readonly<Record<string, unknown>>,
  within?: string,
): readonly string[] {
  return fields
    .filter(({ name }) => ownValue(value, name) !== undefined)
    .map(({ name }) => {
      const key = within === undefined ? name : `${within}.${name}`
      const text = yamlLine(ownValue(value, name))
      return text.length > MAX_VALUE_CHARACTERS
        ? key
        : t('options.value', { name: key, value: text })
    })
}

/** What is set, in words; nothing where nothing is. */
export function changedText(changed: readonly string[]): string {
  if (changed.length === 0) return ''
  return t('options.changed', {
    count: changed.length,
    options: changed.slice(0, SHOWN_OPTIONS),
    others: Math.max(0, changed.length - SHOWN_OPTIONS),
  })
}
