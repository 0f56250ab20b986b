import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import type { IngestedData } from '../core/processes/ingest-protocol.ts'
import { sum } from '../math/numbers.ts'
import { removeWithin } from '../platform/files/remove.ts'
import type { DatasetReader } from '../platform/storage/study-store.ts'

/** Data that checks of programs have prepared, and that no study uses. */
const MAX_DATASETS = 8
const MAX_BYTES = 1_000_000_000

interface PreparedData {
  readonly key: string
  readonly bytes: number
}

/**
 * Bounds what checks of study files leave in the cache when programs ask for them: each change of how a file is read is a data set of its
 * own. The last ones stay, so that the next check, or the study, need not prepare them again.
 */
export class PreparedForPrograms {
  readonly #registry: DatasetReader
  /** The one that was used last first. */
  #prepared: readonly PreparedData[] = []

  constructor(registry: DatasetReader) {
    this.#registry = registry
  }

  /**
   * Reads data, and removes the oldest of those that were prepared so where they are too many.
   * @param read prepares data of a study file; what it finds prepared already is not touched
   */
  async during<Result extends { readonly dataset: IngestedData | null }>(
    cacheDirectory: string,
    read: () => Promise<Result>,
  ): Promise<Result> {
    const before = new Set(existsSync(cacheDirectory) ? readdirSync(cacheDirectory) : [])
    const result = await read()
    if (result.dataset !== null) await this.#note(result.dataset.directory, before)
    return result
  }

  async #note(directory: string, before: ReadonlySet<string>): Promise<void> {
    const key = path.basename(directory)
    const earlier = this.#prepared.find(data => data.key === key)
    if (earlier === undefined && before.has(key)) return
    const others = this.#prepared.filter(data => data !== earlier)
    this.#prepared = [earlier ?? { key, bytes: bytesOf(directory) }, ...others]
    await this.#removeOldest(path.dirname(directory))
  }

  async #removeOldest(cacheDirectory: string): Promise<void> {
    const used = new Set(this.#registry.datasets().map(dataset => dataset.key))
    this.#prepared = this.#prepared.filter(({ key }) => !used.has(key))
    while (
      this.#prepared.length > MAX_DATASETS ||
      (this.#prepared.length > 1 && sum(this.#prepared.map(data => data.bytes)) > MAX_BYTES)
    ) {
      const { key } = this.#prepared.at(-1) as PreparedData
      this.#prepared = this.#prepared.slice(0, -1)
      await removeWithin(cacheDirectory, path.join(cacheDirectory, key))
    }
  }
}

function bytesOf(directory: string): number {
  return sum(readdirSync(directory).map(name => statSync(path.join(directory, name)).size))
}
