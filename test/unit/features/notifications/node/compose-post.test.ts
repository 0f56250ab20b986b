import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { msg } from '../../../../../src-main/core/errors/message.ts'
import type { StudyNotification } from '../../../../../src-main/features/notifications/common/channel.ts'
import {
  composePost,
  refusalIn,
  textOf,
} from '../../../../../src-main/features/notifications/node/compose-post.ts'
import { createTranslate } from '../../../../../src-main/core/i18n/translate.ts'

const t = createTranslate('en')
const atMs = 1_700_000_000_123
const ended: StudyNotification = {
  occasion: 'end',
  study: {
    id: 7,
    name: 'a<b & c',
    objective: { task: 'tabular', data: { file: 'a.csv', target: 'y' } },
  },
  atMs,
  best: { trial: 12, metric: 'validationLoss', value: 0.1234 },
  reason: msg('ending.trialsDone', { trials: 40 }),
}
const url = 'https://example.org/hook'
const body = (kind: 'slack' | 'feishu' | 'dingtalk', secret?: string): Record<string, unknown> =>
  JSON.parse(composePost({ kind, url, secret }, ended, t, atMs).body) as Record<string, unknown>

describe('the text of news', () => {
  it('says what happened, why, and which trial is the best', () => {
    expect(textOf(ended, t)).toBe(
      '“a<b & c” has finished: 40 trials done. Best trial 12, validation loss 0.1234',
    )
    expect(textOf({ ...ended, best: null, reason: null }, t)).toBe('“a<b & c” has finished')
    expect(textOf({ ...ended, occasion: 'best' }, createTranslate('zh-CN'))).toBe(
      '“a<b & c”：试验 12 成为最佳，验证损失为 0.1234',
    )
  })

  it('shows what cannot be seen in a name', () => {
    const study = { id: 1, name: 'a\u202Eb\u001Bc', objective: null }
    expect(textOf({ ...ended, study, best: null, reason: null }, t)).toContain('a<U+202E>b␛c')
  })
})

describe('a post', () => {
  it('for Slack escapes what Slack reads as marks', () => {
    expect(body('slack')['text']).toContain('“a&lt;b &amp; c”')
  })

  // Signatures by Python's hmac of the same words.
  it('for Feishu is signed with time and key', () => {
    expect(body('feishu')).not.toHaveProperty('sign')
    expect(body('feishu', 'SECkey')).toMatchObject({
      timestamp: '1700000000',
      sign: 'X3PRhuTg+jduG7PhnBDPB3AdIjFS67kt0BWmF47Vh8c=',
      msg_type: 'text',
    })
  })

  it('for Feishu calls nobody whom a name names', () => {
    const study = { id: 1, name: '<at user_id="all">all</at> a<b', objective: null }
    const post = composePost({ kind: 'feishu', url }, { ...ended, study }, t, atMs)
    const { content } = JSON.parse(post.body) as { content: { text: string } }
    expect(content.text).toContain('＜at user_id="all">all＜/at> a<b')
  })

  it('for DingTalk has its signature in the address', () => {
    const address = 'https://example.org/robot/send?access_token=1'
    const post = composePost({ kind: 'dingtalk', url: address, secret: 'SECkey' }, ended, t, atMs)
    const { searchParams } = new URL(post.url)
    expect(Object.fromEntries(searchParams)).toEqual({
      access_token: '1',
      timestamp: String(atMs),
      sign: '0TVkYRBCO7MqlH0UoVlUcu2w8GSt+XXc/OGTtHfVRno=',
    })
    expect(JSON.parse(post.body)).toMatchObject({ msgtype: 'text' })
  })

  it('for programs has every message, with a signature of the body', () => {
    const post = composePost({ kind: 'json', url, secret: 'key' }, ended, t, atMs)
    expect(JSON.parse(post.body)).toMatchObject({
      occasion: 'end',
      study: 'a<b & c',
      studyId: 7,
      atMs,
      best: ended.best,
      reason: { code: 'ending.trialsDone', values: { trials: 40 } },
    })
    const signature = createHmac('sha256', 'key').update(post.body).digest('hex')
    expect(post.headers['tunewright-signature']).toBe(`sha256=${signature}`)
  })

  it('for programs writes an infinity as text', () => {
    const best = { trial: 1, metric: 'v', value: Number.POSITIVE_INFINITY }
    const post = composePost({ kind: 'json', url }, { ...ended, best }, t, atMs)
    expect(JSON.parse(post.body)).toMatchObject({ best: { value: 'Infinity' } })
  })

  it('for ntfy is the text, with the token', () => {
    const post = composePost({ kind: 'ntfy', url, secret: 'tk' }, ended, t, atMs)
    expect(post).toMatchObject({
      url,
      headers: { authorization: 'Bearer tk' },
      body: textOf(ended, t),
    })
  })
})

describe('an answer of status 200', () => {
  it('may refuse all the same', () => {
    expect(refusalIn('feishu', '{"code":19021,"msg":"sign match fail"}')).toEqual({
      code: 19021,
      words: 'sign match fail',
    })
    expect(refusalIn('dingtalk', '{"errcode":310000,"errmsg":"keywords"}')).toEqual({
      code: 310000,
      words: 'keywords',
    })
    expect(refusalIn('feishu', '{"code":0,"msg":"success"}')).toBeNull()
    expect(refusalIn('dingtalk', '{"errcode":0,"errmsg":"ok"}')).toBeNull()
    expect(refusalIn('slack', 'ok')).toBeNull()
    expect(refusalIn('feishu', 'not JSON')).toBeNull()
  })

  it('may have its code as a text', () => {
    expect(refusalIn('feishu', '{"code":"19021","msg":"sign match fail"}')?.code).toBe(19021)
    expect(refusalIn('dingtalk', '{"errcode":"-1","errmsg":"busy"}')?.code).toBe(-1)
    expect(refusalIn('dingtalk', '{"errcode":"0","errmsg":"ok"}')).toBeNull()
  })

  it('has no code where a number is too long to be one', () => {
    for (const code of ['12345678', '"12345678"', '1.5']) {
      expect(refusalIn('feishu', `{"code":${code},"msg":"x"}`)).toEqual({ code: null, words: 'x' })
    }
  })
})
