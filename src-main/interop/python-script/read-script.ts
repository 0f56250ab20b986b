import { collectSettings } from './collect-settings.ts'
import { findMetrics } from './find-metrics.ts'
import { isCommonName, judgeSetting } from './hyperparameter-knowledge.ts'
import { PythonSource } from './python-source.ts'
import { readConfig } from './read-config.ts'
import type {
  JudgedSetting,
  ScriptDescription,
  ScriptMetric,
  ScriptSetting,
  UnreadPart,
} from './script-description.ts'

/** A script and the files that belong to it, as texts. */
export interface ScriptFiles {
  /** The text of the script. */
  readonly script: string
  /** Configuration (YAML, JSON, TOML) and Python modules that it imports, by their names. */
  readonly configs: Readonly<Record<string, string>>
}

/** Settings of these sources reach a script from outside, or are collected for it on purpose. */
const declaredSources: readonly ScriptSetting['source'][] = [
  'argument',
  'flag',
  'field',
  'config',
  'inherited',
]

/**
 * Reads a Python script, never runs it: what it sets and which of it is a hyperparameter, with a range, line and reason for each; the metric that selects its
 * model; and what could not be read.
 * @param looksSecret whether the value of a setting of this name is nobody's business; such values are left out
 */
export function readScript(
  { script, configs }: ScriptFiles,
  looksSecret: (name: string) => boolean,
): ScriptDescription {
  const settings: ScriptSetting[] = []
  const unread: UnreadPart[] = []
  const metrics: ScriptMetric[] = []
  const files = [['', script] as const, ...Object.entries(configs)]
  for (const [file, text] of files) {
    const isPython = file === '' || file.endsWith('.py')
    const read = isPython ? collectSettings(new PythonSource(text), file) : readConfig(text, file)
    settings.push(...read.settings)
    unread.push(...read.unread)
  }
  metrics.push(...findMetrics(new PythonSource(script), settings))
  const judged = settings.map((setting): JudgedSetting => {
    const judgment = judgeSetting(setting, looksSecret)
    return { ...setting, ...judgment, value: judgment.isSecret ? undefined : setting.value }
  })
  const [metric = null, ...otherMetrics] = metrics
  return { settings: withoutTwins(onlySearched(judged)), metric, otherMetrics, unread }
}

/** Literals in calls and in functions are searched only where a script has no settings that are meant to be changed. */
function onlySearched(settings: readonly JudgedSetting[]): readonly JudgedSetting[] {
  const declared = settings.filter(
    ({ role, source }) => role === 'hyperparameter' && declaredSources.includes(source),
  )
  return settings.filter(({ source, file, role, name, kind }) => {
    if (source === 'parameter') {
      if (role === 'fixed' || kind === 'text') return false
      return declared.length === 0 || (role === 'hyperparameter' && isCommonName(name))
    }
    if (source === 'call') return declared.length === 0 && file === ''
    return true
  })
}

/** Of settings with one name, the one that a person would change: an argument before a constant, the first before later ones. */
function withoutTwins(settings: readonly JudgedSetting[]): readonly JudgedSetting[] {
  const seen = new Map<string, JudgedSetting>()
  const order = [
    ...settings.filter(({ option }) => option !== null),
    ...settings.filter(({ option }) => option === null),
  ]
  for (const setting of order) {
    const key = setting.source === 'config' ? setting.location : setting.name.toLowerCase()
    const earlier = seen.get(key)
    // A class that redefines an inherited field decides its default.
    if (earlier === undefined || (earlier.source === 'inherited' && setting.source === 'field'))
      seen.set(key, setting)
  }
  return settings.filter(setting => [...seen.values()].includes(setting))
}
