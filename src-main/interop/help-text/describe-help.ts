import { msg } from '../../core/errors/message.ts'
import {
  isKnownHyperparameter,
  judgeSetting,
  snakeCase,
} from '../python-script/hyperparameter-knowledge.ts'
import type { PythonLiteral } from '../python-script/python-source.ts'
import type {
  JudgedSetting,
  ScriptDescription,
  ScriptSetting,
  UnreadPart,
} from '../python-script/script-description.ts'
import { isNumber } from './option-details.ts'
import type { HelpCommand } from './help-commands.ts'
import { type HelpOption, readHelp } from './read-help.ts'

/** Words that stand for any value, and name nothing. */
const placeholders =
  /^(?:arg|value|val|number|num|n|x|int|integer|float|double|real|string|str|numeric|bool|boolean)$/i
/** Programs whose `cost` and `gamma` have ranges of their own. */
const supportVectors = /\bsvm|svm\b|support vector/i
/** Of a description, what may name its option. */
const MAX_NAME_WORDS = 4

/**
 * What a program sets, as its help text tells it: which option is a hyperparameter, with a range, a line and a reason for each. Metrics are not told there.
 * @param source what the lines are lines of: the command that prints the text
 * @param looksSecret whether the value of a setting of this name is nobody's business
 * @param started the subcommand whose options the text lists; default: the text is of the program itself
 */
export function describeHelp(
  text: string,
  source: string,
  looksSecret: (name: string) => boolean,
  started: string | null = null,
): ScriptDescription {
  const { options, usage, commands } = readHelp(text)
  const unread: UnreadPart[] = options
    .filter(({ isRequired }) => isRequired)
    .map(({ names, line }) => ({
      file: source,
      line,
      reason: msg('script.unread.required', { name: preferred(names) }),
    }))
  const [firstCommand] = commands
  if (firstCommand !== undefined && started === null)
    unread.push({
      file: source,
      line: firstCommand.line,
      reason: msg('script.unread.commands', { names: commands.map(({ name }) => name) }),
    })
  else if (usage !== null && hasPositional(usage.text))
    unread.push({
      file: source,
      line: usage.line,
      reason: msg('script.unread.positional', { usage: usage.text }),
    })
  const model = supportVectors.test(text) ? 'svm' : null
  const settings = options.map(option => judged(option, source, looksSecret, model))
  return {
    commands: commandsOf(commands, started),
    settings:
      started === null ? settings : settings.map(setting => ({ ...setting, commands: [started] })),
    metric: null,
    otherMetrics: [],
    unread,
  }
}

/** @param started its own subcommands are named by both words */
function commandsOf(
  commands: readonly HelpCommand[],
  started: string | null,
): ScriptDescription['commands'] {
  const names = commands.map(({ name }) => (started === null ? name : `${started} ${name}`))
  const all = started === null ? names : [started, ...names]
  return all.length === 0 ? null : { names: all, started }
}

/** The name to pass an option by: a long one, if there is one. */
function preferred(names: readonly string[]): string {
  const isLong = (name: string): boolean => name.startsWith('--')
  return names.find(isLong) ?? names.find(name => name.length > 2) ?? names[0] ?? ''
}

/** Whether a program is called with words that are no options. */
function hasPositional(usage: string): boolean {
  const [, ...words] = usage
    .replaceAll(/\[[^[\]]*\]|--?[\w-]+(?:[ =](?:<[^>]*>|[A-Z_]+))?/g, ' ')
    .split(/\s+/)
    .filter(word => /\w/.test(word))
  return words.length > 0
}

function judged(
  option: HelpOption,
  source: string,
  looksSecret: (name: string) => boolean,
  model: string | null,
): JudgedSetting {
  const written = preferred(option.names)
  const base: ScriptSetting = {
    name: written.replace(/^-+/, ''),
    source: 'argument',
    location: written,
    file: source,
    line: option.line,
    ...valueOf(option),
    option: written,
    optionForm: formOf(option),
  }
  const judge = (name: string): JudgedSetting => {
    const setting = { ...base, name }
    const judgment = judgeSetting(setting, looksSecret, model)
    const isCount = isWhole(judgment, option, base)
    const kind = isCount ? 'int' : base.kind
    const again = isCount ? judgeSetting({ ...setting, kind }, looksSecret, model) : judgment
    return { ...setting, kind, ...again, value: again.isSecret ? undefined : setting.value }
  }
  const judgedByName = judge(base.name)
  const isLetter = base.name.length === 1
  if (!isLetter && judgedByName.reason.code !== 'script.fixed.unknown') return judgedByName
  const names = otherNames(option)
  const other = names
    .filter(name => isKnownHyperparameter(name))
    .map(judge)
    .find(({ role }) => role === 'hyperparameter')
  // A longer name is the program's own; one letter says nothing to whoever reads the study.
  if (other !== undefined) return isLetter ? other : { ...other, name: base.name }
  const word = snakeCase(option.metavar ?? '')
  const isNamed =
    isLetter && names.includes(word) && judgedByName.reason.code !== 'script.hyperparameter'
  return isNamed ? judge(word) : judgedByName
}

