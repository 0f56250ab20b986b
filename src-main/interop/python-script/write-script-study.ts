import type { Translate } from '../../core/i18n/translate.ts'
import { placeholderOf, switchFor } from '../../core/study/command-template.ts'
import type { MessageDescriptor } from '../../core/errors/message.ts'
import { writeStudyYaml } from '../study-file/write-study-yaml.ts'
import type {
  JudgedSetting,
  ProgramCommands,
  ProposedRange,
  ScriptDescription,
  ScriptMetric,
} from './script-description.ts'
import { isWithin } from './subcommands.ts'

/** Trials of a study whose script says no end. */
const USUAL_TRIALS = 50

/** Reads what the comment of a study without a metric says to print. */
const EXAMPLE_PATTERN = String.raw`val_loss: (?<val_loss>\S+)`

/** Comments of a kind in a study file, which a person is to read. */
const MAX_UNREAD = 10
const MAX_FIXED = 60

/** The launcher that runs a script with changed constants; a copy of it lies with the study file. */
export const launcherName = 'tunewright_run.py'

/** How a script is started. */
export interface ScriptCommand {
  /** The program and its arguments before the script. */
  readonly interpreter: readonly string[]
  readonly reason: MessageDescriptor
}

/** How the values of a hyperparameter reach the script. */
type Route = 'argument' | 'switch' | 'override' | 'patch' | null

/** A setting as a study can have it. */
export interface StudySetting {
  readonly setting: JudgedSetting
  /** Null where its value cannot be passed to the script yet; then neither has it a parameter nor a word. */
  readonly route: Route
  readonly parameter: string | null
  /** The word of the command that passes the parameter on. */
  readonly word: string | null
  /** The option that stands before that word; null: the word says it itself. */
  readonly wordBefore: string | null
  /** The subcommand's first word, which it has to stand before; null: it stands anywhere behind the script. */
  readonly wordAfter: string | null
  /** As it stands in the space of a study; null unless it is a hyperparameter that can be searched. */
  readonly entry: Readonly<Record<string, unknown>> | null
  /** Its value in the script as the parameter has it; null where that is not known, or outside the range. */
  readonly current: number | string | boolean | null
}

/** A study file for a script, and whether it needs the launcher. */
export interface ScriptStudy {
  readonly text: string
  /** Everything that the script sets, in the order of the description. */
  readonly settings: readonly StudySetting[]
  readonly needsLauncher: boolean
  /** How many hyperparameters are searched. */
  readonly searched: number
  /** The metric that the study is judged by; null where none was recognized, so that a person has to name it. */
  readonly metric: string | null
  /** How that metric was recognized. */
  readonly goal: ScriptMetric | null
}

/**
 * The study file of a script, with the line and reason of every guess as comments.
 * @param script its file name, in the working directory
 * @param text of the script
 * @param directory where the script runs; default: the folder of the study file
 * @param isForForm whether a form asks for a metric that was not recognized; default: the study file says that it is missing
 * @param helpCommand the command that has printed the text, where that is the help text of a program; default: the text was read and not run
 */
