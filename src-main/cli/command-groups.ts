import type { Command, Option } from 'commander'
import type { Translate } from '../i18n/translate.ts'

/** Commands that one module adds. */
export interface CommandGroup {
  readonly names: readonly string[]
  load(): Promise<(program: Command, t: Translate) => void>
}

/** In the order of the help. All of them together take half a second to load, most of them a quarter of that. */
export const commandGroups: readonly CommandGroup[] = [
  {
    names: ['run', 'resume'],
    load: async () => (await import('./commands/run.ts')).addRunCommands,
  },
  { names: ['check'], load: async () => (await import('./commands/check.ts')).addCheckCommand },
  { names: ['data'], load: async () => (await import('./commands/data.ts')).addDataCommand },
  { names: ['trust'], load: async () => (await import('./commands/trust.ts')).addTrustCommand },
  {
    names: ['list', 'show', 'best'],
    load: async () => (await import('./commands/studies.ts')).addStudyCommands,
  },
  { names: ['logs'], load: async () => (await import('./commands/logs.ts')).addLogsCommand },
  {
    names: ['checkpoints', 'extend', 'fork'],
    load: async () => (await import('./commands/checkpoints.ts')).addCheckpointCommands,
  },
  {
    names: ['suspend', 'unsuspend'],
    load: async () => (await import('./commands/suspend.ts')).addSuspendCommands,
  },
  {
    names: ['export', 'report'],
    load: async () => (await import('./commands/output-files.ts')).addOutputCommands,
  },
  { names: ['import'], load: async () => (await import('./commands/import.ts')).addImportCommand },
  {
    names: ['model', 'predict'],
    load: async () => (await import('./commands/model.ts')).addModelCommands,
  },
  { names: ['verify'], load: async () => (await import('./commands/verify.ts')).addVerifyCommand },
  {
    names: ['what-if'],
    load: async () => (await import('./commands/what-if.ts')).addWhatIfCommand,
  },
  { names: ['doctor'], load: async () => (await import('./commands/doctor.ts')).addDoctorCommand },
  { names: ['engine'], load: async () => (await import('./commands/engine.ts')).addEngineCommands },
  {
    names: ['suggest'],
    load: async () => (await import('./commands/suggest.ts')).addSuggestCommand,
  },
  {
    names: ['quickstart'],
    load: async () => (await import('./commands/quickstart.ts')).addQuickstartCommand,
  },
  { names: ['open'], load: async () => (await import('./commands/open.ts')).addOpenCommand },
  { names: ['serve'], load: async () => (await import('./commands/serve.ts')).addServeCommand },
]

/**
 * The groups that a command line needs: that of its command, or all, where it names none, an unknown one, or asks
 * for help before any.
 * @param words the arguments after the name of the program
 * @param options those that may stand before a command: the argument after some of them is their value
 */
export function neededGroups(
  words: readonly string[],
  options: readonly Pick<Option, 'long' | 'short' | 'required'>[],
): readonly CommandGroup[] {
  const withValue = options
    .filter(({ required }) => required)
    .flatMap(({ long, short }) => [long, short])
  const at = words.findIndex(
    (word, index) => !word.startsWith('-') && !withValue.includes(words[index - 1] ?? ''),
  )
  const before = words.slice(0, at)
  if (at === -1 || before.includes('--help') || before.includes('-h')) return commandGroups
  const own = commandGroups.filter(({ names }) => names.includes(words[at] as string))
  return own.length === 0 ? commandGroups : own
}
