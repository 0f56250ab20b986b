import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { type SignedKeys, updateKeysSchema } from '../src-main/features/updates/common/update.ts'
import { inDays, publicPem, signKeys, signManifest } from './update-signing.ts'

/**
 * Keys and descriptions of updates, `npm run sign-update -- …`:
 *
 * - `root ROOT.pem` makes a root key, which is kept offline, and its public half as resources/update-key.pem;
 * - `key KEY.pem` makes a signing key;
 * - `keys KEYS.json ROOT.pem KEY.pem… [--next-root NEW.pem] [--days 365]` lets exactly these keys sign from now on, and with `--next-root` another root
 *   key; an entry is added to KEYS.json, which stays public;
 * - `sign OUT.json KEYS.json KEY.pem VERSION linux-x64=FILE win32-x64=FILE… [--days 90]` describes a version; OUT.json lies beside the files.
 */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { days: { type: 'string' }, 'next-root': { type: 'string' } },
})
const [verb, first = '', second = '', third = '', ...others] = positionals
const expiresIn = (days: number): string => inDays(Number(values.days ?? days), Date.now())

switch (verb) {
  case 'root': {
    const key = makeKey(first)
    writeFileSync(path.resolve(import.meta.dirname, '../resources/update-key.pem'), publicPem(key))
    break
  }
  case 'key':
    makeKey(first)
    break
  case 'keys': {
    const chain = existsSync(first) ? readChain(first) : []
    const last = chain.at(-1)
    const version =
      last === undefined ? 1 : updateKeysSchema.parse(JSON.parse(last.keys)).version + 1
    const signers = [third, ...others].map(readKey)
    const nextRoot = values['next-root']
    const root = readKey(second)
    const next = nextRoot === undefined ? root : readKey(nextRoot)
    const entry = signKeys({ version, expires: expiresIn(365), signers }, root, next)
    writeFileSync(first, JSON.stringify([...chain, entry], null, 2))
    break
  }
  case 'sign': {
    const [version = '', ...files] = others
    const described = files.map(describeFile)
    const content = { version, expires: expiresIn(90), files: described }
    writeFileSync(first, JSON.stringify(signManifest(content, readChain(second), readKey(third))))
    break
  }
  default:
    process.stderr.write('usage: npm run sign-update -- root|key|keys|sign …\n')
    process.exitCode = 64
}

function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(file, pem, { mode: 0o600, flag: 'wx' })
  return privateKey
}

function readKey(file: string): KeyObject {
  return createPrivateKey(readFileSync(file))
}

function readChain(file: string): readonly SignedKeys[] {
  return JSON.parse(readFileSync(file, 'utf8')) as readonly SignedKeys[]
}

function describeFile(text: string): object {
  const [, system, processor, file = ''] = /^(\w+)-(\w+)=(.+)$/.exec(text) ?? []
  const bytes = readFileSync(file)
  const sha512 = createHash('sha512').update(bytes).digest('hex')
  return { system, processor, name: path.basename(file), bytes: bytes.length, sha512 }
}