export function writeScriptStudy(
  {
    script,
    text,
    description,
    command,
    name,
    directory,
    isForForm = false,
    helpCommand,
  }: {
    readonly script: string
    readonly text: string
    readonly description: ScriptDescription
    readonly command: ScriptCommand
    readonly name: string
    readonly directory?: string | undefined
    readonly isForForm?: boolean
    readonly helpCommand?: string | undefined
  },
  t: Translate,
): ScriptStudy {
  const routed = description.settings
    .filter(({ role }) => role === 'hyperparameter')
    .map(setting => ({ setting, route: routeOf(setting, text, description) }))
  const searched = withNames(routed.filter(({ route }) => route !== null))
  const patched = searched.filter(({ route }) => route === 'patch')
  const switches = searched.filter(({ route }) => route === 'switch')
  const needsLauncher = patched.length > 0
  const wordOf = (entry: Named): string => wordFor(entry, script, text)
  const started = startedWords(description)
  const optionWords = (isHere: (entry: Named) => boolean): readonly string[] =>
    searched
      .filter(({ route, setting }) => route !== 'patch' && setting.optionForm !== 'positional')
      .filter(isHere)
      .flatMap(entry => [
        ...(optionBefore(entry.setting) === null ? [] : [entry.setting.option ?? '']),
        wordOf(entry),
      ])
  const words = [
    ...command.interpreter,
    ...(needsLauncher ? [launcherName, ...patched.map(wordOf)] : []),
    script,
    ...optionWords(entry => (entry.setting.commands ?? []).length === 0 && started.length > 0),
    ...started,
    ...optionWords(entry => (entry.setting.commands ?? []).length > 0 || started.length === 0),
    ...positionalWords(searched, description),
  ]
  const metric = goalOf(description)
  // A file without a goal is refused before anything is run.
  const isOpen = metric === null && !isForForm
  const isPrinted = metric !== null && metric.pattern !== null
  const metricName = metric === null || isPrinted ? metricNameOf(metric) : metric.name
  const files = [...new Set(patched.map(({ setting }) => setting.file).filter(file => file !== ''))]
  const defaults = Object.fromEntries(
    searched.flatMap(({ setting, parameter }) => {
      const value = defaultOf(setting)
      return value === null ? [] : [[parameter, value] as const]
    }),
  )
  const yaml = writeStudyYaml({
    name,
    objective: {
      command: words,
      ...(directory === undefined ? {} : { directory }),
      ...(files.length === 0 ? {} : { files }),
      ...(metric === null ? {} : { metrics: metricsOf(metric, metricName) }),
      ...(isOpen ? { metrics: { from: 'pattern', pattern: EXAMPLE_PATTERN } } : {}),
      ...(metric?.isLast === true ? { value: 'last' } : {}),
    },
    goals: goalsFor(metric, metricName, isForForm),
    space: Object.fromEntries(
      searched.map(({ setting, parameter }) => [parameter, spaceEntry(setting)]),
    ),
    ...(Object.keys(defaults).length === 0 ? {} : { currentConfiguration: defaults }),
    stop: { trials: USUAL_TRIALS },
  })
  const commentsOf = new Map(
    searched.map(({ setting, parameter }) => {
      const { location, line, reason } = setting
      const file = setting.file === '' ? script : setting.file
      return [parameter, t('script.file.line', { location, file, line, reason })]
    }),
  )
  const inSpace = { is: false }
  const lines = yaml.split('\n').flatMap(line => {
    if (/^\S/.test(line)) inSpace.is = line.startsWith('space:')
    if (line.startsWith('goals:') && metric === null) {
      const key = helpCommand === undefined ? 'script.file.noMetric' : 'script.file.noMetricHelp'
      return [comment(t(key)), line]
    }
    if (line.startsWith('goals:') && metric !== null) {
      const { reason, line: metricLine } = metric
      return [comment(t('script.file.goal', { file: script, line: metricLine, reason })), line]
    }
    const key = inSpace.is ? /^ {2}["']?([^\s"':]+)["']?:/.exec(line)?.[1] : undefined
    const text = key === undefined ? undefined : commentsOf.get(key)
    return text === undefined ? [line] : [`  ${comment(text)}`, line]
  })
  const head = [
    helpCommand === undefined
      ? t('script.file.head', { file: script })
      : t('script.file.headHelp', { command: helpCommand }),
    t.format(command.reason),
    ...(patched.length > 0
      ? [
          t('script.file.patched', {
            file: script,
            names: patched.map(({ parameter }) => parameter).join(', '),
          }),
        ]
      : []),
    ...(description.commands === null ? [] : [commandLine(description.commands, t)]),
    ...(switches.length > 0
      ? [
          t('script.file.switches', {
            names: switches.map(({ parameter }) => parameter).join(', '),
          }),
        ]
      : []),
    ...(metric !== null && !isPrinted
      ? [t('script.file.metricLogged', { name: metric.name, line: metric.line })]
      : []),
    ...listed(
      description.unread.map(({ file, line, reason }) =>
        t('script.file.unread', { file: file === '' ? script : file, line, reason }),
      ),
      MAX_UNREAD,
      t,
    ),
  ]
  const tail = [
    ...routed
      .filter(({ route }) => route === null)
      .map(({ setting: { location, line } }) => t('script.file.unreachable', { location, line })),
    ...listed(
      description.settings
        .filter(
          ({ role, source }) =>
            role !== 'hyperparameter' && source !== 'call' && source !== 'inherited',
        )
        .map(({ location, line, reason }) => t('script.file.fixed', { location, line, reason })),
      MAX_FIXED,
      t,
    ),
  ]
  return {
    text: [...head.map(comment), ...lines, ...tail.map(comment), '']
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n'),
    settings: settingsOf(description, searched, script, text),
    needsLauncher,
    searched: searched.length,
    metric: metric === null ? null : metricName,
    goal: metric,
  }
}

function commandLine({ names, started }: ProgramCommands, t: Translate): string {
  return started === null
    ? t('script.file.commandOpen', { names: [...names] })
    : t('script.file.command', { started, names: [...names], count: names.length })
}

