import { fillIn } from '../../study/command-template.ts'
import type { StudySpecification } from '../../study/study-specification.ts'
import { commandText } from '../../study/user-code.ts'
import type { Assignment } from '../../trial/trial.ts'
import { isCommand } from './command.ts'

/** A configuration as arguments; for a program, its whole command, quoted for a POSIX shell. */
export function commandLine(
  parameters: Assignment,
  objective: StudySpecification['objective'],
): string {
  if (isCommand(objective) && typeof objective.command !== 'string') {
    // Seeds, folders and the like are of one trial: arguments that need them are left out.
    const words = objective.command.flatMap(word => fillIn(word, parameters, {}) ?? [])
    return commandText({ command: words.map(quoted), shell: true })
  }
  return Object.entries(parameters)
    .map(([name, value]) => `--${name}=${quoted(String(value))}`)
    .join(' ')
}

/** As a POSIX shell reads it as one word. */
function quoted(word: string): string {
  return /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
