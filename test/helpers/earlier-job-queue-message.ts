import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { pack } from '../../src-main/platform/processes/packed.ts'
import type { Purpose } from '../../src-main/running/executors/job-queue/node/seal.ts'

/** A message for a queue as earlier commits sealed it: without the version of the protocol. */
export function sealedByEarlierVersion(
  key: string,
  jobQueue: string,
  purpose: Purpose,
  address: string,
  message: unknown,
): string {
  const secret = Buffer.from(key, 'base64url')
  const purposeKey = Buffer.from(hkdfSync('sha256', secret, 'tunewright-queue-1', purpose, 32))
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', purposeKey, nonce)
  cipher.setAAD(Buffer.from(JSON.stringify([jobQueue, purpose, address])))
  const body = [cipher.update(pack(message), 'utf8'), cipher.final()]
  return Buffer.concat([nonce, cipher.getAuthTag(), ...body]).toString('base64url')
}
