import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { z } from 'zod'
import { AppError } from '../../../../core/errors/errors.ts'
import { msg } from '../../../../core/errors/message.ts'
import { isObject } from '../../../../core/values/json.ts'
import { pack, unpack } from '../../../../platform/processes/packed.ts'

/** Which way a message goes: each has a key of its own, so that none can be sent back as another. */
export type Purpose = 'job' | 'toStudy' | 'toWorker' | 'presence'

/** Rises when messages change so that another version cannot take them. */
export const QUEUE_PROTOCOL_VERSION = 2

const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Of a sealed message. */
export const MAX_SEALED = 4 << 20

/**
 * Signs and encrypts what goes through the broker (AES-256-GCM; keys by HKDF-SHA-256). A message opens only for the queue, the purpose
 * and the address that it was sealed for. Whether it was heard before is for the reader to know: messages count.
 */
export class Seal {
  readonly #key: Buffer
  readonly #queue: string
  readonly #keys = new Map<Purpose, Buffer>()

  /** @param key of 32 bytes, as base64url */
  constructor(key: string, queue: string) {
    this.#key = Buffer.from(key, 'base64url')
    this.#queue = queue
  }

  /** @param address whom it is for */
  close(purpose: Purpose, address: string, value: unknown): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#keyOf(purpose), nonce)
    cipher.setAAD(this.#context(purpose, address))
    const body = [
      cipher.update(pack({ protocol: QUEUE_PROTOCOL_VERSION, message: value }), 'utf8'),
      cipher.final(),
    ]
    return Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64url')
  }

  /**
   * @returns null for whatever was not sealed with this key for this address, was altered, is too large, or says what it may not
   * @throws AppError `protocol.invalid` for what another version has sealed
   */
  open<Schema extends z.ZodType>(
    purpose: Purpose,
    address: string,
    text: unknown,
    schema: Schema,
  ): z.output<Schema> | null {
    if (typeof text !== 'string' || text.length > MAX_SEALED) return null
    const envelope = this.#decipher(purpose, address, text)
    if (envelope === null) return null
    const { protocol, message } = isObject(envelope) ? envelope : {}
    if (protocol !== QUEUE_PROTOCOL_VERSION) {
      const rule = msg('rule.protocol', { version: QUEUE_PROTOCOL_VERSION })
      const value = typeof protocol === 'number' ? protocol : null
      throw new AppError('protocol.invalid', {
        from: `queue ${this.#queue}`,
        field: 'protocol',
        value,
        rule,
      })
    }
    const parsed = schema.safeParse(message)
    return parsed.success ? parsed.data : null
  }

  /** @returns null for whatever was not sealed with this key for this address */
  #decipher(purpose: Purpose, address: string, text: string): unknown {
    const bytes = Buffer.from(text, 'base64url')
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
    try {
      const nonce = bytes.subarray(0, NONCE_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', this.#keyOf(purpose), nonce, {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(this.#context(purpose, address))
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
      return unpack(Buffer.concat([body, decipher.final()]).toString())
    } catch {
      return null
    }
  }

  #keyOf(purpose: Purpose): Buffer {
    const cachedKey = this.#keys.get(purpose)
    if (cachedKey !== undefined) return cachedKey
    const made = Buffer.from(hkdfSync('sha256', this.#key, 'tunewright-queue-1', purpose, 32))
    this.#keys.set(purpose, made)
    return made
  }

  #context(purpose: Purpose, address: string): Buffer {
    return Buffer.from(JSON.stringify([this.#queue, purpose, address]))
  }
}
