import { type HelpCommand, readCommands } from './help-commands.ts'
import { type HelpLine, helpLines } from './help-lines.ts'
import { isNumber, type OptionDetails, readDetails, type WrittenValue } from './option-details.ts'
import { type OptionHead, readHead } from './option-head.ts'
import { typeOfWord, type ValueType } from './value-types.ts'

/** An option as a help text tells of it. */
export interface HelpOption {
  /** As they are written: `-l`, `--lr`. */
  readonly names: readonly string[]
  /** Of the help text, from 1. */
  readonly line: number
  /** The word that stands for its value; null where none is written, or it has none. */
  readonly metavar: string | null
  readonly takesValue: boolean
  /** Whether `=` stands between name and value. */
  readonly isJoined: boolean
  /** Whether `--no-` before the name says the opposite. */
  readonly isNegatable: boolean
  readonly type: ValueType | null
  /** The default as it is written; null: it is said that there is none; undefined: nothing is said. */
  readonly written: WrittenValue | undefined
  readonly choices: readonly string[]
  readonly isRequired: boolean
  readonly description: string
}

/** What a help text says. */
export interface HelpText {
  readonly options: readonly HelpOption[]
  /** The line that shows how the program is called; null: there is none. */
  readonly usage: { readonly line: number; readonly text: string } | null
  readonly commands: readonly HelpCommand[]
}

/** Options that tell of a program and change nothing. */
const aboutProgram =
  /^-{1,2}(?:help|help-all|helpfull|helpshort|version|usage|full-?help|advanced-?help)$/i

interface Entry {
  readonly head: OptionHead
  readonly line: HelpLine
  readonly description: string[]
}

/** An option within a usage line: `[--lr LR]`. */
interface UsageOption {
  readonly metavar: string | null
  readonly isJoined: boolean
  readonly line: number
}

/** Reads the options that a help text lists, in the style of whichever library has made it. Linear in its length. */
export function readHelp(text: string): HelpText {
  const lines = helpLines(text)
  const { usage, others } = withoutUsage(lines)
  const inUsage = usageOptions(usage)
  const listed = entriesOf(others).map(entry => optionOf(entry, inUsage))
  const options = [...merged(listed)]
  const names = new Set(
    options.flatMap(option => [
      ...option.names,
      ...(option.isNegatable ? option.names.map(name => name.replace(/^--/, '--no-')) : []),
    ]),
  )
  for (const [name, { metavar, isJoined, line }] of inUsage) {
    if (names.has(name)) continue
    options.push({
      names: [name],
      line,
      metavar,
      takesValue: metavar !== null,
      isJoined,
      isNegatable: false,
      type: metavar === null ? 'bool' : typeOfWord(metavar),
      written: undefined,
      choices: metavar === null ? [] : choicesIn(metavar),
      isRequired: false,
      description: '',
    })
  }
  const [first] = usage
  const called = first === undefined ? null : { line: first.number, text: usageText(usage) }
  return {
    options: options.filter(option => !isAboutProgram(option)),
    usage: called,
    commands: readCommands(others, called),
  }
}

function isAboutProgram({ names, description, takesValue }: HelpOption): boolean {
  if (names.some(name => aboutProgram.test(name))) return true
  return (
    !takesValue &&
    names.every(name => /^-[hHV?]$/.test(name)) &&
    (description === '' || /\b(?:help|usage|version)\b/i.test(description))
  )
}

/** The lines of the usage, and all others. */
function withoutUsage(lines: readonly HelpLine[]): {
  readonly usage: readonly HelpLine[]
  readonly others: readonly HelpLine[]
} {
  const start = lines.findIndex(({ text }) => /^usage\b\s*:?/i.test(text) && !text.startsWith('-'))
  const first = lines[start]
  // Go: "Usage of train:", and the options follow at once.
  if (first === undefined || /^usage of\b.*:$/i.test(first.text))
    return { usage: [], others: lines }
  let end = start + 1
  for (; end < lines.length; end += 1) {
    const line = lines[end]
    if (line === undefined || line.text === '') break
    if (line.indent <= first.indent && !/^or:/.test(line.text)) break
    if (line.text.startsWith('-') && isListed(line)) break
    if (/^[A-Za-z][\w ]*:$/.test(line.text)) break
  }
  return { usage: lines.slice(start, end), others: [...lines.slice(0, start), ...lines.slice(end)] }
}

/** Whether a line within the usage is one of the list of options below it already. */
function isListed({ text }: HelpLine): boolean {
  const head = readHead(text)
  return head !== null && !head.isLoose && head.description !== ''
}

const inUsageLine =
  /(\[?)\s?(--?[A-Za-z][\w-]*(?:\.[\w-]+)*)(?:([ =])(<[^>]{1,100}>|\{[^}]{1,400}\}|[A-Za-z][\w.|/-]*))?(?=([\s\]|)]|$))/g

function usageOptions(usage: readonly HelpLine[]): ReadonlyMap<string, UsageOption> {
  const options = new Map<string, UsageOption>()
  for (const { text, number } of usage) {
    for (const [, opening, name = '', link, value, next] of text
      .slice(0, 20_000)
      .matchAll(inUsageLine)) {
      const isValue =
        value !== undefined &&
        (opening !== '' || next === ']' || !/^[a-z]/.test(value) || link === '=')
      const metavar = isValue ? value.replaceAll(/^[<{]|[>}]$/g, '') : null
      // `[-hv]` are two.
      if (metavar === null && /^-[A-Za-z]{2,}$/.test(name)) continue
      const earlier = options.get(name)
      if (earlier !== undefined && earlier.metavar !== null) continue
      options.set(name, { metavar, isJoined: link === '=', line: number })
    }
  }
  return options
}

