import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import {
  type SignedKeys,
  updateKeysSchema,
  updateManifestSchema,
} from '../src-main/features/updates/common/update.ts'

const DAY_MS = 86_400_000

/** So many days from now, as ISO 8601. */
export function inDays(days: number, nowMs: number): string {
  return new Date(nowMs + days * DAY_MS).toISOString()
}

/**
 * The next entry of the chain of keys.
 * @param signers private or public keys that sign updates from now on
 * @param root private root key that holds now
 * @param nextRoot private root key that holds from now on; default: the same
 */
export function signKeys(
  {
    version,
    expires,
    signers,
  }: { version: number; expires: string; signers: readonly KeyObject[] },
  root: KeyObject,
  nextRoot: KeyObject = root,
): SignedKeys {
  const plain = {
    format: 'tunewright-update-keys-1',
    version,
    expires,
    root: publicPem(nextRoot),
    signers: signers.map(publicPem),
  }
  const keys = JSON.stringify(updateKeysSchema.parse(plain))
  const roots = nextRoot === root ? [root] : [root, nextRoot]
  return { keys, signatures: roots.map(key => signText(keys, key)) }
}

/** The file that a person names as the source of updates. */
export function signManifest(
  { version, expires, files }: { version: string; expires: string; files: readonly object[] },
  keys: readonly SignedKeys[],
  signer: KeyObject,
): { readonly manifest: string; readonly signature: string; readonly keys: readonly SignedKeys[] } {
  const plain = { format: 'tunewright-update-2', version, expires, files }
  const manifest = JSON.stringify(updateManifestSchema.parse(plain))
  return { manifest, signature: signText(manifest, signer), keys }
}

export function publicPem(key: KeyObject): string {
  const publicKey = key.type === 'public' ? key : createPublicKey(key)
  return publicKey.export({ type: 'spki', format: 'pem' }) as string
}

function signText(text: string, key: KeyObject): string {
  return sign(null, Buffer.from(text), key).toString('base64')
}
