import { shallowReactive } from 'vue'
import { THUMBNAIL_LIMIT } from '../../../src-main/features/artifacts/common/methods.ts'
import type { TrialFile } from '../../../src-main/core/trial/trial-files.ts'
import { call } from '../../bridge/call.ts'

/** Small pictures that stay in memory; the oldest go. */
const MAX_CACHED = 2_000

type Wanted = Pick<TrialFile, 'trialNumber' | 'kind'>

/**
 * Small pictures of the files of one study, asked for in groups as they come into view. A picture is an address that holds its bytes: nothing
 * is loaded from anywhere.
 */
export class Thumbnails {
  /** By key of the file; null: it has none. */
  readonly addresses = shallowReactive(new Map<string, string | null>())
  readonly #studyId: number
  readonly #wanted = new Map<string, Wanted>()
  #isAsking = false

  constructor(studyId: number) {
    this.#studyId = studyId
  }

  want(file: Wanted): void {
    const key = keyOf(file)
    if (this.addresses.has(key)) return
    this.#wanted.set(key, file)
    if (!this.#isAsking) void this.#ask()
  }

  /** Asks until nothing is wanted any more; what was wanted last comes first, since a person sees it now. */
  async #ask(): Promise<void> {
    this.#isAsking = true
    try {
      // All that come into view with one movement go together.
      await new Promise(requestAnimationFrame)
      while (this.#wanted.size > 0) {
        const group = [...this.#wanted.values()].slice(-THUMBNAIL_LIMIT)
        for (const file of group) this.#wanted.delete(keyOf(file))
        const files = group.map(({ trialNumber: number, kind }) => ({ number, kind }))
        const pictures = await call('study.thumbnails', { studyId: this.#studyId, files })
        for (const [at, file] of group.entries()) {
          const content = pictures[at] ?? null
          this.addresses.set(keyOf(file), content && `data:image/jpeg;base64,${content}`)
        }
        for (const key of this.addresses.keys()) {
          if (this.addresses.size <= MAX_CACHED) break
          this.addresses.delete(key)
        }
      }
    } catch {
      // The page says by itself that the back end cannot be reached; a later look asks again.
      this.#wanted.clear()
    } finally {
      this.#isAsking = false
    }
  }
}

export function keyOf({ trialNumber, kind }: Wanted): string {
  return `${trialNumber}/${kind}`
}
