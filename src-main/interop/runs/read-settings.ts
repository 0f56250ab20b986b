import type { ParameterValue } from '../../core/trial/trial.ts'
import { setOwnValue } from '../../core/values/named-values.ts'

/** Of one run; a file with more is no configuration. */
export const MAX_SETTINGS = 2_000
const MAX_DEPTH = 20
/** Longer texts are prompts and the like. */
const LONGEST_TEXT = 500
const LONGEST_NAME = 200

/** Settings of a run, and whether some of them were more, deeper or longer than can be kept. */
export interface ReadSettings {
  readonly settings: Record<string, ParameterValue>
  readonly isCut: boolean
}

/**
 * A nested configuration by the path of its keys, joined with dots. Lists become their JSON text, since a parameter has one value; `null` is a
 * setting that is not set. References (`${…}`) are left out: what they refer to is the setting.
 */
export function flattenSettings(configuration: unknown): ReadSettings {
  const settings: Record<string, ParameterValue> = {}
  let count = 0
  let isCut = false
  const visit = (value: unknown, path: string, depth: number): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      if (depth > MAX_DEPTH) {
        isCut = true
        return
      }
      for (const [key, inner] of Object.entries(value))
        visit(inner, path === '' ? key : `${path}.${key}`, depth + 1)
      return
    }
    const plain = plainValue(value)
    if (plain === null || path === '') return
    const isLong = typeof plain === 'string' && plain.length > LONGEST_TEXT
    if (isLong || path.length > LONGEST_NAME || count >= MAX_SETTINGS) {
      isCut = true
      return
    }
    count += 1
    setOwnValue(settings, path, plain)
  }
  visit(configuration, '', 0)
  return { settings, isCut }
}

function plainValue(value: unknown): ParameterValue | null {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (Array.isArray(value)) return listText(value)
  if (typeof value !== 'string' || value.includes('${')) return null
  // PyYAML reads 1e-4 as a text, which scripts then turn into a number.
  return /^[+-]?[\d.]+e[+-]?\d+$/i.test(value) ? (finite(value) ?? value) : value
}

function listText(list: readonly unknown[]): string | null {
  try {
    return JSON.stringify(list)
  } catch {
    // It refers to itself.
    return null
  }
}

/** A setting that was written as a text, such as `0.1`, `True` and `None` of Python; null for one that is not set. */
export function settingOfText(text: string): ParameterValue | null {
  const trimmed = text.trim()
  if (/^(?:none|null|~)?$/i.test(trimmed)) return null
  if (/^(?:true|false)$/i.test(trimmed)) return /^true$/i.test(trimmed)
  return finite(trimmed) ?? text
}

function finite(text: string): number | null {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return null
  const number = Number(text)
  return Number.isFinite(number) ? number : null
}

/** Settings that were written as texts. */
export function settingsOfTexts(texts: Iterable<readonly [string, string]>): ReadSettings {
  return flattenSettings(
    Object.fromEntries([...texts].map(([name, text]) => [name, settingOfText(text)])),
  )
}

/** Rows `|name|value|` of a table in Markdown, as scripts write their arguments into TensorBoard. */
export function settingsOfTable(text: string): ReadSettings {
  return settingsOfTexts(
    text.split('\n').flatMap((line): [string, string][] => {
      const [, name = '', value = ''] = /^\s*\|([^|]*)\|(.*)\|\s*$/.exec(line) ?? []
      const isHead =
        name.trim() === '' || /^[\s:-]+$/.test(name) || /^\s*param(?:eter)?\s*$/.test(name)
      return isHead ? [] : [[name.trim(), value.trim()]]
    }),
  )
}

/** `optimizer.lr=0.1` of a command line. */
export function settingsOfOverrides(overrides: readonly unknown[]): ReadSettings {
  return settingsOfTexts(
    overrides.flatMap((override): [string, string][] => {
      const [, name, value] = /^[+~]*([^=]+)=(.*)$/s.exec(String(override)) ?? []
      return name === undefined || value === undefined ? [] : [[name.replace(/@.*$/, ''), value]]
    }),
  )
}
