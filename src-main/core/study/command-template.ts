import { knownNames } from '../values/closest-name.ts'
import { ownValue } from '../values/named-values.ts'
import { listedValues } from './listed-values.ts'
import { quotedNameSource, quoteName, unquotedName } from './parameter-name.ts'
import { msg } from '../errors/message.ts'
import { broken, type Problem } from '../errors/problem.ts'
import type { Assignment } from '../trial/trial.ts'
import type { ParameterSpecification, SpaceSpecification } from './space-specification.ts'
import type { CommandObjective } from './user-code.ts'

/** Names that a command can use beside the parameters. */
const templateVariables = [
  'seed',
  'trial',
  'attempt',
  'slot',
  'study',
  'instance',
  'parametersFile',
  'resultsFile',
  'checkpointDirectory',
  'trialDirectory',
  'startStep',
  'untilStep',
] as const
/** One that does not apply to a trial is missing. */
export type TemplateVariables = Readonly<
  Partial<Record<(typeof templateVariables)[number], string>>
>

/**
 * `{name}` and `` {`any name`} `` are filled in, `{name?word}` is the word where the parameter is true, `{{` and `}}` are braces; braces around
 * anything that is no name stay.
 */
const placeholder = new RegExp(
  String.raw`\{\{|\}\}|\{([\p{L}_][\p{L}\p{M}\p{N}_./-]*|${quotedNameSource})(?:\?([^{}]+))?\}`,
  'gu',
)

function nameIn(written: string): string {
  return unquotedName(written) ?? written
}

/** How a name stands in an argument to be filled in. */
export function placeholderOf(name: string): string {
  const isPlain = placeholdersIn(`{${name}}`)[0] === name
  return isPlain ? `{${name}}` : `{\`${name.replaceAll('`', '``')}\`}`
}

/** Names in braces. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].flatMap(([, written]) =>
    written === undefined ? [] : [nameIn(written)],
  )
}

/** @param names new ones by those before; all others stay */
export function renamePlaceholders(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(placeholder, (match: string, written?: string, word?: string) => {
    const name = written === undefined ? undefined : names.get(nameIn(written))
    if (name === undefined) return match
    return word === undefined ? placeholderOf(name) : switchFor(name, word)
  })
}

/** What adds a word to a command where a parameter is true, and leaves it out where it is false. */
export function switchFor(name: string, word: string): string {
  return `${placeholderOf(name).slice(0, -1)}?${word}}`
}

/**
 * Fills in one argument. Values go in as they are: nothing interprets an argument any more.
 * @returns null if it names a parameter or a message that this trial does not have, or a switch that is off: the argument is left out
 */
export function fillIn(
  text: string,
  parameters: Assignment,
  variables: TemplateVariables,
): string | null {
  let missing = false
  const filled = text.replace(placeholder, (match, written?: string, word?: string) => {
    if (match === '{{') return '{'
    if (match === '}}') return '}'
    const key = nameIn(written ?? '')
    if (word !== undefined) {
      missing ||= ownValue(parameters, key) !== true
      return word
    }
    if (Object.hasOwn(parameters, key)) return String(ownValue(parameters, key))
    const value = ownValue(variables as Readonly<Record<string, string | undefined>>, key)
    if (value !== undefined) return value
    missing = true
    return ''
  })
  return missing ? null : filled
}

/**
 * Placeholders that nothing fills, and a shell text that would be filled.
 * @param hasInstances without any, `{instance}` would silently be left out
 */
export function templateProblems(
  objective: Pick<CommandObjective, 'command' | 'environment' | 'shell'>,
  parameterNames: readonly string[],
  hasInstances = false,
): Problem[] {
  const variables = templateVariables.filter(name => hasInstances || name !== 'instance')
  const placeholders = [...parameterNames, ...variables]
  const { command } = objective
  const problems: Problem[] = textsOf(objective).flatMap(({ path, text }) => [
    ...(text.includes('\0') ? [broken(path, text, msg('rule.noZeroCharacter'))] : []),
    ...placeholdersIn(text)
      .filter(name => !placeholders.includes(name))
      .map(name =>
        name === 'instance'
          ? msg('rule.instanceWithout')
          : msg('rule.unknownPlaceholder', { name, ...knownNames(name, placeholders) }),
      )
      .map(rule => broken(path, text, rule)),
  ])
  problems.push(...variableProblems(parameterNames))
  const path = ['objective', 'command']
  if (typeof command === 'string') {
    if (!objective.shell) problems.push(broken(path, command, msg('rule.commandList')))
    const name = placeholdersIn(command).find(placeholder => placeholders.includes(placeholder))
    if (name !== undefined) {
      const rule = msg('rule.shellFilled', { variable: parameterVariable(name) })
      problems.push(broken(path, command, rule))
    }
  } else if (objective.shell) {
    problems.push(broken(path, command, msg('rule.shellText')))
  } else if (command[0] === '' || placeholdersIn(command[0] ?? '').length > 0) {
    problems.push(broken([...path, 0], command[0], msg('rule.commandProgram')))
  }
  return problems
}

/** Switches whose parameter is not true or false alone: they would be left out of some trials, or of all, without a word. */
export function switchProblems(
  objective: Pick<CommandObjective, 'command' | 'environment'>,
  space: SpaceSpecification,
): Problem[] {
  return textsOf(objective).flatMap(({ path, text }) =>
    [...text.matchAll(placeholder)].flatMap(([, written, word]) => {
      if (written === undefined || word === undefined) return []
      const name = nameIn(written)
      const parameter = ownValue(space, name)
      if (parameter !== undefined && isSwitch(parameter)) return []
      const isParameter = parameter !== undefined || templateVariables.some(fact => fact === name)
      return isParameter ? [broken(path, text, msg('rule.switchParameter', { name, word }))] : []
    }),
  )
}

function isSwitch(parameter: ParameterSpecification): boolean {
  return listedValues(parameter)?.every(value => typeof value === 'boolean') ?? false
}

/** The texts that are filled in, and where they stand. */
function textsOf({ command, environment }: Pick<CommandObjective, 'command' | 'environment'>): {
  readonly path: (string | number)[]
  readonly text: string
}[] {
  return [
    ...(typeof command === 'string'
      ? []
      : command.map((text, index) => ({ path: ['objective', 'command', index], text }))),
    ...Object.entries(environment).map(([name, text]) => ({
      path: ['objective', 'environment', name],
      text,
    })),
  ]
}

/**
 * The variable that hands over a parameter. No shell takes more than Latin letters, digits and `_` in a name: other
 * letters become their code in Unicode (`uE9` for é), signs and spaces `_`.
 */
export function parameterVariable(name: string): string {
  const plain = name.replace(/[^\p{ASCII}]/gu, letter => {
    return `u${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase()}`
  })
  return `TUNEWRIGHT_PARAM_${plain.replace(/\W/g, '_')}`
}

/** Two parameters of one variable: the program would get one value for both. */
function variableProblems(parameterNames: readonly string[]): Problem[] {
  const owners = new Map<string, string>()
  return parameterNames.flatMap(name => {
    const variable = parameterVariable(name)
    const owner = owners.get(variable)
    if (owner === undefined) {
      owners.set(variable, name)
      return []
    }
    const rule = msg('rule.sharedVariable', { variable, owner: quoteName(owner) })
    return [broken(['space', name], name, rule)]
  })
}
