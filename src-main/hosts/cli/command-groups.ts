import type { Option } from 'commander'
import type { AddCommands } from '../../features/command-line/context.ts'

/** Commands that one module adds. */
export interface CommandGroup {
  readonly names: readonly string[]
  load(): Promise<{ readonly addCommands: AddCommands }>
}

/** In the order of the help. All of them together take half a second to load, most of them a quarter of that. */
export const commandGroups: readonly CommandGroup[] = [
  { names: ['run', 'resume'], load: async () => import('./commands/run.ts') },
  { names: ['check'], load: async () => import('../../features/studies/cli/check.ts') },
  { names: ['init'], load: async () => import('../../features/script/cli/command.ts') },
  { names: ['data'], load: async () => import('../../features/datasets/cli/command.ts') },
  { names: ['trust'], load: async () => import('../../features/code-trust/cli/command.ts') },
  {
    names: ['list', 'show', 'best'],
    load: async () => import('../../features/studies/cli/command.ts'),
  },
  { names: ['logs'], load: async () => import('../../features/code-trust/cli/logs.ts') },
  { names: ['files'], load: async () => import('../../features/artifacts/cli/command.ts') },
  {
    names: ['checkpoints', 'extend', 'fork'],
    load: async () => import('../../features/checkpoints/cli/command.ts'),
  },
  {
    names: ['baseline'],
    load: async () => import('../../features/interventions/cli/baseline.ts'),
  },
  {
    names: ['suspend', 'unsuspend'],
    load: async () => import('../../features/interventions/cli/suspend.ts'),
  },
  {
    names: ['export', 'report'],
    load: async () => import('../../features/reports/cli/command.ts'),
  },
  { names: ['bundle'], load: async () => import('../../features/bundles/cli/command.ts') },
  { names: ['import'], load: async () => import('../../features/imports/cli/command.ts') },
  { names: ['model', 'predict'], load: async () => import('../../features/models/cli/command.ts') },
  {
    names: ['importance', 'compare'],
    load: async () => import('../../features/analysis/cli/command.ts'),
  },
  { names: ['errors'], load: async () => import('../../features/error-analysis/cli/command.ts') },
  { names: ['backups'], load: async () => import('../../features/backups/cli/command.ts') },
  { names: ['repair'], load: async () => import('../../features/backups/cli/repair.ts') },
  { names: ['verify'], load: async () => import('../../features/verify/cli/command.ts') },
  { names: ['what-if'], load: async () => import('../../features/what-if/cli/command.ts') },
  { names: ['doctor'], load: async () => import('../../features/diagnostics/cli/doctor.ts') },
  {
    names: ['install-command', 'remove-command'],
    load: async () => import('../../features/terminal-command/cli/command.ts'),
  },
  { names: ['diagnostics'], load: async () => import('../../features/diagnostics/cli/command.ts') },
  { names: ['engine'], load: async () => import('../../features/engines/cli/command.ts') },
  { names: ['suggest'], load: async () => import('../../features/ask-and-tell/cli/command.ts') },
  { names: ['quickstart'], load: async () => import('./commands/quickstart.ts') },
  { names: ['open'], load: async () => import('./commands/open.ts') },
  { names: ['serve'], load: async () => import('./commands/serve.ts') },
  { names: ['token', 'api'], load: async () => import('../../features/access/cli/command.ts') },
  {
    names: ['notifications'],
    load: async () => import('../../features/notifications/cli/command.ts'),
  },
  { names: ['machine'], load: async () => import('../../features/machines/cli/command.ts') },
  {
    names: ['run-conditions', 'study-queue'],
    load: async () => import('../../features/run-conditions/cli/command.ts'),
  },
  {
    names: ['job-queue', 'worker'],
    load: async () => import('../../features/machines/cli/job-queue-command.ts'),
  },
  { names: ['mcp'], load: async () => import('./commands/mcp.ts') },
]

/**
 * The groups that a command line needs: that of its command; none, where it asks for the version before any; or all, where it
 * names none, an unknown one, or asks for help before any.
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
  const withoutValues = words.filter((_, index) => !withValue.includes(words[index - 1] ?? ''))
  const at = withoutValues.findIndex(word => !word.startsWith('-'))
  const before = at === -1 ? withoutValues : withoutValues.slice(0, at)
  if (before.includes('--version') || before.includes('-V')) return []
  const command = withoutValues[at]
  if (command === undefined || before.includes('--help') || before.includes('-h'))
    return commandGroups
  const namedGroups = commandGroups.filter(({ names }) => names.includes(command))
  return namedGroups.length === 0 ? commandGroups : namedGroups
}
