import { expect } from 'vitest'
import { Conversation } from '../../src-main/features/ask-and-tell/node/conversation.ts'
import { openStudyStore } from '../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../src-main/platform/storage/study-store.ts'

type Answers = readonly Readonly<Record<string, unknown>>[]

/** A conversation in this process, by values instead of lines; without a store in one of its own. */
export function converse(store: StudyStore = openStudyStore(':memory:')) {
  const conversation = new Conversation({ store, now: () => 1_000 })
  const line = (text: string): Answers => [...conversation.answers(text)] as unknown as Answers
  const send = (value: unknown): Answers => line(JSON.stringify(value))
  return { store, conversation, line, send }
}

/** A first line that is right. */
export const firstLine = {
  goals: [{ metric: 'loss', direction: 'minimize' }],
  space: { x: { float: [-5, 5] }, kind: { choice: ['a', 'b'] } },
  seed: 3,
}

/** A conversation past its first line. */
export function opened(changes: Readonly<Record<string, unknown>> = {}, store?: StudyStore) {
  const talk = converse(store)
  expect(talk.send({ ...firstLine, ...changes })).toEqual([])
  return talk
}

/** The answer that says what is wrong, with one problem. */
export function problemAnswer(field: string, rule: unknown, code = 'request.invalid'): unknown[] {
  return [{ error: expect.objectContaining({ code, field, rule }) as unknown }]
}