/** The words of the subcommand that the study starts. */
function startedWords({ commands }: ScriptDescription): readonly string[] {
  return commands?.started?.split(' ') ?? []
}

/** Lines up to a number, and how many others there are. */
function listed(lines: readonly string[], limit: number, t: Translate): readonly string[] {
  if (lines.length <= limit) return lines
  return [...lines.slice(0, limit), t('script.file.others', { count: lines.length - limit })]
}

function comment(text: string): string {
  return `# ${text.replaceAll(/\s+/g, ' ')}`
}

/**
 * The metric to search by. One that the script logs itself is read from its log; one that a library knows is perhaps written nowhere, so that
 * one that is printed comes first.
 */
function goalOf({ metric, otherMetrics }: ScriptDescription): ScriptMetric | null {
  if (metric === null || metric.pattern !== null || metric.output === 'logged') return metric
  return otherMetrics.find(({ pattern }) => pattern !== null) ?? metric
}

function metricsOf({ pattern }: ScriptMetric, name: string): Readonly<Record<string, string>> {
  if (pattern === null) return { from: 'logs' }
  return { from: 'pattern', pattern: pattern.replace('?<value>', `?<${name}>`) }
}

/** Without a metric, a form has a field that is still empty, and a study file has no goal: neither can be run. */
function goalsFor(
  metric: ScriptMetric | null,
  name: string,
  isForForm: boolean,
): readonly Readonly<Record<'metric' | 'direction', string>>[] {
  if (metric !== null) return [{ metric: name, direction: metric.direction }]
  return isForForm ? [{ metric: '', direction: 'minimize' }] : []
}

/** The name of the goal: letters, digits and `_`, as a named group needs it. */
function metricNameOf(metric: ScriptMetric | null): string {
  const name = (metric?.name ?? 'loss').replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '')
  return /^[A-Za-z]/.test(name) ? name : `metric_${name}`
}

/** Arguments by position in their order. */
function byPosition({ settings }: ScriptDescription): readonly JudgedSetting[] {
  const positional = settings.filter(
    ({ option, optionForm }) => option !== null && optionForm === 'positional',
  )
  // sys.argv[2] may be read before sys.argv[1].
  return positional.every(({ option }) => /^\d+$/.test(option ?? ''))
    ? positional.toSorted((left, right) => Number(left.option) - Number(right.option))
    : positional
}

/** An argument by position needs all of those before it: each is searched, or has a default that can be written. */
function canPass(setting: JudgedSetting, description: ScriptDescription): boolean {
  const ordered = byPosition(description)
  return ordered
    .slice(0, ordered.indexOf(setting))
    .every(
      ({ role, value }) =>
        role === 'hyperparameter' || typeof value === 'number' || typeof value === 'string',
    )
}

function positionalWords(
  searched: readonly { readonly setting: JudgedSetting; readonly parameter: string }[],
  description: ScriptDescription,
): readonly string[] {
  const ordered = byPosition(description)
  const words = ordered.map(setting => {
    const parameter = searched.find(entry => entry.setting === setting)?.parameter
    return parameter === undefined ? null : placeholderOf(parameter)
  })
  const last = words.findLastIndex(word => word !== null)
  return ordered
    .slice(0, last + 1)
    .map(({ value }, index) => words[index] ?? (typeof value === 'object' ? '' : String(value)))
}

function routeOf(setting: JudgedSetting, text: string, description: ScriptDescription): Route {
  const { option, optionForm, source } = setting
  if (!isWithin(setting, description.commands)) return null
  if (option !== null) {
    // What is on by itself cannot be taken away by leaving its argument out.
    if (optionForm === 'storeFalse') return setting.value === true ? 'switch' : null
    if (optionForm === 'storeTrue') return setting.value === false ? 'switch' : null
    if (optionForm !== 'positional') return 'argument'
    return canPass(setting, description) ? 'argument' : null
  }
  if (source === 'config' && /\bhydra\b/.test(text) && /\.ya?ml$/.test(setting.file))
    return 'override'
  if (source === 'constant' && /configurator\.py/.test(text) && setting.file === '')
    return 'override'
  if (/merge_from_args/.test(text) && source === 'constant') return 'override'
  return setting.value === undefined ? null : 'patch'
}

function argumentOf(setting: JudgedSetting, parameter: string, route: Route, text: string): string {
  const value = placeholderOf(parameter)
  if (setting.option !== null && /^(?:positional|nextWord)$/.test(setting.optionForm)) return value
  if (route === 'override') {
    const key = setting.location.split(': ').at(-1) ?? setting.name
    const name = /merge_from_args/.test(text) ? key.split('.').slice(1).join('.') : key
    return setting.source === 'config' ? `${key}=${value}` : `--${name}=${value}`
  }
  return setting.optionForm === 'negatable' ? value : `${setting.option ?? ''}=${value}`
}

