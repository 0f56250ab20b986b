import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import process from 'node:process'
import { z } from 'zod'
import { type AccessToken, type KnownToken, type Scope, scopesSchema } from '../common/access.ts'
import { visibleNameSchema } from '../../../core/values/visible-name.ts'
import { AppError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { PrivateJsonFile } from '../../../platform/files/private-json.ts'
import { isRunning } from '../../../platform/files/temporary.ts'

/** More would be a mistake: each call looks at all of them. */
const MAX_TOKENS = 100
/** Whoever finds one in a file or a log can tell what it is. */
const PREFIX = 'tunewright_'

const entrySchema = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{12}$/),
  name: visibleNameSchema,
  scopes: scopesSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  createdAtMs: z.number(),
  /** It ends with this process. */
  process: z.int().min(1).optional(),
})
const fileSchema = z.strictObject({
  version: z.literal(2),
  tokens: z.array(entrySchema).max(MAX_TOKENS),
})
type Entry = z.output<typeof entrySchema>

interface NewToken {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly atMs: number
  /** It ends with this process, and no list shows it. */
  readonly isOfProcess?: boolean
}

/**
 * Tokens that people gave to programs: one file beside the database, readable by its owner alone. It has their hashes only; SHA-256 without
 * salt is enough for 256 random bits. It is read anew for each question, so that what one process takes back ends in all of them.
 */
export class AccessTokens {
  readonly #file: PrivateJsonFile<typeof fileSchema>

  constructor(file: string) {
    this.#file = new PrivateJsonFile(file, fileSchema, { isSealed: true })
  }

  /** @throws AppError `file.unreadable` for a file that is damaged: nobody gets in by accident */
  list(): AccessToken[] {
    return this.#read()
      .filter(entry => entry.process === undefined)
      .map(toAccessToken)
  }

  /** @returns the token, which can be had this once @throws AppError `usage.invalid` for a name that is taken, and for too many */
  create({ name, scopes, atMs, isOfProcess = false }: NewToken): {
    readonly token: AccessToken
    readonly secret: string
  } {
    const entries = this.#read()
    const visibleName = visibleNameSchema.parse(name)
    if (
      !isOfProcess &&
      entries.some(entry => entry.name === visibleName && entry.process === undefined)
    ) {
      throw new AppError('usage.invalid', {
        reason: msg('rule.token.taken', { name: visibleName }),
      })
    }
    if (entries.length >= MAX_TOKENS) {
      const reason = msg('rule.token.tooMany', { limit: MAX_TOKENS })
      throw new AppError('usage.invalid', { reason })
    }
    const secret = `${PREFIX}${randomBytes(32).toString('base64url')}`
    const entry: Entry = {
      id: randomBytes(6).toString('hex'),
      name: visibleName,
      scopes: [...scopes],
      sha256: hashOf(secret),
      createdAtMs: atMs,
      ...(isOfProcess ? { process: process.pid } : {}),
    }
    this.#write([...entries, entry])
    return { token: toAccessToken(entry), secret }
  }

  /** @param idOrName what `list` says of it @throws AppError `usage.invalid` if there is none */
  revoke(idOrName: string): AccessToken {
    const entries = this.#read()
    const gone =
      entries.find(({ id }) => id === idOrName) ??
      entries.find(entry => entry.name === idOrName && entry.process === undefined)
    if (gone === undefined) {
      throw new AppError('usage.invalid', {
        reason: msg('rule.token.unknown', { name: idOrName }),
      })
    }
    this.#write(entries.filter(entry => entry !== gone))
    return toAccessToken(gone)
  }

  /** @returns null for a token that was never given, or was taken back @throws as `list` does */
  find(secret: string): KnownToken | null {
    const secretHash = Buffer.from(hashOf(secret), 'hex')
    const entry = this.#read().find(({ sha256 }) =>
      timingSafeEqual(secretHash, Buffer.from(sha256, 'hex')),
    )
    return entry === undefined
      ? null
      : { ...toAccessToken(entry), isOfProcess: entry.process !== undefined }
  }

  #read(): readonly Entry[] {
    const { tokens } = this.#file.read() ?? { tokens: [] }
    return tokens.filter(entry => entry.process === undefined || isRunning(entry.process))
  }

  #write(tokens: readonly Entry[]): void {
    this.#file.write({ version: 2, tokens: [...tokens] })
  }
}

function toAccessToken({ id, name, scopes, createdAtMs }: Entry): AccessToken {
  return { id, name, scopes, createdAtMs }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
