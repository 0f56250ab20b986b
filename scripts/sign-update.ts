import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { updateManifestSchema } from '../src-main/features/updates/common/update.ts'

/**
 * Describes and signs an update: `npm run sign-update -- KEY.pem OUT.json VERSION linux-x64=FILE win32-x64=FILE`. OUT.json lies beside the
 * files. Without a KEY.pem, `npm run sign-update -- --new-key KEY.pem` makes one, and its public half as resources/update-key.pem.
 */
const [first = '', second = '', version = '', ...files] = process.argv.slice(2)

if (first === '--new-key') {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const secret = privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(second, secret, { mode: 0o600, flag: 'wx' })
  const keyFile = path.resolve(import.meta.dirname, '../resources/update-key.pem')
  writeFileSync(keyFile, publicKey.export({ type: 'spki', format: 'pem' }))
} else {
  const described = files.map(text => {
    const [, system, processor, file = ''] = /^(\w+)-(\w+)=(.+)$/.exec(text) ?? []
    const bytes = readFileSync(file)
    const sha512 = createHash('sha512').update(bytes).digest('hex')
    return { system, processor, name: path.basename(file), bytes: bytes.length, sha512 }
  })
  const plain = { format: 'tunewright-update-1', version, files: described }
  const manifest = JSON.stringify(updateManifestSchema.parse(plain))
  const key = createPrivateKey(readFileSync(first))
  const signature = sign(null, Buffer.from(manifest), key).toString('base64')
  writeFileSync(second, JSON.stringify({ manifest, signature }))
}
