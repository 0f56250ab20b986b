import {
  fitStudyForest,
  type StudyForest,
  type StudyForestOptions,
} from '../../../analysis/importance/study-forest.ts'
import type { StudyReader } from '../../../platform/storage/study-store.ts'

interface CacheEntry {
  readonly key: string
  readonly forest: StudyForest
}

/** The last forest per connection: every method of importance and every dependence of one study look at the same one. */
const forestCache = new WeakMap<StudyReader, CacheEntry>()

/** @param key says the study, its version, the trials and the goal */
export function cachedForest(
  reader: StudyReader,
  key: string,
): NonNullable<StudyForestOptions['forestOf']> {
  return (observations, options) => {
    const cached = forestCache.get(reader)
    if (cached?.key === key) return cached.forest
    const forest = fitStudyForest(observations, options)
    forestCache.set(reader, { key, forest })
    return forest
  }
}
