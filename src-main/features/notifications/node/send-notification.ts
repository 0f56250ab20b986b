import { type ChildProcessByStdio, spawn } from 'node:child_process'
import process from 'node:process'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { type MessageDescriptor, msg } from '../../../core/errors/message.ts'
import type { NotificationChannel, StudyNotification, ChannelTarget } from '../common/channel.ts'
import { createTranslate } from '../../../core/i18n/translate.ts'
import { visibleLine } from '../../../core/i18n/visible-text.ts'
import { executableOnPath } from '../../../platform/processes/executable-on-path.ts'
import { createRedactor } from '../../../platform/user-code/redact.ts'
import { composePost, notificationToJson, refusalIn, textOf } from './compose-post.ts'

/** Between the tries of one notification. */
const RETRY_AFTER_MS = [2_000, 10_000, 60_000] as const
const MAX_POST_MS = 15_000
const MAX_COMMAND_MS = 60_000
/** Of an answer: it is looked at for a refusal. */
const MAX_ANSWER_CHARACTERS = 10_000
const MAX_REASON_CHARACTERS = 200

/** One try failed; another may not. */
class NotTaken extends Error {
  readonly reason: MessageDescriptor
  /** The service refuses this message, so that it is no use to send it again. */
  readonly isFinal: boolean

  constructor(reason: MessageDescriptor, isFinal: boolean) {
    super(reason.code)
    this.reason = reason
    this.isFinal = isFinal
  }
}

export interface SendOptions {
  readonly now: () => number
  readonly retryAfterMs?: readonly number[]
  /** No further try begins then. */
  readonly signal?: AbortSignal
}

/** Tells a notification channel, again after a while if that fails. @returns why it could not be told; null if it was. No secret is in it. */
export async function sendNotification(
  channel: NotificationChannel,
  notification: StudyNotification,
  { now, retryAfterMs = RETRY_AFTER_MS, signal }: SendOptions,
): Promise<MessageDescriptor | null> {
  for (let tries = 0; ; tries++) {
    try {
      await send(channel, notification, now())
      return null
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error
      const delayMs = retryAfterMs[tries]
      if (delayMs === undefined || error.isFinal) return error.reason
      const continues = await wait(delayMs, true, signal === undefined ? {} : { signal }).catch(
        () => false,
      )
      if (!continues) return error.reason
    }
  }
}

/** Sends one message to a notification channel, without a second try. @returns why it could not be told */
export async function testChannel(
  channel: NotificationChannel,
  now: () => number,
): Promise<MessageDescriptor | null> {
  const study = { id: 0, name: channel.study ?? 'Tunewright' }
  const notification = { occasion: 'test', study, atMs: now(), best: null, reason: null } as const
  return sendNotification(channel, notification, { now, retryAfterMs: [] })
}

async function send(
  { target, language }: NotificationChannel,
  notification: StudyNotification,
  nowMs: number,
): Promise<void> {
  const t = createTranslate(language)
  const text = textOf(notification, t)
  switch (target.kind) {
    case 'command': {
      const [program = '', ...words] = target.command
      const { study, occasion } = notification
      return run(program, words, notificationToJson(notification, t), {
        TUNEWRIGHT_NOTIFICATION: occasion,
        TUNEWRIGHT_NOTIFICATION_STUDY: visibleLine(study.name),
        TUNEWRIGHT_NOTIFICATION_TEXT: visibleLine(text),
      })
    }
    case 'mail': {
      // A header of more than ASCII is a word of base64, RFC 2047.
      const subject = `=?utf-8?B?${Buffer.from(visibleLine(text)).toString('base64')}?=`
      const head = `To: ${target.address}\nSubject: ${subject}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n`
      return run('sendmail', ['-i', '--', target.address], `${head}\n${text}\n`, {})
    }
    default:
      return post(target, notification, language, nowMs)
  }
}

type PostTarget = Exclude<ChannelTarget, { readonly kind: 'mail' | 'command' }>

async function post(
  target: PostTarget,
  notification: StudyNotification,
  language: NotificationChannel['language'],
  nowMs: number,
): Promise<void> {
  const { url, headers, body } = composePost(target, notification, createTranslate(language), nowMs)
  let response: Response
  let answer: string
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(MAX_POST_MS),
    })
    answer = await beginningOf(response)
  } catch {
    // The words of the error may hold the address.
    throw new NotTaken(msg('notifications.failed.noAnswer', { host: new URL(url).host }), false)
  }
  if (!response.ok) {
    const { status } = response
    const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429
    throw new NotTaken(
      msg('notifications.failed.status', { host: new URL(url).host, status }),
      isFinal,
    )
  }
  const refusal = refusalIn(target.kind, answer)
  if (refusal !== null) {
    const secrets = [target.secret ?? '', ...secretsIn(url), ...secretsIn(target.url)]
    const words = withoutSecrets(refusal, secrets).slice(0, MAX_REASON_CHARACTERS)
    throw new NotTaken(
      msg('notifications.failed.refused', { host: new URL(url).host, words }),
      true,
    )
  }
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

/** Services and commands may repeat their address or key in what they answer, which is stored and shown. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(secret => [secret, decoded(secret), encodeURIComponent(secret)])
  return createRedactor(process.env, forms)(text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The rest is not waited for: an answer may have no end. */
async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(part, { stream: true })
    if (text.length >= MAX_ANSWER_CHARACTERS) break
  }
  return text.slice(0, MAX_ANSWER_CHARACTERS)
}

async function run(
  program: string,
  words: readonly string[],
  input: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (reason: MessageDescriptor, isFinal: boolean): void => {
      reject(new NotTaken(reason, isFinal))
    }
    let child: ChildProcessByStdio<Writable, null, Readable>
    try {
      child = spawn(executableOnPath(program), words, {
        stdio: ['pipe', 'ignore', 'pipe'],
        env: { ...process.env, ...environment },
        timeout: MAX_COMMAND_MS,
        killSignal: 'SIGKILL',
        windowsHide: true,
      })
    } catch {
      // What Node expects comes as an event; a batch file of Windows, or a file in place of a folder, does not.
      fail(msg('notifications.failed.notStarted', { program }), true)
      return
    }
    let errorOutput = ''
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      errorOutput = `${errorOutput}${part}`.slice(-MAX_ANSWER_CHARACTERS)
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT'
      fail(
        msg(isMissing ? 'notifications.failed.missing' : 'notifications.failed.notStarted', {
          program,
        }),
        true,
      )
    })
    child.on('close', (exitCode, killedBy) => {
      if (exitCode === 0) resolve()
      else if (exitCode === null)
        fail(msg('notifications.failed.killed', { program, signal: killedBy }), false)
      else {
        const output = withoutSecrets(errorOutput, words.flatMap(secretsIn)).trim()
        const end = output.slice(-MAX_REASON_CHARACTERS)
        fail(msg('notifications.failed.exit', { program, exitCode, words: end }), false)
      }
    })
    // A program that does not read is no failure of the notification channel.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}
