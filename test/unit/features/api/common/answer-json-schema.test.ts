import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { ANSWER_FILE, answerFileText } from '../../../../../scripts/answer-schemas.ts'
import { answerJsonSchema } from '../../../../../src-main/features/api/common/answer-json-schema.ts'
import { answerFaults } from '../../../../helpers/answer-faults.ts'

it('the schemas of answers are those of the types: else `npm run api:answers`', () => {
  expect(readFileSync(ANSWER_FILE, 'utf8') === answerFileText()).toBe(true)
}, 120_000)

it('a schema holds what it refers to, and nothing else', () => {
  expect(answerJsonSchema('study.start')).toEqual({ type: 'null' })
  const schema = answerJsonSchema('studyQueue.list')
  expect(schema).toMatchObject({ type: 'array', items: { $ref: '#/$defs/QueueRow' } })
  expect(Object.keys(schema['$defs'] as object)).toEqual(['QueueRow', 'Number'])
})

it('an answer that lacks a field, has another one, or a wrong value breaks it', () => {
  const row = { studyId: 1, name: 'a', priority: 'high' }
  expect(answerFaults('studyQueue.list', [row])).toEqual([])
  for (const wrong of [
    { ...row, more: 1 },
    { ...row, priority: 'urgent' },
    { studyId: 1, name: 'a' },
  ]) {
    expect(answerFaults('studyQueue.list', [wrong])).toHaveLength(1)
  }
  // Numbers travel as the wire writes them.
  const curve = { studyId: { $number: 'NaN' }, name: 'a', priority: 'low' }
  expect(answerFaults('studyQueue.list', [curve])).toEqual([])
  expect(answerFaults('studyQueue.list', [{ ...row, studyId: { $number: 'many' } }])).not.toEqual(
    [],
  )
})
