import { Session } from 'node:inspector'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const sourceRoot = pathToFileURL(path.resolve(import.meta.dirname, '../../src-main')).href

interface Coverage {
  readonly result: readonly {
    readonly url: string
    readonly functions: readonly {
      readonly ranges: readonly {
        readonly startOffset: number
        readonly endOffset: number
        readonly count: number
      }[]
    }[]
  }[]
}

/** Tells inputs that ran code of ours which none before has run, by V8's own coverage of blocks. */
export class Guide {
  readonly #session = new Session()
  readonly #seen = new Set<string>()

  constructor() {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Blocks that were run so far. */
  get blocks(): number {
    return this.#seen.size
  }

  /** Whether something ran since the last call that had never run before. */
  foundMore(): boolean {
    const before = this.#seen.size
    // In the same thread the answer comes at once.
    this.#session.post('Profiler.takePreciseCoverage', (error, coverage?: Coverage) => {
      if (error !== null) throw error
      for (const { url, functions } of coverage?.result ?? []) {
        if (!url.startsWith(sourceRoot)) continue
        for (const { ranges } of functions) {
          for (const { startOffset, endOffset, count } of ranges) {
            if (count > 0) this.#seen.add(`${url} ${startOffset} ${endOffset}`)
          }
        }
      }
    })
    return this.#seen.size > before
  }
}
