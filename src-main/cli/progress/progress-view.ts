import type { Language } from '../../i18n/language.ts'
import { formatFinishedTrial, formatProgressBlock } from './format-progress.ts'
import type { ProgressState } from './progress-state.ts'

/** Where the view writes; `process.stderr` and `process.stdout` fit. */
interface ProgressStream {
  write(text: string): unknown
}

export interface ProgressViewOptions {
  readonly stream: ProgressStream
  /** Redraws one block in place; otherwise one plain line per finished trial. */
  readonly isTerminal: boolean
  /** Columns now; asked again at every redraw. A number for a width that does not change. */
  readonly columns: number | (() => number)
  /** Rows now, so that the block never outgrows the window; 24 by default. */
  readonly rows?: number | (() => number)
  readonly color: boolean
  readonly language: Language
  /** Monotonic milliseconds, for tests; `performance.now` by default. */
  readonly now?: () => number
}

export interface ProgressView {
  /** Shows the state; redrawn at once or, if the last redraw is too recent, a little later. */
  update(state: ProgressState): void
  /** Prints a line above the block, or just prints it. */
  print(line: string): void
  /** Removes the block, shows the cursor again and writes nothing more. Safe to call twice. */
  finish(): void
}

/** At most five redraws a second. */
const REDRAW_INTERVAL_MS = 200

const hideCursor = '\u001B[?25l'
const showCursor = '\u001B[?25h'
const eraseToEndOfLine = '\u001B[K'
const eraseBelow = '\u001B[J'

export function createProgressView(options: ProgressViewOptions): ProgressView {
  return options.isTerminal ? createLiveView(options) : createPlainView(options)
}

function createPlainView({ stream, language }: ProgressViewOptions): ProgressView {
  let open = true
  return {
    update(state) {
      if (!open) return
      for (const trial of state.finished) {
        stream.write(`${formatFinishedTrial(trial, state.best, language)}\n`)
      }
    },
    print(line) {
      if (open) stream.write(`${line}\n`)
    },
    finish() {
      open = false
    },
  }
}

/**
 * Draws by overwriting: cursor up to the first line of the block, each line followed by "erase to
 * end of line", one write per redraw. Nothing is cleared first, so nothing flickers.
 */
function createLiveView(options: ProgressViewOptions): ProgressView {
  const { stream, language, color } = options
  const now = options.now ?? (() => performance.now())
  let open = true
  let drawnLines = 0
  let drawnAtMs = Number.NEGATIVE_INFINITY
  let pending: ProgressState | null = null
  let latest: ProgressState | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  function draw(state: ProgressState, above = ''): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    pending = null
    const lines = formatProgressBlock(state, {
      language,
      color,
      columns: sizeNow(options.columns, 80),
      rows: Math.max(4, sizeNow(options.rows ?? 24, 24) - 1),
    })
    const start = drawnLines === 0 ? hideCursor : `\u001B[${drawnLines}A\r`
    const block = lines.map(line => `${line}${eraseToEndOfLine}\n`).join('')
    stream.write(`${start}${above}${block}${eraseBelow}`)
    drawnLines = lines.length
    drawnAtMs = now()
  }

  return {
    update(state) {
      if (!open) return
      latest = state
      const waitMs = drawnAtMs + REDRAW_INTERVAL_MS - now()
      if (waitMs <= 0) {
        draw(state)
        return
      }
      pending = state
      timer ??= setTimeout(() => {
        timer = null
        if (pending !== null) draw(pending)
      }, waitMs)
      timer.unref?.()
    },
    print(line) {
      if (!open) return
      const above = `${line}${eraseToEndOfLine}\n`
      if (latest === null) stream.write(above)
      else draw(latest, above)
    },
    finish() {
      if (!open) return
      open = false
      if (timer !== null) clearTimeout(timer)
      timer = null
      if (drawnLines > 0) stream.write(`\u001B[${drawnLines}A\r${eraseBelow}${showCursor}`)
    },
  }
}

function sizeNow(size: number | (() => number), fallback: number): number {
  const value = typeof size === 'number' ? size : size()
  return Number.isFinite(value) && value > 0 ? Math.floor(value) : fallback
}
