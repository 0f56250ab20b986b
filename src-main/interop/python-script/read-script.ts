import { collectSettings } from './collect-settings.ts'
import { findMetrics } from './find-metrics.ts'
import { isCommonName, judgeSetting } from './hyperparameter-knowledge.ts'
import { PythonSource } from './python-source.ts'
import { readConfig } from './read-config.ts'
import { msg } from '../../core/errors/message.ts'
import type {
  JudgedSetting,
  ProgramCommands,
  ScriptDescription,
  ScriptMetric,
  ScriptSetting,
  UnreadPart,
} from './script-description.ts'
import { isWithin } from './subcommands.ts'

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
 * @param wanted the subcommand that is to be started; default: the one that trains, as its name or its hyperparameters tell
 */
export function readScript(
  { script, configs }: ScriptFiles,
  looksSecret: (name: string) => boolean,
  wanted: string | null = null,
): ScriptDescription {
  const settings: ScriptSetting[] = []
  const unread: UnreadPart[] = []
  const metrics: ScriptMetric[] = []
  const names = new Set<string>()
  const files = [['', script] as const, ...Object.entries(configs)]
  for (const [file, text] of files) {
    const isPython = file === '' || file.endsWith('.py')
    if (!isPython) {
      const read = readConfig(text, file)
      settings.push(...read.settings)
      unread.push(...read.unread)
      continue
    }
    const read = collectSettings(new PythonSource(text), file)
    settings.push(...read.settings)
    unread.push(...read.unread)
    for (const name of read.commands.keys()) names.add(name)
  }
  metrics.push(...findMetrics(new PythonSource(script), settings))
  const judged = settings.map((setting): JudgedSetting => {
    const judgment = judgeSetting(setting, looksSecret)
    return { ...setting, ...judgment, value: judgment.isSecret ? undefined : setting.value }
  })
  const [metric = null, ...otherMetrics] = metrics
  const commands = commandsOf([...names], judged, wanted)
  const reachable = judged.map(setting => withinCommand(setting, commands))
  return { commands, settings: withoutTwins(onlySearched(reachable)), metric, otherMetrics, unread }
}

/** Words that begin a training. */
const training = /(?:^|[ _-])(?:pre-?|fine-?)?(?:train|tun|fit|learn)/i

/** The subcommands of a script, and the one to start: of those that take hyperparameters the one whose name tells of a training, else the one that takes most. */
function commandsOf(
  names: readonly string[],
  settings: readonly JudgedSetting[],
  wanted: string | null,
): ProgramCommands | null {
  if (names.length === 0) return null
  if (wanted !== null) return { names, started: names.includes(wanted) ? wanted : null }
  const counts = names.map(name => ({
    name,
    count: settings.filter(
      ({ role, commands = [] }) => role === 'hyperparameter' && commands.includes(name),
    ).length,
  }))
  const taking = counts
    .filter(({ count }) => count > 0)
    .toSorted((left, right) => right.count - left.count)
  const started =
    taking.find(({ name }) => training.test(name)) ??
    taking[0] ??
    counts.find(({ name }) => training.test(name)) ??
    (names.length === 1 ? counts[0] : undefined)
  return { names, started: started?.name ?? null }
}

/** What only other subcommands take is not searched. */
function withinCommand(setting: JudgedSetting, commands: ProgramCommands | null): JudgedSetting {
  if (isWithin(setting, commands)) return setting
  const { name, commands: owners = [] } = setting
  const reason = msg('script.fixed.otherCommand', {
    name,
    commands: [...owners],
  })
  return { ...setting, role: 'fixed', range: null, reason }
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
  const rank = ({ option, reason }: JudgedSetting): number =>
    reason.code === 'script.fixed.otherCommand' ? 2 : option === null ? 1 : 0
  const order = settings.toSorted((left, right) => rank(left) - rank(right))
  for (const setting of order) {
    const key = setting.source === 'config' ? setting.location : setting.name.toLowerCase()
    const earlier = seen.get(key)
    // A class that redefines an inherited field decides its default.
    if (earlier === undefined || (earlier.source === 'inherited' && setting.source === 'field'))
      seen.set(key, setting)
  }
  return settings.filter(setting => [...seen.values()].includes(setting))
}
