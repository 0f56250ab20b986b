import process from 'node:process'
import { formatMoment } from '../../core/i18n/format-time.ts'
import { machineTimeZone } from '../../platform/machine/time-zone.ts'
import type { CliCommand, CliContext } from './context.ts'
import { exitCodes } from './exit-codes.ts'
import { formatTable } from './table.ts'

/**
 * Commands about a list that the workspace keeps: channels, machines, job queues, tokens, backups. It is shown, added to, tested and
 * removed from. What an entry is added with differs from list to list and stays with its command.
 */

/** How entries are shown to a person; a program gets the entries themselves, one a line. */
interface ListTable<Entry> {
  readonly head: readonly string[]
  readonly cells: (entry: Entry) => readonly string[]
  /** What a person reads where the list is empty. */
  readonly none: string
}

interface ListCommand<Entry> extends ListTable<Entry> {
  readonly description: string
  readonly entries: (context: CliContext) => readonly Entry[]
}

interface RemovalCommand {
  /** Default: `remove`. */
  readonly command?: string
  readonly description: string
  /** As commander takes it: `<name>`, and what the help says of it. */
  readonly argument: readonly [name: string, description: string]
  /** Takes an entry out. @returns what a person reads, and what a program does */
  readonly remove: (context: CliContext, name: string) => readonly [text: string, value: object]
}

/** The command that holds those of one list, without a `help` of its own. */
export function listGroup(program: CliCommand, name: string, description: string): CliCommand {
  return program.command(name).description(description).helpCommand(false)
}

export function addList<Entry>(
  group: CliCommand,
  { description, entries, ...table }: ListCommand<Entry>,
): void {
  group
    .command('list')
    .description(description)
    .run(context => {
      printList(context, entries(context), table)
    })
}

export function printList<Entry>(
  context: CliContext,
  entries: readonly Entry[],
  { head, cells, none }: ListTable<Entry>,
): void {
  const text = entries.length === 0 ? none : formatTable(head, entries.map(cells))
  context.printValues(text, ...entries)
}

export function addRemoval(
  group: CliCommand,
  { command = 'remove', description, argument, remove }: RemovalCommand,
): void {
  group
    .command(command)
    .description(description)
    .argument(...argument)
    .run((context, name: string) => {
      context.printValues(...remove(context, name))
    })
}

/** An entry that was tested and does not work: the program ends with {@link exitCodes.badInput}. */
export function noteFailure(isFailure: boolean): void {
  if (isFailure) process.exitCode = exitCodes.badInput
}

/** A moment of an entry, to the minute, with the zone of this machine: `2026-12-01 09:30 UTC+1`. */
export function localMinute(atMs: number): string {
  return formatMoment(atMs, machineTimeZone())
}
