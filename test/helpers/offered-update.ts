import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')

/** Of whoever signs, as PEM. */
export const updateKey = publicKey.export({ type: 'spki', format: 'pem' }) as string

export interface OfferedUpdate {
  readonly version?: string
  readonly content: string | Buffer
  readonly name?: string
  readonly system?: string
  readonly processor?: string
  /** Signed by somebody else. */
  readonly isForged?: boolean
  /** After it was signed. */
  readonly change?: (manifest: string) => string
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
    isForged = false,
    change = text => text,
  }: OfferedUpdate,
): string {
  mkdirSync(folder, { recursive: true })
  const bytes = Buffer.from(content)
  writeFileSync(path.join(folder, name), bytes)
  const sha512 = createHash('sha512').update(bytes).digest('hex')
  const file = { system, processor, name, bytes: bytes.length, sha512 }
  const manifest = JSON.stringify({ format: 'tunewright-update-1', version, files: [file] })
  const key = isForged ? generateKeyPairSync('ed25519').privateKey : privateKey
  const signature = sign(null, Buffer.from(manifest), key).toString('base64')
  const updateFile = path.join(folder, 'update.json')
  writeFileSync(updateFile, JSON.stringify({ manifest: change(manifest), signature }))
  return updateFile
}
