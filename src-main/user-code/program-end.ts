import { verbatim } from '../contract/fact.ts'
import { AppError } from '../contract/errors.ts'
import type { ProgramEnd } from './supervisor-protocol.ts'

const LONGEST_TAIL = 400
const KEPT_LINES = 6

/** The last lines that a program wrote, for the sentence about its failure. */
export class OutputTail {
  readonly #lines: Record<'out' | 'error', string[]> = { out: [], error: [] }

  add(stream: 'out' | 'error', lines: readonly string[]): void {
    const filled = lines.filter(line => line.trim() !== '')
    if (filled.length === 0) return
    const kept = [...this.#lines[stream], ...filled.slice(-KEPT_LINES)].slice(-KEPT_LINES)
    this.#lines[stream] = kept.map(line => line.slice(-LONGEST_TAIL))
  }

  /** Of standard error, or of standard output where that is silent. */
  get text(): string {
    const { out, error } = this.#lines
    return (error.length > 0 ? error : out).join(' | ').slice(-LONGEST_TAIL)
  }
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
