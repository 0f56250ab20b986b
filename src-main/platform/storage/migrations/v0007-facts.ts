import type { Database } from 'better-sqlite3'
import { messageToJson, type MessageDescriptor } from '../../../core/errors/message.ts'
import type { Migration } from './migration.ts'
import { endingPatterns } from './v0007/ending-patterns.ts'
import { failurePatterns } from './v0007/failure-patterns.ts'
import { proposalPatterns } from './v0007/proposal-patterns.ts'
import { pruningPatterns } from './v0007/pruning-patterns.ts'
import { sentenceReader } from './v0007/read-sentence.ts'

/**
 * Reasons become facts: up to version 6 columns and JSON fields held English sentences, with numbers rounded for reading.
 * What no pattern knows is kept word for word as `legacy`.
 */
export const migration0007: Migration = {
  version: 7,
  up(handle) {
    const read = sentenceReader(
      [...proposalPatterns, ...pruningPatterns, ...endingPatterns],
      failurePatterns,
    )
    const asMessage = (text: unknown): string => messageToJson(read(String(text)))
    const inJson = (text: unknown): string =>
      JSON.stringify(withMessages(JSON.parse(String(text)), read))
    handle.function('sentence_as_fact', { deterministic: true }, asMessage)
    handle.function('sentences_as_facts', { deterministic: true }, inJson)
    withoutGuards(handle, ['trials', 'events', 'attempts'], () => {
      handle.exec(`
        UPDATE studies SET reason = sentence_as_fact(reason) WHERE reason IS NOT NULL;
        UPDATE trials SET provenance = sentences_as_facts(provenance),
          reason = CASE WHEN reason IS NULL THEN NULL ELSE sentence_as_fact(reason) END;
        UPDATE attempts SET failure_message = sentence_as_fact(failure_message)
          WHERE failure_message IS NOT NULL;
        UPDATE events SET detail = sentences_as_facts(detail)
          WHERE kind LIKE 'study.%' OR kind IN ('trial.finished', 'child.failed');
      `)
    })
  },
}

/** Fields that held a sentence, wherever in a detail: a sampler inside another one keeps its own. */
const sentenceFields: ReadonlySet<string> = new Set(['reason', 'restartReason', 'handover'])

/** Parameters and settings that a detail repeats are the user's: a parameter may be called `reason`. */
const foreignFields: ReadonlySet<string> = new Set([
  ...['parameters', 'given', 'movedFrom', 'userAttributes', 'changes', 'values', 'origin'],
  ...['mean', 'probabilities', 'from', 'to'],
])

/** Sentences in fields of a detail, however deep, as facts; what is a message already stays. */
export function withMessages(value: unknown, read: (text: string) => MessageDescriptor): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(element => withMessages(element, read))
  return Object.fromEntries(
    Object.entries(value).map(([name, field]: [string, unknown]) => [
      name,
      foreignFields.has(name)
        ? field
        : sentenceFields.has(name) && typeof field === 'string'
          ? read(field)
          : withMessages(field, read),
    ]),
  )
}

/** Triggers that keep finished trials and events from changing step aside while their words change their form. */
export function withoutGuards(handle: Database, tables: readonly string[], work: () => void): void {
  const guards = handle
    .prepare<[], { readonly name: string; readonly sql: string }>(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'
         AND name IN (${tables.map(table => `'${table}_refuse_update'`).join(', ')})`,
    )
    .all()
  for (const { name } of guards) handle.exec(`DROP TRIGGER ${name}`)
  work()
  for (const { sql } of guards) handle.exec(sql)
}
