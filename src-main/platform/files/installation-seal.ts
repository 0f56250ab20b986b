import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../core/errors/errors.ts'
import { msg } from '../../core/errors/message.ts'
import { unwritable } from '../../core/errors/unwritable.ts'
import { dataFolders } from './data-folders.ts'
import { foreignReason, requireOwn } from './require-own.ts'

const KEY_BYTES = 32

/** A key that this account has for itself, wherever databases lie; made with the first file that is sealed. */
function keyFile(): string {
  return process.env['TUNEWRIGHT_KEY'] ?? path.join(dataFolders().data, 'installation.key')
}

/** @returns null where nothing was sealed yet, or where the key may be somebody else's */
function readKey(): Buffer | null {
  const file = keyFile()
  try {
    if (foreignReason(file, lstatSync(file)) !== null) return null
    const key = readFileSync(file)
    return key.length === KEY_BYTES ? key : null
  } catch {
    return null
  }
}

/** @throws AppError `file.unwritable`, `disk.full`; `file.unreadable` for one that is damaged or somebody else's */
function makeKey(): Buffer {
  const file = keyFile()
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    // Another process may have made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unwritable(file, error)
  }
  const key = readKey()
  if (key !== null) return key
  requireOwn(file)
  throw new AppError('file.unreadable', {
    path: file,
    reason: msg('rule.key', { bytes: KEY_BYTES }),
  })
}

/** Of a text that this account has written: HMAC-SHA-256 in hexadecimal. @throws AppError as {@link makeKey} */
export function sealOf(text: string): string {
  return createHmac('sha256', readKey() ?? makeKey())
    .update(text)
    .digest('hex')
}

/** Whether this account has written a text: what lies beside a database may come with it from elsewhere. */
export function isSealed(text: string, seal: unknown): boolean {
  const key = readKey()
  if (key === null || typeof seal !== 'string') return false
  const expected = createHmac('sha256', key).update(text).digest()
  const actual = Buffer.from(seal, 'hex')
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}
