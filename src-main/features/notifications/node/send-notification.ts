import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import type { NotificationChannel, StudyNotification, ChannelTarget } from '../common/channel.ts'
import { createTranslate } from '../../../core/i18n/translate.ts'
import { visibleLine } from '../../../core/i18n/visible-text.ts'
import { createRedactor } from '../../../platform/user-code/redact.ts'
import { composePost, notificationToJson, type Post, refusalIn, textOf } from './compose-post.ts'
import { endedWithSession, NotSent } from './not-sent.ts'
import { postRequest, type PostAnswer } from './post-request.ts'
import { runProgram } from './run-program.ts'

/** Between the tries of one notification. */
const RETRY_AFTER_MS = [2_000, 10_000, 60_000] as const
const POST_LIMIT_MS = 15_000
const PROGRAM_LIMIT_MS = 60_000
const MAX_WORDS_CHARACTERS = 200

/** For one try. */
interface TryLimits {
  readonly postMs: number
  readonly programMs: number
}
const defaultLimits: TryLimits = { postMs: POST_LIMIT_MS, programMs: PROGRAM_LIMIT_MS }

export interface SendOptions {
  readonly now: () => number
  readonly retryAfterMs?: readonly number[]
  /** Default: 15 seconds for an address, 60 for a program. */
  readonly limits?: TryLimits
  /** Ends a try that is under way, and no further one begins. */
  readonly signal?: AbortSignal
}

/**
 * Sends to a notification channel, again after a while if that fails.
 * @returns why it could not be sent, in codes of ours, which may be stored; null if it was
 */
export async function sendNotification(
  channel: NotificationChannel,
  notification: StudyNotification,
  options: SendOptions,
): Promise<MessageDescriptor | null> {
  const failure = await trySeveralTimes(channel, notification, options)
  return failure === null ? null : failure.reason
}

/**
 * Sends one message to a notification channel, without a second try.
 * @returns why it could not be sent, with words of the service or program on one line, for the person who sends it alone; null if it was
 */
export async function testChannel(
  channel: NotificationChannel,
  now: () => number,
): Promise<MessageDescriptor | null> {
  const study = { id: 0, name: channel.study ?? 'Tunewright', objective: null }
  const notification = { occasion: 'test', study, atMs: now(), best: null, reason: null } as const
  const failure = await trySeveralTimes(channel, notification, { now, retryAfterMs: [] })
  if (failure === null || failure.words === '') return failure?.reason ?? null
  const { reason, words } = failure
  return msg('notifications.failed.inTheirWords', { reason, words: visibleLine(words) })
}

async function trySeveralTimes(
  channel: NotificationChannel,
  notification: StudyNotification,
  { now, retryAfterMs = RETRY_AFTER_MS, limits = defaultLimits, signal }: SendOptions,
): Promise<NotSent | null> {
  for (let tries = 0; ; tries++) {
    try {
      await send(channel, notification, { nowMs: now(), limits, signal })
      return null
    } catch (error) {
      if (!(error instanceof NotSent)) throw error
      const delayMs = retryAfterMs[tries]
      if (delayMs === undefined || error.isFinal) return error
      const continues = await wait(delayMs, true, signal === undefined ? {} : { signal }).catch(
        () => false,
      )
      if (!continues) return error
    }
  }
}

interface Try {
  readonly nowMs: number
  readonly limits: TryLimits
  readonly signal: AbortSignal | undefined
}

/** @throws NotSent */
async function send(
  { target, language }: NotificationChannel,
  notification: StudyNotification,
  { nowMs, limits, signal }: Try,
): Promise<void> {
  const t = createTranslate(language)
  const text = textOf(notification, t)
  const end = { limitMs: limits.programMs, signal }
  switch (target.kind) {
    case 'command': {
      const [program = '', ...parameters] = target.command
      const { study, occasion } = notification
      const variables = {
        TUNEWRIGHT_NOTIFICATION: occasion,
        TUNEWRIGHT_NOTIFICATION_STUDY: visibleLine(study.name),
        TUNEWRIGHT_NOTIFICATION_TEXT: visibleLine(text),
      }
      const input = notificationToJson(notification, t)
      const secrets = formsOf(parameters.flatMap(secretsIn))
      return runProgram({ program, parameters, input, variables, secrets }, end)
    }
    case 'mail': {
      // A header of more than ASCII is a word of base64, RFC 2047.
      const subject = `=?utf-8?B?${Buffer.from(visibleLine(text)).toString('base64')}?=`
      const head = `To: ${target.address}\nSubject: ${subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n`
      const sendmail = { program: 'sendmail', parameters: ['-i', '--', target.address] }
      const input = `${head}\n${text}\n`
      return runProgram({ ...sendmail, input, variables: {}, secrets: [] }, end)
    }
    default: {
      const post = composePost(target, notification, t, nowMs)
      return postTo(target, post, { limitMs: limits.postMs, signal })
    }
  }
}

type PostTarget = Exclude<ChannelTarget, { readonly kind: 'mail' | 'command' }>

/** Only these answer 200 for a message that they refuse. */
const kindsWithRefusals: readonly ChannelTarget['kind'][] = ['feishu', 'dingtalk']

async function postTo(
  target: PostTarget,
  post: Post,
  { limitMs, signal }: { readonly limitMs: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { host } = new URL(post.url)
  const limit = AbortSignal.timeout(limitMs)
  let answer: PostAnswer
  try {
    answer = await postRequest(post, {
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
      readsText: kindsWithRefusals.includes(target.kind),
    })
  } catch {
    if (signal?.aborted === true) throw endedWithSession(host)
    // The words of the error may hold the address.
    throw new NotSent(msg('notifications.failed.noAnswer', { host }), false)
  }
  const { status, text } = answer
  if (status < 200 || status > 299) {
    throw new NotSent(msg('notifications.failed.status', { host, status }), isRefusal(status))
  }
  const refusal = refusalIn(target.kind, text)
  if (refusal === null) return
  const secrets = [target.secret ?? '', ...secretsIn(post.url), ...secretsIn(target.url)]
  const redact = createRedactor(process.env, formsOf(secrets))
  const { code, words } = refusal
  throw new NotSent(
    msg('notifications.failed.refused', { host, code }),
    true,
    redact(words).slice(0, MAX_WORDS_CHARACTERS),
  )
}

/** Whether a service that answers so would answer the same message so again: redirections are not followed, and 408 and 429 speak of the moment. */
function isRefusal(status: number): boolean {
  return status >= 300 && status <= 499 && status !== 408 && status !== 429
}

/** What must not be repeated: of an address the whole, the parts of its path and the values after `?`; of an argument also what follows `=`. */
function secretsIn(text: string): readonly string[] {
  const url = URL.parse(text)
  if (url === null) return [text, text.slice(text.indexOf('=') + 1)]
  const { href, pathname, search, password } = url
  return [
    text,
    href,
    pathname + search,
    ...pathname.split('/'),
    ...url.searchParams.values(),
    password,
  ]
}

/** Services and commands may repeat their address or key in what they answer, which is shown. */
function formsOf(secrets: readonly string[]): string[] {
  return secrets.flatMap(secret => [secret, decoded(secret), encodeURIComponent(secret)])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
