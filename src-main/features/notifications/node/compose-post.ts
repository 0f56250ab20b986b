import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { StudyNotification, PostKind } from '../common/channel.ts'
import { withTexts } from '../../../core/i18n/spoken.ts'
import { inMetricWords } from '../../../core/i18n/metric-label.ts'
import type { Translate } from '../../../core/i18n/translate.ts'

/** What is posted for a notification. */
export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

interface PostTarget {
  readonly kind: PostKind
  readonly url: string
  readonly secret?: string | undefined
}

/** One line for people. */
export function textOf({ occasion, study, best, reason }: StudyNotification, t: Translate): string {
  const words = inMetricWords(t, study.objective)
  return words(`notifications.text.${occasion}`, {
    study: study.name,
    trial: best?.trial,
    metric: best?.metric,
    value: best?.value,
    reason,
  })
}

/** Everything that is known, for programs; numbers that JSON has not are texts. */
export function notificationToJson(notification: StudyNotification, t: Translate): string {
  const { occasion, study, atMs, best, reason } = notification
  const texts = withTexts(t)
  const whole = { occasion, study: study.name, studyId: study.id, atMs, best, reason }
  return JSON.stringify({ ...whole, text: textOf(notification, t) }, (key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : texts(key, value),
  )
}

/**
 * The request that a service wants, as their documentation says:
 * ntfy (docs.ntfy.sh/publish), Slack (incoming webhooks), Feishu (custom bots), DingTalk (custom robots, with signature).
 */
export function composePost(
  { kind, url, secret }: PostTarget,
  notification: StudyNotification,
  t: Translate,
  nowMs: number,
): Post {
  const text = textOf(notification, t)
  const json = (body: object, address = url): Post => {
    return {
      url: address,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
  }
  switch (kind) {
    case 'json': {
      const body = notificationToJson(notification, t)
      const headers: Record<string, string> = { 'content-type': 'application/json' }
      if (secret !== undefined)
        headers['tunewright-signature'] = `sha256=${hmac(secret, body, 'hex')}`
      return { url, headers, body }
    }
    case 'ntfy':
      return {
        url,
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }),
        },
        body: text,
      }
    case 'slack':
      return json({ text: text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') })
    case 'feishu': {
      const timestamp = String(Math.floor(nowMs / 1_000))
      // A mark `<at …>` in a name would call everybody.
      const plain = text.replace(/<(?=\s*\/?\s*at\b)/gi, '＜')
      const message = { msg_type: 'text', content: { text: plain } }
      if (secret === undefined) return json(message)
      // The key is the text that is signed, and nothing is what is signed with it.
      return json({ timestamp, sign: hmac(`${timestamp}\n${secret}`, '', 'base64'), ...message })
    }
    case 'dingtalk': {
      const message = { msgtype: 'text', text: { content: text } }
      if (secret === undefined) return json(message)
      const signed = new URL(url)
      signed.searchParams.set('timestamp', String(nowMs))
      signed.searchParams.set('sign', hmac(secret, `${nowMs}\n${secret}`, 'base64'))
      return json(message, signed.href)
    }
  }
}

/** Codes of these services have six digits at most; a longer number could carry a secret. */
const MAX_CODE = 9_999_999
/** `19021`, or the same as a text. */
const codeSchema = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^-?\d{1,15}$/)
      .transform(Number),
  ])
  .optional()
const answerSchema = z.object({
  code: codeSchema,
  errcode: codeSchema,
  msg: z.unknown().optional(),
  errmsg: z.unknown().optional(),
})

export interface Refusal {
  /** Null: a number that is no code of these services. */
  readonly code: number | null
  /** What the service says, as it is. */
  readonly words: string
}

/** Feishu and DingTalk answer 200 for a message that they refuse, and say so in the answer. @returns null for a message that was taken */
export function refusalIn(kind: PostKind, answer: string): Refusal | null {
  if (kind !== 'feishu' && kind !== 'dingtalk') return null
  try {
    const { code, errcode, msg, errmsg } = answerSchema.parse(JSON.parse(answer))
    const answerCode = code ?? errcode ?? 0
    if (answerCode === 0) return null
    const words = msg ?? errmsg
    return {
      code: Number.isInteger(answerCode) && Math.abs(answerCode) <= MAX_CODE ? answerCode : null,
      words: typeof words === 'string' ? words : '',
    }
  } catch {
    return null
  }
}

function hmac(key: string, text: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', key).update(text).digest(encoding)
}
