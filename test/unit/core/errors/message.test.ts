import { describe, expect, it } from 'vitest'
import {
  msg,
  messageFromJson,
  messageSchema,
  messageToJson,
} from '../../../../src-main/core/errors/message.ts'

describe('messages', () => {
  it('survive a column of the database', () => {
    const nested = msg('verbatim', { text: [msg('verbatim', { text: 1.5 })] })
    expect(messageFromJson(messageToJson(nested))).toEqual(nested)
    expect(messageSchema.parse(nested)).toEqual(nested)
  })

  it('hold what JSON cannot as text', () => {
    expect(msg('verbatim', { text: Number.NaN }).values).toEqual({ text: 'NaN' })
    expect(msg('verbatim', { text: -Infinity }).values).toEqual({ text: '-Infinity' })
  })

  it('keep text that is no message word for word', () => {
    expect(messageFromJson('session ended')).toEqual(msg('verbatim', { text: 'session ended' }))
    expect(messageFromJson('{"code":7}')).toEqual(msg('verbatim', { text: '{"code":7}' }))
  })

  it('refuse what nests without end', () => {
    let deep: unknown = 'end'
    for (let depth = 0; depth < 20; depth++) deep = { code: 'verbatim', values: { text: deep } }
    expect(messageSchema.safeParse(deep).success).toBe(false)
  })
})
