/** A line of a help text as a person sees it. */
export interface HelpLine {
  /** Columns before its first letter, with tabs of eight. */
  readonly indent: number
  /** Without spaces at either end. */
  readonly text: string
  /** From 1. */
  readonly number: number
}

const escape = String.fromCodePoint(0x1b)
const bell = String.fromCodePoint(0x07)
const backspace = String.fromCodePoint(0x08)

/** Colors and movements of a terminal, links, and other sequences. */
const sequences = new RegExp(
  [
    String.raw`${escape}\[[0-?]*[ -/]*[@-~]?`,
    String.raw`${escape}\][^${bell}${escape}]*(?:${bell}|${escape}\\)?`,
    `${escape}.?`,
  ].join('|'),
  'g',
)
/** Manuals print a letter twice to make it bold, or `_` below it. */
const struckOver = new RegExp(`[^\n]${backspace}`, 'g')
const controls = /[^\P{Cc}\n\t]|\p{Cf}/gu
/** Frames that some libraries draw around their options. */
const frames = /[\u2500-\u257F]/g

const TAB_COLUMNS = 8

/** The lines of a help text without colors, frames and control characters. */
export function helpLines(text: string): readonly HelpLine[] {
  return text
    .replace(sequences, '')
    .replace(struckOver, '')
    .replaceAll(/\r\n?/g, '\n')
    .replace(controls, '')
    .replace(frames, ' ')
    .split('\n')
    .map((line, index) => ({ indent: indentOf(line), text: line.trim(), number: index + 1 }))
}

function indentOf(line: string): number {
  let columns = 0
  for (const letter of line) {
    if (letter === ' ') columns += 1
    else if (letter === '\t') columns += TAB_COLUMNS - (columns % TAB_COLUMNS)
    else return columns
  }
  return columns
}
