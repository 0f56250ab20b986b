import { type CommandObjective, commandObjectiveSchema } from '../../study/user-code.ts'
import { defineObjective, type GivenObjective } from '../objective-kind.ts'
import { resumes } from '../user-code.ts'

/** A program of the user. */
export const commandObjective = defineObjective({
  name: 'command',
  schema: commandObjectiveSchema,
  title: ({ command }) => (Array.isArray(command) ? command.join(' ') : String(command)),
  isUserCode: true,
  takesInstances: true,
  processes: 'reuse',
  savesCheckpoints: resumes,
  canBeExtended: resumes,
  notResumableReason: 'program',
})

export function isCommand(objective: GivenObjective): objective is CommandObjective {
  return 'command' in objective
}

/** The line that a shell runs; null where the words of the command are listed. */
export function shellLine({ command }: Pick<CommandObjective, 'command'>): string | null {
  return typeof command === 'string' ? command : null
}

/** The words of a command, or the one line that a shell splits. */
export function commandWords({ command }: Pick<CommandObjective, 'command'>): readonly string[] {
  return typeof command === 'string' ? [command] : command
}
