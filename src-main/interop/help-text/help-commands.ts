import type { HelpLine } from './help-lines.ts'

/** A subcommand that a help text lists. */
export interface HelpCommand {
  readonly name: string
  /** Of the help text, from 1. */
  readonly line: number
}

/** What stands above a list of subcommands. */
const heading =
  /^(?:the )?(?:(?:available|core|main|other|common|basic|additional|training|supported)\s+)?(?:sub-?)?(?:commands?|actions)(?:\s+(?:are|supported by .{1,60} are|available in .{1,60}))?\s*:?$/i
/** A subcommand and what it does: `train, t   Trains a model`. */
const entry =
  /^([A-Za-z][\w:.-]*)(?:, ?[\w-]+)*(?:\s+(?:<[^>]*>|\[[^\]]*\]|[A-Z_]{2,}))*(?:(?:\s{2,}|\t|\s+[–-]\s|:\s+)\S.*)?$/
/** argparse: `{train,eval} ...` */
const alternatives = /\{([\w:.-]+(?:,[\w:.-]+)*)\}\s+\.\.\./
/** Subcommands that tell of a program and train nothing. */
const aboutProgram = /^(?:help|version|completions?|autocomplete)$/i

/** The subcommands that a help text lists: below a heading of their own, or in the usage as argparse writes them. Linear in its length. */
export function readCommands(
  lines: readonly HelpLine[],
  usage: { readonly line: number; readonly text: string } | null,
): readonly HelpCommand[] {
  const commands = new Map<string, number>()
  const take = (name: string, line: number): void => {
    if (!aboutProgram.test(name) && !commands.has(name)) commands.set(name, line)
  }
  const listed = usage === null ? undefined : alternatives.exec(usage.text.slice(0, 20_000))?.[1]
  if (usage !== null && listed !== undefined)
    for (const name of listed.split(',')) take(name, usage.line)
  let above: HelpLine | null = null
  /** Where the names of the list begin; deeper lines go on with a description. */
  let column: number | null = null
  for (const line of lines) {
    if (line.text === '') continue
    if (isHeading(line)) {
      above = line
      column = null
      continue
    }
    if (above === null) continue
    // cobra and others do not indent their list; it then ends with the first line that is no entry.
    if (line.indent < (column ?? above.indent) || line.text.startsWith('-')) {
      above = null
      continue
    }
    column ??= line.indent
    if (line.indent > column) continue
    const name = entry.exec(line.text.slice(0, 1_000))?.[1]
    if (name === undefined || (line.indent === above.indent && !/\s{2,}|\t/.test(line.text)))
      above = null
    else take(name, line.number)
  }
  return [...commands].map(([name, line]) => ({ name, line }))
}

function isHeading({ text }: HelpLine): boolean {
  return text.length <= 120 && heading.test(text)
}
