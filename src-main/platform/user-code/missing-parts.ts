import { existsSync } from 'node:fs'
import path from 'node:path'
import { msg } from '../../core/errors/message.ts'
import { broken, type Problem } from '../../core/errors/problem.ts'
import { placeholdersIn } from '../../core/study/command-template.ts'
import type { CommandObjective } from '../../core/study/user-code.ts'
import { programFinder, wordsOf } from './find-programs.ts'

/** Words that end like this name a script, which an interpreter cannot do without. */
const SCRIPT = /^[^-].*\.(?:py|r|jl|[cm]?js|[cm]?ts|sh|pl|rb|php|lua|jar|ps1|bat)$/i

/**
 * What a command names and this machine does not have: its program, and scripts among its arguments. Words that parameters fill are left
 * alone; so are data files, which the program may make itself.
 * @param directory where the command runs
 */
export function missingParts(objective: CommandObjective, directory: string): Problem[] {
  const { command } = objective
  const isFilled = (word: string): boolean => placeholdersIn(word).length > 0
  const isMissing = (word: string): boolean =>
    SCRIPT.test(word) && !isFilled(word) && !existsSync(path.resolve(directory, word))
  const fileProblem = (at: Problem['path'], word: string): Problem =>
    broken(at, word, msg('rule.scriptMissing', { path: path.resolve(directory, word) }))
  if (typeof command === 'string') {
    const at = ['objective', 'command']
    return wordsOf(command)
      .filter(isMissing)
      .map(word => fileProblem(at, word))
  }
  const [first = '', ...words] = command
  const find = programFinder(objective, directory)
  return [
    ...(isFilled(first) || find(first) !== null
      ? []
      : [broken(['objective', 'command', 0], first, msg('rule.programMissing', { name: first }))]),
    ...words.flatMap((word, index) =>
      isMissing(word) ? [fileProblem(['objective', 'command', index + 1], word)] : [],
    ),
  ]
}
