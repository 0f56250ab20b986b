import { verbatim } from '../../core/errors/message.ts'
import { AppError } from '../../core/errors/errors.ts'
import type { ProgramEnd } from './supervisor-protocol.ts'

const LONGEST_TAIL = 400
const LAST_LINES = 6
const SEPARATOR = ' | '

/** Python's first word about any exception says nothing about this one. */
const emptyHeads = /^Traceback \(most recent call last\):$/

/**
 * The last lines that a program wrote, for the sentence about its failure. Where they are too long together, whole lines are left out
 * between the first and the last.
 */
export class OutputTail {
  readonly #lines: Record<'out' | 'error', string[]> = { out: [], error: [] }

  add(stream: 'out' | 'error', lines: readonly string[]): void {
    const filled = lines.filter(line => line.trim() !== '' && !emptyHeads.test(line.trim()))
    if (filled.length === 0) return
    const tailLines = [...this.#lines[stream], ...filled.slice(-LAST_LINES)].slice(-LAST_LINES)
    this.#lines[stream] = tailLines.map(line => shortened(line, LONGEST_TAIL))
  }

  /** Of standard error, or of standard output where that is silent. */
  get text(): string {
    const { out, error } = this.#lines
    const lines = error.length > 0 ? error : out
    const whole = lines.join(SEPARATOR)
    if (whole.length <= LONGEST_TAIL) return whole
    const head = shortened(lines[0] ?? '', LONGEST_TAIL / 4)
    const last = lines.slice(1)
    const room = LONGEST_TAIL - head.length - 2 * SEPARATOR.length - 1
    while (last.length > 1 && last.join(SEPARATOR).length > room) last.shift()
    if (last.length === 0) return shortened(whole, LONGEST_TAIL)
    const gap = last.length === lines.length - 1 ? [] : ['…']
    return [head, ...gap, shortened(last.join(SEPARATOR), room)].join(SEPARATOR)
  }
}

/** The beginning of a text says what it is about, and its end how it went. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  const half = Math.floor((most - 3) / 2)
  return `${text.slice(0, half)} … ${text.slice(-half)}`
}

/** How the C library and others say that a disk is full. */
const diskFullSigns = /No space left on device|ENOSPC|Disk quota exceeded/

/**
 * @param tail its last lines, redacted
 * @throws AppError unless it ended with exit code 0
 */
export function checkEnd({ exitCode, signal }: ProgramEnd, tail: string): void {
  if (signal !== null) throw new AppError('command.signal', { signal, tail })
  if (exitCode === 0) return
  if (diskFullSigns.test(tail)) throw new AppError('command.diskFull', { reason: verbatim(tail) })
  throw new AppError('command.exit', { exitCode: exitCode ?? -1, tail })
}
