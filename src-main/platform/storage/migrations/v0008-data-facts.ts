import type { MessageDescriptor } from '../../../core/errors/message.ts'
import type { Migration } from './migration.ts'
import { sentenceReader } from './v0007/read-sentence.ts'
import { withMessages, withoutGuards } from './v0007-facts.ts'
import { datasetPatterns } from './v0008/dataset-patterns.ts'

/**
 * What is said about data becomes facts as well, and the threads of an engine a number. Trials are suspended, studies are
 * paused: until here both were called paused.
 */
export const migration0008: Migration = {
  version: 8,
  up(handle) {
    const read = sentenceReader(datasetPatterns, [])
    const ofData = (text: unknown): string =>
      JSON.stringify(datasetWithFacts(JSON.parse(String(text)), read))
    handle.function('engine_with_threads', { deterministic: true }, engineWithThreads)
    handle.function('dataset_with_facts', { deterministic: true }, ofData)
    withoutGuards(handle, ['attempts', 'events'], () => {
      handle.exec(`
        UPDATE studies SET dataset = dataset_with_facts(dataset) WHERE dataset IS NOT NULL;
        UPDATE datasets SET facts = dataset_with_facts(facts);
        UPDATE attempts SET engine = engine_with_threads(engine) WHERE engine LIKE '%thread%';
        UPDATE events SET kind = 'trial.suspended' WHERE kind = 'trial.paused';
        UPDATE events SET kind = 'trial.unsuspended' WHERE kind = 'trial.unpaused';
        ALTER TABLE trial_marks RENAME COLUMN paused TO suspended;
      `)
    })
  },
}

/** Columns that are not used have a reason; warnings were a list of sentences. */
function datasetWithFacts(dataset: unknown, read: (text: string) => MessageDescriptor): unknown {
  if (typeof dataset !== 'object' || dataset === null) return dataset
  const { ignoredColumns, warnings } = dataset as Readonly<Record<string, unknown>>
  return {
    ...dataset,
    ...(Array.isArray(ignoredColumns)
      ? { ignoredColumns: withMessages(ignoredColumns, read) }
      : {}),
    ...(Array.isArray(warnings)
      ? {
          warnings: warnings.map(warning =>
            typeof warning === 'string' ? read(warning) : (warning as unknown),
          ),
        }
      : {}),
  }
}

/** The device of an engine was a text with the number of its threads; now it consists of names alone. */
function engineWithThreads(text: unknown): string {
  const engine = JSON.parse(String(text)) as { readonly device?: unknown }
  if (typeof engine.device !== 'string') return String(text)
  const threads = engine.device.match(/, (\d+) threads?\b/u)?.[1]
  const device = engine.device.replace(/, \d+ threads?\b|,? without (?:SIMD|oneDNN)$/gu, '')
  return JSON.stringify({
    ...engine,
    device,
    ...(threads === undefined ? {} : { threads: Number(threads) }),
  })
}