function usageText(usage: readonly HelpLine[]): string {
  return usage
    .map(({ text }) => text)
    .join(' ')
    .replace(/^usage\b\s*:?\s*/i, '')
}

function entriesOf(lines: readonly HelpLine[]): readonly Entry[] {
  const entries: Entry[] = []
  let current: Entry | null = null
  /** Where descriptions begin; null: not seen yet. */
  let column: number | null = null
  let isAfterBlank = false
  for (const line of lines) {
    if (line.text === '') {
      isAfterBlank = true
      continue
    }
    const isDeep: boolean =
      current !== null && column !== null && line.indent >= column && column > current.line.indent
    const text = line.text.replace(/^[*•+] (?=-)/, '')
    const head: OptionHead | null = isDeep ? null : readHead(text)
    if (head !== null && isAccepted(head, line, current)) {
      current = { head, line, description: head.description === '' ? [] : [head.description] }
      entries.push(current)
      const at: number = head.description === '' ? -1 : line.text.lastIndexOf(head.description)
      column = at === -1 || head.isLoose ? null : line.indent + at
    } else if (current !== null && line.indent > current.line.indent) {
      const isFirst = current.description.length === 0
      if (isAfterBlank && !isFirst && !isDeep) {
        current = null
      } else {
        if (isFirst) column = line.indent
        current.description.push(line.text)
      }
    } else current = null
    isAfterBlank = false
  }
  return entries
}

/** Whether a line that begins with the name of an option lists it, and does not only speak of it. */
function isAccepted(head: OptionHead, line: HelpLine, current: Entry | null): boolean {
  if (!head.isLoose) return true
  if (
    /^(?:is|are|and|or|to|for|can|will|if|in|may|must|should|has|option|flag)\b/.test(
      head.description,
    )
  )
    return false
  return line.indent > 0 || current?.line.indent === 0
}

function optionOf(entry: Entry, inUsage: ReadonlyMap<string, UsageOption>): HelpOption {
  const { head, line, description } = withLoneWord(entry)
  const whole = description.join(' ')
  const details = readDetails(description)
  const [usage] = head.names.flatMap(name => inUsage.get(name) ?? [])
  const metavar = head.metavar ?? usage?.metavar ?? null
  const named = head.type ?? (metavar === null ? null : typeOfWord(metavar))
  const type = named === null || named === 'number' ? (details.type ?? named) : named
  const choices = head.choices.length > 0 ? head.choices : details.choices
  const { written } = details
  if (head.isNegatable && metavar === null) return switchOf(head, line, details)
  const hasValue =
    metavar !== null ||
    (details.type !== null && details.type !== 'bool') ||
    (type !== 'bool' &&
      typeof written === 'string' &&
      !/^(?:true|false|on|off|yes|no)$/i.test(written)) ||
    (choices.length > 1 && !choices.every(choice => isNumber(choice)))
  const isBool = type === 'bool' && (metavar === null || /^(?:bool|boolean|flag)$/i.test(metavar))
  return {
    names: head.names,
    line: line.number,
    metavar,
    takesValue: hasValue && !isBool,
    isJoined:
      head.metavar === null ? details.isOfFlags || (usage?.isJoined ?? false) : head.isJoined,
    isNegatable: false,
    type: hasValue ? type : 'bool',
    written,
    choices: hasValue ? choices : [],
    isRequired: details.isRequired,
    description: whole,
  }
}

/** What has its opposite: `--bias, --no-bias`; the default may be one of the two names. */
function switchOf(
  head: OptionHead,
  line: HelpLine,
  { written, isRequired }: OptionDetails,
): HelpOption {
  const isOff = /^(?:--)?no-|^(?:false|off|no|0)$/i.test(written ?? '')
  return {
    names: head.names,
    line: line.number,
    metavar: null,
    takesValue: false,
    isJoined: false,
    isNegatable: true,
    type: 'bool',
    written: typeof written === 'string' ? String(!isOff) : written,
    choices: [],
    isRequired,
    description: head.description,
  }
}

/** Go writes `-lr rate` on a line of its own: a word alone stands for the value where the description is below it. */
function withLoneWord(entry: Entry): Entry {
  const { head, description } = entry
  const isWord = head.isLoose && /^[a-z][\w.-]*$/.test(head.description) && description.length > 1
  if (!isWord) return entry
  const metavar = head.description
  return {
    ...entry,
    head: { ...head, metavar, type: typeOfWord(metavar), description: '' },
    description: description.slice(1),
  }
}

function choicesIn(metavar: string): readonly string[] {
  const words = metavar.split(/[|,]/)
  return words.length > 1 ? words : []
}

/** Of options that are told of twice, the one that says more. */
function merged(options: readonly HelpOption[]): Iterable<HelpOption> {
  const byName = new Map<string, HelpOption>()
  for (const option of options) {
    const [long = ''] = option.names.toSorted((left, right) => right.length - left.length)
    const earlier = byName.get(long)
    if (earlier === undefined || (!earlier.takesValue && option.takesValue))
      byName.set(long, option)
  }
  return byName.values()
}