/** By what else an option may be known: its other names, the word for its value, and the first words that describe it. */
function otherNames({ names, metavar, description }: HelpOption): readonly string[] {
  const phrase = /^(?:the |an? |set(?:s)? (?:the )?|initial |number of )?([A-Za-z][\w\s-]*)/i.exec(
    description,
  )
  const words = (phrase?.[0] ?? '')
    .replace(/^(?:the|an?|sets?(?: the)?)\s/i, '')
    .replace(/^number of /i, 'num_')
    .replace(/^the /i, '')
    .split(/\s+/)
    .filter(word => word !== '')
  const leading = Array.from({ length: Math.min(MAX_NAME_WORDS, words.length) }, (_, index) =>
    words.slice(0, index + 1).join('_'),
  ).toReversed()
  return [
    ...names.map(name => name.replace(/^-+/, '')),
    ...leading.slice(0, -1),
    ...(metavar === null || placeholders.test(metavar) ? [] : [metavar]),
    ...leading.slice(-1),
  ]
    .map(snakeCase)
    .filter(name => name.length > 1)
}

function formOf({ takesValue, isJoined, isNegatable }: HelpOption): ScriptSetting['optionForm'] {
  if (takesValue) return isJoined ? 'value' : 'nextWord'
  return isNegatable ? 'negatable' : 'storeTrue'
}

function valueOf(option: HelpOption): Pick<ScriptSetting, 'kind' | 'value' | 'choices'> {
  const { takesValue, isNegatable, written, choices, type } = option
  if (!takesValue) {
    const isOn = /^(?:true|on|yes|1)$/i.test(written ?? '')
    return {
      kind: 'bool',
      value: isNegatable && written === undefined ? undefined : isOn,
      choices: [],
    }
  }
  if (choices.length > 1) {
    const areNumbers = choices.every(choice => isNumber(choice))
    const value = typeof written === 'string' && choices.includes(written) ? written : undefined
    const typed = (word: string): number | string => (areNumbers ? Number(word) : word)
    return {
      kind: 'choice',
      value: value === undefined ? undefined : typed(value),
      choices: choices.map(typed),
    }
  }
  if (typeof written === 'string' && /^(?:true|false)$/i.test(written)) {
    // As the program writes them itself.
    const [yes, no] = /^[a-z]/.test(written)
      ? ['true', 'false']
      : /^[A-Z]{2}/.test(written)
        ? ['TRUE', 'FALSE']
        : ['True', 'False']
    return { kind: 'choice', value: written, choices: [no, yes] }
  }
  if (typeof written === 'string' && isNumber(written)) {
    const value = Number(written.replace(/[fFL]$/, ''))
    return { kind: numberKind(type, written, value), value, choices: [] }
  }
  if (typeof written === 'string' && type !== 'int' && type !== 'float' && type !== 'number') {
    // `1/num_features` is computed by the program.
    const isComputed = /[/*()]/.test(written) && /\d/.test(written)
    return isComputed
      ? { kind: 'float', value: undefined, choices: [] }
      : { kind: 'text', value: literal(written), choices: [] }
  }
  return {
    kind: type === 'int' ? 'int' : type === 'text' ? 'text' : 'float',
    value: undefined,
    choices: [],
  }
}

function literal(written: string): PythonLiteral {
  const numbers = /^\[(.*)\]$/.exec(written)?.[1]?.split(/[\s,]+/)
  return numbers?.every(isNumber) === true ? numbers.map(Number) : written
}

/** A type that is said holds; 0 and 1 without one may be shares or counts. */
function numberKind(type: HelpOption['type'], written: string, value: number): 'int' | 'float' {
  if (type === 'int' || type === 'float') return type
  return /[.e]/i.test(written) || value === 0 || value === 1 ? 'float' : 'int'
}

/** Whether a number whose type nobody says counts something, as its usual range tells; one of an unknown name does. */
function isWhole(
  { range, reason }: Pick<JudgedSetting, 'range' | 'reason'>,
  { type }: HelpOption,
  { kind, value }: ScriptSetting,
): boolean {
  if (kind !== 'float' || type === 'float' || range === null || range.kind === 'choice')
    return false
  if (typeof value === 'number' && !Number.isInteger(value)) return false
  if (reason.code === 'script.hyperparameterUnknown') return true
  return Number.isInteger(range.low) && Number.isInteger(range.high) && range.high - range.low > 1
}
