import type { Option } from 'commander'
import type { AddCommands } from './context.ts'

/** Commands that one module adds. */
export interface CommandGroup {
  readonly names: readonly string[]
  load(): Promise<{ readonly addCommands: AddCommands }>
}

/** In the order of the help. All of them together take half a second to load, most of them a quarter of that. */
export const commandGroups: readonly CommandGroup[] = [
  { names: ['run', 'resume'], load: async () => import('./commands/run.ts') },
  { names: ['check'], load: async () => import('./commands/check.ts') },
  { names: ['data'], load: async () => import('./commands/data.ts') },
  { names: ['trust'], load: async () => import('./commands/trust.ts') },
  { names: ['list', 'show', 'best'], load: async () => import('./commands/studies.ts') },
  { names: ['logs'], load: async () => import('./commands/logs.ts') },
  { names: ['files'], load: async () => import('./commands/files.ts') },
  {
    names: ['checkpoints', 'extend', 'fork'],
    load: async () => import('./commands/checkpoints.ts'),
  },
  { names: ['suspend', 'unsuspend'], load: async () => import('./commands/suspend.ts') },
  { names: ['export', 'report'], load: async () => import('./commands/output-files.ts') },
  { names: ['bundle'], load: async () => import('./commands/bundle.ts') },
  { names: ['import'], load: async () => import('./commands/import.ts') },
  { names: ['model', 'predict'], load: async () => import('./commands/model.ts') },
  { names: ['importance', 'compare'], load: async () => import('./commands/analysis.ts') },
  { names: ['errors'], load: async () => import('./commands/errors.ts') },
  { names: ['backups'], load: async () => import('./commands/backups.ts') },
  { names: ['repair'], load: async () => import('./commands/repair.ts') },
  { names: ['verify'], load: async () => import('./commands/verify.ts') },
  { names: ['what-if'], load: async () => import('./commands/what-if.ts') },
  { names: ['doctor'], load: async () => import('./commands/doctor.ts') },
  {
    names: ['install-command', 'remove-command'],
    load: async () => import('./commands/installed-command.ts'),
  },
  { names: ['diagnostics'], load: async () => import('./commands/diagnostics.ts') },
  { names: ['engine'], load: async () => import('./commands/engine.ts') },
  { names: ['suggest'], load: async () => import('./commands/suggest.ts') },
  { names: ['quickstart'], load: async () => import('./commands/quickstart.ts') },
  { names: ['open'], load: async () => import('./commands/open.ts') },
  { names: ['serve'], load: async () => import('./commands/serve.ts') },
  { names: ['token', 'api'], load: async () => import('./commands/token.ts') },
  { names: ['hook'], load: async () => import('./commands/hook.ts') },
  { names: ['machine'], load: async () => import('./commands/machine.ts') },
  { names: ['manners', 'waiting'], load: async () => import('./commands/manners.ts') },
  { names: ['queue', 'worker'], load: async () => import('./commands/queue.ts') },
  { names: ['mcp'], load: async () => import('./commands/mcp.ts') },
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
