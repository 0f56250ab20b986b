import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { Option } from 'commander'
import { fact } from '../../../core/errors/fact.ts'
import {
  type HookOccasion,
  hookOccasions,
  type HookTarget,
  hookTargetSchema,
  postKinds,
} from '../common/hook.ts'
import { HookFile } from '../node/hook-file.ts'
import { testHook } from '../node/send-news.ts'
import { type AddCommands, type CliContext, usageError } from '../../command-line/context.ts'
import { exitCodes } from '../../command-line/exit-codes.ts'
import { requireVisibleName, someOf } from '../../command-line/given-words.ts'
import { formatTable } from '../../command-line/table.ts'

interface AddOptions {
  readonly kind?: (typeof postKinds)[number] | 'mail'
  readonly to?: string
  readonly secret?: string
  readonly on: readonly HookOccasion[]
  readonly study?: string
}

/** Stands for a word that is read from standard input, which no history of a shell keeps. */
const FROM_INPUT = '-'

export const addCommands: AddCommands = (program, t) => {
  const command = program.command('hook').description(t('cli.help.hook')).helpCommand(false)
  command
    .command('list')
    .description(t('cli.help.hook.list'))
    .run(context => {
      const hooks = hooksOf(context).list()
      const parts = ['name', 'kind', 'place', 'occasions', 'study'] as const
      const head = parts.map(part => t(`hook.${part}`))
      const rows = hooks.map(({ name, kind, place, occasions, study }) => [
        ...[name, t(`hook.kind.${kind}`), place],
        ...[occasions.join(','), study ?? t('hook.allStudies')],
      ])
      context.tell(rows.length === 0 ? t('hook.none') : formatTable(head, rows), ...hooks)
    })
  command
    .command('add')
    .description(t('cli.help.hook.add'))
    .argument('<name>', t('cli.help.hook.name'))
    .argument('[command...]', t('cli.help.hook.command'))
    .addOption(new Option('--kind <kind>', t('cli.help.hook.kind')).choices([...postKinds, 'mail']))
    .option('--to <address>', t('cli.help.hook.to'))
    .option('--secret <text>', t('cli.help.hook.secret'))
    .option(
      '--on <events>',
      t('cli.help.hook.on'),
      (text: string) => someOf('--on', text, hookOccasions),
      ['end', 'failure', 'stuck'],
    )
    .option('--study <name>', t('cli.help.hook.study'))
    .run(async (context, name: string, words: readonly string[], options: AddOptions) => {
      requireVisibleName('name', name)
      const { on: occasions, study } = options
      const target = await targetOf(words, options)
      const studyFilter = study === undefined ? {} : { study }
      const hook = {
        name,
        occasions: [...occasions],
        language: context.language,
        target,
        ...studyFilter,
      }
      hooksOf(context).add(hook)
      context.tell(t('cli.hookAdded', { name }), { added: name })
    })
  command
    .command('remove')
    .description(t('cli.help.hook.remove'))
    .argument('<name>', t('cli.help.hook.name'))
    .run((context, name: string) => {
      hooksOf(context).remove(name)
      context.tell(t('cli.hookRemoved', { name }), { removed: name })
    })
  command
    .command('test')
    .description(t('cli.help.hook.test'))
    .argument('<name>', t('cli.help.hook.name'))
    .run(async (context, name: string) => {
      const failure = await testHook(hooksOf(context).find(name), context.now)
      const message = failure === null ? t('hook.sent') : t('hook.notSent', { reason: failure })
      context.tell(message, { sent: failure === null, failure })
      if (failure !== null) process.exitCode = exitCodes.badInput
    })
}

async function targetOf(words: readonly string[], options: AddOptions): Promise<HookTarget> {
  const { kind } = options
  if (words.length > 0) {
    if (kind === undefined) return hookTargetSchema.parse({ kind: 'command', command: [...words] })
    throw usageError('--kind', kind, fact('rule.hook.oneTarget'))
  }
  if (kind === undefined) throw usageError('--kind', '', fact('rule.hook.oneTarget'))
  const lines = [options.to, options.secret].includes(FROM_INPUT) ? await inputLines() : []
  const readValue = (text: string | undefined): string | undefined =>
    text === FROM_INPUT ? lines.shift() : text
  const to = readValue(options.to)
  const secret = readValue(options.secret)
  if (to === undefined) throw usageError('--to', '', fact('rule.hook.address'))
  const target =
    kind === 'mail'
      ? { kind, address: to }
      : { kind, url: to, ...(secret === undefined ? {} : { secret }) }
  const parsed = hookTargetSchema.safeParse(target)
  if (parsed.success) return parsed.data
  // The address may be a secret, so it is not told again.
  throw usageError('--to', '…', fact(kind === 'mail' ? 'rule.hook.mail' : 'rule.hook.address'))
}

async function inputLines(): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: process.stdin })) lines.push(line.trim())
  return lines
}

function hooksOf({ workspace }: CliContext): HookFile {
  return new HookFile(workspace.hookFile)
}
