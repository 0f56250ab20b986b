import type { Envelope } from '../../core/processes/call.ts'
import { deserializeError, type ErrorCode, type PlainError } from '../../core/errors/errors.ts'
import { msg, messageAsJson, isMessage } from '../../core/errors/message.ts'
import { isObject, type JsonObject, type JsonValue } from '../../core/values/json.ts'

/** How much of an error an answer repeats, in bytes of its JSON. */
interface Room {
  /** Of what a call has sent. */
  echoed: number
  /** With rules and names of ours. */
  total: number
}

/** With the rest of the answer 1 kB. */
const INVALID_CALL: Room = { echoed: 500, total: 600 }
const OTHER: Room = { echoed: 1_000, total: 8_000 }
/** Of each, where an answer holds an error and its message. */
const HALF: Room = { echoed: 500, total: 8_000 }
/** One long value does not hide the other problems. */
const OF_ONE_PROBLEM = 240
/** Of JSON around each; with less room, a problem would be cut beyond recognition. */
const AROUND_PROBLEM = 60
/** Longer texts of a rule are no names of ours: they quote. */
const LONGEST_NAME = 40
const CUT = '…'
const LONGEST_ESCAPE = '\\u0000'.length

/** They name a path of the caller, too. */
const others: readonly ErrorCode[] = ['request.invalid', 'file.unwritable', 'disk.full']

/**
 * An answer whose error repeats at most 1 kB of what a call has sent. Rules stay as they are. A list that is cut ends with `…`; of problems, the
 * last one then says how many more there are.
 */
export function withoutEcho<Answer extends Envelope<unknown>>(answer: Answer): Answer {
  if (answer.ok) return answer
  const room = answer.error.code === 'request.invalid' ? INVALID_CALL : OTHER
  return { ...answer, error: cutError(answer.error, room) }
}

/** As {@link withoutEcho}, for answers that hold the error and, made from `messageError`, its message. */
export function halvesWithoutEcho(error: PlainError): {
  answerError: PlainError
  messageError: PlainError
} {
  const messageError = cutError(error, HALF)
  return {
    answerError: error.code === 'request.invalid' ? cutError(error, INVALID_CALL) : messageError,
    messageError,
  }
}

function cutError(error: PlainError, room: Room): PlainError {
  const isEchoing = deserializeError(error).isInput || others.includes(error.code)
  return isEchoing ? { ...error, detail: new Cut(room).detail(error.detail) } : error
}

class Cut {
  readonly #room: Room

  constructor(room: Room) {
    this.#room = { ...room }
  }

  detail(detail: JsonValue): JsonValue {
    if (!isObject(detail)) return this.#value(detail)
    const { problems, ...otherParts } = detail
    const cutParts = Object.entries(otherParts).map(
      ([name, part]) => [name, this.#part(part)] as const,
    )
    if (!Array.isArray(problems)) return Object.fromEntries(cutParts)
    return { ...Object.fromEntries(cutParts), ...this.#problems(problems as readonly JsonObject[]) }
  }

  #problems(all: readonly JsonObject[]): JsonObject {
    const problems: JsonObject[] = []
    const listed = all.filter(problem => unlistedCount(problem) === 0)
    const unlisted = all.reduce((sum, problem) => sum + unlistedCount(problem), 0)
    for (const problem of listed) {
      if (Math.min(this.#room.echoed, this.#room.total) < AROUND_PROBLEM) break
      problems.push(this.#problem(problem))
    }
    const total = listed.length + unlisted
    const count = total - problems.length
    if (count === 0) return { problems }
    const rule = messageAsJson(msg('rule.moreProblems', { count }))
    return { problems: [...problems, { path: [CUT], value: null, rule }], count: total }
  }

  #problem({ path = [], value = null, rule = null, ...position }: JsonObject): JsonObject {
    const later = Math.max(0, this.#room.echoed - OF_ONE_PROBLEM)
    this.#room.echoed -= later
    this.#room.total -= AROUND_PROBLEM
    const cut = { path: this.#value(path), rule: this.#part(rule), value: this.#value(value) }
    this.#room.echoed += later
    return { ...cut, ...position }
  }

  #part(part: JsonValue): JsonValue {
    return isMessage(part) ? this.#msg(part as unknown as JsonObject) : this.#value(part)
  }

  /** A rule or reason; it keeps its shape, so that it can still be formatted. */
  #msg({ code = '', values }: JsonObject): JsonObject {
    this.#room.total -= JSON.stringify(code).length
    if (!isObject(values)) return { code }
    const cutValues = Object.entries(values).map(([name, value]) => {
      this.#room.total -= name.length
      const cut = Array.isArray(value)
        ? this.#list(value as readonly JsonValue[], true)
        : this.#ofMessage(value)
      return [name, cut] as const
    })
    return { code, values: Object.fromEntries(cutValues) }
  }

  #ofMessage(value: JsonValue): JsonValue {
    if (typeof value !== 'string') return this.#part(value)
    return value.length <= LONGEST_NAME ? this.#text(value, false) : this.#text(value, true)
  }

  /** A value of the caller. */
  #value(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.#text(value, true)
    if (Array.isArray(value)) return this.#list(value as readonly JsonValue[], false)
    if (isObject(value)) return this.#mapping(value)
    this.#take(JSON.stringify(value).length, true)
    return value
  }

  #list(list: readonly JsonValue[], isOfMessage: boolean): JsonValue[] {
    const parts: JsonValue[] = []
    for (const part of list) {
      if (this.#left(!isOfMessage) <= 0) return [...parts, CUT]
      parts.push(isOfMessage ? this.#ofMessage(part) : this.#value(part))
    }
    return parts
  }

  #mapping(mapping: JsonObject): JsonObject {
    const entries: (readonly [string, JsonValue])[] = []
    for (const [name, value] of Object.entries(mapping)) {
      if (this.#left(true) <= 0) return Object.fromEntries([...entries, [CUT, CUT]])
      entries.push([this.#text(name, true), this.#value(value)])
    }
    return Object.fromEntries(entries)
  }

  #text(text: string, isEchoed: boolean): string {
    const room = this.#left(isEchoed)
    let bytes = 0
    let prefix = ''
    for (const character of text) {
      bytes += bytesOf(character)
      if (bytes > room) {
        this.#take(room, isEchoed)
        return `${prefix}${CUT}`
      }
      prefix += character
    }
    this.#take(bytes, isEchoed)
    return text
  }

  #left(isEchoed: boolean): number {
    const { echoed, total } = this.#room
    return Math.max(0, isEchoed ? Math.min(echoed, total) : total)
  }

  /** With its quotation marks and comma. */
  #take(bytes: number, isEchoed: boolean): void {
    this.#room.total -= bytes + 3
    if (isEchoed) this.#room.echoed -= bytes + 3
  }
}

/** In JSON; characters that cannot be seen may be written as escapes. */
function bytesOf(character: string): number {
  if (character !== ' ' && /[\p{C}\p{Z}\p{M}]/u.test(character))
    return LONGEST_ESCAPE * character.length
  return Buffer.byteLength(JSON.stringify(character)) - 2
}

/** How many problems this one stands for, where an error has left some out already; else 0. */
function unlistedCount({ rule }: JsonObject): number {
  const { code, values } = (rule ?? {}) as { code?: string; values?: JsonObject }
  return code === 'rule.moreProblems' ? Number(values?.['count']) : 0
}