/** Names of what is not searched come after those of what is, so that the study file does not depend on them. */
function settingsOf(
  description: ScriptDescription,
  searched: readonly Named[],
  script: string,
  text: string,
): readonly StudySetting[] {
  const { settings } = description
  const others = settings
    .filter(
      // A further argument by position would need those before it.
      ({ role, option, optionForm, isSecret }) =>
        role !== 'hyperparameter' && !isSecret && (option === null || optionForm !== 'positional'),
    )
    .map(setting => ({ setting, route: routeOf(setting, text, description) }))
    .filter(({ route }) => route !== null)
  const named = new Map(
    withNames([...searched, ...others]).map(entry => [entry.setting, entry] as const),
  )
  return settings.map((setting): StudySetting => {
    const entry = named.get(setting)
    if (entry === undefined)
      return {
        setting,
        route: null,
        parameter: null,
        word: null,
        wordBefore: null,
        wordAfter: null,
        entry: null,
        current: null,
      }
    return {
      ...entry,
      word: wordFor(entry, script, text),
      wordBefore: optionBefore(setting),
      wordAfter:
        (setting.commands ?? []).length === 0 ? (startedWords(description)[0] ?? null) : null,
      entry: setting.range === null ? null : spaceEntry(setting),
      current: defaultOf(setting),
    }
  })
}

/** The option whose value is the next word. */
function optionBefore({ option, optionForm }: JudgedSetting): string | null {
  return optionForm === 'nextWord' ? option : null
}

function wordFor({ setting, parameter, route }: Named, script: string, text: string): string {
  if (route === 'switch') return switchFor(parameter, setting.option ?? '')
  if (route !== 'patch') return argumentOf(setting, parameter, route, text)
  const file = setting.file === '' ? script : setting.file
  return `--set=${file}:${setting.line}:${setting.address ?? setting.name}=${placeholderOf(parameter)}`
}

type Routed = { readonly setting: JudgedSetting; readonly route: Route }
type Named = Routed & { readonly parameter: string }

/** Parameters by short names; where two settings share one, by their paths. */
function withNames(routed: readonly Routed[]): readonly Named[] {
  const names = new Set<string>()
  return routed.map(entry => {
    const short = entry.setting.name.replaceAll(/\W+/g, '_')
    const path = (entry.setting.location.split(': ').at(-1) ?? short)
      .replaceAll(/\W+/g, '_')
      .replaceAll(/^_+|_+$/g, '')
    let parameter = names.has(short) ? path : short
    for (let count = 2; names.has(parameter); count += 1) parameter = `${path}_${count}`
    names.add(parameter)
    return { ...entry, parameter }
  })
}

/** An argument that is present or absent; its parameter says whether it is present. */
function isSwitch({ optionForm, option }: JudgedSetting): boolean {
  return option !== null && (optionForm === 'storeTrue' || optionForm === 'storeFalse')
}

function spaceEntry(setting: JudgedSetting): Readonly<Record<string, unknown>> {
  const { range, optionForm, option, kind } = setting
  if (range === null) return {}
  if (range.kind !== 'choice') return numericEntry(range)
  if (optionForm === 'negatable' && option !== null)
    return { choice: [option, option.replace(/^--/, '--no-')] }
  if (isSwitch(setting)) return { choice: [false, true] }
  // Scripts read "True" from an argument, and true from a constant.
  const asText = kind === 'bool' && option !== null
  return {
    choice: range.values.map(value => (asText ? (value === true ? 'True' : 'False') : value)),
  }
}

function numericEntry({
  kind,
  low,
  high,
  log,
}: Extract<ProposedRange, { low: number }>): Readonly<Record<string, unknown>> {
  return { [kind]: [low, high], ...(log ? { log: true } : {}) }
}

/** The default of a hyperparameter as its parameter has it; null where the script does not write it, or it is outside the range. */
function defaultOf(setting: JudgedSetting): number | string | boolean | null {
  const { value, range, optionForm, option, kind } = setting
  if (range === null || value === undefined || value === null || typeof value === 'object')
    return null
  if (range.kind !== 'choice')
    return typeof value === 'number' && value >= range.low && value <= range.high ? value : null
  // The switch is absent.
  if (isSwitch(setting)) return false
  if (optionForm === 'negatable' && option !== null)
    return value === true ? option : option.replace(/^--/, '--no-')
  if (kind === 'bool' && option !== null) return value === true ? 'True' : 'False'
  return range.values.includes(value) ? value : null
}
