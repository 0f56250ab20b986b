import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inDays, publicPem, signKeys, signManifest } from '../../scripts/update-signing.ts'
import type { SignedKeys } from '../../src-main/features/updates/common/update.ts'

/** A private key. */
export function makeKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

export const rootKey = makeKey()
export const signingKey = makeKey()

/** Of whoever signs, as PEM. */
export const updateKey = publicPem(rootKey)

export interface OfferedUpdate {
  readonly version?: string
  readonly content: string | Buffer
  readonly name?: string
  readonly system?: string
  readonly processor?: string
  /** Until it expires; default: 30. */
  readonly days?: number
  /** Until the keys expire; default: 30. */
  readonly keyDays?: number
  /** Signs it; default: the key that the root key names. */
  readonly signer?: KeyObject
  /** Default: the first keys that the root key has signed. */
  readonly keys?: readonly SignedKeys[]
  /** After it was signed. */
  readonly change?: (manifest: string) => string
}

/** Keys that the root key has signed. */
export function keysOf(version: number, signers: readonly KeyObject[], days = 30): SignedKeys {
  return signKeys({ version, expires: inDays(days, Date.now()), signers }, rootKey)
}

/** A version with its signed description. @returns the manifest's path */
export function offerUpdate(
  folder: string,
  {
    version = '2.0.0',
    content,
    name = 'app',
    system = 'linux',
    processor = 'x64',
    days = 30,
    keyDays = 30,
    signer = signingKey,
    keys = [keysOf(1, [signingKey], keyDays)],
    change = text => text,
  }: OfferedUpdate,
): string {
  mkdirSync(folder, { recursive: true })
  const bytes = Buffer.from(content)
  writeFileSync(path.join(folder, name), bytes)
  const sha512 = createHash('sha512').update(bytes).digest('hex')
  const file = { system, processor, name, bytes: bytes.length, sha512 }
  const described = { version, expires: inDays(days, Date.now()), files: [file] }
  const signed = signManifest(described, keys, signer)
  const updateFile = path.join(folder, 'update.json')
  writeFileSync(updateFile, JSON.stringify({ ...signed, manifest: change(signed.manifest) }))
  return updateFile
}
