import { knownNames } from './closest-name.ts'
import type { Problem } from './problem.ts'
import type { Assignment } from './trial.ts'
import type { CommandObjective } from './user-code.ts'

/** What a command is filled in with beside the parameters. */
export const templateFacts = [
  'seed',
  'trial',
  'attempt',
  'slot',
  'study',
  'parametersFile',
  'resultsFile',
  'checkpointDirectory',
  'trialDirectory',
  'startStep',
  'untilStep',
] as const
/** One that does not apply to a trial is missing. */
export type TemplateFacts = Readonly<Partial<Record<(typeof templateFacts)[number], string>>>

/** `{name}` is filled in, `{{` and `}}` are braces; braces around anything that is no name stay. */
const placeholder = /\{\{|\}\}|\{([A-Za-z_][\w.-]*)\}/g

/** Names in braces. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].flatMap(([, name]) => (name === undefined ? [] : [name]))
}

/**
 * Fills in one argument. Values go in as they are: nothing interprets an argument any more.
 * @returns null if it names a parameter or a fact that this trial does not have: the argument is left out
 */
export function fillIn(text: string, parameters: Assignment, facts: TemplateFacts): string | null {
  let missing = false
  const filled = text.replace(placeholder, (match, name: string | undefined) => {
    if (match === '{{') return '{'
    if (match === '}}') return '}'
    const key = name ?? ''
    if (Object.hasOwn(parameters, key)) return String(parameters[key])
    const fact = Object.hasOwn(facts, key) ? facts[key as keyof TemplateFacts] : undefined
    if (fact !== undefined) return fact
    missing = true
    return ''
  })
  return missing ? null : filled
}

/** Placeholders that nothing fills, and a shell text that would be filled. */
export function templateProblems(
  objective: CommandObjective,
  parameterNames: readonly string[],
): Problem[] {
  const known = [...parameterNames, ...templateFacts]
  const { command, environment } = objective
  const texts: { path: (string | number)[]; text: string }[] = [
    ...(typeof command === 'string'
      ? []
      : command.map((text, index) => ({ path: ['objective', 'command', index], text }))),
    ...Object.entries(environment).map(([name, text]) => ({
      path: ['objective', 'environment', name],
      text,
    })),
  ]
  const problems: Problem[] = texts.flatMap(({ path, text }) => [
    ...(text.includes('\0') ? [{ path, value: text, rule: 'must not hold a zero character' }] : []),
    ...placeholdersIn(text)
      .filter(name => !known.includes(name))
      .map(name => ({
        path,
        value: text,
        rule: `{${name}} is neither a parameter nor a fact${knownNames(name, known)}; write {{${name}}} for braces`,
      })),
  ])
  const path = ['objective', 'command']
  if (typeof command === 'string') {
    if (!objective.shell) {
      const rule = 'must be a list [program, argument, …], or a text with shell: true'
      problems.push({ path, value: command, rule })
    }
    const name = placeholdersIn(command).find(found => known.includes(found))
    if (name !== undefined) {
      const rule = `nothing is filled into the text of a shell; use "$${parameterVariable(name)}"`
      problems.push({ path, value: command, rule })
    }
  } else if (objective.shell) {
    const rule = 'must be a text when shell is true'
    problems.push({ path, value: [...command], rule })
  } else if (command[0] === '' || placeholdersIn(command[0] ?? '').length > 0) {
    const rule = 'the program itself must be given and cannot depend on the trial'
    problems.push({ path: [...path, 0], value: command[0] ?? null, rule })
  }
  return problems
}

/** The variable that hands over a parameter; what no shell takes in a name becomes `_`. */
export function parameterVariable(name: string): string {
  return `TUNEWRIGHT_PARAM_${name.replace(/\W/g, '_')}`
}
