import { createContext, Script } from 'node:vm'
import { AppError, messageOf } from '../../core/errors/errors.ts'
import { type MessageDescriptor, msg } from '../../core/errors/message.ts'
import { type MetricReader, type MetricRow, toRow } from './metric-row.ts'

/** A pattern sees this much of a line; metrics stand near its start. */
const LONGEST_MATCHED_LINE = 4_096
/** For all lines of a chunk together. Wall time: generous, so that a busy machine fails nothing. */
const PATTERN_LIMIT_MS = 5_000

/**
 * Finds metrics in plain output by regular expressions with named groups. They run in a context of their own
 * under a time limit, since a pattern with nested repetitions can take longer than the universe.
 * A line with a `step` and no metric sets the step of the lines that follow.
 */
export class PatternReader implements MetricReader {
  readonly #context: Record<string, unknown>
  readonly #script = new Script(
    `JSON.stringify(JSON.parse(lines).flatMap(line => patterns.flatMap(pattern => {
      const groups = pattern.exec(line)?.groups
      return groups === undefined ? [] : [groups]
    })))`,
  )
  readonly #limitMs: number
  #step: number | null = null

  /** @param patterns sources that compile, see `patternProblem` */
  constructor(patterns: readonly string[], limitMs = PATTERN_LIMIT_MS) {
    this.#limitMs = limitMs
    this.#context = createContext({ sources: JSON.stringify(patterns), lines: '[]' })
    new Script('var patterns = JSON.parse(sources).map(source => new RegExp(source))').runInContext(
      this.#context,
    )
  }

  /** @throws AppError `command.pattern` */
  read(lines: readonly string[]): MetricRow[] {
    this.#context['lines'] = JSON.stringify(lines.map(line => line.slice(0, LONGEST_MATCHED_LINE)))
    let matchesJson: string
    try {
      matchesJson = this.#script.runInContext(this.#context, {
        timeout: this.#limitMs,
      }) as string
    } catch (error) {
      throw new AppError('command.pattern', { limitMs: this.#limitMs }, error)
    }
    return (JSON.parse(matchesJson) as Record<string, string | undefined>[]).flatMap(groups => {
      const row = toRow(groups)
      const step = row?.step ?? (groups['step'] === undefined ? null : Number(groups['step']))
      if (step !== null) this.#step = step
      return row === null ? [] : [{ step: row.step ?? this.#step, metrics: row.metrics }]
    })
  }
}

/** The rule that a pattern breaks; null if none. */
export function patternProblem(source: string): MessageDescriptor | null {
  try {
    new RegExp(source)
  } catch (error) {
    return msg('rule.pattern', { reason: messageOf(error) })
  }
  return /\(\?<(?!step>)[A-Za-z_$][\w$]*>/.test(source) ? null : msg('rule.patternGroup')
}
