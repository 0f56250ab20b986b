import { describe, expect, it } from 'vitest'
import {
  fact,
  factFromJson,
  factSchema,
  factToJson,
} from '../../../../src-main/core/errors/fact.ts'

describe('facts', () => {
  it('survive a column of the database', () => {
    const nested = fact('legacy', { text: [fact('legacy', { text: 1.5 })] })
    expect(factFromJson(factToJson(nested))).toEqual(nested)
    expect(factSchema.parse(nested)).toEqual(nested)
  })

  it('hold what JSON cannot as text', () => {
    expect(fact('legacy', { text: Number.NaN }).values).toEqual({ text: 'NaN' })
    expect(fact('legacy', { text: -Infinity }).values).toEqual({ text: '-Infinity' })
  })

  it('keep text that is no fact word for word', () => {
    expect(factFromJson('session ended')).toEqual(fact('legacy', { text: 'session ended' }))
    expect(factFromJson('{"code":7}')).toEqual(fact('legacy', { text: '{"code":7}' }))
  })

  it('refuse what nests without end', () => {
    let deep: unknown = 'end'
    for (let depth = 0; depth < 20; depth++) deep = { code: 'legacy', values: { text: deep } }
    expect(factSchema.safeParse(deep).success).toBe(false)
  })
})
